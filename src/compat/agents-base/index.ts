/**
 * The legacy names of `agents/base/circuit_breaker` and of `agents/base/circuit_breaker_components`: the breaker, its configuration and its error.
 *
 * @module
 */
export { LegacyOpenError as CircuitBreakerOpenException } from '../guarded-call.ts';
export type { LegacyOperation } from '../guarded-call.ts';
export type { LegacyRuntime } from '../runtime.ts';
export { CircuitBreaker } from './circuit-breaker.ts';
export type { CircuitBreakerStatus, CircuitBreakerStatusMetrics } from './circuit-breaker.ts';
export { CircuitBreakerConfig } from './circuit-breaker-config.ts';
export type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
