/**
 * The legacy names of `core/reliability_circuit_breaker`: the breaker, its configuration and its figures.
 *
 * @module
 */
export { CircuitStates as CircuitBreakerState } from '../legacy-view.ts';
export type { LegacyOperation } from '../guarded-call.ts';
export type { HealthChecker, LegacyHealthResult } from '../health-checker.ts';
export type { LegacyRuntime } from '../runtime.ts';
export type { CircuitBreakerStatus } from '../core/circuit-status.ts';
export { CircuitBreaker } from './circuit-breaker.ts';
export type { CircuitBreakerParts } from './circuit-breaker.ts';
export { CircuitBreakerConfig } from './circuit-breaker-config.ts';
export type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
export type { ReliabilityMetrics } from './reliability-metrics.ts';
