import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import type { CircuitState } from '../../core/state.ts';
import { dateOf, legacyState } from '../legacy-view.ts';

/** The figures of one endpoint. */
export interface EndpointCircuitStats {
  /** Requests that were recorded. */
  readonly totalRequests: number;
  /** Those that failed. */
  readonly failedRequests: number;
  /** Those that succeeded. */
  readonly successfulRequests: number;
  /** Moves of the state machine. */
  readonly stateChanges: number;
  /** Null before the first. */
  readonly lastFailureTime: Date | null;
  /** Null before the first. */
  readonly lastSuccessTime: Date | null;
  /** Failures since the last success. */
  readonly currentConsecutiveFailures: number;
  /** Successes since the last failure. */
  readonly currentConsecutiveSuccesses: number;
}

/** One endpoint in the list of all. */
export interface EndpointCircuit {
  /** `half_open` also when the wait of an open circuit is over. */
  readonly state: CircuitState;
  /** Share of failures in the window, 0 to 1; 0 while there are fewer than `minimumRequests`. */
  readonly failureRate: number;
  /** The figures. */
  readonly stats: {
    /** Requests that were recorded. */
    readonly totalRequests: number;
    /** Those that failed. */
    readonly failedRequests: number;
    /** Those that succeeded. */
    readonly successfulRequests: number;
    /** Failures since the last success. */
    readonly consecutiveFailures: number;
    /** Successes since the last failure. */
    readonly consecutiveSuccesses: number;
  };
}

/** The figures of a breaker in legacy words. */
export function endpointStatsOf(breaker: UnifiedCircuitBreaker): EndpointCircuitStats {
  const metrics = breaker.getMetrics();
  return {
    totalRequests: metrics.failedCalls + metrics.successfulCalls,
    failedRequests: metrics.failedCalls,
    successfulRequests: metrics.successfulCalls,
    stateChanges: metrics.stateChanges,
    lastFailureTime: dateOf(metrics.lastFailureTime),
    lastSuccessTime: dateOf(metrics.lastSuccessTime),
    currentConsecutiveFailures: metrics.consecutiveFailures,
    currentConsecutiveSuccesses: metrics.consecutiveSuccesses,
  };
}

/** A breaker as the list of all shows it. */
export function endpointCircuitOf(breaker: UnifiedCircuitBreaker): EndpointCircuit {
  const { metrics, config } = breaker.getStatus();
  const { totalRequests, failedRequests, successfulRequests, currentConsecutiveFailures, currentConsecutiveSuccesses } = endpointStatsOf(breaker);
  return {
    state: legacyState(breaker),
    failureRate: metrics.windowCount < (config.minRequestsThreshold ?? 0) ? 0 : metrics.currentErrorRate,
    stats: { totalRequests, failedRequests, successfulRequests, consecutiveFailures: currentConsecutiveFailures, consecutiveSuccesses: currentConsecutiveSuccesses },
  };
}
