/**
 * The legacy names of `services/metrics/circuit_breaker_metrics.py`: figures of calls by the name of a circuit.
 *
 * @module
 */
export type { LegacyRuntime } from '../runtime.ts';
export { CircuitBreakerMetrics } from './circuit-breaker-metrics.ts';
export type { CircuitMetricsByName } from './circuit-breaker-metrics.ts';
export { CircuitBreakerMetricsCollector } from './circuit-breaker-metrics-collector.ts';
export { CircuitBreakerMetricsService } from './circuit-breaker-metrics-service.ts';
export type { RecordedStateChange } from './state-change-log.ts';
