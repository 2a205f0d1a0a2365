import type { CircuitSnapshot } from '../core/snapshot.ts';

/** Named breakers that wait, and keys of one group that doesn't exist yet. A group counts them towards `maxKeys`. */
const MOST_SAVED = 100_000;
/** An opening is forgiven sooner than this, unless `recoveryTimeoutMs` is longer. The options aren't known yet. */
const FORGIVING_MS = 3_600_000;

/** Restored snapshots of breakers that don't exist yet. The oldest make room for others. */
export class SavedSnapshots {
  readonly breakers = new Map<string, CircuitSnapshot>();
  readonly groups = new Map<string, Map<string, CircuitSnapshot>>();

  /** Returns the saved keys of a group. The group takes its snapshots out of this map. */
  keysOf(group: string): Map<string, CircuitSnapshot> {
    const keys = this.groups.get(group) ?? new Map<string, CircuitSnapshot>();
    this.groups.set(group, keys);
    return keys;
  }
}

/** Saves a snapshot of a breaker that differs from a new one. */
export function keep(saved: Map<string, CircuitSnapshot>, key: string, snapshot: CircuitSnapshot, wall: number): void {
  saved.delete(key);
  if (!isSpent(snapshot, wall)) saved.set(key, snapshot);
}

/** Drops the oldest. Finding them takes as long as there are many, so this isn't for every change. */
export function trim(saved: Map<string, CircuitSnapshot>, most = MOST_SAVED): void {
  const excess = saved.size - most;
  if (excess > 0) for (const key of [...saved.keys()].slice(0, excess)) saved.delete(key);
}

/** Whether a breaker with this snapshot is like a new one: never opened, or so long ago that all is forgiven. */
export function isSpent(snapshot: CircuitSnapshot, wall: number): boolean {
  const { state, openings, consecutiveFailures, override, closedForMs, remainingWaitMs, drawnWaitMs } = snapshot;
  if (override !== null || remainingWaitMs === null || drawnWaitMs === null) return false;
  if (state === 'closed' && openings + consecutiveFailures === 0) return true;
  const forgivenMs = (openings + 1) * Math.max(FORGIVING_MS, 2 * drawnWaitMs);
  return wall - snapshot.wallTime + closedForMs > remainingWaitMs + forgivenMs;
}
