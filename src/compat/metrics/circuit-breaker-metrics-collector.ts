import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { CircuitBreakerMetrics } from './circuit-breaker-metrics.ts';
import type { CircuitMetricsByName } from './circuit-breaker-metrics.ts';

/** The figures of endpoints, as promises. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreakerMetricsCollector {
  /** The figures. */
  readonly metrics: CircuitBreakerMetrics;

  constructor(runtime: LegacyRuntime = {}) {
    warnOfLegacyName('metrics', 'CircuitBreakerMetricsCollector', 'UnifiedCircuitBreaker');
    this.metrics = insideLegacyName(() => new CircuitBreakerMetrics(runtime));
  }

  /** The figures of one endpoint. */
  async collectEndpointMetrics(endpoint: string): Promise<CircuitMetricsByName> {
    return this.metrics.getMetrics(endpoint);
  }

  /** Records a failure, at once; `errorType` is the name of an error, or the error. */
  async recordEndpointFailure(endpoint: string, errorType?: unknown): Promise<void> {
    this.metrics.recordFailure(endpoint, errorType);
  }

  /** Records a success, at once. @param responseTime seconds, 0 or more. @throws TypeError when it is not that. */
  async recordEndpointSuccess(endpoint: string, responseTime?: number): Promise<void> {
    this.metrics.recordSuccess(endpoint, responseTime);
  }
}
