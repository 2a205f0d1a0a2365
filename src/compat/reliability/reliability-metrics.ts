import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { epochSeconds } from '../legacy-view.ts';

/** The figures of a `CircuitBreaker` at one moment. */
export interface ReliabilityMetrics {
  /** Calls offered, rejected ones included. */
  readonly totalCalls: number;
  /** Calls that succeeded. */
  readonly successfulCalls: number;
  /** Calls that failed. */
  readonly failedCalls: number;
  /** How often the circuit has opened. */
  readonly circuitBreakerOpens: number;
  /** How often the circuit has been tried again. */
  readonly recoveryAttempts: number;
  /** Seconds since the Unix epoch; null before the first. */
  readonly lastFailureTime: number | null;
  /** Seconds since the Unix epoch; null before the first. */
  readonly lastSuccessTime: number | null;
  /** Failures by the name of the error. */
  readonly errorTypes: Readonly<Record<string, number>>;
}

/** The figures of a breaker in legacy words. */
export function reliabilityMetricsOf(breaker: UnifiedCircuitBreaker): ReliabilityMetrics {
  const { totalCalls, successfulCalls, failedCalls, circuitOpenedCount, circuitClosedCount, stateChanges, failureTypes, ...times } = breaker.getMetrics();
  return {
    totalCalls,
    successfulCalls,
    failedCalls,
    circuitBreakerOpens: circuitOpenedCount,
    // What opens or closes no circuit half-opens one.
    recoveryAttempts: stateChanges - circuitOpenedCount - circuitClosedCount,
    lastFailureTime: epochSeconds(times.lastFailureTime),
    lastSuccessTime: epochSeconds(times.lastSuccessTime),
    errorTypes: failureTypes,
  };
}
