/**
 * The legacy names of `core/resilience/circuit_breaker`: the core breaker with a configuration of its own.
 *
 * @module
 */
export { EnterpriseCircuitBreaker } from './enterprise-circuit-breaker.ts';
export { EnterpriseCircuitBreaker as UnifiedCircuitBreaker } from './enterprise-circuit-breaker.ts';
export { EnterpriseCircuitConfig } from './enterprise-circuit-config.ts';
export type { EnterpriseCircuitConfigOptions } from './enterprise-circuit-config.ts';
