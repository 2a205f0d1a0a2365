import { expect, it } from 'vitest';
import { retry } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import type { Options } from '../support/breaker.ts';
import { canonicalWith } from '../support/legacy.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';
import { waitsOfOutage } from '../support/outages.ts';

const LONGEST = 1 - Number.EPSILON;
const jittered = (...draws: readonly number[]): Options => {
  const left = [...draws];
  return { jitter: true, random: () => left.shift() ?? LONGEST };
};

it.each<readonly [title: string, options: Options, waits: readonly number[]]>([
  ['60: jitter halves a wait of 1 s at most', jittered(0), [0.5]],
  ['60: jitter shortens a wait of 1 s', jittered(0.5), [0.75]],
  ['60: jitter never lengthens a wait of 1 s', jittered(LONGEST), [1]],
  ['61: waits grow, even if the first is drawn longest and the third shortest', jittered(LONGEST, 0.5, 0), [1, 1.5, 2]],
  // 5.K2, 64: the legacy helper counted openings from 1, so that its first wait was doubled.
  ['64: waits double without jitter', {}, [1, 2, 4]],
  ['62: the longest wait is the maximum', { maxBackoffMs: 5_000 }, [1, 2, 4, 5, 5]],
  ['62: jitter does not exceed the maximum', { ...jittered(), maxBackoffMs: 5_000 }, [1, 2, 4, 5, 5]],
])('%s', async (_, options, waits) => {
  const made = canonicalWith({ failureThreshold: 1, recoveryTimeoutMs: 1_000, ...options });

  expect((await waitsOfOutage(made, waits.length)).map((ms) => ms / 1_000)).toEqual(waits);
});

it('63: draws the jitter once for each opening, however often the wait is read', () => {
  let draws = 0;
  const { breaker } = canonicalWith({ jitter: true, random: () => (draws += 1) / 10 });
  breaker.trip();

  expect([new Set([1, 2, 3].map(() => breaker.retryAfterMs)).size, draws]).toEqual([1, 1]);
});

it('65: retries after 0.1, 0.2, 0.4, 0.8 and 1 s when six attempts double up to 1 s', async () => {
  const clock = new FakeClock();
  const delays: number[] = [];
  const failed = errorOf(retry(() => Promise.reject(BOOM), {
    attempts: 6, baseDelayMs: 100, maxDelayMs: 1_000, jitter: false, budget: null, clock,
    onRetry: ({ delayMs }) => delays.push(delayMs),
  }));
  await clock.advanceAsync(10_000);

  expect([await failed, delays]).toEqual([BOOM, [100, 200, 400, 800, 1_000]]);
});
