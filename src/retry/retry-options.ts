import type { Backoff } from '../backoff/backoff.ts';
import { JITTERS } from '../backoff/jitter.ts';
import type { Jitter } from '../backoff/jitter.ts';
import { aClock, aSignal, errorFilters } from '../breaker/options/rules.ts';
import type { Clock } from '../core/clock.ts';
import type { ErrorFilter } from '../core/error-filter.ts';
import type { Random } from '../core/random.ts';
import type { InternalErrorHandler } from '../core/reporter.ts';
import { aDuration, aFunction, assertNone, aWholeNumber, oneOf, orNull, readOptions } from '../core/validation.ts';
import type { Requirement } from '../core/validation.ts';
import { aBudget } from './retry-budget.ts';
import type { RetryBudget } from './retry-budget.ts';

/** A retry that is going to happen. */
export interface RetryEvent {
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** What it failed with. */
  readonly error: unknown;
  /** The wait before the next attempt, in whole milliseconds. */
  readonly delayMs: number;
}

/** How often, how soon and how long to retry, and after what. */
export interface RetryOptions {
  /** All attempts, the first one included. Whole number, 1 or more. Default 3. */
  readonly attempts?: number | undefined;
  /** Bounds everything, waits included; then the signal of the running attempt aborts. Milliseconds, 1 to Infinity; `null`: none. Default 30 000. */
  readonly totalTimeoutMs?: number | null | undefined;
  /** The wait after the first attempt, before jitter; each further one doubles it: baseDelayMs · 2^(n−1). Milliseconds, 1 to Infinity. Default 100, at most an explicit `maxDelayMs`. */
  readonly baseDelayMs?: number | undefined;
  /** The longest wait, before jitter; a `retryAfterMs` may be longer. Milliseconds, `baseDelayMs` to Infinity. Default 2 000, at least `baseDelayMs`. */
  readonly maxDelayMs?: number | undefined;
  /** How waits are spread; it only shortens. `true` is `'full'`, `false` is `'none'`. Default true. */
  readonly jitter?: boolean | Jitter | undefined;
  /** The wait after the n-th attempt instead, in milliseconds above 0. Cap and jitter still apply; a bad value gives the built-in wait. */
  readonly backoff?: Backoff | undefined;
  /** Which errors are worth another attempt. One that throws or gives no boolean is a no. Default: every error but those that no attempt can mend. */
  readonly retryOn?: ErrorFilter | readonly ErrorFilter[] | undefined;
  /** Bounds the retries of all who share it; `null`: none. Default: for `retry` the one of the process, or of the `clock` if another is given; for `withRetry` one for each function. */
  readonly budget?: RetryBudget | null | undefined;
  /** Ends the retry at once with the signal's reason, also while it waits. */
  readonly signal?: AbortSignal | undefined;
  /** Called before each wait. What it throws changes nothing. */
  readonly onRetry?: ((event: RetryEvent) => unknown) | undefined;
  /** Where time comes from. Default: the system. */
  readonly clock?: Clock | undefined;
  /** Numbers from 0 up to, but not including, 1, for the jitter. Default: the system's. */
  readonly random?: Random | undefined;
  /** Told what your functions in these options did wrong. Default: one `console.error` a second at most. */
  readonly onInternalError?: InternalErrorHandler | undefined;
}

const createRetryRules = (): Readonly<Record<keyof RetryOptions, Requirement>> => ({
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
});

const RETRY_RULES = /* @__PURE__ */ createRetryRules();

/**
 * Options that are right, each read once.
 *
 * @throws CircuitBreakerConfigError that lists every problem.
 */
export function readRetryOptions(options: RetryOptions): RetryOptions {
  const { values, problems } = readOptions(options, RETRY_RULES);
  const { baseDelayMs, maxDelayMs } = values as RetryOptions;
  if (baseDelayMs !== undefined && maxDelayMs !== undefined && maxDelayMs < baseDelayMs) {
    problems.push(`Expected \`maxDelayMs\` to be at least \`baseDelayMs\`, ${baseDelayMs}, got ${maxDelayMs}`);
  }
  assertNone('retry', problems);
  return values;
}
