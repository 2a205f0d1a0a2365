import { describe, expect, it } from 'vitest';
import { resizedTimeWindow } from '../../src/window/resize.ts';
import { TimeWindow } from '../../src/window/time-window.ts';
import { countsOf, recordAll } from '../support/windows.ts';

/** Outcomes by the moment at which they are recorded. */
type Records = Readonly<Record<number, string>>;

/** Five buckets of one second, from 0 on. */
function fiveSeconds(...records: readonly Records[]): TimeWindow {
  const window = new TimeWindow(5_000, 5, 0);
  for (const each of records) for (const [now, letters] of Object.entries(each)) recordAll(window, letters,
    Number(now));
  return window;
}

/** What the window shows at each of these moments. */
const countsAt = (window: TimeWindow, moments: readonly number[]) =>
  moments.map((now) => {
    window.roll(now);
    return countsOf(window);
  });

const EMPTY = [0, 0, 0, 0];

describe('TimeWindow', () => {
  it.each([
    ['', EMPTY],
    ['S', [1, 1, 0, 0]],
    ['F', [1, 0, 1, 0]],
    ['s', [1, 1, 0, 1]],
    ['f', [1, 0, 1, 1]],
    ['SFsf', [4, 2, 2, 2]],
  ])('counts %j as calls, successes, failures and slow calls: %j', (letters, expected) => {
    expect(countsAt(fiveSeconds({ 0: letters }), [0, 4_999, 5_000, 5_001, 5_000_000]))
      .toEqual([expected, expected, EMPTY, EMPTY, EMPTY]);
  });

  it('drops a bucket as a whole, whenever in it the outcomes came', () => {
    expect(countsAt(fiveSeconds({ 1000: 'F', 1999: 's' }), [5_999, 6_000])).toEqual([[2, 1, 1, 1], EMPTY]);
  });

  it('drops one bucket after the other', () => {
    const window = fiveSeconds({ 0: 'Sf', 1000: 'Sf', 2000: 'Sf', 3000: 'Sf', 4000: 'Sf' });

    expect(countsAt(window, [4_000, 5_000, 6_000, 7_000, 8_000, 9_000])).toEqual([
      [10, 5, 5, 5],
      [8, 4, 4, 4],
      [6, 3, 3, 3],
      [4, 2, 2, 2],
      [2, 1, 1, 1],
      EMPTY,
    ]);
  });

  it('drops only the buckets that a pause has passed', () => {
    const window = fiveSeconds({ 0: 'F', 1000: 'FF', 2000: 'fff', 3000: 'ssss', 4000: 'SSSSS' });

    expect(countsAt(window, [7_000])).toEqual([[9, 9, 0, 4]]);
  });

  it('drops what is too old before it records, and uses the bucket again', () => {
    expect(countsAt(fiveSeconds({ 0: 'fff', 5000: 's' }), [5_000, 9_999, 10_000]))
      .toEqual([[1, 1, 0, 1], [1, 1, 0, 1], EMPTY]);
  });

  it('counts from its start, even if that is a fraction', () => {
    const window = new TimeWindow(5_000, 5, 123_456.5);
    recordAll(window, 'F', 123_456.5);

    expect(countsAt(window, [128_456, 128_456.5])).toEqual([[1, 0, 1, 0], EMPTY]);
  });

  it('divides the window evenly when the buckets are not whole milliseconds', () => {
    const window = new TimeWindow(100, 8, 0);
    recordAll(window, 'F', 12.4);
    recordAll(window, 'S', 12.5);

    expect(countsAt(window, [99.9, 100, 112.4, 112.5])).toEqual([[2, 1, 1, 0], [1, 1, 0, 0], [1, 1, 0, 0], EMPTY]);
  });

  it('forgets all at each tick when it has one bucket', () => {
    const window = new TimeWindow(1_000, 1, 0);
    recordAll(window, 'FS', 999);
    recordAll(window, 'S', 1_000);

    expect(countsOf(window)).toEqual([1, 1, 0, 0]);
  });

  it('counts an outcome that is dated back as of its date, and loses nothing when time steps back', () => {
    const window = fiveSeconds({ 3000: 'F' }, { 1000: 's' });

    expect(countsAt(window, [-2_000, 5_999, 6_000, 7_999, 8_000])).toEqual([
      [2, 1, 1, 1],
      [2, 1, 1, 1],
      [1, 0, 1, 0],
      [1, 0, 1, 0],
      EMPTY,
    ]);
  });

  it.each([
    [5_999, [1, 0, 1, 0]],
    [6_000, [2, 1, 1, 1]],
    [0, [1, 0, 1, 0]],
  ])('leaves out an outcome that is dated back to before the oldest bucket: %i', (now, expected) => {
    expect(countsOf(fiveSeconds({ 10000: 'F' }, { [now]: 's' }))).toEqual(expected);
  });

  it('dates an outcome from before its start at its start', () => {
    const window = fiveSeconds();
    recordAll(window, 'f', -2_500);

    expect(countsAt(window, [4_999, 5_000, 10_000])).toEqual([[1, 0, 1, 1], EMPTY, EMPTY]);
  });

  it.each<[string, Records]>([
    ['empty', {}],
    ['filled', { 0: 'fF', 2000: 'fs' }],
  ])('counts from 0 after a clear when it was %s', (_, before) => {
    const window = fiveSeconds(before);
    window.clear();
    const cleared = countsOf(window);
    recordAll(window, 'sF', 2_000);

    expect([cleared, ...countsAt(window, [5_000, 6_999, 7_000])]).toEqual([EMPTY, [2, 1, 1, 1], [2, 1, 1, 1], EMPTY]);
  });

  it.each([
    [0, [3, 2, 1, 0]],
    [1_000, [3, 2, 1, 0]],
    [3_000, [2, 2, 0, 0]],
    [5_000, [1, 1, 0, 0]],
    [60_000, [1, 1, 0, 0]],
  ])('drops what is too old when its outcomes have aged by %i ms', (ms, expected) => {
    const window = fiveSeconds({ 0: 'F', 2000: 'S' });

    window.age(ms);
    recordAll(window, 'S', 2_100);

    expect(countsOf(window)).toEqual(expected);
  });

  it('dates each bucket at its start when it is resized, so that none stays too long', () => {
    const next = resizedTimeWindow(fiveSeconds({ 0: 'F', 2500: 'f' }), 10_000, 10);

    expect(countsAt(next, [0, 9_999, 10_000, 12_000])).toEqual([[2, 0, 2, 1], [2, 0, 2, 1], [1, 0, 1, 1], EMPTY]);
    expect(countsOf(resizedTimeWindow(fiveSeconds({ 0: 'FF', 4000: 'S' }), 2_000, 2))).toEqual([1, 1, 0, 0]);
  });

  it('can be resized when it is infinite or empty', () => {
    const infinite = new TimeWindow(Number.POSITIVE_INFINITY, 10, 0);
    recordAll(infinite, 'SF', 1_000);

    expect(countsOf(resizedTimeWindow(infinite, Number.POSITIVE_INFINITY, 5))).toEqual([2, 1, 1, 0]);
    expect(countsOf(resizedTimeWindow(infinite, 60_000, 5))).toEqual([2, 1, 1, 0]);
    expect(countsOf(resizedTimeWindow(fiveSeconds(), 1_000, 1))).toEqual(EMPTY);
  });
});
