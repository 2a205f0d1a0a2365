import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { drawWait, JITTERS } from '../../src/backoff/backoff.ts';
import type { Jitter } from '../../src/backoff/backoff.ts';

/** The largest number below 1: the most that a source of randomness returns. */
const ALMOST_ONE = 1 - 2 ** -53;

/** A wait with its jitter, below the cap. */
function jittered(waitMs: number, jitter: Jitter, random: () => number): number {
  const maxBackoffMs = Number.POSITIVE_INFINITY;
  const rules = { recoveryTimeoutMs: 1, maxBackoffMs, exponentialBackoff: true, backoff: undefined };
  return drawWait(waitMs, { ...rules, jitter, random }, { report() {} });
}

describe('the jitter of a wait', () => {
  it.each([
    ['none', 0, 1_000],
    ['none', 0.5, 1_000],
    ['equal', 0, 500],
    ['equal', 0.25, 625],
    ['equal', 0.5, 750],
    ['proportional', 0, 800],
    ['proportional', 0.5, 900],
    ['full', 0.25, 250],
    ['full', 0.5, 500],
    // At least 1 ms.
    ['full', 0, 1],
    ['full', 0.000_9, 1],
    ['full', 0.001, 1],
    ['full', 0.002, 2],
  ] as const)('with %s and U = %d shortens 1000 ms to %i ms', (jitter, share, expected) => {
    expect(jittered(1_000, jitter, () => share)).toBe(expected);
  });

  it.each(JITTERS)('with %s draws once at most, and never for an infinite wait', (jitter) => {
    const random = vi.fn<() => number>(() => 0.5);

    const waitMs = jittered(Number.POSITIVE_INFINITY, jitter, random);
    const early = random.mock.calls.length;
    jittered(1_000, jitter, random);

    expect([waitMs, early, random.mock.calls.length]).toEqual([Number.POSITIVE_INFINITY, 0, jitter === 'none' ? 0 : 1]);
  });

  it.each([
    ['none', 1],
    ['equal', 0.5],
    ['proportional', 0.8],
    ['full', 0],
  ] as const)('with %s only shortens, to no less than %d of the wait', (jitter, least) => {
    const waits = fc.double({ min: 1, max: 86_400_000, noNaN: true });
    const shares = fc.double({ min: 0, max: ALMOST_ONE, noNaN: true });
    fc.assert(
      fc.property(waits, shares, (waitMs, share) => {
        const shortened = jittered(waitMs, jitter, () => share);

        expect(shortened).toBeLessThanOrEqual(waitMs);
        expect(shortened).toBeGreaterThanOrEqual(waitMs * least);
      }),
    );
  });
});

it('JITTERS lists every kind', () => {
  expect(JITTERS).toEqual(['none', 'equal', 'proportional', 'full']);
});
