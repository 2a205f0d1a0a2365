/**
 * The legacy names of `agents/supervisor_circuit_breaker`, passed on from core, and the fallback manager of the supervisor.
 *
 * @module
 */
export { CircuitStates as CircuitBreakerState } from '../legacy-view.ts';
export type { LegacyRuntime } from '../runtime.ts';
export { CircuitBreaker } from '../core/circuit-breaker.ts';
export type { CircuitBreakerParts } from '../core/circuit-breaker.ts';
export { CircuitConfig as CircuitBreakerConfig } from '../core/circuit-config.ts';
export type { CircuitConfigOptions as CircuitBreakerConfigOptions } from '../core/circuit-config.ts';
export type { CircuitBreakerStatus, CircuitMetrics } from '../core/circuit-status.ts';
export type { AgentExecutionResult, FallbackMetadata, FinalFallbackData } from './agent-execution-result.ts';
export { FallbackManager } from './fallback-manager.ts';
export type { AgentFallback, FallbackManagerOptions } from './fallback-manager.ts';
