/**
 * The legacy breaker of `core/async_retry_logic`.
 *
 * @module
 */
export type { LegacyOperation } from '../guarded-call.ts';
export type { LegacyRuntime } from '../runtime.ts';
export { AsyncCircuitBreaker } from './async-circuit-breaker.ts';
export type { AsyncCircuitBreakerOptions, AsyncCircuitInfo } from './async-circuit-breaker.ts';
export { ServiceError } from './service-error.ts';
