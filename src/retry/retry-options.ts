import { type Backoff, type BackoffRules, type Jitter, JITTERS } from '../backoff/backoff.ts';
import { aSignal } from '../breaker/options/call-options.ts';
import { aClock, errorFilters } from '../breaker/options/table.ts';
import { type Clock, systemClock, type Timeline, timelineOf } from '../core/clock.ts';
import { compileFilters, type ErrorFilter, factWatch } from '../core/error-filter.ts';
import { type Random, systemRandom } from '../core/random.ts';
import { type ErrorReporter, type InternalErrorHandler, Reporter } from '../core/reporter.ts';
import { aDuration, aFunction, assertNone, aWholeNumber, mustBe, oneOf, orNull } from '../core/validation.ts';
import { type OptionHints, readOptions, type Requirement } from '../core/validation.ts';
import { aBudget, type RetryBudget } from './retry-budget.ts';

/** A retry that is about to happen. */
export interface RetryEvent {
  /** The number of the attempt that failed, from 1. */
  readonly attempt: number;
  /** The error of that attempt. */
  readonly error: unknown;
  /** The wait before the next attempt, in whole milliseconds. */
  readonly delayMs: number;
}

/** The options of `retry` and `withRetry`. */
export interface RetryOptions {
  /** Limits the attempts, including the first one. Whole number, 1 or more. @defaultValue 3 */
  readonly attempts?: number | undefined;
  /**
   * Limits the time of all attempts and waits together. Then the signal of the running attempt aborts. `null` means no
   * limit. Milliseconds, 1 or more. @defaultValue 30,000
   */
  readonly totalTimeoutMs?: number | null | undefined;
  /**
   * Sets the wait after the first attempt, before jitter. It doubles after each further attempt. Milliseconds, 1 or
   * more. @defaultValue 100, or `maxDelayMs` if that is less
   */
  readonly baseDelayMs?: number | undefined;
  /**
   * Limits a wait, before jitter. A `retryAfterMs` may be longer. Milliseconds, `baseDelayMs` or more.
   * @defaultValue 2,000, or `baseDelayMs` if that is more
   */
  readonly maxDelayMs?: number | undefined;
  /**
   * Randomizes each wait. Jitter can shorten a wait but never lengthens it. `true` means `'full'`, `false` means
   * `'none'`. @defaultValue true
   */
  readonly jitter?: boolean | Jitter | undefined;
  /**
   * Returns the wait after the n-th attempt in milliseconds, instead of doubling. `maxDelayMs` and jitter still apply.
   * @defaultValue doubles the wait
   * @example `(attempt) => attempt * 100`
   */
  readonly backoff?: Backoff | undefined;
  /**
   * Selects the errors to retry. A predicate that throws or returns a non-boolean counts as `false`.
   * @defaultValue every error, except those that a retry can't fix
   * @example `[429, 503, 'ECONNRESET', (error) => error instanceof TypeError]`
   */
  readonly retryOn?: ErrorFilter | readonly ErrorFilter[] | undefined;
  /**
   * Limits the retries of all calls that share the budget. `null` means no limit. @defaultValue `retry`: one for the
   * process, or for the `clock`. `withRetry`: one per function
   */
  readonly budget?: RetryBudget | null | undefined;
  /** Ends the retry at once with the reason of the signal, also during a wait. @defaultValue none */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called before each wait. Its errors are reported to `onInternalError`. @defaultValue none
   * @example `({ attempt, delayMs }) => console.log(attempt, delayMs)`
   */
  readonly onRetry?: ((event: RetryEvent) => unknown) | undefined;
  /** Provides the time. @defaultValue `systemClock` */
  readonly clock?: Clock | undefined;
  /** Provides random numbers for the jitter, from 0 to 1 (exclusive). @defaultValue `Math.random` */
  readonly random?: Random | undefined;
  /**
   * Receives errors that your functions in these options throw. @defaultValue logs at most one error per second with
   * `console.error`
   */
  readonly onInternalError?: InternalErrorHandler | undefined;
}

const RETRY_RULES: Readonly<Record<keyof RetryOptions, Requirement>> = /* @__PURE__ */ (() => ({
  attempts: aWholeNumber(1),
  totalTimeoutMs: orNull(aDuration),
  baseDelayMs: aDuration,
  maxDelayMs: aDuration,
  jitter: oneOf(true, false, ...JITTERS),
  backoff: aFunction,
  retryOn: errorFilters,
  budget: orNull(aBudget),
  signal: aSignal,
  onRetry: aFunction,
  clock: aClock,
  random: aFunction,
  onInternalError: aFunction,
}))();

/** Options of p-retry, async-retry and cockatiel, and what to write instead. */
const RETRY_HINTS: OptionHints = {
  retries: 'Use `attempts`, which includes the first one: 2 becomes 3.',
  minTimeout: 'Use `baseDelayMs`, in milliseconds.',
  initialDelay: 'Use `baseDelayMs`, in milliseconds.',
  maxTimeout: 'Use `maxDelayMs`, in milliseconds.',
  maxRetryTime: 'Use `totalTimeoutMs`, in milliseconds.',
  timeout: 'Use `totalTimeoutMs`, in milliseconds.',
  timeoutMs: 'Use `totalTimeoutMs`, in milliseconds.',
  factor: 'Use `backoff`, a function. Without it, each wait doubles.',
  exponent: 'Use `backoff`, a function. Without it, each wait doubles.',
  randomize: 'Use `jitter`.',
  onFailedAttempt: 'Use `onRetry`.',
  shouldRetry: 'Use `retryOn`.',
};

/** The options with their defaults. */
export interface RetryPlan extends ErrorReporter {
  readonly attempts: number;
  /** `Infinity` without a limit. */
  readonly totalTimeoutMs: number;
  readonly waits: BackoffRules;
  /** Returns true if `retryOn` selects the error. Never throws. */
  readonly isRetryable: (error: unknown) => boolean;
  readonly budget: RetryBudget | null;
  readonly signal: AbortSignal | undefined;
  readonly onRetry: ((event: RetryEvent) => unknown) | undefined;
  readonly timeline: Timeline;
}

/** What messages about a retry start with. */
const RETRY = '`retry()`';

/** All retries share it, so that one mistake in the options of many retries prints once per second. */
const printer = /* @__PURE__ */ new Reporter('retry', undefined, RETRY);

/** Reads and validates options, and adds the defaults. @throws CircuitBreakerConfigError that lists every problem. */
export function planRetry(options: RetryOptions, defaultBudget: (clock: Clock) => RetryBudget): RetryPlan {
  const given = readRetryOptions(options);
  const { attempts = 3, totalTimeoutMs = 30_000, clock = systemClock, retryOn, budget, onInternalError } = given;
  const reporter = onInternalError === undefined ? printer : new Reporter('retry', onInternalError);
  const report: RetryPlan['report'] = (source, error) => reporter.report(source, error, timeline.now());
  const timeline = timelineOf(clock);
  return {
    attempts,
    totalTimeoutMs: totalTimeoutMs ?? Number.POSITIVE_INFINITY,
    waits: backoffOf(given),
    isRetryable: retryOn === undefined ? () => true : filterOf(retryOn, report),
    budget: budget === undefined ? defaultBudget(clock) : budget,
    signal: given.signal,
    onRetry: given.onRetry,
    timeline,
    report,
  };
}

function readRetryOptions(options: RetryOptions): RetryOptions {
  const { values, problems } = readOptions(options, RETRY_RULES, '', RETRY_HINTS);
  const { baseDelayMs, maxDelayMs } = values as RetryOptions;
  if (baseDelayMs !== undefined && maxDelayMs !== undefined && maxDelayMs < baseDelayMs) {
    problems.push(mustBe('maxDelayMs', `at least \`baseDelayMs\` (${baseDelayMs})`, maxDelayMs));
  }
  assertNone('retry', problems, RETRY);
  return values;
}

/** Returns the waits as backoff options of a breaker. */
function backoffOf(options: RetryOptions): BackoffRules {
  const { baseDelayMs, maxDelayMs, jitter = true, backoff, random = systemRandom } = options;
  const recoveryTimeoutMs = baseDelayMs ?? Math.min(100, maxDelayMs ?? Number.POSITIVE_INFINITY);
  const maxBackoffMs = maxDelayMs ?? Math.max(2_000, recoveryTimeoutMs);
  const kind = typeof jitter === 'string' ? jitter : jitter ? 'full' : 'none';
  return { recoveryTimeoutMs, maxBackoffMs, exponentialBackoff: true, jitter: kind, backoff, random };
}

function filterOf(
  retryOn: ErrorFilter | readonly ErrorFilter[], report: RetryPlan['report'],
): RetryPlan['isRetryable'] {
  const matches = compileFilters(retryOn, factWatch([retryOn].flat(), { report }));
  return (error) => {
    try {
      return matches(error);
    } catch (failure) {
      report('classifier', failure);
      return false;
    }
  };
}
