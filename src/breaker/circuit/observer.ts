import { SILENCE } from '../../core/emitter.ts';
import type { Audience } from '../../core/emitter.ts';
import type { CircuitEvents } from '../../core/events.ts';

/** Whoever lists a breaker. */
export interface Keeper {
  /** Hears the events of this and other breakers. */
  readonly audience: Audience<CircuitEvents>;
  /** The state, a deadline or the override is another one now. */
  circuitChanged(): void;
}

/** Nobody. */
export const NO_KEEPER: Keeper = { audience: SILENCE, circuitChanged() {} };
