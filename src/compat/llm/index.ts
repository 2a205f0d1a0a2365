/**
 * The legacy names of `llm/`: circuits of language models, retry strategies, and the handler with fallbacks.
 *
 * @module
 */
export type { LegacyDecorator } from '../decorate.ts';
export { CircuitBreakerConfig } from './circuit-breaker-config.ts';
export type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
export { CircuitBreakerRetryStrategy } from './circuit-breaker-retry-strategy.ts';
export { withEnhancedRetry } from './enhanced-retry.ts';
export type { LLMFailureType } from './error-kind.ts';
export { FallbackConfig } from './fallback-config.ts';
export type { FallbackConfigOptions } from './fallback-config.ts';
export type { DataAnalysisFallback, FallbackMetadata, FallbackResponse, TriageFallback } from './fallback-response.ts';
export { LLMCircuitBreakerManager } from './llm-circuit-breaker-manager.ts';
export { LLMClientConfig } from './llm-client-config.ts';
export { LLMFallbackHandler } from './llm-fallback-handler.ts';
export type { FallbackHealthStatus } from './llm-fallback-handler.ts';
export { ANTHROPIC_RETRY, FAST_LLM_RETRY, OPENAI_RETRY, SLOW_LLM_RETRY, STANDARD_LLM_RETRY } from './prepared-strategies.ts';
export { ApiSpecificRetryStrategy, RetryStrategy } from './retry-strategy.ts';
export type { RetryPacing, RetryStrategyOptions } from './retry-strategy.ts';
