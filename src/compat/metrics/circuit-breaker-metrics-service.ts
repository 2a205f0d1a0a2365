import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { CircuitBreakerMetricsCollector } from './circuit-breaker-metrics-collector.ts';
import type { CircuitMetricsByName } from './circuit-breaker-metrics.ts';

/** The same as a collector, under other names. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreakerMetricsService {
  /** The collector behind it. */
  readonly collector: CircuitBreakerMetricsCollector;

  constructor(runtime: LegacyRuntime = {}) {
    warnOfLegacyName('metrics', 'CircuitBreakerMetricsService', 'UnifiedCircuitBreaker');
    this.collector = insideLegacyName(() => new CircuitBreakerMetricsCollector(runtime));
  }

  /** The figures of one endpoint. */
  getEndpointMetrics(endpoint: string): Promise<CircuitMetricsByName> {
    return this.collector.collectEndpointMetrics(endpoint);
  }

  /** Records a failure, at once; `errorType` is the name of an error, or the error. */
  recordFailure(endpoint: string, errorType?: unknown): Promise<void> {
    return this.collector.recordEndpointFailure(endpoint, errorType);
  }

  /** Records a success, at once. @param responseTime seconds, 0 or more. @throws TypeError when it is not that. */
  recordSuccess(endpoint: string, responseTime?: number): Promise<void> {
    return this.collector.recordEndpointSuccess(endpoint, responseTime);
  }
}
