import { describe, expect, it } from 'vitest';
import { builtInWait, exponential, MOST_OPENINGS, nextOpenings } from '../../src/backoff/backoff.ts';

const RULES = { recoveryTimeoutMs: 1_000, maxBackoffMs: 8_000, jitter: 'none' } as const;

describe('nextOpenings', () => {
  it.each([
    [0, 1],
    [1, 2],
    [28, 29],
    [29, 30],
    [30, 30],
  ])('after %i openings is %i', (openings, expected) => {
    const next = nextOpenings({ openings, saturated: false });

    expect(next).toBe(expected);
  });

  it.each([0, 1, 7, 30])('stays at %i where the wait has reached the cap', (openings) => {
    const next = nextOpenings({ openings, saturated: true });

    expect(next).toBe(openings);
  });

  it('never passes 30', () => {
    expect(MOST_OPENINGS).toBe(30);
  });
});

describe('builtInWait', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [4, 8_000],
  ])('doubles: after opening %i it is %i ms', (openings, expected) => {
    const waitMs = builtInWait(openings, { ...RULES, exponentialBackoff: true });

    expect(waitMs).toBe(expected);
  });

  it('is not yet capped', () => {
    const waitMs = builtInWait(5, { ...RULES, exponentialBackoff: true });

    expect(waitMs).toBe(16_000);
  });

  it.each([1, 2, 30])('without exponential backoff is the recovery timeout after opening %i', (openings) => {
    const waitMs = builtInWait(openings, { ...RULES, exponentialBackoff: false });

    expect(waitMs).toBe(1_000);
  });
});

describe('exponential', () => {
  it.each([
    [0, 250],
    [1, 250],
    [2, 500],
    [3, 1_000],
    [30, 250 * 2 ** 29],
  ])('after opening %i of base 250 ms is %i ms', (openings, expected) => {
    const waitMs = exponential(openings, 250);

    expect(waitMs).toBe(expected);
  });

  it('stays infinite', () => {
    const waitMs = exponential(3, Number.POSITIVE_INFINITY);

    expect(waitMs).toBe(Number.POSITIVE_INFINITY);
  });
});
