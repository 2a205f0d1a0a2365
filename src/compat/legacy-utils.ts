/**
 * The legacy names that `utils/circuit_breaker` passed on from core: all of them.
 *
 * @module
 */
export {
  AdaptiveCircuitBreaker,
  CircuitBreaker,
  circuitBreaker,
  CircuitBreakerOpenError,
  CircuitBreakerRegistry,
  circuitBreakerSync,
  CircuitConfig,
  circuitRegistry,
  CircuitStates,
  cleanupAllCircuitBreakers,
  createCircuitConfigForEnvironment,
  getAllCircuitBreakerMetrics,
  getCircuitBreaker,
  removeCircuitBreaker,
  withHealthCheck,
} from './core/index.ts';
export type {
  AdaptiveCircuitBreakerOptions,
  AdaptiveCircuitMetrics,
  CircuitBreakerParts,
  CircuitBreakerStatus,
  CircuitConfigOptions,
  CircuitMetrics,
  HealthChecker,
  LegacyDecorator,
  LegacyHealth,
  LegacyHealthResult,
  LegacyOperation,
  LegacyRuntime,
  LegacySyncDecorator,
  LegacyWrapped,
  NamelessCircuitConfig,
} from './core/index.ts';
