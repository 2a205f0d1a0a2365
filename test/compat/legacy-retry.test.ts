import { describe, expect, it } from 'vitest';
import { legacyRetry } from '../../src/compat/legacy-retry.ts';
import type { LegacyRetry } from '../../src/compat/legacy-retry.ts';
import { CircuitBreakerTimeoutError } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';

const HOW: LegacyRetry = { attempts: 3, delayAfter: () => 1, retryOn: () => true };

/** Moments of the attempts, and what came of them. */
async function run(how: Partial<LegacyRetry>, operation: (attempt: number) => unknown = () => Promise.reject(BOOM)) {
  const clock = new FakeClock();
  const moments: number[] = [];
  const settled = errorOf(
    legacyRetry(
      ({ attempt }) => {
        moments.push(clock.now());
        return operation(attempt);
      },
      { ...HOW, ...how },
      { clock },
    ),
  );
  await clock.advanceAsync(60_000);
  return { moments, error: await settled };
}

describe('legacyRetry', () => {
  it('waits as it is told, by the number of the attempt and its own error', async () => {
    const seen: unknown[] = [];
    const { moments } = await run(
      {
        delayAfter: (attempt, error) => {
          seen.push([attempt, error]);
          return attempt * 0.25;
        },
      },
      (attempt) => Promise.reject(`error ${attempt}`),
    );

    expect(moments).toEqual([0, 250, 750]);
    expect(seen).toEqual([[1, 'error 1'], [2, 'error 2']]);
  });

  it.each([
    [0, 1],
    [0.000_4, 1],
    [1.000_000_1, 1_000],
  ])('takes a wait of %s s for whole milliseconds, at least one: %i', async (seconds, ms) => {
    expect((await run({ attempts: 2, delayAfter: () => seconds })).moments).toEqual([0, ms]);
  });

  it('waits longer where the error asks for a pause', async () => {
    expect((await run({ attempts: 2 }, () => Promise.reject(Object.assign(new Error('busy'), { retryAfterMs: 4_000 })))).moments).toEqual([0, 5_000]);
  });

  it('ends at what is not worth it, and throws that', async () => {
    expect(await run({ retryOn: () => false })).toEqual({ moments: [0], error: BOOM });
  });

  it('ends when everything has taken too long', async () => {
    const { error } = await run({ totalSeconds: 5 }, () => new Promise(() => {}));

    expect(error).toBeInstanceOf(CircuitBreakerTimeoutError);
  });

  it('has no budget', async () => {
    expect((await run({ attempts: 40 })).moments).toHaveLength(40);
  });
});
