import type { Circuit } from '../breaker/circuit/circuit.ts';
import type { Observer } from '../breaker/circuit/observer.ts';
import { reconfigure } from '../breaker/circuit/reconfigure.ts';
import type { UnifiedCircuitConfig } from '../breaker/options/options.ts';
import { resolveConstruction } from '../breaker/options/resolve.ts';
import { hasTrait } from '../breaker/options/table.ts';
import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { assertNone } from '../core/validation.ts';
import { protectionOf } from './condition.ts';
import { inherit, readGiven } from './option-sources.ts';
import type { GivenOptions } from './options.ts';

/** A registered breaker. */
export class Entry {
  readonly breaker: UnifiedCircuitBreaker;
  readonly circuit: Circuit;
  /** The options that the breaker was created with, from all sources. A snapshot is used only once. */
  #given: GivenOptions;
  #activeAt: number;
  #offered = 0;

  constructor(breaker: UnifiedCircuitBreaker, given: GivenOptions, observer: Observer) {
    this.breaker = breaker;
    this.circuit = UnifiedCircuitBreaker.circuitOf(breaker);
    this.circuit.attach(observer);
    const { restore: _restore, ...kept } = given;
    this.#given = kept;
    this.#activeAt = this.circuit.timeline.now();
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

  /**
   * Changes options of the live breaker.
   * @throws CircuitBreakerConfigError that lists every problem. Then nothing has changed.
   */
  reconfigure(changes: unknown): void {
    const { circuit } = this;
    const { name } = circuit;
    const given = readGiven(name, changes, 'changes');
    const fixed = Object.keys(given)
      .filter((option) => hasTrait(option, 'fixed'))
      .map((option) => `\`${option}\` can't be changed. Remove the breaker and create a new one.`);
    if (given['mode'] !== undefined && (given['mode'] === 'off') !== (circuit.options.mode === 'off')) {
      fixed.push("`mode` can't be changed from or to `off`. Use `forceClose()`.");
    }
    assertNone(name, fixed);
    const whole = inherit(this.#given, given);
    const { options, tags } = resolveConstruction({ ...whole, name } as unknown as UnifiedCircuitConfig);
    reconfigure(circuit, options, tags);
    this.#given = whole;
  }
}
