import type { CircuitState, Override, State } from './state.ts';
import { describe, ownValue, tryOrUndefined } from './untrusted.ts';
import { aBoolean, anObject, aString, aWholeNumber, mustBe, oneOf, orNull, problemWith } from './validation.ts';
import type { Requirement } from './validation.ts';

/** What survives a restart, as plain JSON. The window, the totals and calls in flight don't. */
export interface CircuitSnapshot {
  /** The version of this shape. */
  readonly version: 1;
  readonly name: string;
  /** The state without the override. */
  readonly state: CircuitState;
  /** Why the circuit is open. Empty if it isn't. */
  readonly reason: string;
  /** Openings that the backoff remembers, 0 to 30. */
  readonly openings: number;
  /** Failures since the last success. */
  readonly consecutiveFailures: number;
  /** How long the circuit has been closed, in milliseconds. 0 if it isn't closed. */
  readonly closedForMs: number;
  /** The rest of the wait, in milliseconds. `null` if it is infinite. */
  readonly remainingWaitMs: number | null;
  /** The whole wait, in milliseconds. `null` if it is infinite. */
  readonly drawnWaitMs: number | null;
  /** The part of the rest that a health check can't shorten, in milliseconds. `null` if it is infinite. */
  readonly firmWaitMs: number | null;
  /** Whether a health check has shortened a wait since the circuit was last closed. */
  readonly healthShortened: boolean;
  /** The override, or null. */
  readonly override: Override | null;
  /** When the snapshot was taken, in milliseconds since the Unix epoch. */
  readonly wallTime: number;
}

/** Limits that a snapshot must fit to be restored. */
export interface SnapshotRules {
  readonly name: string;
  readonly maxBackoffMs: number;
  readonly maxRetryAfterMs: number;
}

const milliseconds: Requirement = {
  rule: 'finite milliseconds (0 or more)',
  fits: (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value),
};

const anOverride: Requirement = {
  rule: "null or { state: 'open' | 'closed', reason }",
  fits: (value) =>
    value === null
    || (oneOf('open', 'closed').fits(ownValue(value, 'state')) && aString.fits(ownValue(value, 'reason'))),
};

const createFields = (): Readonly<Record<keyof CircuitSnapshot, Requirement>> => ({
  version: oneOf(1),
  name: aString,
  state: oneOf('closed', 'open', 'half_open'),
  reason: aString,
  openings: aWholeNumber(0, 30),
  consecutiveFailures: aWholeNumber(0),
  closedForMs: milliseconds,
  remainingWaitMs: orNull(milliseconds),
  drawnWaitMs: orNull(milliseconds),
  firmWaitMs: orNull(milliseconds),
  healthShortened: aBoolean,
  override: anOverride,
  wallTime: { rule: 'finite milliseconds', fits: (value) => Number.isFinite(value) },
});

const FIELDS = /* @__PURE__ */ createFields();

const RESTORED_TEXT = '`restore` must be a snapshot. Received a string. Call `JSON.parse` first.';

/** A copy of a valid snapshot, or everything that is wrong with it. */
type Parsed = { readonly snapshot: CircuitSnapshot } | { readonly problems: readonly string[] };

/** Validates and copies a snapshot. */
export function parseSnapshot(input: unknown, rules: SnapshotRules): Parsed {
  if (!anObject.fits(input) || tryOrUndefined(() => Object.hasOwn(input as object, 'state')) !== true) {
    // The text of a snapshot would fill the message.
    const isText = typeof input === 'string';
    return { problems: [isText ? RESTORED_TEXT : mustBe('restore', 'a snapshot', input)] };
  }
  const copy: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [field, requirement] of Object.entries(FIELDS)) {
    const value = ownValue(input, field);
    copy[field] = field === 'override' && anObject.fits(value) ? copyOverride(value) : value;
    const problem = problemWith(`restore.${field}`, copy[field], requirement);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) return { problems };
  const snapshot = copy as unknown as CircuitSnapshot;
  const mismatch = mismatchOf(snapshot, rules);
  return mismatch === undefined ? { snapshot } : { problems: [mismatch] };
}

function copyOverride(override: unknown): Override {
  return Object.freeze({ state: ownValue(override, 'state'), reason: ownValue(override, 'reason') } as Override);
}

function mismatchOf({ name, remainingWaitMs, drawnWaitMs }: CircuitSnapshot, rules: SnapshotRules): string | undefined {
  if (name !== rules.name) return mustBe('restore.name', `the name of this breaker, ${describe(rules.name)}`, name);
  const longest = Math.max(rules.maxBackoffMs, rules.maxRetryAfterMs, fromJson(drawnWaitMs));
  if (remainingWaitMs === null || remainingWaitMs <= longest) return undefined;
  return mustBe('restore.remainingWaitMs', `at most ${longest}, the longest wait`, remainingWaitMs);
}

/** Whole microseconds, because smaller fractions don't survive adding and subtracting. */
const exact = (ms: number): number => Math.max(0, ms < 1e12 ? Math.round(ms * 1_000) / 1_000 : ms);
/** JSON has no Infinity. */
const toJson = (ms: number): number | null => (ms === Infinity ? null : exact(ms));
const fromJson = (ms: number | null): number => ms ?? Infinity;

/** The moment of a snapshot, and the parts that the state doesn't hold. */
export interface SnapshotFacts extends Pick<CircuitSnapshot, 'name' | 'consecutiveFailures' | 'override' | 'wallTime'> {
  readonly now: number;
}

export function takeSnapshot(state: State, facts: SnapshotFacts): CircuitSnapshot {
  const { name, now, consecutiveFailures, override, wallTime } = facts;
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
    override: override === null ? null : copyOverride(override),
    wallTime,
  };
}

/** How long ago a snapshot was taken. A step back of the wall clock counts as 0. */
const passedSince = ({ wallTime }: CircuitSnapshot, wall: number): number => Math.max(0, wall - wallTime);

/** How long an open circuit of a snapshot has been ready for probes. Nothing failed in that time. */
export function restedMs(snapshot: CircuitSnapshot, wall: number): number {
  if (snapshot.state === 'closed') return 0;
  return Math.max(0, passedSince(snapshot, wall) - fromJson(snapshot.remainingWaitMs));
}

/** The state of a snapshot. Wall time since then shortens the wait, and counts as time closed. */
export function stateOf(snapshot: CircuitSnapshot, now: number, wall: number, saturated: boolean): State {
  const common = { openings: snapshot.openings, saturated };
  const passed = passedSince(snapshot, wall);
  if (snapshot.state === 'closed') return { name: 'closed', ...common, since: now - snapshot.closedForMs - passed };
  const after = (ms: number | null): number => now + Math.max(0, fromJson(ms) - passed);
  return {
    name: 'open',
    ...common,
    since: now,
    reason: snapshot.state === 'half_open' ? 'restored_half_open' : snapshot.reason,
    waitMs: fromJson(snapshot.drawnWaitMs),
    deadline: after(snapshot.remainingWaitMs),
    firmUntil: after(snapshot.firmWaitMs),
    heldMs: 0,
    healthShortened: snapshot.healthShortened,
  };
}
