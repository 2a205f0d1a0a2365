/**
 * Legacy names on the one breaker, as far as they do not clash; those that do are on subpaths of their own, `./compat/<source>`.
 *
 * @module
 */
export { LEGACY_NAME_CODE, reportLegacyNames } from './deprecation.ts';
export type { LegacyReporter } from './deprecation.ts';
export { fromPythonConfig } from './from-python.ts';
export type { FromPython } from './from-python.ts';
export { CircuitBreakerOpenException } from './agents-base/index.ts';
export type { CircuitBreakerStatusMetrics } from './agents-base/index.ts';
export { AgentCircuitBreaker, AgentSecurityCircuitConfig, SystemCircuitBreaker, getSystemCircuitBreaker } from './agents-security/index.ts';
export type {
  AgentCircuitBreakerParts,
  AgentStatus,
  AgentSummary,
  Environment,
  FailureAnalysis,
  FailureRecord,
  RecoveryTest,
  ShownFailure,
  SystemCircuitBreakerParts,
  SystemCondition,
  SystemHealth,
  SystemStatus,
} from './agents-security/index.ts';
export {
  ApiCircuitBreaker,
  ApiFallbackService,
  EndpointCircuitBreakerConfig,
  EndpointCircuitBreakerManager,
  EndpointUnavailableError,
  circuitBreakerManager,
} from './api-gateway/index.ts';
export type {
  ApiCircuitStatus,
  CircuitBreakerStats,
  EndpointCircuit,
  EndpointCircuitBreakerConfigOptions,
  EndpointCircuitStats,
} from './api-gateway/index.ts';
export { AsyncCircuitBreaker, ServiceError } from './async-retry/index.ts';
export type { AsyncCircuitBreakerOptions, AsyncCircuitInfo } from './async-retry/index.ts';
export { AuthCircuitBreakerManager } from './auth-client/index.ts';
export { ClickHouseCircuitBreaker, ConnectionError } from './clickhouse/index.ts';
export {
  AdaptiveCircuitBreaker,
  CircuitBreaker,
  CircuitBreakerOpenError,
  CircuitBreakerRegistry,
  CircuitConfig,
  CircuitStates,
  circuitBreakerSync,
  circuitRegistry,
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
export { DatabaseClientConfig, DatabaseManager, HealthAssessment } from './database/index.ts';
export type {
  AssessedCircuit,
  AssessedCircuits,
  CircuitHealth,
  ConnectionStatus,
  DatabaseCacheConfig,
  DatabaseCircuitOptions,
  DatabaseCircuitStatus,
  DatabaseHealth,
  DatabaseHealthResponse,
  DatabaseRetryConfig,
} from './database/index.ts';
export { DockerCircuitBreaker, DockerCircuitBreakerError, DockerCircuitBreakerManager } from './docker/index.ts';
export type {
  DockerCircuitBreakerOptions,
  DockerCircuitBreakerParts,
  DockerCircuitBreakerStats,
  DockerCommandResult,
  DockerExecutor,
} from './docker/index.ts';
export {
  AgentCircuitBreakerConfig,
  AgentTaskCircuitBreaker,
  AgentTaskManager,
  AuthCircuitBreaker,
  AuthCircuitBreakerConfig,
  AuthSecurityError,
  DatabaseCircuitBreaker,
  DatabaseCircuitBreakerConfig,
  LLMCircuitBreaker,
  LLMCircuitBreakerConfig,
  LLMCostLimitError,
  LLMRateLimitError,
  LLMValidationError,
  LlmCircuitBreaker,
  LlmCircuitBreakerConfig,
  LlmCostLimitError,
  LlmRateLimitError,
  LlmValidationError,
  SecurityMonitor,
  TokenUsageTracker,
} from './domain/index.ts';
export type {
  AgentCircuitBreakerOptions,
  AgentTaskCircuitBreakerParts,
  AgentTaskCircuitBreakerStatus,
  AgentTaskOptions,
  AuthCircuitBreakerOptions,
  AuthCircuitBreakerParts,
  AuthCircuitBreakerStatus,
  DatabaseCircuitBreakerOptions,
  DatabaseCircuitBreakerParts,
  DatabaseCircuitBreakerStatus,
  DatabasePool,
  DomainConfig,
  DomainStatus,
  FallbackHandler,
  LlmCallOptions,
  LlmCircuitBreakerOptions,
  LlmCircuitBreakerParts,
  LlmCircuitBreakerStatus,
  PoolWarning,
  ProgressCallback,
  ResponseValidator,
  SecurityMetrics,
  SessionManager,
  TaskContext,
  TaskMetrics,
  TokenUsage,
  TransactionScope,
  UserId,
} from './domain/index.ts';
export { ErrorRecoveryCircuitBreaker } from './error-recovery/index.ts';
export type { ErrorRecoveryOptions } from './error-recovery/index.ts';
export {
  ExternalAPIConfig,
  ExternalServiceCircuitBreaker,
  ExternalServiceManager,
  callExternalApi,
  callLlmService,
  callOauthService,
  getExternalServiceManager,
  getHttpCircuit,
} from './external-services/index.ts';
export type { ExternalServiceFallback, ExternalServiceHealth } from './external-services/index.ts';
export { GTMCircuitBreaker, getGTMCircuitBreaker } from './frontend/index.ts';
export type { GTMEventKey, GTMStats } from './frontend/index.ts';
export { CircuitBreakerHealthChecker } from './health-checks/index.ts';
export type { CheckedHealth, HealthCheckerParts, UnhealthyResult, WrappedHealthChecker } from './health-checks/index.ts';
export {
  ANTHROPIC_RETRY,
  ApiSpecificRetryStrategy,
  CircuitBreakerRetryStrategy,
  FAST_LLM_RETRY,
  FallbackConfig,
  LLMCircuitBreakerManager,
  LLMClientConfig,
  LLMFallbackHandler,
  OPENAI_RETRY,
  RetryStrategy,
  SLOW_LLM_RETRY,
  STANDARD_LLM_RETRY,
  withEnhancedRetry,
} from './llm/index.ts';
export type {
  DataAnalysisFallback,
  FallbackConfigOptions,
  FallbackHealthStatus,
  FallbackResponse,
  LLMFailureType,
  RetryPacing,
  RetryStrategyOptions,
  TriageFallback,
} from './llm/index.ts';
export { CircuitBreakerMetricsCollector, CircuitBreakerMetricsService } from './metrics/index.ts';
export type { CircuitMetricsByName, RecordedStateChange } from './metrics/index.ts';
export { RecoveryCircuitBreaker } from './recovery/index.ts';
export type { RecoveryState, RecoveryStatus } from './recovery/index.ts';
export type { ReliabilityMetrics } from './reliability/index.ts';
export { EnterpriseCircuitBreaker, EnterpriseCircuitConfig, UnifiedCircuitBreaker } from './resilience/index.ts';
export type { EnterpriseCircuitConfigOptions } from './resilience/index.ts';
export { CircuitBreakerData, unifiedRetry } from './retry-decorator/index.ts';
export type { CircuitBreakerDataOptions, UnifiedRetryOptions } from './retry-decorator/index.ts';
export {
  AGENT_RETRY_POLICY,
  API_RETRY_POLICY,
  DATABASE_RETRY_POLICY,
  FILE_RETRY_POLICY,
  LLM_RETRY_POLICY,
  RetryConfig,
  UnifiedRetryHandler,
  WEBSOCKET_RETRY_POLICY,
} from './retry-handler/index.ts';
export type { RetryAttempt, RetryConfigOptions, RetryResult } from './retry-handler/index.ts';
export {
  FailureDetector,
  ServiceConfig,
  ServiceHealthMonitor,
  ServiceHealthStatus,
  defaultCircuitBreakerManager,
  detectHttpFailure,
} from './service-manager/index.ts';
export type {
  FailureEvent,
  FailurePattern,
  FailureSeverity,
  FailureSummary,
  HealthCheckAnswer,
  HealthMetrics,
  MonitorSummary,
  ServiceConfigOptions,
  ServiceHealthCheck,
  ServiceHealthInfo,
  ServiceHealthSummary,
  ServiceState,
} from './service-manager/index.ts';
export { CircuitBreakerService } from './service-mesh/index.ts';
export type { CircuitBreakerServiceOptions, MeshCircuitStats, ServiceCallStatistics, ServiceCircuitStatus } from './service-mesh/index.ts';
export {
  CircuitBreakerConfig,
  CircuitBreakerException,
  CircuitOpenException,
  CircuitState,
  CircuitTimeoutException,
  ServiceCircuitBreakers,
  circuitBreakerContext,
  getCircuitBreakerManager,
} from './services/index.ts';
export type { CircuitBreakerHealthSummary } from './services/index.ts';
export { FallbackManager } from './supervisor/index.ts';
export type { AgentExecutionResult, AgentFallback, FallbackManagerOptions, FinalFallbackData } from './supervisor/index.ts';
