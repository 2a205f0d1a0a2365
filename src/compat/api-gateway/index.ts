/**
 * The legacy names of `services/api_gateway`: breakers of endpoints in both designs, and their fallback answers.
 *
 * @module
 */
export { LegacyOpenError as CircuitBreakerOpenError } from '../guarded-call.ts';
export type { LegacyOperation } from '../guarded-call.ts';
export type { LegacyRuntime } from '../runtime.ts';
export { ApiCircuitBreaker } from './api-circuit-breaker.ts';
export type { ApiCircuitStatus, CircuitBreakerStats } from './api-circuit-breaker.ts';
export { ApiFallbackService, EndpointUnavailableError } from './api-fallback-service.ts';
export { CircuitBreakerConfig, EndpointCircuitBreakerConfig } from './circuit-breaker-config.ts';
export type { CircuitBreakerConfigOptions, EndpointCircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
export { CircuitBreakerManager } from './circuit-breaker-manager.ts';
export { circuitBreakerManager, EndpointCircuitBreakerManager } from './endpoint-circuit-breaker-manager.ts';
export type { EndpointCircuit, EndpointCircuitStats } from './endpoint-status.ts';
