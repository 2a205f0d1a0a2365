import type { UnifiedCircuitStatus } from '../../breaker/status/status.ts';
import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import type { CircuitState } from '../../core/state.ts';
import { epochSeconds, legacyHealth, legacyState } from '../legacy-view.ts';
import type { LegacyHealth } from '../legacy-view.ts';
import type { CircuitConfig } from './circuit-config.ts';

/** The figures of a `CircuitBreaker`, as legacy readers expect them. */
export interface CircuitMetrics {
  /** Calls that were admitted; rejected ones are not among them. */
  readonly totalCalls: number;
  /** Calls that succeeded. */
  readonly successfulCalls: number;
  /** Calls that failed. */
  readonly failedCalls: number;
  /** Calls that were not admitted. */
  readonly rejectedCalls: number;
  /** Calls that took too long; they failed, too. */
  readonly timeouts: number;
  /** Moves of the state machine. */
  readonly stateChanges: number;
  /** Calls slower than the slow-call threshold. */
  readonly slowRequests: number;
  /** Failures by the name of the error. */
  readonly failureTypes: Readonly<Record<string, number>>;
  /** Seconds since the Unix epoch; null before the first. */
  readonly lastFailureTime: number | null;
  /** Seconds since the Unix epoch; null before the first. */
  readonly lastSuccessTime: number | null;
}

/** The status of a `CircuitBreaker`: the keys of the first version at the top, those of the later one beside them. */
export interface CircuitBreakerStatus {
  /** The name of the circuit. */
  readonly name: string;
  /** `half_open` also when the wait of an open circuit is over. */
  readonly state: CircuitState;
  /** Whether `state` is `closed`. */
  readonly isHealthy: boolean;
  /** Failures in a row. */
  readonly failureCount: number;
  /** Share of completed calls that succeeded, 0 to 1. */
  readonly successRate: number;
  /** The configuration, in seconds. */
  readonly config: Pick<CircuitConfig, 'failureThreshold' | 'recoveryTimeout' | 'timeoutSeconds'>;
  /** The figures. */
  readonly metrics: CircuitMetrics;
  /** `healthy` while closed, `recovering` while half open, `unhealthy` while open. */
  readonly health: LegacyHealth;
  /** Failures since the last success. */
  readonly consecutiveFailures: number;
  /** Successes since the last failure. */
  readonly consecutiveSuccesses: number;
  /** The status of the breaker behind the name. */
  readonly unifiedStatus: UnifiedCircuitStatus;
}

/** The figures of a breaker in legacy words. */
export function circuitMetricsOf(breaker: UnifiedCircuitBreaker): CircuitMetrics {
  const metrics = breaker.getMetrics();
  return {
    totalCalls: metrics.totalCalls - metrics.rejectedCalls,
    successfulCalls: metrics.successfulCalls,
    failedCalls: metrics.failedCalls,
    rejectedCalls: metrics.rejectedCalls,
    timeouts: metrics.timeouts,
    stateChanges: metrics.stateChanges,
    slowRequests: metrics.slowCalls,
    failureTypes: metrics.failureTypes,
    lastFailureTime: epochSeconds(metrics.lastFailureTime),
    lastSuccessTime: epochSeconds(metrics.lastSuccessTime),
  };
}

/** The status of a breaker in legacy words. */
export function circuitStatusOf(breaker: UnifiedCircuitBreaker, { failureThreshold, recoveryTimeout, timeoutSeconds }: CircuitBreakerStatus['config']): CircuitBreakerStatus {
  const unifiedStatus = breaker.getStatus();
  const state = legacyState(breaker);
  const { failureCount, successRate, metrics } = unifiedStatus;
  return {
    name: breaker.name,
    state,
    isHealthy: state === 'closed',
    failureCount,
    successRate,
    config: { failureThreshold, recoveryTimeout, timeoutSeconds },
    metrics: circuitMetricsOf(breaker),
    health: legacyHealth(state),
    consecutiveFailures: metrics.consecutiveFailures,
    consecutiveSuccesses: metrics.consecutiveSuccesses,
    unifiedStatus,
  };
}
