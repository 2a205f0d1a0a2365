import { systemRandom } from '../../core/random.ts';
import { readLegacy } from '../read-legacy.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { retryStrategyOptions } from '../mapping/llm.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { isTransient, messageOf } from './error-kind.ts';

/** What `RetryStrategy` takes: legacy names, seconds. */
export interface RetryStrategyOptions extends Omit<GivenLegacy<typeof retryStrategyOptions>, 'jitterRange'> {
  /** The least and the largest factor of the jitter. Default `[0.5, 1.5]`. */
  readonly jitterRange?: readonly [least: number, most: number] | undefined;
}

/** How often and how soon to retry, and after what. */
export interface RetryPacing {
  /** All attempts, the first one included. */
  readonly maxAttempts: number;
  /** Seconds to wait after an attempt, which is counted from 1. */
  calculateDelay(attempt: number): number;
  /** Whether an error is worth another attempt. */
  shouldRetry(error: unknown): boolean;
}

/** Growing waits with jitter, and errors told by their text. @deprecated Use `retry(operation, options)`. */
export class RetryStrategy implements RetryPacing {
  readonly maxAttempts: number;
  /** Seconds to wait after the first attempt, before jitter. */
  readonly baseDelay: number;
  /** The longest wait in seconds. */
  readonly maxDelay: number;
  /** What each further wait is multiplied by. */
  readonly backoffFactor: number;
  /** The least and the largest factor of the jitter. */
  readonly jitterRange: readonly [least: number, most: number];
  readonly #runtime: LegacyRuntime;

  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(options: RetryStrategyOptions = {}, runtime: LegacyRuntime = {}) {
    if (new.target !== ApiSpecificRetryStrategy) warnOfLegacyName('llm', 'RetryStrategy', 'retry(operation, options)');
    const { held } = readLegacy('RetryStrategy', retryStrategyOptions, options);
    this.maxAttempts = held.maxAttempts;
    this.baseDelay = held.baseDelay;
    this.maxDelay = held.maxDelay;
    this.backoffFactor = held.backoffFactor;
    this.jitterRange = options.jitterRange ?? [0.5, 1.5];
    this.#runtime = runtime;
  }

  calculateDelay(attempt: number): number {
    const { random = systemRandom } = this.#runtime;
    const [least, most] = this.jitterRange;
    return Math.min(this.baseDelay * this.backoffFactor ** (attempt - 1) * (least + random() * (most - least)), this.maxDelay);
  }

  shouldRetry(error: unknown): boolean {
    return isTransient(error);
  }
}

/** By the provider of a model. */
const PROVIDERS = {
  openai: { maxAttempts: 5, baseDelay: 2, maxDelay: 120, backoffFactor: 2.5 },
  anthropic: { maxAttempts: 4, baseDelay: 1.5, maxDelay: 90, backoffFactor: 2 },
  standard: { maxAttempts: 3, baseDelay: 1, maxDelay: 60, backoffFactor: 2 },
} as const;

const CALLERS_OWN: readonly string[] = ['401', 'unauthorized', '400', 'bad request'];

/** The numbers of `openai`, `anthropic` or `standard`; errors that the caller made are not retried. @deprecated Use `retry(operation, options)` for a provider. */
export class ApiSpecificRetryStrategy extends RetryStrategy {
  /** The provider, as it was given. */
  readonly apiType: string;

  /** An unknown provider has the numbers of `standard`. @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(apiType = 'standard', options: RetryStrategyOptions = {}, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('llm', 'ApiSpecificRetryStrategy', 'retry(operation, options) for a provider');
    super({ ...numbersOf(apiType), ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) }, runtime);
    this.apiType = apiType;
  }

  override shouldRetry(error: unknown): boolean {
    const message = messageOf(error);
    return super.shouldRetry(error) && !CALLERS_OWN.some((text) => message.includes(text));
  }
}

function numbersOf(apiType: string): RetryStrategyOptions {
  return Object.hasOwn(PROVIDERS, apiType) ? PROVIDERS[apiType as keyof typeof PROVIDERS] : PROVIDERS.standard;
}
