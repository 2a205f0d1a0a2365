import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import type { CircuitState } from '../../core/state.ts';
import { dateOf, legacyState } from '../legacy-view.ts';

/** The figures of one service. */
export interface ServiceCallStatistics {
  /** Calls that ran to an end. */
  readonly totalCalls: number;
  /** Those that succeeded. */
  readonly successfulCalls: number;
  /** Those that failed. */
  readonly failedCalls: number;
  /** Calls that were not let through. */
  readonly blockedCalls: number;
}

/** The status of one service. */
export interface ServiceCircuitStatus {
  /** The name of the service. */
  readonly serviceName: string;
  /** `half_open` also when the wait of an open circuit is over. */
  readonly state: CircuitState;
  /** Failures in a row. */
  readonly failureCount: number;
  /** Failures in a row that open the circuit. */
  readonly failureThreshold: number;
  /** ISO text; null before the first. */
  readonly lastFailureTime: string | null;
  /** Probes that have succeeded since the circuit became half-open. */
  readonly testRequestCount: number;
  /** The figures. */
  readonly statistics: ServiceCallStatistics;
}

/** The figures of all services. */
export interface MeshCircuitStats {
  /** Services that have a circuit. */
  readonly totalCircuits: number;
  /** Those whose circuit is open. */
  readonly openCircuits: number;
  /** Those whose circuit is half-open, or whose wait is over. */
  readonly halfOpenCircuits: number;
  /** Those whose circuit is closed. */
  readonly closedCircuits: number;
  /** Calls that ran to an end. */
  readonly totalCalls: number;
  /** Those that failed. */
  readonly totalFailures: number;
  /** Calls that were not let through. */
  readonly totalBlocked: number;
  /** Share of calls that succeeded, 0 to 1; 0 when there were none. */
  readonly successRate: number;
}

/** The status of a breaker in the words of the mesh. */
export function serviceStatusOf(breaker: UnifiedCircuitBreaker, failureThreshold: number): ServiceCircuitStatus {
  const metrics = breaker.getMetrics();
  const { successfulCalls, failedCalls, rejectedCalls } = metrics;
  return {
    serviceName: breaker.name,
    state: legacyState(breaker),
    failureCount: metrics.consecutiveFailures,
    failureThreshold,
    lastFailureTime: dateOf(metrics.lastFailureTime)?.toISOString() ?? null,
    // The window is empty when a circuit becomes half-open, and a failure ends that.
    testRequestCount: breaker.state === 'half_open' ? metrics.windowCount : 0,
    statistics: { totalCalls: successfulCalls + failedCalls, successfulCalls, failedCalls, blockedCalls: rejectedCalls },
  };
}

/** The sums of all services. */
export function meshStatsOf(services: readonly ServiceCircuitStatus[]): MeshCircuitStats {
  const inState = (state: CircuitState): number => services.filter((service) => service.state === state).length;
  const sum = (of: (statistics: ServiceCallStatistics) => number): number => services.reduce((total, { statistics }) => total + of(statistics), 0);
  const totalCalls = sum((statistics) => statistics.totalCalls);
  const totalFailures = sum((statistics) => statistics.failedCalls);
  return {
    totalCircuits: services.length,
    openCircuits: inState('open'),
    halfOpenCircuits: inState('half_open'),
    closedCircuits: inState('closed'),
    totalCalls,
    totalFailures,
    totalBlocked: sum((statistics) => statistics.blockedCalls),
    successRate: totalCalls === 0 ? 0 : (totalCalls - totalFailures) / totalCalls,
  };
}
