import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import type { CircuitState } from '../../core/state.ts';
import { dateOf, legacyState } from '../legacy-view.ts';

/** The statistics of a `DockerCircuitBreaker`. */
export interface DockerCircuitBreakerStats {
  /** The circuit's name. */
  readonly name: string;
  /** `half_open` also when the wait of an open circuit is over. */
  readonly state: CircuitState;
  /** Whether a command would be let through now. */
  readonly isAvailable: boolean;
  /** Failures in a row. */
  readonly failureCount: number;
  /** Successes in a row. */
  readonly successCount: number;
  /** Commands asked for, rejected ones among them. */
  readonly totalRequests: number;
  /** Commands that ended with code 0. */
  readonly successfulRequests: number;
  /** Commands that failed. */
  readonly failedRequests: number;
  /** Commands that were not let through. */
  readonly rejectedRequests: number;
  /** Commands that took too long; they failed, too. */
  readonly timeoutRequests: number;
  /** Openings. */
  readonly circuitOpenedCount: number;
  /** Percent of the commands that ended; 0 before the first. */
  readonly successRate: number;
  /** ISO 8601; null before the first. */
  readonly lastFailureTime: string | null;
  /** ISO 8601; null before the first. */
  readonly lastSuccessTime: string | null;
  /** ISO 8601; null while closed, and where it is not known. */
  readonly nextAttemptTime: string | null;
}

/** The statistics of a breaker in legacy words; `wall` is the time now, in milliseconds since the Unix epoch. */
export function dockerStatsOf(breaker: UnifiedCircuitBreaker, wall: number): DockerCircuitBreakerStats {
  const metrics = breaker.getMetrics();
  const state = legacyState(breaker);
  const ended = metrics.successfulCalls + metrics.failedCalls;
  return {
    name: breaker.name,
    state,
    isAvailable: breaker.canExecute(),
    failureCount: metrics.consecutiveFailures,
    successCount: metrics.consecutiveSuccesses,
    totalRequests: metrics.totalCalls,
    successfulRequests: metrics.successfulCalls,
    failedRequests: metrics.failedCalls,
    rejectedRequests: metrics.rejectedCalls,
    timeoutRequests: metrics.timeouts,
    circuitOpenedCount: metrics.circuitOpenedCount,
    successRate: ended === 0 ? 0 : metrics.successRate * 100,
    lastFailureTime: isoText(metrics.lastFailureTime),
    lastSuccessTime: isoText(metrics.lastSuccessTime),
    nextAttemptTime: state === 'closed' ? null : isoText(wall + (breaker.retryAfterMs ?? Number.NaN)),
  };
}

function isoText(ms: number | null): string | null {
  return dateOf(Number.isFinite(ms) ? ms : null)?.toISOString() ?? null;
}
