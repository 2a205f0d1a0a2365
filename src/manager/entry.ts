import type { Circuit } from '../breaker/circuit/circuit.ts';
import type { Observer } from '../breaker/circuit/observer.ts';
import type { ResolvedOptions } from '../breaker/options/resolve.ts';
import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { protectionOf } from './condition.ts';
import type { GivenOptions } from './options.ts';

/** A registered breaker. */
export class Entry {
  readonly breaker: UnifiedCircuitBreaker;
  readonly circuit: Circuit;
  /** The configuration that was compared last with the declared one. */
  compared: GivenOptions | undefined;
  readonly #options: ResolvedOptions;
  readonly #tags: Readonly<Record<string, string>>;
  #activeAt: number;
  #offered = 0;

  /** @param given the options from all sources. Breakers of a group share them. */
  constructor(breaker: UnifiedCircuitBreaker, given: GivenOptions, observer: Observer, key?: string) {
    this.breaker = breaker;
    this.circuit = UnifiedCircuitBreaker.circuitOf(breaker);
    const { restore, ...kept } = given;
    this.circuit.attach(observer, null, { given: restore === undefined ? given : kept, key });
    this.#options = this.circuit.options;
    this.#tags = this.circuit.tags;
    this.#activeAt = this.circuit.timeline.now();
  }

  /** The options that code declared. Later changes by `reconfigure()` aren't among them. */
  get declared(): GivenOptions {
    return { ...this.#options, tags: this.#tags };
  }

  /** Notes that a caller asked for the breaker. */
  touch(): void {
    this.#activeAt = this.circuit.timeline.now();
  }

  /**
   * Returns when the breaker was last asked for or called. Calls of a breaker that reads no clock count as made at
   * `now` when they are first seen here.
   */
  activeAt(now: number): number {
    const { offered, succeeded, lastSuccessAt, lastFailureAt } = this.circuit.recorder;
    const success = succeeded === 0 ? lastFailureAt : lastSuccessAt;
    const latest = Math.max(success, Number.isNaN(lastFailureAt) ? success : lastFailureAt);
    if (offered !== this.#offered) this.#activeAt = Math.max(this.#activeAt, Number.isNaN(latest) ? now : latest);
    this.#offered = offered;
    return this.#activeAt;
  }

  /** Returns true if clean-up may remove the breaker. */
  isInactive(idleMs: number, now = this.circuit.timeline.now()): boolean {
    return now - this.activeAt(now) >= idleMs && protectionOf(this.circuit, now) === null;
  }
}
