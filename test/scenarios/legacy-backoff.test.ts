import { describe, expect, it } from 'vitest';
import { retry } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import type { Options } from '../support/breaker.ts';
import { canonicalWith } from '../support/legacy.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';
import { waitsOfOutage } from '../support/outages.ts';

/** The first waits of an outage, in seconds. */
const waits = async (openings: number, options: Options): Promise<readonly number[]> =>
  (await waitsOfOutage(canonicalWith({ failureThreshold: 1, recoveryTimeoutMs: 1_000, ...options }), openings)).map((ms) => ms / 1_000);

/** LEGACY 5.F. */
describe('backoff in the earlier code base', () => {
  it.each([
    [0, 0.5],
    [0.5, 0.75],
    [1 - Number.EPSILON, 1],
  ])('60: with a wait of 1 s and jitter, the first wait at U = %s is %s s, within 0.5 and 3', async (share, wait) => {
    expect(await waits(1, { jitter: true, random: () => share })).toEqual([wait]);
  });

  it('61: after three openings the wait is longer than after one, even when jitter makes the first longest and the third shortest', async () => {
    const shares = [1 - Number.EPSILON, 0.5, 0];

    expect(await waits(3, { jitter: true, random: () => shares.shift() as number })).toEqual([1, 1.5, 2]);
  });

  it('62: after twenty openings the wait is the maximum, and jitter does not exceed it', async () => {
    expect((await waits(20, {})).at(-1)).toBe(300);
    expect((await waits(20, { jitter: true, random: () => 1 - Number.EPSILON })).at(-1)).toBeLessThanOrEqual(300);
  });

  it('63: five openings have five different waits by jitter, and each is drawn once, however often it is read', async () => {
    // 5.K2, 63: drawn once at the opening and stored; DESIGN, "Open".
    let draws = 0;
    const { breaker } = canonicalWith({ jitter: true, random: () => (draws += 1) / 10 });
    breaker.trip();
    const reads = Array.from({ length: 5 }, () => breaker.retryAfterMs);
    const several = await Promise.all([0.1, 0.2, 0.3, 0.4, 0.5].map(async (share) => waits(1, { jitter: true, random: () => share })));

    expect([draws, new Set(reads).size, new Set(several.flat()).size]).toEqual([1, 1, 5]);
  });

  it('64: without jitter the waits are 1, 2 and 4 s: the exact 4 comes at the third opening', async () => {
    // 5.K2, 64 pins the exponent to the count of openings, so that the first wait was doubled; DESIGN, "Open": recoveryTimeoutMs · 2^(n−1).
    expect(await waits(3, {})).toEqual([1, 2, 4]);
  });

  it('65: a retry from 0.1 s, doubling up to 1 s, waits 0.1, 0.2, 0.4, 0.8 and 1 s between six attempts, and five attempts end after the fourth', async () => {
    const delaysOf = async (attempts: number): Promise<readonly number[]> => {
      const clock = new FakeClock();
      const delays: number[] = [];
      const failed = errorOf(
        retry(() => Promise.reject(BOOM), { attempts, baseDelayMs: 100, maxDelayMs: 1_000, jitter: false, budget: null, clock, onRetry: ({ delayMs }) => delays.push(delayMs) }),
      );
      await clock.advanceAsync(10_000);
      expect(await failed).toBe(BOOM);
      return delays;
    };

    expect(await delaysOf(5)).toEqual([100, 200, 400, 800]);
    expect(await delaysOf(6)).toEqual([100, 200, 400, 800, 1_000]);
  });
});
