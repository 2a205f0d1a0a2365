import type { CircuitState, ClosedState, OpenState, Override, State } from './state.ts';
import { describe, peek } from './untrusted.ts';

/** What survives a restart: plain JSON. The window, the totals and the calls in flight do not. */
export interface CircuitSnapshot {
  /** The version of this shape. */
  readonly version: 1;
  readonly name: string;
  /** The state, whatever override covers it. */
  readonly state: CircuitState;
  /** Why the circuit is open; empty when it is not. */
  readonly reason: string;
  /** How many openings are remembered, 0 to 30. */
  readonly openings: number;
  /** The present run of failures. */
  readonly consecutiveFailures: number;
  /** How long the circuit has been closed, in milliseconds; 0 when it is not. */
  readonly closedForMs: number;
  /** What is left of the wait, in milliseconds; `null`: infinite. */
  readonly remainingWaitMs: number | null;
  /** The whole wait as drawn, in milliseconds; `null`: infinite. */
  readonly drawnWaitMs: number | null;
  /** The part of the remaining wait that health never shortens, in milliseconds; `null`: infinite. */
  readonly firmWaitMs: number | null;
  /** Whether health has shortened a wait since the circuit was last closed. */
  readonly healthShortened: boolean;
  /** The override in force, or null. */
  readonly override: Override | null;
  /** When the snapshot was taken, in milliseconds since the Unix epoch. */
  readonly wallTime: number;
}

/** What a snapshot must fit to be restored. */
export interface SnapshotRules {
  readonly name: string;
  readonly maxBackoffMs: number;
  readonly maxRetryAfterMs: number;
}

type Check = (value: unknown) => boolean;

const isDuration: Check = (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value);
const isWait: Check = (value) => value === null || isDuration(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;

const isOverride: Check = (value) =>
  value === null || ((peek(value, 'state') === 'open' || peek(value, 'state') === 'closed') && typeof peek(value, 'reason') === 'string');

const FIELDS: Readonly<Record<keyof CircuitSnapshot, readonly [rule: string, check: Check]>> = {
  version: ['1', (value) => value === 1],
  name: ['the name of this breaker', (value) => typeof value === 'string'],
  state: ["'closed', 'open' or 'half_open'", (value) => value === 'closed' || value === 'open' || value === 'half_open'],
  reason: ['a string', (value) => typeof value === 'string'],
  openings: ['a whole number, 0 to 30', (value) => isCount(value) && (value as number) <= 30],
  consecutiveFailures: ['a whole number, 0 or more', isCount],
  closedForMs: ['finite milliseconds, 0 or more', isDuration],
  remainingWaitMs: ['milliseconds, 0 or more, or null', isWait],
  drawnWaitMs: ['milliseconds, 0 or more, or null', isWait],
  firmWaitMs: ['milliseconds, 0 or more, or null', isWait],
  healthShortened: ['true or false', (value) => typeof value === 'boolean'],
  override: ["null or { state: 'open' | 'closed', reason }", isOverride],
  wallTime: ['finite milliseconds', (value) => typeof value === 'number' && Number.isFinite(value)],
};

/** A snapshot that fits the rules, copied field by field, or what is wrong with it. */
export function parseSnapshot(input: unknown, rules: SnapshotRules): { snapshot: CircuitSnapshot } | { problems: string[] } {
  if (typeof input !== 'object' || input === null) return { problems: [`Expected \`restore\` to be a snapshot, got ${describe(input)}`] };
  const copy: Record<string, unknown> = {};
  for (const field of Object.keys(FIELDS)) copy[field] = Object.hasOwn(input, field) ? peek(input, field) : undefined;
  const problems = Object.entries(FIELDS)
    .filter(([field, [, check]]) => !check(copy[field]))
    .map(([field, [rule]]) => `Expected \`restore.${field}\` to be ${rule}, got ${describe(copy[field])}`);
  if (problems.length > 0) return { problems };
  const snapshot = { ...copy, override: copyOverride(copy['override'] as Override | null) } as unknown as CircuitSnapshot;
  const misfit = misfitOf(snapshot, rules);
  return misfit === undefined ? { snapshot } : { problems: [misfit] };
}

function copyOverride(override: Override | null): Override | null {
  return override === null ? null : Object.freeze({ state: override.state, reason: override.reason });
}

function misfitOf(snapshot: CircuitSnapshot, rules: SnapshotRules): string | undefined {
  if (snapshot.name !== rules.name) return `Expected \`restore.name\` to be ${describe(rules.name)}, got ${describe(snapshot.name)}`;
  const { remainingWaitMs } = snapshot;
  const longest = Math.max(rules.maxBackoffMs, rules.maxRetryAfterMs, fromJson(snapshot.drawnWaitMs));
  if (remainingWaitMs === null || remainingWaitMs <= longest) return undefined;
  return `Expected \`restore.remainingWaitMs\` to be at most ${longest}, the longest wait, got ${remainingWaitMs}`;
}

/** Whole microseconds: a clock's fractions would not survive being added and taken away again. */
const exact = (ms: number): number => Math.max(0, Math.round(ms * 1_000) / 1_000);
/** JSON has no Infinity. */
const toJson = (ms: number): number | null => (ms === Number.POSITIVE_INFINITY ? null : exact(ms));
const fromJson = (ms: number | null): number => ms ?? Number.POSITIVE_INFINITY;

/** What a snapshot is made from besides the state. */
export interface SnapshotFacts {
  readonly name: string;
  readonly now: number;
  readonly wall: number;
  readonly consecutiveFailures: number;
  readonly override: Override | null;
}

/** The snapshot of a state. */
export function takeSnapshot(state: State, facts: SnapshotFacts): CircuitSnapshot {
  const { name, now, wall, consecutiveFailures, override } = facts;
  const left = (until: number): number | null => toJson(until - now);
  return {
    version: 1,
    name,
    state: state.name,
    reason: state.name === 'open' ? state.reason : '',
    openings: state.openings,
    consecutiveFailures,
    closedForMs: state.name === 'closed' ? exact(now - state.since) : 0,
    remainingWaitMs: state.name === 'open' ? left(state.deadline) : 0,
    drawnWaitMs: state.name === 'closed' ? 0 : toJson(state.waitMs),
    firmWaitMs: state.name === 'open' ? left(state.firmUntil) : 0,
    healthShortened: state.name !== 'closed' && state.healthShortened,
    override: copyOverride(override),
    wallTime: wall,
  };
}

/** The state that a snapshot describes. Wall time since it was taken shortens the wait; a step back counts as none. */
export function stateOf(snapshot: CircuitSnapshot, now: number, wall: number, saturated: boolean): ClosedState | OpenState {
  const spell = { generation: 0, openings: snapshot.openings, saturated };
  if (snapshot.state === 'closed') return { name: 'closed', ...spell, since: now - snapshot.closedForMs };
  const passed = Math.max(0, wall - snapshot.wallTime);
  const after = (ms: number | null): number => now + Math.max(0, fromJson(ms) - passed);
  return {
    name: 'open',
    ...spell,
    since: now,
    reason: snapshot.state === 'half_open' ? 'restored_half_open' : snapshot.reason,
    waitMs: fromJson(snapshot.drawnWaitMs),
    deadline: after(snapshot.remainingWaitMs),
    firmUntil: after(snapshot.firmWaitMs),
    heldMs: 0,
    healthShortened: snapshot.healthShortened,
  };
}
