import { notAFunction } from '../../breaker/call/signal.ts';
import type { UnifiedCircuitStatus } from '../../breaker/status/status.ts';
import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { systemClock } from '../../core/clock.ts';
import { isCircuitBreakerOpenError } from '../../core/errors.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { guardedCall, LegacyOpenError } from '../guarded-call.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { asConfig } from '../legacy-config.ts';
import { legacyRetry } from '../legacy-retry.ts';
import { listedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { isOneOf } from './is-one-of.ts';
import { RetryConfig } from './retry-config.ts';
import type { RetryConfigOptions } from './retry-config.ts';
import { chance, growingDelay } from './retry-delay.ts';
import { AttemptLog } from './retry-result.ts';
import type { RetryResult } from './retry-result.ts';

/** Retries, each attempt through the circuit of the service, and tells how it went. @deprecated Use `retry(() => breaker.call(operation), options)`. */
export class UnifiedRetryHandler {
  /** The service; its circuit is `<service>_retry_circuit`. */
  readonly serviceName: string;
  /** The configuration, in seconds. */
  readonly config: RetryConfig;
  /** The breaker behind the legacy name; null where it is not enabled. */
  readonly breaker: UnifiedCircuitBreaker | null;
  readonly #runtime: LegacyRuntime;

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(serviceName = 'unknown', config: RetryConfig | RetryConfigOptions = {}, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('retry-handler', 'UnifiedRetryHandler', 'retry(() => breaker.call(operation), options)');
    this.serviceName = serviceName;
    this.config = asConfig(RetryConfig, config);
    this.breaker = this.config.circuitBreakerEnabled ? listedBreaker(`${serviceName}_retry_circuit`, this.config.toUnifiedConfig(), runtime) : null;
    this.#runtime = runtime;
  }

  /** Runs `operation` with its arguments, and again when it fails. What it throws is told by the result. @throws TypeError when `operation` is no function. */
  async executeWithRetry<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, ...args: Args): Promise<RetryResult<T>> {
    if (typeof operation !== 'function') throw notAFunction(operation);
    const { clock = systemClock } = this.#runtime;
    const log = new AttemptLog(clock);
    const attempt = async (): Promise<T> => {
      log.begin();
      try {
        const result = await operation(...args);
        log.end(null);
        return result;
      } catch (error) {
        log.end(error);
        throw error;
      }
    };
    try {
      return log.succeeded(await this.#run(attempt, log));
    } catch (error) {
      return log.failed(error);
    }
  }

  /** The same. */
  executeWithRetryAsync<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, ...args: Args): Promise<RetryResult<T>> {
    return this.executeWithRetry(operation, ...args);
  }

  #run<T>(attempt: () => Promise<T>, log: AttemptLog): Promise<T> {
    const { breaker } = this;
    const { maxAttempts, timeoutSeconds } = this.config;
    return legacyRetry(
      ({ signal }) => (breaker === null ? attempt() : guardedCall(breaker, attempt, (rejection) => new LegacyOpenError(rejection, 'Circuit breaker is open'), { signal })),
      {
        attempts: maxAttempts,
        totalSeconds: timeoutSeconds,
        delayAfter: (attempts) => this.#delayAfter(attempts),
        retryOn: (error) => this.#isWorthIt(error),
        onRetry: ({ delayMs }) => log.wait(delayMs / 1_000),
      },
      this.#runtime,
    );
  }

  #isWorthIt(error: unknown): boolean {
    const { retryableExceptions, nonRetryableExceptions = [] } = this.config;
    if (isCircuitBreakerOpenError(error) || isOneOf(error, nonRetryableExceptions)) return false;
    return retryableExceptions === undefined || isOneOf(error, retryableExceptions);
  }

  /** Seconds. */
  #delayAfter(attempt: number): number {
    const { baseDelay, maxDelay, strategy, backoffMultiplier, jitterRange } = this.config;
    const delay = growingDelay(attempt, { baseDelay, strategy, factor: backoffMultiplier }, 1);
    const jitter = strategy === 'exponential_jitter' ? delay * jitterRange * (chance(this.#runtime) * 2 - 1) : 0;
    return Math.min(delay + jitter, maxDelay);
  }

  /** The same with another bound in seconds for all attempts. */
  withTimeout(timeoutSeconds: number): UnifiedRetryHandler {
    return this.#with({ timeoutSeconds });
  }

  /** The same with another number of attempts. */
  withMaxAttempts(maxAttempts: number): UnifiedRetryHandler {
    return this.#with({ maxAttempts });
  }

  /** The same with a circuit, or without one. Where the service has a circuit already, its numbers stand. */
  withCircuitBreaker(enabled = true, failureThreshold = 5, recoveryTimeout = 30): UnifiedRetryHandler {
    return this.#with({ circuitBreakerEnabled: enabled, circuitBreakerFailureThreshold: failureThreshold, circuitBreakerRecoveryTimeout: recoveryTimeout });
  }

  #with(changes: RetryConfigOptions): UnifiedRetryHandler {
    return insideLegacyName(() => new UnifiedRetryHandler(this.serviceName, new RetryConfig({ ...this.config, ...changes }), this.#runtime));
  }

  /** The status of the circuit; null where there is none. */
  getCircuitBreakerStatus(): UnifiedCircuitStatus | null {
    return this.breaker?.getStatus() ?? null;
  }
}
