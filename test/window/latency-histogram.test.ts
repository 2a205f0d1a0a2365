import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from '../../src/window/latency-histogram.ts';

/** The longest duration that has a bucket of its own, in sixteenths of a millisecond: the last of 70 minutes. */
const LARGEST_SIXTEENTHS = 2 ** 26 - 1;

function histogramOf(...durationsMs: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const durationMs of durationsMs) histogram.record(durationMs);
  return histogram;
}

/** The value that the histogram shows for one duration. */
const shown = (durationMs: number): number => histogramOf(durationMs).percentile(0.5);

describe('LatencyHistogram', () => {
  it('shows 0 for everything while it is empty', () => {
    const histogram = new LatencyHistogram();

    const figures = [histogram.meanMs, histogram.percentile(0), histogram.percentile(0.5), histogram.percentile(1)];

    expect(figures).toEqual([0, 0, 0, 0]);
  });

  it('gives the exact mean', () => {
    const histogram = histogramOf(1, 2, 1_000.5);

    const { meanMs } = histogram;

    expect(meanMs).toBe(334.5);
  });

  it('counts durations of 0 in the mean', () => {
    const histogram = histogramOf(0, 10);

    const { meanMs } = histogram;

    expect(meanMs).toBe(5);
  });

  it.each([
    [0, 0.031_25],
    [0.062_4, 0.031_25],
    [0.062_5, 0.093_75],
    [0.437_5, 0.468_75],
    [0.499, 0.468_75],
    [0.5, 0.531_25],
    [0.937_5, 0.968_75],
    [0.999, 0.968_75],
    [1, 1.062_5],
    [1.124, 1.062_5],
    [1.125, 1.187_5],
    [1.999, 1.937_5],
    [2, 2.125],
    [10, 10.5],
    [100, 100],
    [1_000, 992],
    [30_000, 29_696],
  ])('shows %d ms as the middle of its bucket, %d ms', (durationMs, expected) => {
    const value = shown(durationMs);

    expect(value).toBe(expected);
  });

  it('is at most 6.25 % off from half a millisecond to 70 minutes, at both ends of every bucket', () => {
    const errors: number[] = [];

    for (let sixteenths = 8; sixteenths < LARGEST_SIXTEENTHS; sixteenths = Math.ceil(sixteenths * 1.01)) {
      const octave = 2 ** (Math.floor(Math.log2(sixteenths)) - 3);
      const low = Math.floor(sixteenths / octave) * octave;
      for (const edge of [low, low + octave - 0.001]) errors.push(Math.abs(shown(edge / 16) - edge / 16) / (edge / 16));
    }

    expect(errors.length).toBeGreaterThan(2_000);
    expect(Math.max(...errors)).toBe(0.0625);
  });

  it('is at most a thirty-second of a millisecond off below half a millisecond', () => {
    const errors = Array.from({ length: 500 }, (_, microseconds) => Math.abs(shown(microseconds / 1_000) - microseconds / 1_000));

    expect(Math.max(...errors)).toBe(0.031_25);
  });

  it.each([
    ['the last duration with a bucket of its own', LARGEST_SIXTEENTHS / 16],
    ['70 minutes', 4_200_000],
    ['a day', 86_400_000],
    ['as long as there is', Number.MAX_VALUE],
    ['without end', Number.POSITIVE_INFINITY],
  ])('shows %s in the last bucket', (_, durationMs) => {
    const value = shown(durationMs);

    expect(value).toBe((15.5 * 2 ** 22) / 16);
  });

  it('shows the bucket before the last for a little less', () => {
    const value = shown((15 * 2 ** 22 - 1) / 16);

    expect(value).toBe((14.5 * 2 ** 22) / 16);
  });

  it.each([
    [0, 1.062_5],
    [0.25, 1.062_5],
    [0.26, 10.5],
    [0.5, 10.5],
    [0.51, 100],
    [0.75, 100],
    [0.76, 992],
    [1, 992],
  ])('gives for the share %d the duration that so many calls stayed within', (share, expected) => {
    const histogram = histogramOf(1_000, 1, 100, 10);

    const value = histogram.percentile(share);

    expect(value).toBe(expected);
  });

  it.each([
    [94, 0.95, 992],
    [95, 0.95, 1.062_5],
    [98, 0.99, 992],
    [99, 0.99, 1.062_5],
  ])('with %i of 100 calls fast puts the share %d at %d ms', (fast, share, expected) => {
    const histogram = histogramOf(...Array.from({ length: 100 }, (_, index) => (index < fast ? 1 : 1_000)));

    const value = histogram.percentile(share);

    expect(value).toBe(expected);
  });

  it('keeps the mean exact when a bucket is full', () => {
    const histogram = new LatencyHistogram();
    for (let call = 0; call < 70_000; call += 1) histogram.record(1);
    for (let call = 0; call < 30_000; call += 1) histogram.record(11);

    const { meanMs } = histogram;

    expect(meanMs).toBe(4);
  });

  describe('with a full bucket', () => {
    /** 65 535 calls of 1 ms fill a bucket. */
    function full(others: readonly number[]): LatencyHistogram {
      const histogram = histogramOf(...others);
      for (let call = 0; call < 65_535; call += 1) histogram.record(1);
      return histogram;
    }

    /** How many of `of` calls the histogram holds at or below 1 ms: where the percentile leaves that bucket. */
    const holdsAsFast = (histogram: LatencyHistogram, fast: number, of: number): boolean =>
      histogram.percentile(fast / of) === 1.062_5 && histogram.percentile((fast + 0.5) / of) !== 1.062_5;

    it('does not fade before one more call comes', () => {
      const histogram = full([1_000, 1_000]);

      const value = holdsAsFast(histogram, 65_535, 65_537);

      expect(value).toBe(true);
    });

    it('halves all counts, rounding down, and then counts the call', () => {
      const histogram = full([1_000, 1_000, 1_000, 50_000]);

      histogram.record(1);

      expect(holdsAsFast(histogram, 32_768, 32_769)).toBe(true);
      expect(histogram.percentile(1)).toBe(992);
    });

    it('halves the counts of the first and the last bucket too', () => {
      const histogram = full([0, 0, Number.MAX_VALUE, Number.MAX_VALUE, Number.MAX_VALUE, Number.MAX_VALUE]);

      histogram.record(1);

      expect(histogram.percentile(1 / 32_771)).toBe(0.031_25);
      expect(histogram.percentile(1.5 / 32_771)).toBe(1.062_5);
      expect(histogram.percentile(32_769 / 32_771)).toBe(1.062_5);
      expect(histogram.percentile(32_769.5 / 32_771)).toBe((15.5 * 2 ** 22) / 16);
    });

    it('fades only when its own bucket is full', () => {
      const histogram = full([1_000, 1_000]);

      histogram.record(1_000);

      expect(holdsAsFast(histogram, 65_535, 65_538)).toBe(true);
    });

    it('lets recent calls outweigh older ones', () => {
      const histogram = full([]);

      for (let call = 0; call < 131_072; call += 1) histogram.record(1_000);

      expect(histogram.percentile(0.4)).toBe(992);
    });
  });
});
