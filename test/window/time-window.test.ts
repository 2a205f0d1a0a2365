import { describe, expect, it } from 'vitest';
import { TimeWindow } from '../../src/window/time-window.ts';
import { countsOf, recordAll } from '../support/windows.ts';

/** Five buckets of one second, from 0 on. */
const fiveSeconds = () => new TimeWindow(5_000, 5, 0);

describe('TimeWindow', () => {
  it('starts empty, also when it rolls first', () => {
    const window = fiveSeconds();

    window.roll(1_500);

    expect(countsOf(window)).toEqual([0, 0, 0, 0]);
  });

  it.each([
    ['S', [1, 1, 0, 0]],
    ['F', [1, 0, 1, 0]],
    ['s', [1, 1, 0, 1]],
    ['f', [1, 0, 1, 1]],
    ['SFsf', [4, 2, 2, 2]],
  ])('counts %s as calls, successes, failures and slow calls %j', (letters, expected) => {
    const window = fiveSeconds();

    recordAll(window, letters);

    expect(countsOf(window)).toEqual(expected);
  });

  it.each([
    ['just before the window has passed', 4_999, [4, 2, 2, 2]],
    ['when exactly the window has passed', 5_000, [0, 0, 0, 0]],
    ['just after', 5_001, [0, 0, 0, 0]],
    ['long after', 5_000_000, [0, 0, 0, 0]],
  ])('holds its first bucket %s as it should', (_, now, expected) => {
    const window = fiveSeconds();
    recordAll(window, 'SFsf', 0);

    window.roll(now);

    expect(countsOf(window)).toEqual(expected);
  });

  it.each([
    ['just before its end', 5_999, [2, 1, 1, 1]],
    ['at its end', 6_000, [0, 0, 0, 0]],
  ])('drops a bucket as a whole, whenever in it the outcomes came: %s', (_, now, expected) => {
    const window = fiveSeconds();
    recordAll(window, 'F', 1_000);
    recordAll(window, 's', 1_999);

    window.roll(now);

    expect(countsOf(window)).toEqual(expected);
  });

  it('drops one bucket after the other', () => {
    const window = fiveSeconds();
    for (const second of [0, 1, 2, 3, 4]) recordAll(window, 'Sf', second * 1_000);

    const steps = [4, 5, 6, 7, 8, 9].map((second) => {
      window.roll(second * 1_000);
      return countsOf(window);
    });

    expect(steps).toEqual([
      [10, 5, 5, 5],
      [8, 4, 4, 4],
      [6, 3, 3, 3],
      [4, 2, 2, 2],
      [2, 1, 1, 1],
      [0, 0, 0, 0],
    ]);
  });

  it('drops all buckets that a pause has passed, and only those', () => {
    const window = fiveSeconds();
    for (const [second, letters] of ['F', 'FF', 'fff', 'ssss', 'SSSSS'].entries()) recordAll(window, letters, second * 1_000);

    window.roll(7_000);

    expect(countsOf(window)).toEqual([9, 9, 0, 4]);
  });

  it('drops what is too old before it records', () => {
    const window = fiveSeconds();
    recordAll(window, 'FFF', 0);

    recordAll(window, 'S', 5_000);

    expect(countsOf(window)).toEqual([1, 1, 0, 0]);
  });

  it('uses its buckets again', () => {
    const window = fiveSeconds();
    recordAll(window, 'f', 0);
    recordAll(window, 's', 5_000);

    const steps = [9_999, 10_000].map((now) => {
      window.roll(now);
      return countsOf(window);
    });

    expect(steps).toEqual([
      [1, 1, 0, 1],
      [0, 0, 0, 0],
    ]);
  });

  it('counts its ticks from where it starts, whatever that is', () => {
    const window = new TimeWindow(5_000, 5, 123_456.5);
    recordAll(window, 'F', 123_456.5);

    const steps = [128_456, 128_456.5].map((now) => {
      window.roll(now);
      return countsOf(window)[0];
    });

    expect(steps).toEqual([1, 0]);
  });

  it('divides the window evenly when the buckets are not whole milliseconds', () => {
    const window = new TimeWindow(100, 8, 0);
    recordAll(window, 'F', 12.4);
    recordAll(window, 'S', 12.5);

    const steps = [99.9, 100, 112.4, 112.5].map((now) => {
      window.roll(now);
      return countsOf(window);
    });

    expect(steps).toEqual([
      [2, 1, 1, 0],
      [1, 1, 0, 0],
      [1, 1, 0, 0],
      [0, 0, 0, 0],
    ]);
  });

  it('with one bucket forgets all at each tick', () => {
    const window = new TimeWindow(1_000, 1, 0);
    recordAll(window, 'FS', 999);

    recordAll(window, 'S', 1_000);

    expect(countsOf(window)).toEqual([1, 1, 0, 0]);
  });

  it('keeps its newest bucket and loses nothing when time steps back', () => {
    const window = fiveSeconds();
    recordAll(window, 'F', 3_000);

    recordAll(window, 's', 1_000);
    window.roll(-2_000);

    expect(countsOf(window)).toEqual([2, 1, 1, 1]);
  });

  it('counts an outcome that is dated back as of its date', () => {
    const window = fiveSeconds();
    recordAll(window, 'F', 3_000);
    recordAll(window, 's', 1_000);

    const steps = [5_999, 6_000, 7_999, 8_000].map((now) => {
      window.roll(now);
      return countsOf(window);
    });

    expect(steps).toEqual([
      [2, 1, 1, 1],
      [1, 0, 1, 0],
      [1, 0, 1, 0],
      [0, 0, 0, 0],
    ]);
  });

  it.each([
    ['just before the oldest bucket', 5_999, [1, 0, 1, 0]],
    ['at the start of the oldest bucket', 6_000, [2, 1, 1, 1]],
    ['long ago', 0, [1, 0, 1, 0]],
  ])('leaves out an outcome that is dated back too far: %s', (_, now, expected) => {
    const window = fiveSeconds();
    recordAll(window, 'F', 10_000);

    recordAll(window, 's', now);

    expect(countsOf(window)).toEqual(expected);
  });

  it('takes an outcome from before its start for one at its start', () => {
    const window = fiveSeconds();
    recordAll(window, 'f', -2_500);

    const steps = [4_999, 5_000, 10_000].map((now) => {
      window.roll(now);
      return countsOf(window);
    });

    expect(steps).toEqual([
      [1, 0, 1, 1],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
  });

  it('is empty after a clear', () => {
    const window = fiveSeconds();
    recordAll(window, 'fFs', 0);
    recordAll(window, 'fFs', 1_000);

    window.clear();

    expect(countsOf(window)).toEqual([0, 0, 0, 0]);
  });

  it('counts from nothing after a clear, also where buckets were filled', () => {
    const window = fiveSeconds();
    recordAll(window, 'ff', 0);
    recordAll(window, 'ff', 2_000);
    window.clear();
    recordAll(window, 'sF', 2_000);

    const steps = [5_000, 6_999, 7_000].map((now) => {
      window.roll(now);
      return countsOf(window);
    });

    expect(steps).toEqual([
      [2, 1, 1, 1],
      [2, 1, 1, 1],
      [0, 0, 0, 0],
    ]);
  });

  it('can be cleared before anything is recorded', () => {
    const window = fiveSeconds();

    window.clear();
    recordAll(window, 'F', 100);

    expect(countsOf(window)).toEqual([1, 0, 1, 0]);
  });
});

describe('a time window of another span', () => {
  it('holds each bucket from its start: never longer than the new span', () => {
    const window = fiveSeconds();
    recordAll(window, 'F', 0);
    recordAll(window, 'f', 2_500);
    const next = window.resized(10_000, 10);

    expect([countsOf(next), [0, 9_999, 10_000, 12_000].map((now) => (next.roll(now), next.calls))]).toEqual([[2, 0, 2, 1], [2, 2, 1, 0]]);
  });

  it('keeps only what is young enough', () => {
    const window = fiveSeconds();
    recordAll(window, 'FF', 0);
    recordAll(window, 'S', 4_000);

    expect(countsOf(window.resized(2_000, 2))).toEqual([1, 1, 0, 0]);
  });

  it('can be endless, and empty', () => {
    const endless = new TimeWindow(Number.POSITIVE_INFINITY, 10, 0);
    recordAll(endless, 'SF', 1_000);

    expect([countsOf(endless.resized(Number.POSITIVE_INFINITY, 5)), countsOf(endless.resized(60_000, 5)), countsOf(fiveSeconds().resized(1_000, 1))]).toEqual([
      [2, 1, 1, 0],
      [2, 1, 1, 0],
      [0, 0, 0, 0],
    ]);
  });
});
