import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { ApiSpecificRetryStrategy } from './retry-strategy.ts';
import type { RetryPacing, RetryStrategyOptions } from './retry-strategy.ts';

/** Makes a strategy that is not there before it is used. */
function prepared(name: string, apiType: string, options: RetryStrategyOptions = {}): RetryPacing {
  let made: ApiSpecificRetryStrategy | undefined;
  const strategy = (): ApiSpecificRetryStrategy => {
    warnOfLegacyName('llm', name, 'RetryOptions');
    made ??= insideLegacyName(() => new ApiSpecificRetryStrategy(apiType, options));
    return made;
  };
  return {
    get maxAttempts() {
      return strategy().maxAttempts;
    },
    calculateDelay: (attempt) => strategy().calculateDelay(attempt),
    shouldRetry: (error) => strategy().shouldRetry(error),
  };
}

/** 3 attempts, from 0.5 s. @deprecated Use `RetryOptions`. */
export const FAST_LLM_RETRY: RetryPacing = /* @__PURE__ */ prepared('FAST_LLM_RETRY', 'standard', { maxAttempts: 3, baseDelay: 0.5 });

/** 5 attempts, from 1 s. @deprecated Use `RetryOptions`. */
export const STANDARD_LLM_RETRY: RetryPacing = /* @__PURE__ */ prepared('STANDARD_LLM_RETRY', 'standard', { maxAttempts: 5, baseDelay: 1 });

/** 7 attempts, from 2 s. @deprecated Use `RetryOptions`. */
export const SLOW_LLM_RETRY: RetryPacing = /* @__PURE__ */ prepared('SLOW_LLM_RETRY', 'standard', { maxAttempts: 7, baseDelay: 2 });

/** 5 attempts, from 2 s, at most 120 s. @deprecated Use `RetryOptions`. */
export const OPENAI_RETRY: RetryPacing = /* @__PURE__ */ prepared('OPENAI_RETRY', 'openai');

/** 4 attempts, from 1.5 s, at most 90 s. @deprecated Use `RetryOptions`. */
export const ANTHROPIC_RETRY: RetryPacing = /* @__PURE__ */ prepared('ANTHROPIC_RETRY', 'anthropic');
