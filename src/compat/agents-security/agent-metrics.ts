import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import type { CircuitState } from '../../core/state.ts';
import { dateOf, legacyState } from '../legacy-view.ts';

/** The figures of one agent. */
export interface CircuitBreakerMetrics {
  /** The agent. */
  readonly agentName: string;
  /** `half_open` also when the wait of an open circuit is over. */
  readonly state: CircuitState;
  /** Failures in the window since the circuit last closed. */
  readonly failureCount: number;
  /** Successes since the last reset. */
  readonly successCount: number;
  /** Null before the first. */
  readonly lastFailureTime: Date | null;
  /** Null before the first. */
  readonly lastSuccessTime: Date | null;
  /** When the circuit opened; null when it is closed, or a probe is running. */
  readonly openedAt: Date | null;
  /** How often it went from open to half open since the last reset. */
  readonly recoveryAttempts: number;
  /** What was recorded, refused, or is running. */
  readonly totalRequests: number;
  /** Questions that were answered with no. */
  readonly blockedRequests: number;
}

/** The figures of an agent's breaker in legacy words. */
export function agentMetricsOf(agentName: string, breaker: UnifiedCircuitBreaker, failureCount: number): CircuitBreakerMetrics {
  const { metrics, state, lastStateChange } = breaker.getStatus();
  return {
    agentName,
    state: legacyState(breaker),
    failureCount,
    successCount: metrics.successfulCalls,
    lastFailureTime: dateOf(metrics.lastFailureTime),
    lastSuccessTime: dateOf(metrics.lastSuccessTime),
    openedAt: state === 'open' ? dateOf(lastStateChange) : null,
    // Every other move is an opening or a recovery.
    recoveryAttempts: metrics.stateChanges - metrics.circuitOpenedCount - metrics.circuitClosedCount,
    totalRequests: metrics.totalCalls,
    blockedRequests: metrics.rejectedCalls,
  };
}
