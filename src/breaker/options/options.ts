import type { Backoff } from '../../backoff/backoff.ts';
import type { Jitter } from '../../backoff/jitter.ts';
import type { Clock } from '../../core/clock.ts';
import type { ErrorFilter } from '../../core/error-filter.ts';
import type { HealthStatus } from '../../core/health.ts';
import type { Classifier } from '../../core/judge.ts';
import type { Random } from '../../core/random.ts';
import type { InternalErrorHandler } from '../../core/reporter.ts';
import type { CusumTuning } from '../../trip/cusum.ts';
import type { TripPolicy } from '../../trip/trip-policy.ts';
import type { AnyFallback, Fallbacks, FallbackTrigger } from './fallback.ts';

/** `enforce`: decide and act. `observe`: decide and report, touch no call. `off`: pass every call through. */
export type CircuitMode = 'enforce' | 'observe' | 'off';

/** When a closed circuit opens. `null` switches a rule off; at least one must be on. */
export interface ClosedOptions {
  /** Failures in a row that open the circuit. Whole number, 1 or more. Default 10. */
  readonly failureThreshold?: number | null | undefined;
  /** Share of failures in the window that opens the circuit, inclusive. Above 0, to 1. Default 0.5. */
  readonly errorRateThreshold?: number | null | undefined;
  /** Share of slow calls in the window that opens the circuit, inclusive. Above 0, to 1. Default `null`, off. */
  readonly slowCallRateThreshold?: number | null | undefined;
  /** A call that takes longer is slow. Milliseconds, 1 to Infinity. Default 5 000. */
  readonly slowCallThresholdMs?: number | undefined;
  /** Outcomes that the window must hold before a rate can open the circuit. Whole number, 1 or more. Default 20, at most an explicit count window. */
  readonly minRequestsThreshold?: number | undefined;
  /** The window is the last so many calls. Whole number, 1 to 1 000 000. Default 100, at least the minimum. */
  readonly slidingWindowSize?: number | undefined;
  /** The window is the last so many milliseconds instead, 1 to Infinity. Default: a count window. */
  readonly slidingWindowMs?: number | undefined;
  /**
   * What the error rate is seen by. `window`: its share in the window. `cusum`: a cumulative sum, which opens on a change and not on a short unlucky run;
   * it has no minimum, and unless `failureThreshold` is given, runs of failures do not count beside it. Default `'window'`.
   */
  readonly detector?: 'window' | 'cusum' | undefined;
  /** How surely `cusum` opens. Default: 0.6 of the threshold is tolerated, with one false trip in 1 000 000 calls. */
  readonly cusum?: CusumTuning | undefined;
  /** Whether the two thresholds follow slowness, the health check and the usual error rate, and how far. Default false. */
  readonly adaptiveThreshold?: boolean | AdaptiveOptions | undefined;
  /** Buckets of a time window; the oldest leaves as a whole. Whole number, 1 to 10 000. Default 10. */
  readonly slidingWindowBuckets?: number | undefined;
}

/** How far `failureThreshold` and `errorRateThreshold` may move from what is configured. */
export interface AdaptiveOptions {
  /** The least share of the configured value. Above 0, to 1. Default 0.5. */
  readonly floor?: number | undefined;
  /** The largest multiple of the configured value. 1 to 10. Default 2. */
  readonly ceiling?: number | undefined;
  /** `relative` lets a dependency that hardly ever fails be held to that; `absolute` lets what was learned only raise. Default `'absolute'`. */
  readonly sensitivity?: 'absolute' | 'relative' | undefined;
}

/** How traffic comes back after the circuit has closed. */
export interface RampOptions {
  /** The share of calls that each stage admits, above 0, below 1; then all are. Default `[0.25, 0.5]`. */
  readonly stages?: readonly number[] | undefined;
  /** Successes that end a stage. Whole number, 1 or more. Default 10. */
  readonly successes?: number | undefined;
  /** A stage ends after so long at the latest. Milliseconds, 1 to Infinity. Default 1 000. */
  readonly stageMs?: number | undefined;
}

/** How long an open circuit stays open. */
export interface OpenOptions {
  /** The wait after the first opening, and the time closed that forgives one opening. Milliseconds, 1 to Infinity. Default 60 000, at most an explicit `maxBackoffMs`. */
  readonly recoveryTimeoutMs?: number | undefined;
  /** The longest wait, before jitter. Milliseconds, `recoveryTimeoutMs` to Infinity. Default 300 000, at least `recoveryTimeoutMs`. */
  readonly maxBackoffMs?: number | undefined;
  /** Whether each opening doubles the wait: recoveryTimeoutMs · 2^(n−1). Default true. */
  readonly exponentialBackoff?: boolean | undefined;
  /** How waits are spread; it only shortens. `true` is `'equal'`, `false` is `'none'`. Default true. */
  readonly jitter?: boolean | Jitter | undefined;
  /** The wait for the n-th opening instead, in milliseconds above 0. Cap and jitter still apply; a bad value gives the built-in wait. */
  readonly backoff?: Backoff | undefined;
  /** The longest pause that a `retryAfterMs` of `classify` is granted. Milliseconds, 1 to Infinity. Default 24 hours. */
  readonly maxRetryAfterMs?: number | undefined;
  /** Asks the dependency how it is while the circuit is open. Default: none. */
  readonly healthCheck?: HealthCheckOptions | undefined;
}

/**
 * A health check can end a wait early, or prolong it. User traffic still has to confirm.
 *
 * `healthy` ends the wait, once an outage. `unhealthy` and `critical` prolong it while they last, by `maxBackoffMs` and at most
 * 300 000 ms. `degraded` and `unknown`, a throw and a hang do neither.
 */
export interface HealthCheckOptions {
  /** Answers `true` (healthy), `false` (unhealthy) or a status. The signal aborts after `timeoutMs`. */
  readonly check: (signal: AbortSignal) => boolean | HealthStatus | PromiseLike<boolean | HealthStatus>;
  /** From the opening to the first check, and from an answer to the next check. Milliseconds, 1 to Infinity. Default 30 000. */
  readonly intervalMs?: number | undefined;
  /** A check that takes longer is given up. Milliseconds, 1 to Infinity. Default 5 000. */
  readonly timeoutMs?: number | undefined;
}

/** How a half-open circuit probes. */
export interface HalfOpenOptions {
  /** Probes that may run at once; further calls are rejected. Whole number, 1 or more. Default 3. */
  readonly halfOpenMaxCalls?: number | undefined;
  /** Successful probes that close the circuit. Whole number, 1 or more. Default 3. */
  readonly successThreshold?: number | undefined;
  /** Failed probes that are allowed before the circuit opens again. Whole number, 0 or more. Default 0. */
  readonly halfOpenMaxFailures?: number | undefined;
  /**
   * How long a probe without a shorter timeout may hold its permit. Milliseconds, 1 to Infinity. Default: the longer of
   * `recoveryTimeoutMs` and the wait that just ended, at most `maxBackoffMs`; where waits do not grow, `maxBackoffMs`; where that
   * would be infinite, ten times `recoveryTimeoutMs`.
   */
  readonly halfOpenLeaseMs?: number | undefined;
  /**
   * Whether a circuit that has closed admits its calls again step by step; the others are rejected with the reason `ramp`. Meanwhile a third of
   * `failureThreshold` (5 where it is off) and of the minimum is enough to open it. Default false.
   */
  readonly ramp?: boolean | RampOptions | undefined;
}

/** How one call is run and judged. */
export interface CallRunOptions {
  /**
   * A call that takes longer fails with `CircuitBreakerTimeoutError`, and its signal aborts. Milliseconds, 1 to Infinity; `null`: none.
   * Default 30 000. Handlers of the abort run in the async context of the timer, which calls share.
   */
  readonly timeoutMs?: number | null | undefined;
  /**
   * Calls that may run at once; more are rejected with `BulkheadFullError`. Whole number, 1 or more; `'adaptive'`: as many as the dependency takes without a
   * queue, learned from latency; `null`: any. Default `null`.
   */
  readonly maxConcurrent?: number | 'adaptive' | null | undefined;
  /** The most that `'adaptive'` may allow; required with it. Whole number, 1 or more. */
  readonly maxConcurrentCeiling?: number | undefined;
  /**
   * Whether a timeout, a status 429 or 503 and a `retryAfterMs` are answered by fewer calls a second, with the reason `throttled` for the others, and count towards opening
   * only when the rate is as low as it gets, one call in 2 s, or from the sixth without a success between them. Default false: they are failures like others, and a `retryAfterMs` opens.
   */
  readonly overload?: boolean | undefined;
  /** How long an operation that outlives its call keeps its slot. Milliseconds, 1 to Infinity. Default 10 × the call's timeout; without one `maxBackoffMs`, at most 300 000. */
  readonly maxAbandonedMs?: number | undefined;
  /** Errors that say nothing about the dependency. Wins over `countErrors`. Default: none. */
  readonly ignoreErrors?: ErrorFilter | readonly ErrorFilter[] | undefined;
  /** The only errors that count as failures; all others are ignored. Default: all errors count. */
  readonly countErrors?: ErrorFilter | readonly ErrorFilter[] | undefined;
  /** Whether a returned value is a failure. Annotate its parameter: `(rows: Row[]) => rows.length === 0`. Default: never. */
  readonly isFailure?: ((value: never) => boolean) | undefined;
  /** Judges values and errors, instead of the three filters. */
  readonly classify?: Classifier | undefined;
  /**
   * What a call gives when it is rejected or fails: a value, a function, or a list tried in order. Default: the error.
   * The type of `call` does not know it; give it per call to have it typed.
   */
  readonly fallback?: AnyFallback | undefined;
  /** What a fallback serves. Default `['rejected', 'bulkhead', 'timeout', 'failure']`; `'result'` adds values judged failures. */
  readonly fallbackOn?: readonly FallbackTrigger[] | undefined;
  /** Keep a latency histogram and count slow calls. Costs two clock readings a call. Default true. */
  readonly trackLatency?: boolean | undefined;
  /** Give rejections a stack trace, which costs some microseconds each. Default false. */
  readonly captureStack?: boolean | undefined;
}

/** The options of a breaker. They are read once and never changed; `undefined` means not given. */
export interface UnifiedCircuitConfig extends ClosedOptions, OpenOptions, HalfOpenOptions, CallRunOptions {
  /** Names the breaker in errors, events, metrics and snapshots. Any string; required. */
  readonly name: string;
  /** Default `'enforce'`. */
  readonly mode?: CircuitMode | undefined;
  /** Where time comes from. Default: the platform's clock. */
  readonly clock?: Clock | undefined;
  /** Where the randomness of jitter comes from: numbers from 0 up to 1. Default: the platform's. */
  readonly random?: Random | undefined;
  /** Receives what listeners, classifiers and other user code throw. Default: one `console.error` a second at most. */
  readonly onInternalError?: InternalErrorHandler | undefined;
  /** Free labels, copied into the status. Default: none. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** The options of one stream. */
export interface StreamOptions {
  /** Aborts the call: it rejects at once with the signal's reason and is ignored, unless the reason is a passed deadline. */
  readonly signal?: AbortSignal | undefined;
  /** Instead of the breaker's. Milliseconds, 1 to Infinity; `null`: none. For a stream it bounds the silence before each item. */
  readonly timeoutMs?: number | null | undefined;
}

/** The options of one call. */
export interface CallOptions<F = unknown> extends StreamOptions {
  /** Instead of the breaker's. A list of values of several types needs `call<Value, Fallback>(…)`. */
  readonly fallback?: Fallbacks<F> | undefined;
}

/** What a breaker may be made with besides its options. */
export interface BreakerExtras {
  /** A snapshot to start from: whatever `JSON.parse` gave. It is validated. */
  readonly restore?: unknown;
  /** Decides when the closed circuit opens, instead of the built-in rules. */
  readonly tripPolicy?: TripPolicy | undefined;
}
