import { drawWait, fullWait } from '../backoff/backoff.ts';
import { isBulkheadFullError, isCircuitBreakerConfigError, isCircuitBreakerDisposedError } from '../core/errors.ts';
import { isCircuitBreakerOpenError } from '../core/errors.ts';
import { along } from '../core/facts.ts';
import { readRetryAfter } from '../core/retry-after.ts';
import { safeGet } from '../core/untrusted.ts';
import type { RetryPlan } from './retry-options.ts';

/**
 * Returns the wait before the next attempt in whole milliseconds, or undefined for no retry.
 *
 * The usual wait is added to the pause that an error asks for, so that callers that were rejected together don't return
 * in the same millisecond. There is no retry if the wait exceeds the rest of the total timeout.
 * @param attempt the number of the attempt that failed, from 1.
 * @param leftMs the rest of the total timeout, or `Infinity`.
 */
export function waitBeforeNext(
  error: unknown,
  { attempt, leftMs }: { readonly attempt: number; readonly leftMs: number },
  plan: Pick<RetryPlan, 'attempts' | 'isRetryable' | 'waits' | 'report' | 'timeline'>,
): number | undefined {
  const { attempts, isRetryable, waits } = plan;
  if (attempt >= attempts) return undefined;
  const pauseMs = pauseAskedBy(error) ?? readRetryAfter(error, plan.timeline.wallOf(plan.timeline.now())) ?? 0;
  if (pauseMs >= leftMs || !isRetryable(error)) return undefined;
  const waitMs = Math.max(1, Math.ceil(pauseMs + drawWait(fullWait(attempt, waits, plan), waits, plan)));
  return waitMs < leftMs ? waitMs : undefined;
}

/** Returns the pause that the error or the nearest of its causes asks for. `Infinity` means no retry. */
const pauseAskedBy = (error: unknown): number | undefined => along(error, pauseOf);

function pauseOf(error: unknown): number | undefined {
  if (isCircuitBreakerDisposedError(error) || isCircuitBreakerConfigError(error)) return Number.POSITIVE_INFINITY;
  // All probes or slots are taken, and one may end at any moment: the usual wait.
  if (isBulkheadFullError(error) || (isCircuitBreakerOpenError(error) && error.reason === 'half_open_full')) return 0;
  const asked = safeGet(error, 'retryAfterMs');
  if (typeof asked === 'number' && asked >= 0) return asked;
  // The circuit is forced open until `release()` is called.
  return isCircuitBreakerOpenError(error) ? Number.POSITIVE_INFINITY : undefined;
}
