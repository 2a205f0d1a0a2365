import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { dateOf } from '../legacy-view.ts';

/** The figures of a `CircuitBreaker` at one moment. */
export interface CircuitBreakerMetrics {
  /** Calls that were admitted; rejected ones are not among them. */
  readonly totalRequests: number;
  /** Calls that succeeded. */
  readonly successfulRequests: number;
  /** Calls that failed, also with an error that does not count. */
  readonly failedRequests: number;
  /** How often the circuit has opened. */
  readonly circuitOpenedCount: number;
  /** How often the circuit has recovered. */
  readonly circuitClosedCount: number;
  /** Calls that took too long; they failed, too. */
  readonly timeouts: number;
  /** The last failure that counts; null before the first. */
  readonly lastFailureTime: Date | null;
  /** The last success; null before the first. */
  readonly lastSuccessTime: Date | null;
  /** Failures since the last success. */
  readonly currentConsecutiveFailures: number;
  /** Successes since the last failure. */
  readonly currentConsecutiveSuccesses: number;
  /** Mean duration of the calls, in seconds. */
  readonly averageResponseTime: number;
  /** Share of failures in the window, 0 to 1. */
  readonly errorRate: number;
}

/** The figures of a breaker in legacy words. */
export function servicesMetricsOf(breaker: UnifiedCircuitBreaker): CircuitBreakerMetrics {
  const metrics = breaker.getMetrics();
  return {
    totalRequests: metrics.totalCalls - metrics.rejectedCalls,
    successfulRequests: metrics.successfulCalls,
    failedRequests: metrics.failedCalls + metrics.ignoredCalls,
    circuitOpenedCount: metrics.circuitOpenedCount,
    circuitClosedCount: metrics.circuitClosedCount,
    timeouts: metrics.timeouts,
    lastFailureTime: dateOf(metrics.lastFailureTime),
    lastSuccessTime: dateOf(metrics.lastSuccessTime),
    currentConsecutiveFailures: metrics.consecutiveFailures,
    currentConsecutiveSuccesses: metrics.consecutiveSuccesses,
    averageResponseTime: metrics.averageResponseTimeMs / 1_000,
    errorRate: metrics.currentErrorRate,
  };
}
