import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { systemClock, timelineOf } from '../../core/clock.ts';
import type { Timeline, Timer } from '../../core/clock.ts';
import type { StateChangeEvent } from '../../core/events.ts';
import { unifiedFrom } from '../convert.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { failureOf } from '../failure-label.ts';
import { legacyState } from '../legacy-view.ts';
import { frontendOptions, frontendSettings } from '../mapping/frontend.ts';
import { failuresWithin } from '../quirks.ts';
import type { FailuresWithin } from '../quirks.ts';
import { readLegacy } from '../read-legacy.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';

/** What the frontend `CircuitBreaker` takes, in milliseconds. @deprecated Use `UnifiedCircuitConfig`. */
export type CircuitBreakerConfig = GivenLegacy<typeof frontendOptions>;

/** The state of the frontend `CircuitBreaker`. @deprecated Use `getStatus()` of `UnifiedCircuitBreaker`. */
export interface CircuitBreakerState {
  /** Whether the circuit is open. */
  readonly isOpen: boolean;
  /** Failures within the time window, at most as many as open the circuit. */
  readonly failureCount: number;
  /** Milliseconds since the Unix epoch; 0 before the first, and once the circuit has closed. */
  readonly lastFailureTime: number;
  /** Milliseconds since the Unix epoch; 0 while the circuit is not open. */
  readonly openedAt: number;
}

/** Opens at failures within a time window; a timer closes it, without a probe. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreaker {
  /** The breaker behind the legacy name; new code uses it directly. */
  readonly breaker: UnifiedCircuitBreaker;
  readonly #threshold: number;
  readonly #policy: FailuresWithin;
  readonly #timeline: Timeline;
  readonly #unfollow: () => void;
  #timer: Timer | null = null;

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(config: CircuitBreakerConfig = {}, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('frontend', 'CircuitBreaker', 'UnifiedCircuitBreaker');
    const { held, explicit } = readLegacy('CircuitBreaker', frontendOptions, config);
    this.#threshold = held.failureThreshold;
    this.#policy = failuresWithin({ failures: held.failureThreshold, windowMs: held.timeWindowMs });
    this.#timeline = timelineOf(runtime.clock ?? systemClock, () => {});
    this.breaker = ownBreaker('frontend', unifiedFrom(frontendOptions, held, explicit, frontendSettings), runtime, { tripPolicy: this.#policy });
    this.#unfollow = this.breaker.on('stateChange', (event) => this.#follow(event));
  }

  #follow({ to, retryAfterMs }: StateChangeEvent): void {
    this.#timer?.cancel();
    this.#timer = to === 'open' ? this.#timeline.after(retryAfterMs, () => this.breaker.reset()) : null;
    this.#timer?.unref();
  }

  /** Records a failure, at once: an error, or the name of one, if it is known. */
  recordFailure(error?: unknown): void {
    this.breaker.recordFailure(failureOf(error));
  }

  /** Records a success. While open it closes the circuit; while closed it takes no failure back. */
  recordSuccess(): void {
    if (this.breaker.state === 'closed') this.breaker.recordSuccess();
    else this.breaker.reset();
  }

  /** Whether the circuit is open. Asking changes nothing. */
  isOpen(): boolean {
    return legacyState(this.breaker) === 'open';
  }

  /** The state: whether it is open and since when, and the failures. */
  getState(): CircuitBreakerState {
    const { lastStateChange, metrics } = this.breaker.getStatus();
    const isOpen = this.isOpen();
    return { isOpen, failureCount: this.getFailureRate(), lastFailureTime: metrics.lastFailureTime ?? 0, openedAt: isOpen ? lastStateChange : 0 };
  }

  /** Failures within the time window, at most as many as open the circuit: a count, whatever it is called. */
  getFailureRate(): number {
    return this.isOpen() ? this.#threshold : this.#policy.failures(this.#timeline.now());
  }

  /** Closes the circuit and forgets what it has seen. */
  reset(): void {
    this.breaker.reset();
  }

  /** Stops the timer, for good: from now on an open circuit lets events through at the end of the wait, and closes at the first success. */
  destroy(): void {
    this.#unfollow();
    this.#timer?.cancel();
    this.#timer = null;
  }
}
