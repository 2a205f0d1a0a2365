import type { Circuit } from '../breaker/circuit/circuit.ts';
import { wholeMs } from '../core/clock.ts';
import { readyAt } from '../core/state.ts';

/** How a breaker stands: its state, apart from overrides, and whether an open one would admit the next call as a probe. */
export type Condition = 'closed' | 'half_open' | 'open' | 'ready_to_probe' | 'forced_open' | 'forced_closed';

/** Every condition. */
export const CONDITIONS: readonly Condition[] = ['closed', 'half_open', 'open', 'ready_to_probe', 'forced_open', 'forced_closed'];

/** The condition of a breaker now. */
export function conditionOf({ override, state }: Circuit, now: number): Condition {
  if (override !== null) return override.state === 'open' ? 'forced_open' : 'forced_closed';
  return state.name === 'open' && wholeMs(readyAt(state) - now) === 0 ? 'ready_to_probe' : state.name;
}

/** Whether calls run as usual. */
export function isHealthy(condition: Condition): boolean {
  return condition === 'closed' || condition === 'forced_closed';
}
