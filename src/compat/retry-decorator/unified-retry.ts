import { isCircuitBreakerOpenError } from '../../core/errors.ts';
import { decorateWith } from '../decorate.ts';
import type { LegacyDecorator } from '../decorate.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { legacyRetry } from '../legacy-retry.ts';
import { unifiedRetryOptions } from '../mapping/retry-decorator.ts';
import { readLegacy } from '../read-legacy.ts';
import type { GivenLegacy, HeldLegacy } from '../read-legacy.ts';
import { isOneOf } from '../retry-handler/is-one-of.ts';
import { chance, growingDelay } from '../retry-handler/retry-delay.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { CircuitBreakerData } from './circuit-breaker-data.ts';

/** What `unifiedRetry` takes: legacy names, seconds. */
export type UnifiedRetryOptions = GivenLegacy<typeof unifiedRetryOptions>;

type Held = HeldLegacy<typeof unifiedRetryOptions>;

/** Seconds. */
function delayAfter(attempt: number, { baseDelay, maxDelay, strategy, backoffFactor, jitter }: Held, runtime: LegacyRuntime): number {
  const delay = growingDelay(attempt, { baseDelay, strategy, factor: backoffFactor }, 2);
  return Math.min(jitter ? delay * (0.5 + chance(runtime) * 0.5) : delay, maxDelay);
}

/**
 * Retries functions and methods; with `circuitBreaker` all of them through one circuit, to which a run of attempts is one call.
 *
 * @deprecated Use `withRetry(fn, options)`.
 * @throws CircuitBreakerConfigError that lists every problem with the options. What is decorated throws the last error, and `Circuit breaker is open` while it is.
 */
export function unifiedRetry(options: UnifiedRetryOptions = {}, runtime: LegacyRuntime = {}): LegacyDecorator {
  warnOfLegacyName('retry-decorator', 'unifiedRetry', 'withRetry(fn, options)');
  const { held } = readLegacy('unifiedRetry', unifiedRetryOptions, options);
  const { maxAttempts: attempts, nonRetryableExceptions = [], circuitBreaker, failureThreshold, recoveryTimeout, halfOpenMaxCalls } = held;
  const retryOn = (error: unknown): boolean => !isCircuitBreakerOpenError(error) && !isOneOf(error, nonRetryableExceptions);
  const run = (operation: () => unknown): Promise<unknown> => legacyRetry(operation, { attempts, retryOn, delayAfter: (attempt) => delayAfter(attempt, held, runtime) }, runtime);
  if (!circuitBreaker) return decorateWith(() => run);
  const circuit = insideLegacyName(() => new CircuitBreakerData({ failureThreshold, recoveryTimeout, halfOpenMaxCalls }, runtime));
  return decorateWith(() => (operation) => circuit.call(run, operation));
}
