import { waitMs } from '../breaker/circuit/admission.ts';
import type { Circuit } from '../breaker/circuit/circuit.ts';
import { wholeMs } from '../core/clock.ts';
import { readyAt } from '../core/state.ts';

/**
 * The condition of a breaker: its state, or its override. `ready_to_probe` is an open circuit that admits the next call
 * as a probe. `full` is a closed one that rejects calls because all slots of `maxConcurrent` are taken.
 */
export type Condition =
  | 'closed' | 'half_open' | 'open' | 'ready_to_probe' | 'forced_open' | 'forced_closed' | 'full' | 'disposed';

/** Every condition. */
export const CONDITIONS: readonly Condition[] =
  ['closed', 'half_open', 'open', 'ready_to_probe', 'forced_open', 'forced_closed', 'full', 'disposed'];

/** Returns the condition of a breaker now. */
export function conditionOf(circuit: Circuit): Condition {
  const { override, disposed } = circuit;
  if (disposed) return 'disposed';
  if (override?.state === 'open') return 'forced_open';
  const wait = waitMs(circuit, circuit.now());
  const state = override?.state ?? circuit.state.name;
  if (state === 'closed') return wait !== 0 ? 'full' : override === null ? 'closed' : 'forced_closed';
  return state === 'open' && wait === 0 ? 'ready_to_probe' : state;
}

/** Why clean-up keeps a breaker: an override is set, the open circuit still waits, or calls are in flight. */
export type Protection = 'forced' | 'waiting' | 'in_flight';

/** Returns what protects a breaker from clean-up at `now`, or null. */
export function protectionOf(circuit: Circuit, now: number): Protection | null {
  if (circuit.override !== null) return 'forced';
  if (isWaiting(circuit, now)) return 'waiting';
  return circuit.recorder.inFlight > 0 ? 'in_flight' : null;
}

function isWaiting(circuit: Circuit, now: number): boolean {
  // By the time of its own timeline.
  circuit.wake();
  const { state } = circuit;
  return state.name === 'open' && wholeMs(readyAt(state) - now) > 0;
}
