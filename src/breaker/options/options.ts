import type { Backoff, Jitter } from '../../backoff/backoff.ts';
import type { Clock } from '../../core/clock.ts';
import type { ErrorFilter } from '../../core/error-filter.ts';
import type { HealthStatus } from '../../core/health.ts';
import type { Classifier, Profile } from '../../core/judge.ts';
import type { Random } from '../../core/random.ts';
import type { InternalErrorHandler } from '../../core/reporter.ts';
import type { ConcurrencyLimiter } from '../../limit/adaptive-concurrency.ts';
import type { TripPolicy } from '../../trip/trip-policy.ts';
import type { ClosedOptions } from './closed-options.ts';
import type { AnyFallback, FallbackTrigger } from './fallback.ts';

/** `enforce`: rejects calls. `observe`: records and reports, but never rejects a call. `off`: bypasses the breaker. */
export type CircuitMode = 'enforce' | 'observe' | 'off';

/** How long an open circuit stays open. */
interface OpenOptions {
  /**
   * How long the circuit stays open the first time. Milliseconds, 1 or more. If the machine sleeps for more than 10 s,
   * that time counts, too.
   * @defaultValue 1,000, or `maxBackoffMs` if you set a smaller one
   * @remarks The backoff shrinks by one step for each minute that the circuit stays closed, or for each
   * `recoveryTimeoutMs` if that is longer.
   */
  readonly recoveryTimeoutMs?: number | undefined;
  /**
   * The longest open duration, before jitter. Milliseconds, `recoveryTimeoutMs` or more.
   * @defaultValue 5,000, or five times `recoveryTimeoutMs` if that is more
   */
  readonly maxBackoffMs?: number | undefined;
  /** Doubles the open duration with each opening in a row: recoveryTimeoutMs · 2^(n−1). @defaultValue true */
  readonly exponentialBackoff?: boolean | undefined;
  /** Shortens each open duration at random. `true` is `'equal'`, `false` is `'none'`. @defaultValue true */
  readonly jitter?: boolean | Jitter | undefined;
  /**
   * Computes the open duration of the n-th opening in a row, in milliseconds greater than 0. `maxBackoffMs` and
   * `jitter` still apply. If it returns anything else, the built-in duration is used. Reads such as `retryAfterMs` call
   * it, too, so its result must depend on its argument only.
   * @defaultValue `exponentialBackoff`
   * @example `backoff: (openings) => 1_000 * openings`
   */
  readonly backoff?: Backoff | undefined;
  /** The longest pause that `classify` or a profile can ask for. Milliseconds, 1 or more. @defaultValue 86,400,000 */
  readonly maxRetryAfterMs?: number | undefined;
  /** Asks the dependency for its health while the circuit is open. @defaultValue no health check */
  readonly healthCheck?: HealthCheckOptions | undefined;
}

/**
 * A health check can end an open circuit's wait early, or prolong it. Probes still have to succeed before it closes.
 *
 * `healthy` ends the wait, once per outage. `unhealthy` and `critical` prolong it for as long as they last, by 60 s at
 * most. Other answers, errors and timeouts change nothing.
 */
export interface HealthCheckOptions {
  /**
   * Returns `true` (healthy), `false` (unhealthy) or a status. The signal aborts after `timeoutMs`. The second argument
   * has the name of the breaker, and the key of a keyed breaker.
   */
  readonly check: (
    signal: AbortSignal, breaker: { readonly name: string; readonly key: string | undefined },
  ) => boolean | HealthStatus | PromiseLike<boolean | HealthStatus>;
  /**
   * Time from the opening to the first check, and from an answer to the next check. Milliseconds, 1 or more.
   * @defaultValue 2,000
   */
  readonly intervalMs?: number | undefined;
  /**
   * Ends a check that takes longer and aborts its signal. If three checks go on in spite of that, no other starts.
   * Milliseconds, 1 or more.
   * @defaultValue 5,000
   */
  readonly timeoutMs?: number | undefined;
}

/** How a half-open circuit probes. A probe is a trial call in half-open. */
interface HalfOpenOptions {
  /** Probes that may run at once. Further calls are rejected. Whole number, 1 or more. @defaultValue 3 */
  readonly halfOpenMaxCalls?: number | undefined;
  /**
   * Successful probes that close the circuit. Whole number, 1 or more: without a probe, nothing shows that the
   * dependency is back. For the fewest probes, set this and `halfOpenMaxCalls` to 1, and leave `halfOpenMaxFailures` at
   * 0. @defaultValue 3
   */
  readonly successThreshold?: number | undefined;
  /** Failed probes that are allowed before the circuit opens again. Whole number, 0 or more. @defaultValue 0 */
  readonly halfOpenMaxFailures?: number | undefined;
  /**
   * How long a probe keeps its slot. Then another probe may start, up to 3 times `halfOpenMaxCalls` in all. The first
   * one still counts, until its timeout. Without a timeout, it counts as failed after this time, or after 60,000 if you
   * don't set it. If it succeeds later, the next probes get twice the time that it took. Milliseconds, 1 or more.
   * @defaultValue a third of the timeout of the call, at least 10,000 and at most the timeout. 20,000 without a timeout
   */
  readonly halfOpenLeaseMs?: number | undefined;
}

/** How one call runs and how its result is judged. */
interface CallRunOptions {
  /**
   * Fails a call that takes longer with `CircuitBreakerTimeoutError` and aborts its signal. Milliseconds, 1 or more.
   * `null` sets no limit.
   * @defaultValue 30,000
   * @remarks Abort handlers run outside the async context of the call, because calls share a timer. If the process was
   * busy and notices the timeout more than 50 ms late, the call gets 50 ms more, so that an answer that has come can be
   * read.
   */
  readonly timeoutMs?: number | null | undefined;
  /**
   * Concurrent calls that are allowed. More are rejected with `BulkheadFullError`. Whole number, 1 or more. A value
   * such as `adaptiveConcurrency({ ceiling: 100 })` learns the limit. `null` sets no limit.
   * @defaultValue null
   */
  readonly maxConcurrent?: number | ConcurrencyLimiter | null | undefined;
  /**
   * How long an operation that outlives its call counts as running for `maxConcurrent`. Milliseconds, 1 or more.
   * @defaultValue the timeout of the call, or 30,000 if it has none
   */
  readonly maxAbandonedMs?: number | undefined;
  /**
   * Errors that say nothing about the dependency: a class, a name, a code, a status, a predicate or a list. Also asked
   * about timeouts. Takes precedence over `countErrors`.
   * @defaultValue none
   * @example `ignoreErrors: ['AbortError', 'ERR_CIRCUIT_TIMEOUT', 404, ValidationError]`
   */
  readonly ignoreErrors?: ErrorFilter | readonly ErrorFilter[] | undefined;
  /**
   * The only errors of operations that count as failures. All others are ignored. Timeouts count all the same.
   * @defaultValue all errors
   * @example `countErrors: [500, 502, 503, 504, 'ECONNRESET']`
   */
  readonly countErrors?: ErrorFilter | readonly ErrorFilter[] | undefined;
  /**
   * Returns true if a returned value is a failure. Annotate its parameter.
   * @defaultValue never
   * @example `isFailure: (response: Response) => response.status >= 500`
   */
  readonly isFailure?: ((value: never) => boolean) | undefined;
  /**
   * Judges values, errors and timeouts. If it returns `undefined`, `ignoreErrors`, `countErrors`, `isFailure` and
   * `profile` decide.
   * @defaultValue none
   * @example `classify: (result) => (result.status === 'failure' ? 'failure' : 'success')`
   */
  readonly classify?: Classifier | undefined;
  /**
   * Knows what a kind of client throws and returns. `unified-circuit-breaker/profiles` has `http()`, `database()`,
   * `redis()`, `llm()`, `grpc()` and `aws()`. It judges what `classify` and the filters leave to it. `null` drops an
   * inherited profile.
   * @defaultValue every error is a failure
   * @example `profile: http()`
   */
  readonly profile?: Profile | null | undefined;
  /**
   * The result of a call that is rejected or fails: a value, a function, or a list that is tried in order. The return
   * type of `call` doesn't include it. Pass it per call to have it typed.
   * @defaultValue the error is thrown
   * @example `fallback: (error) => cachedOrders`
   */
  readonly fallback?: AnyFallback | undefined;
  /**
   * Limits each fallback of an async call. One that takes longer has failed, and the next one is tried. Milliseconds, 1
   * or more. `null` sets no limit.
   * @defaultValue the timeout of the call, once more for each fallback
   */
  readonly fallbackTimeoutMs?: number | null | undefined;
  /**
   * When the fallback applies. `'result'` adds returned values that count as failures.
   * @defaultValue ['rejected', 'bulkhead', 'timeout', 'failure']
   */
  readonly fallbackOn?: readonly FallbackTrigger[] | undefined;
  /**
   * Keeps the last error, for the `cause` of rejections. It may hold the request and the response of another caller.
   * @defaultValue false
   */
  readonly keepLastError?: boolean | undefined;
  /** Records latency and counts slow calls. Costs two clock readings per call. @defaultValue true */
  readonly trackLatency?: boolean | undefined;
  /**
   * Adds a stack trace to rejections and timeouts, and the lines `at async` of callers to errors of operations. A call
   * takes some microseconds longer. @defaultValue false
   */
  readonly captureStack?: boolean | undefined;
}

/** The options of a breaker. They are read once. `undefined` counts as not given. */
export interface UnifiedCircuitConfig extends ClosedOptions, OpenOptions, HalfOpenOptions, CallRunOptions {
  /** Names the breaker in errors, events, metrics and snapshots. Any string. Required. */
  readonly name: string;
  /**
   * Switches what the breaker does. `'observe'` records and reports but never rejects a call. `'off'` bypasses the
   * breaker.
   * @defaultValue 'enforce'
   */
  readonly mode?: CircuitMode | undefined;
  /** Source of time. Pass a `FakeClock` in tests. @defaultValue the platform's clock */
  readonly clock?: Clock | undefined;
  /** Source of randomness for jitter. Returns numbers from 0 to 1 (exclusive). @defaultValue Math.random */
  readonly random?: Random | undefined;
  /**
   * Receives errors of listeners, classifiers and other user code that can't reach a caller.
   * @defaultValue prints with `console.error`, at most once per second
   * @example `onInternalError: (error, { name, source }) => logger.error({ error, name, source })`
   */
  readonly onInternalError?: InternalErrorHandler | undefined;
  /** Labels of your own, shown in the status. @defaultValue none */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** A snapshot of an earlier process to continue from, as `JSON.parse` returned it. @defaultValue starts closed */
  readonly restore?: unknown;
}

/** The options that several breakers can share. */
export type SharedCircuitConfig = Omit<UnifiedCircuitConfig, 'name' | 'restore' | 'tripPolicy'> & {
  /** Makes a policy for each breaker, which replaces the built-in rules. */
  readonly tripPolicy?: (() => TripPolicy) | undefined;
};
