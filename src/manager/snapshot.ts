import type { Circuit } from '../breaker/circuit/circuit.ts';
import { type CircuitSnapshot, parseSnapshot } from '../core/snapshot.ts';
import type { Timeline } from '../core/clock.ts';
import { describe, ownValue, tryOrUndefined } from '../core/untrusted.ts';
import { assertNone, mustBe } from '../core/validation.ts';
import type { Entry } from './entry.ts';
import { MANAGER } from './option-sources.ts';
import type { KeyedBreakers } from './keyed/keyed-breakers.ts';
import { isSpent, keep, type SavedSnapshots, trim } from './saved-snapshots.ts';

/** The state of a manager that survives a restart, as plain JSON. */
export interface ManagerSnapshot {
  /** The version of this format. */
  readonly version: 1;
  /** The breakers that differ from new ones. */
  readonly breakers: readonly CircuitSnapshot[];
  /** The groups of keyed breakers. */
  readonly keyed: readonly KeyedSnapshot[];
}

/** The state of a group of keyed breakers. */
interface KeyedSnapshot {
  /** The name of the group. */
  readonly group: string;
  /** Its keys, and their breakers that differ from new ones. */
  readonly keys: readonly { readonly key: string; readonly breaker: CircuitSnapshot }[];
}

/** What a snapshot covers. */
interface Registered {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly groups: readonly KeyedBreakers[];
  readonly saved: SavedSnapshots;
  readonly timeline: Timeline;
}

/** Returns the snapshot of everything registered, and of restored breakers that don't exist yet, the oldest first. */
export function snapshotAll({ entries, groups, saved, timeline }: Registered): ManagerSnapshot {
  const wall = wallOf(timeline);
  const says = (snapshot: CircuitSnapshot): boolean => !isSpent(snapshot, wall);
  const breakers = [...saved.breakers.values(), ...[...entries.values()].map(({ circuit }) => circuit.snapshot())];
  const live = new Map(groups.map((group) => [group.name, group.snapshots()]));
  const keyed = [...saved.groups].map(([group, later]) => ({
    group,
    keys: [...(live.get(group) ?? later)].filter((each) => says(each[1])).map(([key, breaker]) => ({ key, breaker })),
  }));
  return { version: 1, breakers: breakers.filter(says), keyed: keyed.filter(({ keys }) => keys.length > 0) };
}

const wallOf = (timeline: Timeline): number => timeline.wallOf(timeline.now());

/** One breaker to restore. */
interface Step {
  readonly snapshot: CircuitSnapshot;
  /** The breaker, if it exists. */
  readonly circuit: Circuit | undefined;
  /** Saves the snapshot for a breaker that doesn't exist yet. */
  readonly save: () => void;
}

/**
 * Restores breakers that exist, and saves the other snapshots until their breakers are created.
 * @param input is the output of `JSON.parse`, or anything else.
 * @throws CircuitBreakerConfigError that lists every problem. Then nothing has changed.
 */
export function restoreAll(input: unknown, { entries, groups, saved, timeline }: Registered): void {
  const { breakers, keyed } = parseManagerSnapshot(input);
  const wall = wallOf(timeline);
  const steps: Step[] = breakers.map((snapshot) => ({
    snapshot,
    circuit: entries.get(snapshot.name)?.circuit,
    save: () => keep(saved.breakers, snapshot.name, snapshot, wall),
  }));
  for (const { group: name, keys } of keyed) {
    const group = groups.find((each) => each.name === name);
    for (const { key, breaker: snapshot } of keys) {
      steps.push({
        snapshot, circuit: group?.circuitOf(key), save: () => keep(saved.keysOf(name), key, snapshot, wall),
      });
    }
  }
  assertNone('manager', steps.flatMap(problemsOf), MANAGER);
  for (const { snapshot, circuit, save } of steps) {
    if (circuit === undefined || circuit.disposed) save();
    else circuit.restore(snapshot);
  }
  for (const waiting of [saved.breakers, ...saved.groups.values()]) trim(waiting);
}

function problemsOf({ snapshot, circuit }: Step): readonly string[] {
  if (circuit === undefined) return [];
  const parsed = parseSnapshot(snapshot, { name: circuit.name, ...circuit.options });
  if (!('problems' in parsed)) return [];
  const fieldOf = (_path: string, field: string): string => `\`${field}\` of ${describe(circuit.name)}`;
  return parsed.problems.map((problem) => problem.replace(/`restore\.(\w+)`/, fieldOf));
}

/** A longer list of problems isn't more useful. */
const MAX_PROBLEMS = 20;

function parseManagerSnapshot(input: unknown): ManagerSnapshot {
  const problems: string[] = [];
  if (typeof input === 'string') {
    assertNone('manager', ['`saved` must be a snapshot. Received a string. Call `JSON.parse` first.'], MANAGER);
  }
  const version = ownValue(input, 'version');
  if (version !== 1) problems.push(mustBe('version', '1', version));
  const breakers = listOf(input, 'breakers', '', problems)
    .map((each, index) => parseOne(each, `breakers[${index}]`, problems));
  const keyed = listOf(input, 'keyed', '', problems)
    .map((each, index) => parseGroup(each, `keyed[${index}].`, problems));
  reportDuplicates(breakers.map((each) => each?.name), 'a breaker', problems);
  reportDuplicates(keyed.map(({ group }) => group), 'a group', problems);
  assertNone('manager', problems.slice(0, MAX_PROBLEMS), MANAGER);
  return { version: 1, breakers: breakers as CircuitSnapshot[], keyed: keyed as KeyedSnapshot[] };
}

function parseGroup(input: unknown, path: string, problems: string[]): { group: unknown; keys: unknown[] } {
  const group = stringOf(input, 'group', path, problems);
  const keys = listOf(input, 'keys', path, problems).map((each, index) => {
    const at = `${path}keys[${index}].`;
    const key = stringOf(each, 'key', at, problems);
    const breaker = parseOne(ownValue(each, 'breaker'), `${at}breaker`, problems);
    const expected = `${String(group)}:${String(key)}`;
    if (breaker !== undefined && breaker.name !== expected) {
      problems.push(mustBe(`${at}breaker.name`, describe(expected), breaker.name));
    }
    return { key, breaker };
  });
  reportDuplicates(keys.map(({ key }) => key), `a key of ${describe(group)}`, problems);
  return { group, keys };
}

function stringOf(input: unknown, field: string, path: string, problems: string[]): unknown {
  const value = ownValue(input, field);
  if (typeof value !== 'string') problems.push(mustBe(path + field, 'a string', value));
  return value;
}

function listOf(input: unknown, field: string, path: string, problems: string[]): readonly unknown[] {
  const list = ownValue(input, field);
  const copied = tryOrUndefined(() => (Array.isArray(list) ? [...(list as readonly unknown[])] : undefined));
  if (copied !== undefined) return copied;
  problems.push(mustBe(path + field, 'a list', list));
  return [];
}

/** The wait is checked against the options of the breaker later, when these are known. */
function parseOne(input: unknown, path: string, problems: string[]): CircuitSnapshot | undefined {
  const name = ownValue(input, 'name');
  const parsed = parseSnapshot(input, {
    name: typeof name === 'string' ? name : '',
    maxBackoffMs: Number.POSITIVE_INFINITY,
    maxRetryAfterMs: Number.POSITIVE_INFINITY,
  });
  if ('snapshot' in parsed) return parsed.snapshot;
  problems.push(...parsed.problems.map((problem) => problem.replace('`restore', `\`${path}`)));
  return undefined;
}

function reportDuplicates(names: readonly unknown[], what: string, problems: string[]): void {
  const seen = new Set<unknown>();
  for (const name of names) {
    if (name !== undefined && seen.has(name)) {
      problems.push(`Each name must appear once. Received ${what} called ${describe(name)} twice.`);
    }
    seen.add(name);
  }
}
