/** The legacy breaker of `frontend/lib`, for the browser. @module */
import type { Timer } from '../../core/clock.ts';
import { failuresWithin, type FailuresWithin } from '../../trip/failures-within.ts';
import { LegacyCircuit, type BreakerSpec } from '../breaker.ts';
import { failureOf } from '../call.ts';
import { legacyConfig } from '../config.ts';
import { frontendConfig } from '../option-tables.ts';
import type { GivenLegacy } from '../options.ts';
import { timelineFor } from '../rules.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { legacyState } from '../status.ts';

type Options = typeof frontendConfig.options;
/** What the frontend `CircuitBreaker` takes, in milliseconds. @deprecated Use `UnifiedCircuitConfig`. */
export type CircuitBreakerConfig = GivenLegacy<Options>;
/** The state of the frontend `CircuitBreaker`. Times are milliseconds since the Unix epoch, or 0. */
export type CircuitBreakerState = { readonly isOpen: boolean } &
  Readonly<Record<'failureCount' | 'lastFailureTime' | 'openedAt', number>>;

/** Opens at failures within a time window. A timer closes it. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreaker extends LegacyCircuit<Options, number | null, FailuresWithin> {
  /** @internal */ static override readonly spec: BreakerSpec<Options, number | null, FailuresWithin> = {
    source: 'frontend', name: 'CircuitBreaker', circuit: 'frontend',
    config: /* @__PURE__ */ legacyConfig(frontendConfig),
    rule: ({ failureThreshold: failures, timeWindowMs: windowMs }) => failuresWithin({ failures, windowMs }),
  };
  readonly #timeline: ReturnType<typeof timelineFor>;
  readonly #unsubscribe: () => void;
  #timer: Timer | null = null;
  constructor(config: CircuitBreakerConfig = {}, runtime: LegacyRuntime = {}) {
    super(config, runtime);
    this.#timeline = timelineFor(runtime.clock);
    this.#unsubscribe = this.breaker.on('stateChange', ({ to, retryAfterMs }) => {
      this.#timer?.cancel();
      this.#timer = to === 'open' ? this.#timeline.after(retryAfterMs, () => this.breaker.reset()) : null;
      this.#timer?.unref();
    });
  }
  /** Failures within the time window, at most as many as open the circuit. */
  override get failureCount(): number {
    return this.isOpen() ? this.config.failureThreshold : (this.policy?.failures(this.#timeline.now()) ?? 0);
  }
  /** Records a failure, immediately: an error, or the name of one. */
  recordFailure(error?: unknown): void { this.breaker.recordFailure(failureOf(error)); }
  /** Records a success. While open it closes the circuit. While closed it doesn't change the count of failures. */
  recordSuccess(): void {
    if (this.breaker.state === 'closed') this.breaker.recordSuccess();
    else this.breaker.reset();
  }
  /** Returns whether the circuit is open. Asking changes nothing. */
  isOpen(): boolean { return legacyState(this.breaker) === 'open'; }
  /** Returns whether it is open and since when, and the failures. */
  getState(): CircuitBreakerState {
    const { lastStateChange, metrics } = this.breaker.getStatus();
    const { failureCount } = this;
    const openedAt = this.isOpen() ? lastStateChange : 0;
    return { isOpen: this.isOpen(), failureCount, lastFailureTime: metrics.lastFailureTime ?? 0, openedAt };
  }
  /** Returns `failureCount`: a count, not a rate. */ getFailureRate(): number { return this.failureCount; }
  /** Closes the circuit and clears all figures. */ reset(): void { this.breaker.reset(); }
  /** Stops the timer. From now on an open circuit admits events after the wait, and closes at the first success. */
  destroy(): void {
    this.#unsubscribe();
    this.#timer?.cancel();
    this.#timer = null;
  }
}
