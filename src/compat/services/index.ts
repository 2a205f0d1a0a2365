/**
 * The legacy names of `services/circuit_breaker`: the breaker, its configuration, its errors, the manager, the decorator and the context form.
 *
 * @module
 */
export { CircuitStates as CircuitState } from '../legacy-view.ts';
export type { LegacyOperation } from '../guarded-call.ts';
export type { LegacyDecorator, LegacyWrapped } from '../decorate.ts';
export type { LegacyRuntime } from '../runtime.ts';
export { CircuitBreaker } from './circuit-breaker.ts';
export type { CircuitBreakerParts, CircuitBreakerStatus } from './circuit-breaker.ts';
export { CircuitBreakerConfig } from './circuit-breaker-config.ts';
export type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
export { circuitBreakerContext } from './circuit-breaker-context.ts';
export { circuitBreaker } from './circuit-breaker-decorator.ts';
export { CircuitBreakerException, CircuitOpenException, CircuitTimeoutException } from './circuit-breaker-exceptions.ts';
export { CircuitBreakerManager, getCircuitBreakerManager } from './circuit-breaker-manager.ts';
export type { CircuitBreakerHealthSummary } from './circuit-breaker-manager.ts';
export type { CircuitBreakerMetrics } from './circuit-breaker-metrics.ts';
export { ServiceCircuitBreakers } from './service-circuit-breakers.ts';
