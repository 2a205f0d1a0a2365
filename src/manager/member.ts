import type { Circuit } from '../breaker/circuit/circuit.ts';
import { NO_KEEPER } from '../breaker/circuit/observer.ts';
import type { Keeper } from '../breaker/circuit/observer.ts';
import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { Audience } from '../core/emitter.ts';
import type { CircuitEvents } from '../core/events.ts';
import type { GivenOptions } from './options.ts';

/** A breaker on a list. */
export class Member implements Keeper {
  readonly audience: Audience<CircuitEvents>;
  readonly breaker: UnifiedCircuitBreaker;
  readonly circuit: Circuit;
  /** The options that it was made with, of all layers. */
  given: GivenOptions;
  #activeAt: number;
  #offered = 0;

  constructor(breaker: UnifiedCircuitBreaker, given: GivenOptions, audience: Audience<CircuitEvents>) {
    this.breaker = breaker;
    this.given = given;
    this.circuit = UnifiedCircuitBreaker.coreOf(breaker).execution.circuit;
    this.audience = audience;
    this.circuit.keeper = this;
    this.#activeAt = this.circuit.timeline.now();
  }

  /** Named breakers keep their place whatever happens. */
  circuitChanged(): void {}

  /** Somebody asked for the breaker. */
  touch(): UnifiedCircuitBreaker {
    this.#activeAt = this.circuit.timeline.now();
    return this.breaker;
  }

  /** When the breaker was last asked for or called. Where no clock is read for calls, those since the last question count as of now. */
  activeAt(now: number): number {
    const { offered, lastSuccessAt, lastFailureAt } = this.circuit.recorder;
    const latest = Math.max(lastSuccessAt, Number.isNaN(lastFailureAt) ? lastSuccessAt : lastFailureAt);
    if (offered !== this.#offered) this.#activeAt = Math.max(this.#activeAt, Number.isNaN(latest) ? now : latest);
    this.#offered = offered;
    return this.#activeAt;
  }

  /** Off the list: nobody hears of it any more, and nobody asks for its health. It keeps working for whoever holds it. */
  leave(): void {
    this.circuit.keeper = NO_KEEPER;
    UnifiedCircuitBreaker.coreOf(this.breaker).health?.retire();
  }
}
