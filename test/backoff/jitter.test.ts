import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { jittered, JITTERS } from '../../src/backoff/jitter.ts';

/** The largest number below 1: the most that a source of randomness gives. */
const ALMOST_ONE = 1 - 2 ** -53;

describe('jittered', () => {
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
  ] as const)('with %s and U = %d makes %i ms of 1000 ms', (jitter, share, expected) => {
    const waitMs = jittered(1_000, jitter, () => share);

    expect(waitMs).toBe(expected);
  });

  it.each([
    [0, 1],
    [0.000_9, 1],
    [0.001, 1],
    [0.002, 2],
  ])('with full waits at least 1 ms: U = %d gives %d ms', (share, expected) => {
    const waitMs = jittered(1_000, 'full', () => share);

    expect(waitMs).toBe(expected);
  });

  it.each(['equal', 'proportional', 'full'] as const)('with %s draws once', (jitter) => {
    const random = vi.fn<() => number>(() => 0.5);

    jittered(1_000, jitter, random);

    expect(random).toHaveBeenCalledOnce();
  });

  it('with none draws nothing', () => {
    const random = vi.fn<() => number>(() => 0.5);

    jittered(1_000, 'none', random);

    expect(random).not.toHaveBeenCalled();
  });

  it.each(['none', 'equal', 'proportional', 'full'] as const)('with %s leaves an infinite wait alone and draws nothing', (jitter) => {
    const random = vi.fn<() => number>(() => 0);

    const waitMs = jittered(Number.POSITIVE_INFINITY, jitter, random);

    expect(waitMs).toBe(Number.POSITIVE_INFINITY);
    expect(random).not.toHaveBeenCalled();
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

describe('JITTERS', () => {
  it('lists every kind', () => {
    expect(JITTERS).toEqual(['none', 'equal', 'proportional', 'full']);
  });
});
