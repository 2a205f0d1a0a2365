/**
 * The legacy name of `services/service_mesh/circuit_breaker.py`: one circuit a service.
 *
 * @module
 */
export type { LegacyOperation } from '../guarded-call.ts';
export type { LegacyRuntime } from '../runtime.ts';
export { CircuitBreakerService } from './circuit-breaker-service.ts';
export type { CircuitBreakerServiceOptions } from './circuit-breaker-service.ts';
export type { MeshCircuitStats, ServiceCallStatistics, ServiceCircuitStatus } from './circuit-status.ts';
