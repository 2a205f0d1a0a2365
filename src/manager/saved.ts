import type { Circuit } from '../breaker/circuit/circuit.ts';
import { restore, snapshotOf } from '../breaker/circuit/snapshot.ts';
import { parseSnapshot } from '../core/snapshot.ts';
import type { CircuitSnapshot } from '../core/snapshot.ts';
import { assertNone } from '../core/validation.ts';
import type { KeyedBreakers } from './keyed-breakers.ts';
import type { KeyedSnapshot, ManagerSnapshot } from './manager-snapshot.ts';
import type { Roster } from './roster.ts';

/** Snapshots of breakers that are not made yet. */
export class Saved {
  readonly breakers = new Map<string, CircuitSnapshot>();
  readonly groups = new Map<string, Map<string, CircuitSnapshot>>();

  /** The snapshots of a group, which holds them from now on. */
  takeGroup(name: string): Map<string, CircuitSnapshot> {
    const saved = this.groups.get(name) ?? new Map<string, CircuitSnapshot>();
    this.groups.delete(name);
    return saved;
  }
}

/** The snapshot of everything that is listed, and of what is still to be made. */
export function snapshotOfAll(roster: Roster, groups: readonly KeyedBreakers[], saved: Saved): ManagerSnapshot {
  const named = [...roster].filter(([, member]) => !roster.isPrivate(member)).map(([, { circuit }]) => snapshotOf(circuit));
  const waiting = [...saved.groups].map(([group, keys]) => groupSnapshot(group, [...keys]));
  const keyed = groups.map((group) => groupSnapshot(group.name, group.snapshots()));
  return { version: 1, breakers: [...named, ...saved.breakers.values()], keyed: [...keyed, ...waiting] };
}

function groupSnapshot(group: string, keys: readonly (readonly [key: string, breaker: CircuitSnapshot])[]): KeyedSnapshot {
  return { group, keys: keys.map(([key, breaker]) => ({ key, breaker })) };
}

/** One step of a restoration: where a snapshot goes. */
interface Step {
  readonly snapshot: CircuitSnapshot;
  readonly circuit: Circuit | undefined;
  /** Keeps the snapshot for a breaker that is not made yet. */
  readonly keep: () => void;
}

/**
 * Puts every snapshot in its place: into the breaker that is there, or aside for the one to come.
 *
 * @throws CircuitBreakerConfigError when a snapshot does not fit the options of its breaker; then nothing has changed.
 */
export function restoreAll(parsed: ManagerSnapshot, roster: Roster, groups: readonly KeyedBreakers[], saved: Saved): void {
  const steps = [...parsed.breakers.map((snapshot) => namedStep(snapshot, roster, saved)), ...parsed.keyed.flatMap((each) => keyedSteps(each, groups, saved))];
  assertNone('manager', steps.flatMap(problemsOf));
  for (const { snapshot, circuit, keep } of steps) {
    if (circuit === undefined) keep();
    else restore(circuit, snapshot);
  }
}

function namedStep(snapshot: CircuitSnapshot, roster: Roster, saved: Saved): Step {
  const member = roster.get(snapshot.name);
  const circuit = member === undefined || roster.isPrivate(member) ? undefined : member.circuit;
  return { snapshot, circuit, keep: () => void saved.breakers.set(snapshot.name, snapshot) };
}

function keyedSteps({ group: name, keys }: KeyedSnapshot, groups: readonly KeyedBreakers[], saved: Saved): readonly Step[] {
  const group = groups.find((each) => each.name === name);
  return keys.map(({ key, breaker: snapshot }) => {
    if (group !== undefined) {
      const { circuit, later } = group.restoring(key);
      return { snapshot, circuit, keep: () => void later.set(key, snapshot) };
    }
    const keep = (): void => {
      const waiting = saved.groups.get(name) ?? new Map<string, CircuitSnapshot>();
      saved.groups.set(name, waiting.set(key, snapshot));
    };
    return { snapshot, circuit: undefined, keep };
  });
}

function problemsOf({ snapshot, circuit }: Step): readonly string[] {
  if (circuit === undefined) return [];
  const fit = parseSnapshot(snapshot, circuit.options);
  return 'problems' in fit ? fit.problems.map((problem) => `${snapshot.name}: ${problem}`) : [];
}
