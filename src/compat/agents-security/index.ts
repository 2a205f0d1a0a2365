/**
 * The legacy names of `agents/security/circuit_breaker`: breakers that count failures in a window of time, one for each agent, and fallback agents.
 *
 * @module
 */
export type { LegacyRuntime } from '../runtime.ts';
export { AgentCircuitBreaker } from './agent-circuit-breaker.ts';
export type { AgentCircuitBreakerParts } from './agent-circuit-breaker.ts';
export type { CircuitBreakerMetrics } from './agent-metrics.ts';
export { CircuitBreakerConfig, CircuitBreakerConfig as AgentSecurityCircuitConfig } from './circuit-breaker-config.ts';
export type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
export type { Environment } from './environment.ts';
export type { FailureRecord } from './failure-records.ts';
export { FailureType } from './failure-type.ts';
export { getSystemCircuitBreaker } from './get-system-circuit-breaker.ts';
export type { RecoveryTest } from './recovery-test.ts';
export { SystemCircuitBreaker } from './system-circuit-breaker.ts';
export type { SystemCircuitBreakerParts, SystemStatus } from './system-circuit-breaker.ts';
export type { AgentStatus, AgentSummary, FailureAnalysis, ShownFailure, SystemCondition, SystemHealth } from './system-status.ts';
