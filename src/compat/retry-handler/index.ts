/**
 * The legacy names of `core/resilience/unified_retry_handler`: retries through a circuit, with a result instead of an error.
 *
 * @module
 */
export { RetryConfig } from './retry-config.ts';
export type { RetryConfigOptions } from './retry-config.ts';
export { AGENT_RETRY_POLICY, API_RETRY_POLICY, DATABASE_RETRY_POLICY, FILE_RETRY_POLICY, LLM_RETRY_POLICY, WEBSOCKET_RETRY_POLICY } from './retry-policies.ts';
export type { RetryAttempt, RetryResult } from './retry-result.ts';
export { UnifiedRetryHandler } from './unified-retry-handler.ts';
