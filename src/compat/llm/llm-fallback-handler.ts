import { notAFunction } from '../../breaker/call/signal.ts';
import type { UnifiedCircuitStatus } from '../../breaker/status/status.ts';
import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { systemClock } from '../../core/clock.ts';
import { isCircuitBreakerOpenError } from '../../core/errors.ts';
import { systemRandom } from '../../core/random.ts';
import { nameOf } from '../../core/untrusted.ts';
import { isRequestError } from '../../presets/node-errors.ts';
import { BoundedMap } from '../bounded-map.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { errorText } from '../error-text.ts';
import { asConfig } from '../legacy-config.ts';
import { legacyRetry } from '../legacy-retry.ts';
import { llmFallbackSettings } from '../mapping/llm.ts';
import { listedBreaker, uncountedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { failureTypeOf } from './error-kind.ts';
import type { LLMFailureType } from './error-kind.ts';
import { FallbackConfig } from './fallback-config.ts';
import type { FallbackConfigOptions } from './fallback-config.ts';
import { fallbackResponse } from './fallback-response.ts';
import type { FallbackResponse } from './fallback-response.ts';
import { RetryHistory } from './retry-history.ts';

/** So many providers are known for status and reset; those asked for longest ago make room. */
const MOST_PROVIDERS = 1_000;

/** How an `LLMFallbackHandler` is doing. */
export interface FallbackHealthStatus {
  /** Failed attempts, at most the newest 100. */
  readonly totalRetries: number;
  /** Those of the last five minutes. */
  readonly recentFailures: number;
  /** The status of each provider's circuit. */
  readonly circuitBreakers: Readonly<Record<string, UnifiedCircuitStatus>>;
  /** The recent ones by what the error was. */
  readonly failureTypes: Readonly<Partial<Record<LLMFailureType, number>>>;
}

/** Retries calls of a model, and answers by a body when there is no answer; knows at most 1 000 providers. @deprecated Use `UnifiedCircuitBreaker` with `fallback`. */
export class LLMFallbackHandler {
  /** The configuration, in seconds. */
  readonly config: FallbackConfig;
  readonly #runtime: LegacyRuntime;
  readonly #history = new RetryHistory();
  readonly #breakers = new BoundedMap<string, UnifiedCircuitBreaker>(MOST_PROVIDERS);

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(config: FallbackConfig | FallbackConfigOptions = {}, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('llm', 'LLMFallbackHandler', 'UnifiedCircuitBreaker with fallback');
    this.config = asConfig(FallbackConfig, config);
    this.#runtime = runtime;
  }

  /**
   * Gives what `operation` gives, or a body of that type when no attempt succeeds or the circuit of the provider is open.
   *
   * @param _operationName for logs; there are none.
   * @throws TypeError when `operation` is no function. What it throws is told by the body.
   */
  async executeWithFallback<T, Type extends string = 'general'>(operation: () => T | PromiseLike<T>, _operationName: string, provider = 'default', fallbackType?: Type): Promise<T | FallbackResponse<Type>> {
    if (typeof operation !== 'function') throw notAFunction(operation);
    try {
      return await this.#attempts(operation, this.#breakerOf(provider));
    } catch (error) {
      return fallbackResponse<Type>(fallbackType ?? ('general' as Type), { error, rejected: this.isCircuitBreakerError(error), timestamp: this.#now() });
    }
  }

  /** The same for answers of a class: whatever is no instance of it becomes a fresh one. */
  async executeStructuredWithFallback<T extends object>(operation: () => T | PromiseLike<T>, schema: new () => T, operationName: string, provider = 'default'): Promise<T> {
    const answer = await this.executeWithFallback(operation, operationName, provider);
    return answer instanceof schema ? answer : new schema();
  }

  /** Whether an error says that a circuit did not admit a call. */
  isCircuitBreakerError(error: unknown): boolean {
    return isCircuitBreakerOpenError(error) || nameOf(error) === 'CircuitBreakerOpenError';
  }

  #breakerOf(provider: string): UnifiedCircuitBreaker {
    const { useCircuitBreaker } = this.config;
    const known = useCircuitBreaker ? undefined : this.#breakers.get(provider);
    const make = useCircuitBreaker ? listedBreaker : uncountedBreaker;
    const breaker = known ?? make(`llm_fallback_${provider}`, { ...llmFallbackSettings, ignoreErrors: isRequestError }, this.#runtime);
    this.#breakers.set(provider, breaker);
    return breaker;
  }

  #attempts<T>(operation: () => T | PromiseLike<T>, breaker: UnifiedCircuitBreaker): Promise<T> {
    const { maxRetries, timeout } = this.config;
    const attempt = async (attemptNumber: number): Promise<T> => {
      try {
        return await breaker.call(() => operation(), { timeoutMs: Math.max(1, timeout * 1_000) });
      } catch (error) {
        if (!this.isCircuitBreakerError(error)) this.#history.add({ attemptNumber, failureType: failureTypeOf(error), errorMessage: errorText(error), timestamp: this.#now() });
        throw error;
      }
    };
    return legacyRetry(
      (context) => attempt(context.attempt),
      { attempts: maxRetries, delayAfter: (attempts, error) => this.#delayAfter(attempts, error), retryOn: (error) => !this.isCircuitBreakerError(error) },
      this.#runtime,
    );
  }

  /** Seconds. */
  #delayAfter(attempt: number, error: unknown): number {
    const { baseDelay, exponentialBase, maxDelay } = this.config;
    const { random = systemRandom } = this.#runtime;
    const bases: Readonly<Partial<Record<LLMFailureType, number>>> = { rate_limit: Math.max(baseDelay * 2, 5), timeout: Math.max(baseDelay * 1.5, 2) };
    const delay = Math.min((bases[failureTypeOf(error)] ?? baseDelay) * exponentialBase ** (attempt - 1), maxDelay);
    return delay * (1.1 + random() * 0.2);
  }

  #now(): number {
    const { clock = systemClock } = this.#runtime;
    return clock.wall() / 1_000;
  }

  /** Recent failures, and the circuits of the providers. */
  getHealthStatus(): FallbackHealthStatus {
    const recent = this.#history.recent(this.#now());
    const types = [...new Set(recent.map(({ failureType }) => failureType))];
    return {
      totalRetries: this.#history.length,
      recentFailures: recent.length,
      circuitBreakers: Object.fromEntries([...this.#breakers].map(([provider, breaker]) => [provider, breaker.getStatus()])),
      failureTypes: Object.fromEntries(types.map((type) => [type, recent.filter(({ failureType }) => failureType === type).length])),
    };
  }

  /** Closes the circuits of all providers. */
  resetCircuitBreakers(): void {
    for (const [, breaker] of this.#breakers) breaker.reset();
  }

  /** The same, as a promise. */
  async resetCircuitBreakersAsync(): Promise<void> {
    this.resetCircuitBreakers();
  }
}
