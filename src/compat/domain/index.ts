/**
 * The legacy names of `core/resilience/domain_circuit_breakers`: breakers for databases, language models, authentication and the tasks of agents.
 *
 * @module
 */
export type { LegacyOperation } from '../guarded-call.ts';
export type { HealthChecker, LegacyHealthResult } from '../health-checker.ts';
export type { LegacyRuntime } from '../runtime.ts';
export { AgentCircuitBreakerConfig } from './agent-config.ts';
export type { AgentCircuitBreakerOptions } from './agent-config.ts';
export { AgentTaskCircuitBreaker, AgentTaskCircuitBreaker as AgentCircuitBreaker } from './agent-task-circuit-breaker.ts';
export type { AgentTaskCircuitBreakerParts, AgentTaskCircuitBreakerStatus, AgentTaskOptions, ProgressCallback } from './agent-task-circuit-breaker.ts';
export { AgentTaskManager } from './agent-task-manager.ts';
export type { TaskContext, TaskMetrics } from './agent-task-manager.ts';
export { AuthCircuitBreaker } from './auth-circuit-breaker.ts';
export type { AuthCircuitBreakerParts, AuthCircuitBreakerStatus, FallbackHandler } from './auth-circuit-breaker.ts';
export { AuthCircuitBreakerConfig } from './auth-config.ts';
export type { AuthCircuitBreakerOptions } from './auth-config.ts';
export { DatabaseCircuitBreaker } from './database-circuit-breaker.ts';
export type { DatabaseCircuitBreakerParts, DatabaseCircuitBreakerStatus } from './database-circuit-breaker.ts';
export { DatabaseCircuitBreakerConfig } from './database-config.ts';
export type { DatabaseCircuitBreakerOptions } from './database-config.ts';
export type { DatabasePool, PoolWarning } from './database-pool.ts';
export type { DomainConfig } from './domain-config.ts';
export {
  AuthSecurityError,
  LlmCostLimitError,
  LlmCostLimitError as LLMCostLimitError,
  LlmRateLimitError,
  LlmRateLimitError as LLMRateLimitError,
  LlmValidationError,
  LlmValidationError as LLMValidationError,
} from './domain-errors.ts';
export type { DomainStatus } from './domain-status.ts';
export { LlmCircuitBreaker, LlmCircuitBreaker as LLMCircuitBreaker } from './llm-circuit-breaker.ts';
export type { LlmCallOptions, LlmCircuitBreakerParts, LlmCircuitBreakerStatus, ResponseValidator } from './llm-circuit-breaker.ts';
export { LlmCircuitBreakerConfig, LlmCircuitBreakerConfig as LLMCircuitBreakerConfig } from './llm-config.ts';
export type { LlmCircuitBreakerOptions } from './llm-config.ts';
export { SecurityMonitor } from './security-monitor.ts';
export type { SecurityMetrics, UserId } from './security-monitor.ts';
export type { SessionManager } from './session-hooks.ts';
export { TokenUsageTracker } from './token-usage-tracker.ts';
export type { TokenUsage } from './token-usage-tracker.ts';
export type { TransactionScope } from './transactions.ts';
