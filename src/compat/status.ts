import type { UnifiedCircuitStatus } from '../breaker/status/status.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { CircuitState } from '../core/state.ts';

/** The states by their legacy names. Everywhere else they are plain strings. */
export const CircuitStates =
  /* @__PURE__ */ Object.freeze({ CLOSED: 'closed', OPEN: 'open', HALF_OPEN: 'half_open' } as const);

/** Returns the state as legacy code read it: an open circuit whose wait is over is `half_open`. It changes nothing. */
export function legacyState(breaker: UnifiedCircuitBreaker): CircuitState {
  const { state } = breaker;
  return state === 'open' && breaker.override === null && breaker.retryAfterMs === 0 ? 'half_open' : state;
}

/** Turns a point in time, or `null`, into what a legacy name had. */
export type TimeFormat<Time> = (ms: number | null) => Time;

/** Returns seconds since the Unix epoch. */
export const epochSeconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000);

/** Returns a `Date`. */
export const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

type CountName =
  | 'totalCalls' | 'successfulCalls' | 'failedCalls' | 'rejectedCalls' | 'timeouts' | 'slowRequests' | 'stateChanges'
  | 'totalRequests' | 'successfulRequests' | 'failedRequests' | 'blockedRequests' | 'recoveryAttempts'
  | 'circuitOpenedCount' | 'circuitBreakerOpens' | 'circuitClosedCount' | 'currentConsecutiveFailures'
  | 'currentConsecutiveSuccesses' | 'averageResponseTime' | 'errorRate';

/**
 * The figures of a legacy breaker, under every name that legacy code read them by. `Time` is seconds since the Unix
 * epoch or a `Date`. `averageResponseTime` is in seconds, and `errorRate` from 0 to 1.
 */
export type LegacyMetrics<Time = number | null> = Readonly<
  Record<CountName, number> &
  Record<'failureTypes' | 'errorTypes', Readonly<Record<string, number>>> &
  Record<'lastFailureTime' | 'lastSuccessTime', Time> & { lastFailure: string | null }
>;

/** Returns the figures of a breaker in legacy words. `offered` includes rejected calls in the total. */
export function legacyMetrics<Time>(
  breaker: UnifiedCircuitBreaker, time: TimeFormat<Time>, offered = false,
): LegacyMetrics<Time> {
  const metrics = breaker.getMetrics();
  const { successfulCalls, failedCalls, rejectedCalls, stateChanges, failureTypes, ...others } = metrics;
  const { circuitOpenedCount, circuitClosedCount, lastFailureTime } = others;
  const totalCalls = offered ? metrics.totalCalls : metrics.totalCalls - rejectedCalls;
  return {
    totalCalls, successfulCalls, failedCalls, rejectedCalls, stateChanges, circuitOpenedCount, circuitClosedCount,
    timeouts: metrics.timeouts, slowRequests: metrics.slowCalls, circuitBreakerOpens: circuitOpenedCount,
    totalRequests: totalCalls, successfulRequests: successfulCalls, failedRequests: failedCalls,
    blockedRequests: rejectedCalls,
    // Every other move is an opening or a recovery.
    recoveryAttempts: stateChanges - circuitOpenedCount - circuitClosedCount,
    currentConsecutiveFailures: metrics.consecutiveFailures,
    currentConsecutiveSuccesses: metrics.consecutiveSuccesses,
    averageResponseTime: metrics.averageResponseTimeMs / 1_000, errorRate: metrics.currentErrorRate,
    failureTypes, errorTypes: failureTypes,
    lastFailureTime: time(lastFailureTime), lastSuccessTime: time(metrics.lastSuccessTime),
    lastFailure: dateOf(lastFailureTime)?.toISOString() ?? null,
  };
}

const HEALTH = { closed: 'healthy', half_open: 'recovering', open: 'unhealthy' } as const;

/**
 * The status of a legacy breaker, under every name that legacy code read it by. `failureCount` is the count of failures
 * in a row, unless the legacy name counted otherwise. `successRate` is the share of completed calls that succeeded.
 */
export type LegacyStatus<Config = unknown, Time = number | null> = Readonly<
  Record<'failureCount' | 'successRate' | 'consecutiveFailures' | 'consecutiveSuccesses', number> & {
    name: string; state: CircuitState; isHealthy: boolean; health: (typeof HEALTH)[CircuitState];
    config: Config; metrics: LegacyMetrics<Time>; unifiedStatus: UnifiedCircuitStatus;
  }
>;

/** Returns the status of a breaker in legacy words. */
export function legacyStatus<Config, Time>(
  breaker: UnifiedCircuitBreaker, config: Config, metrics: LegacyMetrics<Time>,
): LegacyStatus<Config, Time> {
  const unifiedStatus = breaker.getStatus();
  const state = legacyState(breaker);
  const { failureCount, successRate, metrics: { consecutiveFailures, consecutiveSuccesses } } = unifiedStatus;
  return {
    name: breaker.name, state, isHealthy: state === 'closed', health: HEALTH[state],
    failureCount, successRate, consecutiveFailures, consecutiveSuccesses, config, metrics, unifiedStatus,
  };
}
