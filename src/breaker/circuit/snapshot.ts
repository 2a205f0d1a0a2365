import { stateOf, takeSnapshot } from '../../core/snapshot.ts';
import type { CircuitSnapshot } from '../../core/snapshot.ts';
import type { Circuit } from './circuit.ts';
import { fullWait } from './opening.ts';

/** What of a circuit survives a restart. */
export function snapshotOf({ state, options, timeline, recorder, override }: Circuit): CircuitSnapshot {
  const { consecutiveFailures } = recorder;
  return takeSnapshot(state, { name: options.name, now: timeline.now(), wall: timeline.wall(), consecutiveFailures, override });
}

/** Lets a circuit go on where a snapshot left off. Calls in flight become stale. */
export function restore(circuit: Circuit, snapshot: CircuitSnapshot): void {
  const { options, timeline } = circuit;
  const saturated = snapshot.openings > 0 && fullWait(snapshot.openings, circuit) >= options.maxBackoffMs;
  circuit.resume(stateOf(snapshot, timeline.now(), timeline.wall(), saturated), snapshot.override, snapshot.consecutiveFailures);
}
