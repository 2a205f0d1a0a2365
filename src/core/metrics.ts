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
  /** Calls refused by the circuit or the bulkhead. */
  readonly rejectedCalls: number;
  /** Calls admitted and not yet settled. */
  readonly inFlight: number;
  /** Operations still running although their call has ended or was given up. */
  readonly abandoned: number;
  /** Calls that passed their own deadline or the one of the caller's signal. */
  readonly timeouts: number;
  /** Calls that took longer than `slowCallThresholdMs`, whether the rule is on or not. */
  readonly slowCalls: number;
  /** Outcomes of an older generation: they are in the totals and decided nothing. */
  readonly staleOutcomes: number;
  /** Calls that mode `observe` let through. */
  readonly wouldHaveRejectedCalls: number;
  /** Failures since the last success. */
  readonly consecutiveFailures: number;
  /** Successes since the last failure. */
  readonly consecutiveSuccesses: number;
  /** Moves of the state machine. */
  readonly stateChanges: number;
  /** Trips and relapses. */
  readonly circuitOpenedCount: number;
  /** Recoveries. */
  readonly circuitClosedCount: number;
  /** Failures by the name of the error; at most 20 names, further ones count as `other`. */
  readonly failureTypes: Readonly<Record<string, number>>;
  /** Milliseconds since the Unix epoch; `null` before the first. */
  readonly lastFailureTime: number | null;
  /** Milliseconds since the Unix epoch; `null` before the first, and where no clock is read: a count window with neither `trackLatency` nor a timeout. */
  readonly lastSuccessTime: number | null;
  /** Outcomes in the window. */
  readonly windowCount: number;
  /** Failures / outcomes in the window, 0 to 1; 0 when it is empty, and not gated by the minimum. */
  readonly currentErrorRate: number;
  /** Slow outcomes / outcomes in the window, 0 to 1. */
  readonly currentSlowCallRate: number;
  /** Mean duration of the calls that succeeded or failed, in milliseconds. */
  readonly averageResponseTimeMs: number;
  /** Half of the recent calls took at most this long, in milliseconds; at most 6.25 % off, from half a millisecond up. */
  readonly p50Ms: number;
  /** The same for 95 % of the calls. */
  readonly p95Ms: number;
  /** The same for 99 % of the calls. */
  readonly p99Ms: number;
  /** successful / (successful + failed), 0 to 1; 1 when there are none. */
  readonly successRate: number;
  /** Calls that may run at once as learned, with `maxConcurrent: 'adaptive'`; `null` without. */
  readonly concurrencyLimit: number | null;
  /** What has become of the closed thresholds; `null` without `adaptiveThreshold`. */
  readonly adaptive: AdaptiveMetrics | null;
}

/** The closed thresholds in force, and why they are not the configured ones. */
export interface AdaptiveMetrics {
  /** Failures in a row; `null` where that rule is off. */
  readonly failureThreshold: number | null;
  /** Share of failures, 0 to 1; `null` where that rule is off. */
  readonly errorRateThreshold: number | null;
  /** The failure rate while all is well, as learned; 0 to 0.2. */
  readonly baselineErrorRate: number;
  /** What moves them: `slow`, `health_degraded`, `health_healthy`, `noisy`, `reliable`. Empty: nothing. */
  readonly reasons: readonly string[];
}
