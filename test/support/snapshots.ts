import type { CircuitSnapshot } from '../../src/core/snapshot.ts';

/** A snapshot of an open circuit named `orders`, plain but for what is given. */
export function snapshotWith(snapshot: Partial<CircuitSnapshot> = {}): CircuitSnapshot {
  return {
    version: 1,
    name: 'orders',
    state: 'open',
    reason: 'error_rate',
    openings: 2,
    consecutiveFailures: 3,
    closedForMs: 0,
    remainingWaitMs: 4_000,
    drawnWaitMs: 5_000,
    firmWaitMs: 0,
    healthShortened: false,
    override: null,
    wallTime: 1_700_000_000_000,
    ...snapshot,
  };
}
