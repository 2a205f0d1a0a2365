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
  it('shows 0 while it is empty', () => {
    const histogram = new LatencyHistogram();

    expect([histogram.meanMs(), ...[0, 0.5, 1].map((share) => histogram.percentile(share))]).toEqual([0, 0, 0, 0]);
  });

  it('shows the figures of two histograms together as those of one', () => {
    const [some, others] = [[1, 2, 1_000.5], [0.2, 70, 3_000, 3_000]];
    const all = histogramOf(...some, ...others);
    const both = [histogramOf(...some), histogramOf(...others)] as const;
    const shares = [0, 0.2, 0.5, 0.8, 1];

    expect(shares.map((share) => both[0].percentile(share, both[1]))).toEqual(shares.map((s) => all.percentile(s)));
    expect([both[0].meanMs(both[1]), new LatencyHistogram().meanMs(all)]).toEqual([all.meanMs(), all.meanMs()]);
    expect([both[0].samples, new LatencyHistogram().percentile(0.5, all)]).toEqual([3, all.percentile(0.5)]);
  });

  it.each([
    [[1, 2, 1_000.5], 334.5],
    [[0, 10], 5],
  ])('returns the exact mean of %j: %d', (durations, expected) => {
    expect(histogramOf(...durations).meanMs()).toBe(expected);
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
    expect(shown(durationMs)).toBe(expected);
  });

  it('is at most 6.25% off from 0.5 ms to 70 minutes, at both ends of every bucket', () => {
    const errors: number[] = [];

    for (let sixteenths = 8; sixteenths < LARGEST_SIXTEENTHS; sixteenths = Math.ceil(sixteenths * 1.01)) {
      const octave = 2 ** (Math.floor(Math.log2(sixteenths)) - 3);
      const low = Math.floor(sixteenths / octave) * octave;
      for (const edge of [low, low + octave - 0.001]) errors.push(Math.abs(shown(edge / 16) - edge / 16) / (edge / 16));
    }

    expect(errors.length).toBeGreaterThan(2_000);
    expect(Math.max(...errors)).toBe(0.0625);
  });

  it('is at most 1/32 ms off below 0.5 ms', () => {
    const errors = Array.from({ length: 500 },
      (_, microseconds) => Math.abs(shown(microseconds / 1_000) - microseconds / 1_000));

    expect(Math.max(...errors)).toBe(0.031_25);
  });

  it.each([
    ['the last duration with a bucket of its own', LARGEST_SIXTEENTHS / 16],
    ['70 minutes', 4_200_000],
    ['a day', 86_400_000],
    ['the largest number', Number.MAX_VALUE],
    ['an infinite duration', Number.POSITIVE_INFINITY],
  ])('shows %s in the last bucket', (_, durationMs) => {
    expect(shown(durationMs)).toBe((15.5 * 2 ** 22) / 16);
  });

  it('shows the bucket before the last when the duration is a little less', () => {
    expect(shown((15 * 2 ** 22 - 1) / 16)).toBe((14.5 * 2 ** 22) / 16);
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
  ])('returns the duration that a share of the calls stayed within: %d, %d ms', (share, expected) => {
    expect(histogramOf(1_000, 1, 100, 10).percentile(share)).toBe(expected);
  });

  it.each([
    [94, 0.95, 992],
    [95, 0.95, 1.062_5],
    [98, 0.99, 992],
    [99, 0.99, 1.062_5],
  ])('returns exact shares: of %i fast calls in 100, %d is %d ms', (fast, share, expected) => {
    const histogram = histogramOf(...Array.from({ length: 100 }, (_, index) => (index < fast ? 1 : 1_000)));

    expect(histogram.percentile(share)).toBe(expected);
  });

  it('keeps the mean exact when a bucket is full', () => {
    const histogram = new LatencyHistogram();
    for (let call = 0; call < 70_000; call += 1) histogram.record(1);
    for (let call = 0; call < 30_000; call += 1) histogram.record(11);

    expect(histogram.meanMs()).toBe(4);
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

    it('does not fade before one more call', () => {
      const histogram = full([1_000, 1_000]);

      expect(holdsAsFast(histogram, 65_535, 65_537)).toBe(true);
    });

    it('halves all counts, rounding down, and then counts the call', () => {
      const histogram = full([1_000, 1_000, 1_000, 50_000]);

      histogram.record(1);

      expect(holdsAsFast(histogram, 32_768, 32_769)).toBe(true);
      expect(histogram.percentile(1)).toBe(992);
    });

    it('halves the first and the last bucket too', () => {
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
