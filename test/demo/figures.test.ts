import { describe, expect, it } from 'vitest';
import { count, duration, percent, seconds } from '../../examples/demo/figures.ts';

describe('figures', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [1_234_567, '1,234,567'],
  ])('writes the count %s as %s', (value, text) => {
    expect(count(value)).toBe(text);
  });

  it.each([
    [0, '0%'],
    [0.304, '30%'],
    [1, '100%'],
    [null, '–'],
  ])('writes the rate %s as %s', (rate, text) => {
    expect(percent(rate)).toBe(text);
  });

  it.each([
    [0.4, '0 ms'],
    [999.4, '999 ms'],
    [999.5, '1.00 s'],
    [3_012, '3.01 s'],
    [null, '–'],
  ])('writes the duration %s as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('writes sums in seconds with one decimal', () => {
    expect(seconds(902_340)).toBe('902.3 s');
  });
});
