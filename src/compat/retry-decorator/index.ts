/**
 * The legacy names of `core/unified/retry_decorator`: retries, and the circuit inside them.
 *
 * @module
 */
export type { LegacyDecorator } from '../decorate.ts';
export { CircuitBreakerData } from './circuit-breaker-data.ts';
export type { CircuitBreakerDataOptions } from './circuit-breaker-data.ts';
export { unifiedRetry } from './unified-retry.ts';
export type { UnifiedRetryOptions } from './unified-retry.ts';
