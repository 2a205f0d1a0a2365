import { jittered } from '../backoff/jitter.ts';
import { drawRandom, fullWait } from '../breaker/circuit/opening.ts';
import type { Waiting } from '../breaker/circuit/opening.ts';
import { alongCauses } from '../core/error-filter.ts';
import { isCircuitBreakerConfigError, isCircuitBreakerDisposedError, isCircuitBreakerOpenError } from '../core/errors.ts';
import { peek } from '../core/untrusted.ts';
import type { RetryPlan } from './retry-plan.ts';

/** Where a retry stands when an attempt has failed. */
interface Standing {
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** What is left of the total; `Infinity` without one. */
  readonly leftMs: number;
}

/**
 * Whole milliseconds to wait before the next attempt; undefined when there is to be none.
 *
 * What an error asks for is waited out in full, and the usual wait comes on top: all who were rejected must not come back in the
 * same millisecond. A wait that would leave nothing of the total is not begun.
 */
export function waitBeforeNext(error: unknown, { attempt, leftMs }: Standing, plan: Pick<RetryPlan, 'attempts' | 'wants' | 'waiting'>): number | undefined {
  if (attempt >= plan.attempts) return undefined;
  const pauseMs = pauseAskedBy(error);
  if (pauseMs >= leftMs || !plan.wants(error)) return undefined;
  const waitMs = Math.max(1, Math.ceil(pauseMs + usualWait(attempt, plan.waiting)));
  return waitMs < leftMs ? waitMs : undefined;
}

function usualWait(attempt: number, waiting: Waiting): number {
  const { maxBackoffMs, jitter } = waiting.options;
  return jittered(Math.min(fullWait(attempt, waiting), maxBackoffMs), jitter, () => drawRandom(waiting));
}

/** The pause that an error asks for, or the first along its causes that says anything; `Infinity`: for ever. */
function pauseAskedBy(error: unknown): number {
  let pauseMs = 0;
  alongCauses((each) => {
    const asked = pauseOf(each);
    pauseMs = asked ?? pauseMs;
    return asked !== undefined;
  })(error);
  return pauseMs;
}

function pauseOf(error: unknown): number | undefined {
  if (isCircuitBreakerDisposedError(error) || isCircuitBreakerConfigError(error)) return Number.POSITIVE_INFINITY;
  const asked = peek(error, 'retryAfterMs');
  if (typeof asked === 'number' && asked >= 0) return asked;
  // Forced open: only somebody's release ends that.
  return isCircuitBreakerOpenError(error) ? Number.POSITIVE_INFINITY : undefined;
}
