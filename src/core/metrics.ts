/** What rejected a call: the open circuit, a full half_open or bulkhead, or `forceOpen()`. */
export type RejectionKind = 'open' | 'half_open_full' | 'bulkhead' | 'forced';

/** The figures of a breaker at one moment. Counters start at 0 and at `reset()`. */
export interface UnifiedCircuitMetrics {
  /** Calls offered: rejected + succeeded + failed + ignored + in flight. */
  readonly totalCalls: number;
  /** Calls that succeeded. */
  readonly successfulCalls: number;
  /** Calls that failed. */
  readonly failedCalls: number;
  /** Calls whose end says nothing about the dependency. */
  readonly ignoredCalls: number;
  /** Calls that the circuit or the bulkhead rejected. */
  readonly rejectedCalls: number;
  /** `rejectedCalls` by what rejected them. A closed gate of shared state counts as the state. */
  readonly rejections: Readonly<Record<RejectionKind, number>>;
  /** Calls that were admitted and haven't settled. */
  readonly inFlight: number;
  /** Operations that are still running although their call has ended. */
  readonly abandoned: number;
  /** Calls that exceeded their timeout, or a deadline of the caller's signal. Also those that were ignored. */
  readonly timeouts: number;
  /** Calls that took longer than `slowCallThresholdMs`, even if the rule is off. */
  readonly slowCalls: number;
  /** Results of calls that started before the last state change. They are in the totals and decided nothing. */
  readonly staleOutcomes: number;
  /** Calls that ran only because the mode is `observe`. */
  readonly wouldHaveRejectedCalls: number;
  /** Calls that got the value of a fallback. They also count by how they ended before. */
  readonly fallbacksServed: number;
  /** Calls whose fallbacks all failed. */
  readonly fallbacksFailed: number;
  /** Calls that wait for a fallback. */
  readonly fallbacksRunning: number;
  /** Failures since the last success. */
  readonly consecutiveFailures: number;
  /** Successes since the last failure. */
  readonly consecutiveSuccesses: number;
  /** Changes of the state. */
  readonly stateChanges: number;
  /** How often the circuit opened. */
  readonly circuitOpenedCount: number;
  /** How often the circuit closed after probes succeeded. */
  readonly circuitClosedCount: number;
  /** Failures by code, else by HTTP status, else by class name. At most 20 of these, further ones count as `other`. */
  readonly failureTypes: Readonly<Record<string, number>>;
  /** Milliseconds since the Unix epoch. `null` before the first failure. */
  readonly lastFailureTime: number | null;
  /**
   * Milliseconds since the Unix epoch. `null` before the first success. Also `null` where no clock is read: a window of
   * calls with neither `trackLatency` nor a timeout.
   */
  readonly lastSuccessTime: number | null;
  /**
   * Outcomes in the window. While calls run that the state would have rejected, these are the latest outcomes of all
   * calls: in mode `observe` while the circuit isn't closed, and from `forceClose()` to `release()`.
   */
  readonly windowCount: number;
  /** Failures / outcomes in the window, 0 to 1. 0 if it is empty. `minRequestsThreshold` doesn't apply. */
  readonly currentErrorRate: number;
  /** Slow outcomes / outcomes in the window, 0 to 1. */
  readonly currentSlowCallRate: number;
  /** Mean duration of calls that succeeded or failed, in milliseconds. */
  readonly averageResponseTimeMs: number;
  /** Half of the recent calls took at most this long, in milliseconds. At most 6.25% off, from 0.5 ms up. */
  readonly p50Ms: number;
  /** Like `p50Ms`, for 95% of the calls. */
  readonly p95Ms: number;
  /** Like `p50Ms`, for 99% of the calls. */
  readonly p99Ms: number;
  /** successful / (successful + failed), 0 to 1. 1 if there are none. */
  readonly successRate: number;
  /** The learned concurrency limit. `null` unless `maxConcurrent` is `adaptiveConcurrency()`. */
  readonly concurrencyLimit: number | null;
  /** The adapted thresholds. `null` without `adaptiveThreshold`. */
  readonly adaptive: AdaptiveMetrics | null;
}

/** The thresholds in effect, and why they differ from the configured ones. */
export interface AdaptiveMetrics {
  /** Consecutive failures. `null` if the rule is off. */
  readonly failureThreshold: number | null;
  /** Failure rate, 0 to 1. `null` if the rule is off. */
  readonly errorRateThreshold: number | null;
  /** The usual failure rate, as learned. 0 to 0.2. */
  readonly baselineErrorRate: number;
  /** `slow`, `health_degraded`, `health_healthy`, `noisy`, `reliable`. Empty if the configured thresholds apply. */
  readonly reasons: readonly string[];
}
