import type { RetryOptions } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { BOOM } from './outcomes.ts';

/** Options without jitter, on a new clock. Retries share a budget per clock, so these have their own. */
export function plain(options: RetryOptions = {}): RetryOptions & { readonly clock: FakeClock } {
  return { jitter: false, ...options, clock: new FakeClock() };
}

/** An operation that fails `times` times, then succeeds. Records when it ran. */
export function failing(clock: FakeClock, times = Number.POSITIVE_INFINITY) {
  const ranAt: number[] = [];
  const operation = async (): Promise<string> => {
    ranAt.push(clock.now());
    if (ranAt.length <= times) throw BOOM;
    return `fine after ${ranAt.length}`;
  };
  return { ranAt, operation };
}
