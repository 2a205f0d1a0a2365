import { notAFunction } from '../../breaker/call/signal.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import type { LegacyOperation } from '../guarded-call.ts';
import { LegacyBreaker } from '../legacy-breaker.ts';
import { asConfig } from '../legacy-config.ts';
import { listedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { LlmCostLimitError, LlmRateLimitError, LlmValidationError } from './domain-errors.ts';
import { domainStatus } from './domain-status.ts';
import type { DomainStatus } from './domain-status.ts';
import { LlmCircuitBreakerConfig, withTuning } from './llm-config.ts';
import type { LlmCircuitBreakerOptions } from './llm-config.ts';
import { TokenUsageTracker } from './token-usage-tracker.ts';
import type { TokenUsage } from './token-usage-tracker.ts';

/** Says whether a response is good. */
export type ResponseValidator = (response: never) => boolean | PromiseLike<boolean>;

/** What an `LlmCircuitBreaker` may be made with besides. */
export interface LlmCircuitBreakerParts extends LegacyRuntime {
  /** The model; names that begin with `gemini-` bring numbers of their own, which options win over. Default: none. */
  readonly model?: string | null | undefined;
  /** Judges each response; annotate its parameter. Default: every response is good. */
  readonly responseValidator?: ResponseValidator | undefined;
}

/** What one call of a model is expected to use. */
export interface LlmCallOptions {
  /** Tokens, 0 or more. Default 0. */
  readonly tokens?: number | undefined;
  /** Dollars, 0 or more. Default 0. */
  readonly estimatedCost?: number | undefined;
}

/** The status of an `LlmCircuitBreaker`. */
export interface LlmCircuitBreakerStatus extends DomainStatus<'llm', ReturnType<LlmCircuitBreakerConfig['toDict']>> {
  /** The model; null when nobody said. */
  readonly model: string | null;
  /** What has been used. */
  readonly tokenUsage: TokenUsage;
}

/** The breaker `llm_<name>`, with budgets of tokens and cost, and validated responses. @deprecated Use `UnifiedCircuitBreaker` with `presets.llmService`. */
export class LlmCircuitBreaker extends LegacyBreaker {
  /** The configuration, in seconds. */
  readonly config: LlmCircuitBreakerConfig;
  /** The model; null when nobody said. */
  readonly model: string | null;
  /** What has been used. */
  readonly tokenUsage: TokenUsageTracker;
  readonly #isGood: (response: unknown) => boolean | PromiseLike<boolean>;

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(name: string, config: LlmCircuitBreakerConfig | LlmCircuitBreakerOptions = {}, { model = null, responseValidator, ...runtime }: LlmCircuitBreakerParts = {}) {
    warnOfLegacyName('domain', 'LlmCircuitBreaker', 'UnifiedCircuitBreaker with presets.llmService');
    const given = 'toUnifiedConfig' in config ? config : withTuning(config, model);
    const own = asConfig(LlmCircuitBreakerConfig, given) as LlmCircuitBreakerConfig;
    super(listedBreaker(`llm_${name}`, own.toUnifiedConfig(), runtime));
    this.config = own;
    this.model = model;
    this.tokenUsage = insideLegacyName(() => new TokenUsageTracker(own, runtime));
    this.#isGood = (responseValidator as ((response: unknown) => boolean | PromiseLike<boolean>) | undefined) ?? (() => true);
  }

  /**
   * `call()`, if the budgets allow it. What the response has used is counted, and a response that fails its validation is a failed call.
   *
   * @throws LlmRateLimitError, LlmCostLimitError when a budget is spent; `operation` was not run.
   * @throws LlmValidationError when the response fails its validation, and what `call()` throws.
   */
  async callLlm<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, { tokens = 0, estimatedCost = 0 }: LlmCallOptions = {}, ...args: Args): Promise<T> {
    if (typeof operation !== 'function') throw notAFunction(operation);
    if (tokens > 0 && !this.tokenUsage.canMakeRequest(tokens)) throw new LlmRateLimitError('Token rate limit exceeded');
    if (estimatedCost > 0 && this.tokenUsage.currentCost + estimatedCost > this.config.costThresholdDollars) throw new LlmCostLimitError('Cost threshold exceeded');
    return this.call(async () => {
      const response = await operation(...args);
      this.tokenUsage.recordUsage(tokens, estimatedCost);
      if (!(await this.#isGood(response))) throw new LlmValidationError('Response validation failed');
      return response;
    });
  }

  /** The status: that of the breaker, with the domain, the model, what has been used, and the configuration. */
  getStatus(): LlmCircuitBreakerStatus {
    return { ...domainStatus(this, 'llm', this.config), model: this.model, tokenUsage: this.tokenUsage.getStats() };
  }
}
