import type { Circuit } from '../breaker/circuit/circuit.ts';
import { wholeMs } from '../core/clock.ts';
import { readyAt } from '../core/state.ts';

/** Why a breaker is not taken off a list unasked: forced, open with its wait still running, or with calls in flight. */
export type Protection = 'forced' | 'waiting' | 'in_flight';

/** What protects a breaker now; null when nothing does. */
export function protectionOf({ override, state, recorder }: Circuit, now: number): Protection | null {
  if (override !== null) return 'forced';
  if (state.name === 'open' && wholeMs(readyAt(state) - now) > 0) return 'waiting';
  return recorder.inFlight > 0 ? 'in_flight' : null;
}
