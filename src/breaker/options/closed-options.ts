import type { Detector, TripPolicy } from '../../trip/trip-policy.ts';

/** When a closed circuit opens. At least one rule must be on. */
export interface ClosedOptions {
  /**
   * Consecutive failures that open the circuit. Whole number, 1 or more. `null` switches the rule off.
   * @defaultValue 10, or `null` with a `detector` of your own
   */
  readonly failureThreshold?: number | null | undefined;
  /**
   * Failures of calls that were running when the first of consecutive failures came, and that end within this time of
   * it, count as that one. So ten connections that are reset together are one failure, for `failureThreshold` and in
   * the window. Whole milliseconds, 0 or more. 0 counts each failure.
   * @defaultValue 1,000, or 0 if you set `failureThreshold` or `tripPolicy`
   * @remarks Timeouts always count each. So do all failures while more than an eighth of the window failed, and those
   * of calls whose start isn't known, as with `trackLatency: false`.
   */
  readonly burstMs?: number | undefined;
  /**
   * Failure rate of the window that opens the circuit. From 0 (exclusive) to 1. `null` switches the rule off.
   * @defaultValue 0.5
   */
  readonly errorRateThreshold?: number | null | undefined;
  /**
   * Share of slow calls in the window that opens the circuit. From 0 (exclusive) to 1. `null` switches the rule off.
   * @defaultValue null
   */
  readonly slowCallRateThreshold?: number | null | undefined;
  /**
   * Calls that take longer than this are slow. Milliseconds, 1 or more. At most `timeoutMs` with
   * `slowCallRateThreshold` or `adaptiveThreshold`.
   * @defaultValue 5,000, at most half of `timeoutMs`
   */
  readonly slowCallThresholdMs?: number | undefined;
  /**
   * Outcomes that the window must hold before a rate can open the circuit. Whole number, 1 or more.
   * @defaultValue 20, or `slidingWindowSize` if you set a smaller one
   */
  readonly minRequestsThreshold?: number | undefined;
  /**
   * Size of a window of calls: the rates cover the last so many outcomes. Whole number, 1 to 1,000,000.
   * @defaultValue 100, or `minRequestsThreshold` if you set a larger one
   */
  readonly slidingWindowSize?: number | undefined;
  /**
   * Length of a window of time, which replaces the window of calls. Milliseconds, 1 or more.
   * @defaultValue a window of calls
   */
  readonly slidingWindowMs?: number | undefined;
  /**
   * Buckets of a window of time. The oldest bucket is dropped as a whole. Whole number, 1 to 10,000.
   * @defaultValue 10
   */
  readonly slidingWindowBuckets?: number | undefined;
  /**
   * How a high failure rate is detected. `'window'` compares the rate in the window with `errorRateThreshold`. A value
   * such as `cusum()` replaces that rule.
   * @defaultValue 'window'
   * @example `detector: cusum()`
   */
  readonly detector?: 'window' | Detector | undefined;
  /**
   * Adapts `failureThreshold` and `errorRateThreshold` to slow calls, the health check and the usual failure rate. An
   * object sets how far.
   * @defaultValue false
   */
  readonly adaptiveThreshold?: boolean | AdaptiveOptions | undefined;
  /**
   * A policy that replaces all rules above. Breakers must not share a policy, so where an option is for many breakers
   * (base configurations, keyed breakers, wrapped functions), pass a function that makes one.
   * @defaultValue the rules above
   * @example `tripPolicy: anyOf(consecutiveFailures(5), cusum())`
   * @example `tripPolicy: () => failuresWithin({ failures: 3, windowMs: 60_000 })`
   */
  readonly tripPolicy?: TripPolicy | (() => TripPolicy) | undefined;
}

/** How far `adaptiveThreshold` may move the configured thresholds. */
export interface AdaptiveOptions {
  /** The smallest share of the configured value. From 0 (exclusive) to 1. @defaultValue 0.5 */
  readonly floor?: number | undefined;
  /** The largest multiple of the configured value. From 1 to 10. @defaultValue 2 */
  readonly ceiling?: number | undefined;
  /**
   * `absolute`: the learned failure rate can only raise thresholds. `relative`: it can also lower them, for a
   * dependency that hardly ever fails.
   * @defaultValue 'absolute'
   */
  readonly sensitivity?: 'absolute' | 'relative' | undefined;
}
