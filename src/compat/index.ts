/** The legacy names that don't clash. Each source has a subpath with all its names: `./compat/<source>`. @module */
export { LEGACY_NAME_CODE, reportLegacyNames, type LegacyReporter } from './deprecation.ts';
export { fromPythonConfig, type FromPython, type LegacyConfig } from './config.ts';
export type { HealthChecker, LegacyHealthResult, LegacyParts } from './breaker.ts';
export type { LegacyOperation } from './call.ts';
export type { LegacyDecorator, LegacySyncDecorator, LegacyWrapped } from './decorate.ts';
export type { GivenLegacy } from './options.ts';
export type { LegacyRuntime } from './runtime.ts';
export type { LegacyMetrics, LegacyStatus } from './status.ts';
export { CircuitBreakerOpenException } from './names/agents-base.ts';
export {
  AgentCircuitBreaker, AgentSecurityCircuitConfig, FailureType, getSystemCircuitBreaker, SystemCircuitBreaker,
  type SystemHealth,
} from './names/agents-security.ts';
export {
  ApiCircuitBreaker, circuitBreakerManager, EndpointCircuitBreakerConfig, EndpointCircuitBreakerManager,
  type CircuitBreakerStats,
} from './names/api-gateway.ts';
export { AsyncCircuitBreaker, ServiceError, type AsyncCircuitBreakerOptions } from './names/async-retry.ts';
export {
  AdaptiveCircuitBreaker, CircuitBreaker, CircuitBreakerOpenError, CircuitBreakerRegistry, circuitBreakerSync,
  CircuitConfig, circuitRegistry, CircuitState, CircuitStates, cleanupAllCircuitBreakers,
  createCircuitConfigForEnvironment, getAllCircuitBreakerMetrics, getCircuitBreaker, removeCircuitBreaker,
  withHealthCheck, type CircuitConfigOptions, type NamelessCircuitConfig,
} from './names/core.ts';
export {
  ClickHouseCircuitBreaker, ConnectionError, DatabaseClientConfig, DatabaseManager, type DatabaseCircuitOptions,
} from './names/database.ts';
export {
  AgentCircuitBreakerConfig, AgentTaskCircuitBreaker, AuthCircuitBreaker, AuthCircuitBreakerConfig,
  DatabaseCircuitBreaker, DatabaseCircuitBreakerConfig, LlmCircuitBreaker, LLMCircuitBreaker,
  LlmCircuitBreakerConfig, LLMCircuitBreakerConfig,
} from './names/domain.ts';
export { CircuitBreakerRetryStrategy, LLMCircuitBreakerManager, LLMClientConfig } from './names/llm.ts';
export { CircuitBreakerMetrics } from './names/metrics.ts';
export {
  CircuitBreakerException, circuitBreakerContext, CircuitOpenException, CircuitTimeoutException,
  getCircuitBreakerManager, ServiceCircuitBreakers,
} from './names/services.ts';
export { FallbackManager, type AgentExecutionResult } from './names/supervisor.ts';
