import type { HealthStatus } from '../../src/index.ts';
import type { Made, Options, SeenEvent } from './breaker.ts';
import { breakerWith } from './breaker.ts';

type Answer = boolean | HealthStatus | PromiseLike<boolean | HealthStatus>;

/** Checks every second; each check takes the next of the answers, and the last one for ever. A function is asked. */
export function checkedBreaker(
  answers: readonly unknown[],
  options: Options = {},
): Made & { readonly events: SeenEvent[]; readonly times: number[] } {
  const times: number[] = [];
  const made = breakerWith({
    timeoutMs: null,
    recoveryTimeoutMs: 60_000,
    healthCheck: {
      intervalMs: 1_000,
      check: () => {
        times.push(made.clock.now());
        const answer = answers[Math.min(times.length, answers.length) - 1];
        return (typeof answer === 'function' ? answer() : answer) as Answer;
      },
    },
    ...options,
  });
  return { ...made, times };
}
