/**
 * The legacy names of `core/circuit_breaker*`: the breaker, its configuration, the registry and the decorators.
 *
 * @module
 */
export { CircuitStates } from '../legacy-view.ts';
export type { LegacyHealth } from '../legacy-view.ts';
export { LegacyOpenError as CircuitBreakerOpenError } from '../guarded-call.ts';
export type { LegacyOperation } from '../guarded-call.ts';
export type { HealthChecker, LegacyHealthResult } from '../health-checker.ts';
export type { LegacyDecorator, LegacySyncDecorator, LegacyWrapped } from '../decorate.ts';
export type { LegacyRuntime } from '../runtime.ts';
export { AdaptiveCircuitBreaker } from './adaptive-circuit-breaker.ts';
export type { AdaptiveCircuitBreakerOptions, AdaptiveCircuitMetrics } from './adaptive-circuit-breaker.ts';
export { CircuitBreaker } from './circuit-breaker.ts';
export type { CircuitBreakerParts } from './circuit-breaker.ts';
export { CircuitBreakerRegistry } from './circuit-breaker-registry.ts';
export type { NamelessCircuitConfig } from './circuit-breaker-registry.ts';
export { CircuitConfig, createCircuitConfigForEnvironment } from './circuit-config.ts';
export type { CircuitConfigOptions } from './circuit-config.ts';
export type { CircuitBreakerStatus, CircuitMetrics } from './circuit-status.ts';
export {
  circuitBreaker,
  circuitBreakerSync,
  circuitRegistry,
  cleanupAllCircuitBreakers,
  getAllCircuitBreakerMetrics,
  getCircuitBreaker,
  removeCircuitBreaker,
  withHealthCheck,
} from './registry-functions.ts';
