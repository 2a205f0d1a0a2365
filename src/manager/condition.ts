import type { Circuit } from '../breaker/circuit/circuit.ts';
import { wholeMs } from '../core/clock.ts';
import { readyAt } from '../core/state.ts';

/**
 * The condition of a breaker: its state, or its override. `ready_to_probe` is an open circuit that admits the next call
 * as a probe.
 */
export type Condition = 'closed' | 'half_open' | 'open' | 'ready_to_probe' | 'forced_open' | 'forced_closed';

/** Every condition. */
export const CONDITIONS: readonly Condition[] =
  ['closed', 'half_open', 'open', 'ready_to_probe', 'forced_open', 'forced_closed'];

/** Returns the condition of a breaker at `now`. */
export function conditionOf(circuit: Circuit, now: number): Condition {
  const { override, state } = circuit;
  if (override !== null) return override.state === 'open' ? 'forced_open' : 'forced_closed';
  return state.name === 'open' && !isWaiting(circuit, now) ? 'ready_to_probe' : state.name;
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
