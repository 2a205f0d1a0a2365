/**
 * The legacy names of the package `services/circuit_breaker`: services and their circuits, their failures and their health.
 *
 * @module
 */
export type { LegacyOperation } from '../guarded-call.ts';
export type { LegacyRuntime } from '../runtime.ts';
export { CircuitBreakerManager, defaultCircuitBreakerManager } from './circuit-breaker-manager.ts';
export type { ServiceHealthSummary, ServiceState } from './circuit-breaker-manager.ts';
export type { FailurePattern, FailureSummary } from './failure-analysis.ts';
export { FailureDetector } from './failure-detector.ts';
export { detectHttpFailure, FailureType } from './failure-event.ts';
export type { FailureEvent, FailureSeverity } from './failure-event.ts';
export { ServiceHealthStatus } from './health-record.ts';
export type { HealthCheckAnswer, HealthMetrics, ServiceHealthInfo } from './health-record.ts';
export { CircuitBreakerConfig, ServiceConfig } from './service-config.ts';
export type { CircuitBreakerConfigOptions, ServiceConfigOptions } from './service-config.ts';
export { ServiceHealthMonitor } from './service-health-monitor.ts';
export type { MonitorSummary, ServiceHealthCheck } from './service-health-monitor.ts';
