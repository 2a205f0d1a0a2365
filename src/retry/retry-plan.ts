import type { Jitter } from '../backoff/jitter.ts';
import type { Waiting } from '../breaker/circuit/opening.ts';
import { systemClock, timelineOf } from '../core/clock.ts';
import type { Clock, Timeline } from '../core/clock.ts';
import { compileFilters } from '../core/error-filter.ts';
import { systemRandom } from '../core/random.ts';
import { Reporter } from '../core/reporter.ts';
import type { RetryBudget } from './retry-budget.ts';
import { readRetryOptions } from './retry-options.ts';
import type { RetryEvent, RetryOptions } from './retry-options.ts';

/** How to retry, with nothing left open. */
export interface RetryPlan extends Pick<Waiting, 'report'> {
  readonly attempts: number;
  /** `Infinity`: none. */
  readonly totalTimeoutMs: number;
  readonly waiting: Waiting;
  /** Whether the caller wants another attempt after this error. Never throws. */
  readonly wants: (error: unknown) => boolean;
  readonly budget: RetryBudget | null;
  readonly signal: AbortSignal | undefined;
  readonly onRetry: ((event: RetryEvent) => unknown) | undefined;
  readonly timeline: Timeline;
}

/** Everybody's, so that a mistake in the options of many retries is printed once a second and not once each. */
const printer = /* @__PURE__ */ new Reporter('retry', undefined);

/**
 * The options with their defaults.
 *
 * @throws CircuitBreakerConfigError that lists every problem.
 */
export function planRetry(options: RetryOptions, defaultBudget: (clock: Clock) => RetryBudget): RetryPlan {
  const { attempts = 3, totalTimeoutMs = 30_000, clock = systemClock, retryOn, budget, signal, onRetry, onInternalError, ...waits } = readRetryOptions(options);
  const reporter = onInternalError === undefined ? printer : new Reporter('retry', onInternalError);
  const report: RetryPlan['report'] = (source, error) => reporter.report(source, error, timeline);
  const timeline = timelineOf(clock, (error) => report('clock', error));
  return {
    attempts,
    totalTimeoutMs: totalTimeoutMs ?? Number.POSITIVE_INFINITY,
    waiting: { options: waitsOf(waits), report },
    wants: wantsOf(retryOn, report),
    budget: budget === undefined ? defaultBudget(clock) : budget,
    signal,
    onRetry,
    timeline,
    report,
  };
}

/** The waits in the words of a breaker's backoff. */
function waitsOf({ baseDelayMs, maxDelayMs, jitter = true, backoff, random = systemRandom }: RetryOptions): Waiting['options'] {
  const recoveryTimeoutMs = baseDelayMs ?? Math.min(100, maxDelayMs ?? Number.POSITIVE_INFINITY);
  const maxBackoffMs = maxDelayMs ?? Math.max(2_000, recoveryTimeoutMs);
  return { recoveryTimeoutMs, maxBackoffMs, exponentialBackoff: true, jitter: jitterOf(jitter), backoff, random };
}

function jitterOf(jitter: boolean | Jitter): Jitter {
  if (jitter === true) return 'full';
  return jitter === false ? 'none' : jitter;
}

function wantsOf(retryOn: RetryOptions['retryOn'], report: RetryPlan['report']): (error: unknown) => boolean {
  if (retryOn === undefined) return () => true;
  const matches = compileFilters(retryOn);
  return (error) => {
    try {
      return matches(error);
    } catch (failure) {
      report('classifier', failure);
      return false;
    }
  };
}
