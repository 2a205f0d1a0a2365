/**
 * The legacy names that `services/synthetic_data/circuit_breaker` passed on from core.
 *
 * @module
 */
export { CircuitStates as CircuitState } from '../legacy-view.ts';
export type { LegacyRuntime } from '../runtime.ts';
export { CircuitBreaker } from '../core/circuit-breaker.ts';
export type { CircuitBreakerParts } from '../core/circuit-breaker.ts';
export { CircuitConfig } from '../core/circuit-config.ts';
export type { CircuitConfigOptions } from '../core/circuit-config.ts';
export type { CircuitBreakerStatus, CircuitMetrics } from '../core/circuit-status.ts';
export { circuitRegistry } from '../core/registry-functions.ts';
