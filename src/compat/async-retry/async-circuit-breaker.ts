import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import type { CircuitState } from '../../core/state.ts';
import { unifiedFrom } from '../convert.ts';
import { readLegacy } from '../read-legacy.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { guardedCall, withArguments } from '../guarded-call.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { epochSeconds } from '../legacy-view.ts';
import { asyncCircuitBreakerOptions, asyncCircuitBreakerSettings } from '../mapping/async-retry.ts';
import { ownBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { ServiceError } from './service-error.ts';

/** What `AsyncCircuitBreaker` takes: legacy names, seconds. */
export type AsyncCircuitBreakerOptions = GivenLegacy<typeof asyncCircuitBreakerOptions>;

/** An `AsyncCircuitBreaker` at one moment. */
export interface AsyncCircuitInfo {
  /** `OPEN` until a call is tried, also when the wait is over. */
  readonly state: Uppercase<CircuitState>;
  /** Failures since the last success. */
  readonly failureCount: number;
  /** The configured threshold. */
  readonly failureThreshold: number;
  /** The configured wait, in seconds. */
  readonly timeout: number;
  /** Seconds since the Unix epoch; null when there was none since the last success. */
  readonly lastFailureTime: number | null;
}

/** Opens at failures in a row, closes at the first success; calls have no timeout. @deprecated Use `UnifiedCircuitBreaker`. */
export class AsyncCircuitBreaker {
  /** The breaker behind the legacy name; new code uses it directly. */
  readonly breaker: UnifiedCircuitBreaker;
  readonly #configured: Pick<AsyncCircuitInfo, 'failureThreshold' | 'timeout'>;

  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(options: AsyncCircuitBreakerOptions = {}, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('async-retry', 'AsyncCircuitBreaker', 'UnifiedCircuitBreaker');
    const { held, explicit } = readLegacy('AsyncCircuitBreaker', asyncCircuitBreakerOptions, options);
    this.#configured = { failureThreshold: held.failureThreshold, timeout: held.timeout };
    this.breaker = ownBreaker('AsyncCircuitBreaker', unifiedFrom(asyncCircuitBreakerOptions, held, explicit, asyncCircuitBreakerSettings), runtime);
  }

  /** `CLOSED`, `OPEN` or `HALF_OPEN`; `OPEN` until a call is tried, also when the wait is over. */
  get state(): Uppercase<CircuitState> {
    return this.breaker.state.toUpperCase() as Uppercase<CircuitState>;
  }

  /** Failures since the last success. */
  get failureCount(): number {
    return this.breaker.getMetrics().consecutiveFailures;
  }

  /** The breaker at this moment. */
  get circuitInfo(): AsyncCircuitInfo {
    const { state, failureCount } = this;
    const { lastFailureTime } = this.breaker.getMetrics();
    return { state, failureCount, ...this.#configured, lastFailureTime: failureCount === 0 ? null : epochSeconds(lastFailureTime) };
  }

  /**
   * Runs `operation` with its arguments if the circuit lets it, and records how it went.
   *
   * @throws ServiceError when the circuit does not admit the call.
   * @throws whatever `operation` throws, unchanged.
   */
  call<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    return guardedCall(
      this.breaker,
      withArguments(operation, args),
      (rejection) => new ServiceError(rejection, `Circuit breaker is OPEN (failed ${this.failureCount} times)`),
    );
  }
}
