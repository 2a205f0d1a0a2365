import { describe, expect, it } from 'vitest';
import { wholeMs } from '../../src/core/clock.ts';

describe('wholeMs', () => {
  it.each([
    [-1_000, 0],
    [-0.5, 0],
    [0, 0],
    [0.001, 1],
    [0.5, 1],
    [1, 1],
    [1.001, 2],
    [59.999, 60],
    [60, 60],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('makes of %d ms %d', (ms, expected) => {
    expect(wholeMs(ms)).toBe(expected);
  });

  it.each([
    ['nothing', 0.000_000_000_1, 0],
    ['a millisecond', 1.000_000_000_1, 1],
    ['a minute', 60_000.000_000_01, 60_000],
    ['a little less than a minute', 59_999.999_999_99, 60_000],
    ['a nanosecond', 0.000_001, 0],
    ['two nanoseconds', 0.000_002, 1],
  ])('does not round an error of a fractional clock up: %s', (_, ms, expected) => {
    expect(wholeMs(ms)).toBe(expected);
  });
});
