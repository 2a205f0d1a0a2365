import type { CircuitPermit } from '../../breaker/call/manual.ts';
import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';

/**
 * The permits of questions that were answered with yes and are not recorded yet: at most as many as the breaker lets run at once, and none of an
 * earlier spell.
 */
export class HeldPermits {
  #permits: CircuitPermit[] = [];

  /** Takes a permit; says whether there was one. */
  take(breaker: UnifiedCircuitBreaker): boolean {
    const permit = breaker.tryAcquire();
    if (permit !== null) this.#permits.push(permit);
    return permit !== null;
  }

  /** Hands out the newest permit. */
  newest(): CircuitPermit | undefined {
    return this.#permits.pop();
  }

  /** Gives all permits back: their spell has ended, and what is recorded from now on is about the next. */
  drop(): void {
    const dropped = this.#permits;
    this.#permits = [];
    for (const permit of dropped) permit.ignore();
  }
}
