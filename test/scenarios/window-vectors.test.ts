import { describe, expect, it } from 'vitest';
import type { TripEvidence } from '../../src/trip/trip-policy.ts';
import { errorRate, slowCallRate } from '../../src/trip/window-rules.ts';
import { CountWindow } from '../../src/window/count-window.ts';
import { TimeWindow } from '../../src/window/time-window.ts';
import type { Window } from '../../src/window/window.ts';
import { evidenceWith } from '../support/evidence.ts';
import { countsOf, recordAll } from '../support/windows.ts';

/** Calls, successes and failures, without the slow ones. */
const trio = (window: Window) => countsOf(window).slice(0, 3);

const evidenceOf = ({ calls, failures, slowCalls }: Window): TripEvidence =>
  evidenceWith({ failed: true, slow: true, windowCalls: calls, windowFailures: failures, windowSlowCalls: slowCalls });

const errorRateOf = ({ calls, failures }: Window): number => failures / calls;

describe('time window of 5 x 1 s, as resilience4j counts', () => {
  it('counts calls, successes, failures and slow ones at each step', () => {
    const window = new TimeWindow(5_000, 5, 0);
    const vector = [
      [0, 'F', [1, 0, 1]],
      [100, 'S', [2, 1, 1]],
      [200, 'S', [3, 2, 1]],
      [1_200, 'S', [4, 3, 1]],
      [2_200, 'S', [5, 4, 1]],
      [3_200, 'F', [6, 4, 2]],
      [4_200, 'S', [7, 5, 2]],
      [5_200, 'S', [5, 4, 1]],
      [6_200, 'S', [5, 4, 1]],
      [11_200, 'S', [1, 1, 0]],
    ] as const;

    const steps = vector.map(([at, letter]) => {
      recordAll(window, letter, at);
      return [at, letter, trio(window)];
    });

    expect(steps).toEqual(vector);
  });

  it('clears what a pause leaves behind', () => {
    const window = new TimeWindow(5_000, 5, 0);
    const vector = [
      [0, 'F', [1, 0, 1, 0]],
      [100, 'S', [2, 1, 1, 0]],
      [800, 'f', [3, 1, 2, 1]],
      [4_800, '', [3, 1, 2, 1]],
      [5_800, '', [0, 0, 0, 0]],
      [5_900, 'S', [1, 1, 0, 0]],
      [10_900, 'S', [1, 1, 0, 0]],
    ] as const;

    const steps = vector.map(([at, letters]) => {
      window.roll(at);
      recordAll(window, letters, at);
      return [at, letters, countsOf(window)];
    });

    expect(steps).toEqual(vector);
  });
});

describe('rolling window of 10 x 1 s, as Polly counts', () => {
  it('lets failures leave with their bucket', () => {
    const window = new TimeWindow(10_000, 10, 0);

    const steps = [0, 1, 2, 3, 4].map((index) => {
      recordAll(window, index < 2 ? 'FS' : 'SS', index * 2_000);
      window.roll(index * 2_000 + 2_000);
      return [window.calls, errorRateOf(window)];
    });
    window.roll(12_000);

    expect(steps).toEqual([
      [2, 1 / 2],
      [4, 1 / 2],
      [6, 1 / 3],
      [8, 1 / 4],
      [8, 1 / 8],
    ]);
    expect(trio(window)).toEqual([6, 6, 0]);
  });

  it.each([
    [9_999, 10],
    [10_000, 9],
    [11_000, 8],
  ])('of ten successes, one a second, holds at %i ms %i', (now, expected) => {
    const window = new TimeWindow(10_000, 10, 0);
    for (let second = 0; second < 10; second += 1) recordAll(window, 'S', second * 1_000);

    window.roll(now);

    expect(trio(window)).toEqual([expected, expected, 0]);
  });

  it.each([
    [9_999, 2],
    [10_000, 0],
    [10_001, 0],
  ])('of two successes at 0 holds at %i ms %i', (now, expected) => {
    const window = new TimeWindow(10_000, 10, 0);
    recordAll(window, 'SS', 0);

    window.roll(now);

    expect(window.calls).toBe(expected);
  });
});

describe('timed window of 4 x 1 s, as failsafe counts', () => {
  it('shows successes and failures at each step', () => {
    const window = new TimeWindow(4_000, 4, 0);
    const vector = [
      [0, 'S'.repeat(10) + 'F'.repeat(40), [10, 40]],
      [1_000, 'S'.repeat(10), [20, 40]],
      [2_500, 'F'.repeat(20), [20, 60]],
      [3_100, 'S'.repeat(5) + 'F'.repeat(20), [25, 80]],
      [5_400, 'S'.repeat(8), [13, 40]],
      [7_300, 'F'.repeat(5), [8, 5]],
      [22_500, '', [0, 0]],
    ] as const;

    const steps = vector.map(([at, letters]) => {
      window.roll(at);
      recordAll(window, letters, at);
      return [at, letters, trio(window).slice(1)];
    });

    expect(steps).toEqual(vector);
  });

  it('has an error rate of 80 % after the first step', () => {
    const window = new TimeWindow(4_000, 4, 0);

    recordAll(window, 'S'.repeat(10) + 'F'.repeat(40), 0);

    expect(errorRateOf(window)).toBe(0.8);
  });
});

describe('count window, as failsafe counts', () => {
  /** Letters by index: success where `isSuccess` says so. */
  const letters = (count: number, isSuccess: (index: number) => boolean): string =>
    Array.from({ length: count }, (_, index) => (isSuccess(index) ? 'S' : 'F')).join('');

  it('of 100 holds 17 successes of 50, then 100 of 100', () => {
    const window = new CountWindow(100);

    recordAll(window, letters(50, (index) => index % 3 === 0));
    const half = trio(window);
    recordAll(window, 'S'.repeat(100));

    expect([half, trio(window)]).toEqual([
      [50, 17, 33],
      [100, 100, 0],
    ]);
  });

  it('of 10 holds 7 alternating outcomes, then the last ten of 15 more', () => {
    const window = new CountWindow(10);

    recordAll(window, 'SFSFSFS');
    const first = trio(window);
    recordAll(window, letters(15, (index) => index % 4 !== 0));

    expect([first, trio(window)]).toEqual([
      [7, 4, 3],
      [10, 8, 2],
    ]);
  });

  it('of 20 holds 15 outcomes, every third a failure', () => {
    const window = new CountWindow(20);

    recordAll(window, letters(15, (index) => index % 3 !== 0));

    expect(trio(window)).toEqual([15, 10, 5]);
  });
});

describe('rolling window of 10 x 3 s with a rate of 60 %, as gobreaker counts', () => {
  it('discards the first bucket with the eleventh, and trips at 14 failures of 23', () => {
    const window = new TimeWindow(30_000, 10, 0);
    const policy = errorRate({ threshold: 0.6, minRequestsThreshold: 3 });
    const vector = [
      [0, 'SFSFSFSFSF', [10, 5, 5]],
      [3_000, 'S', [11, 6, 5]],
      [5_000, 'S', [12, 7, 5]],
      [7_000, 'S', [13, 8, 5]],
      [9_000, 'F', [14, 8, 6]],
      [12_000, 'SF', [16, 9, 7]],
      [15_000, 'SF', [18, 10, 8]],
      [18_000, 'SF', [20, 11, 9]],
      [21_000, 'SF', [22, 12, 10]],
      [24_000, 'SF', [24, 13, 11]],
      [27_000, 'SF', [26, 14, 12]],
      [30_000, 'F', [17, 9, 8]],
      [30_000, 'FFFFF', [22, 9, 13]],
    ] as const;

    const steps = vector.map(([at, letters]) => {
      recordAll(window, letters, at);
      return [at, letters, trio(window)];
    });
    const before = policy.shouldTrip(evidenceOf(window));
    recordAll(window, 'F', 30_000);
    const after = policy.shouldTrip(evidenceOf(window));

    expect(steps).toEqual(vector);
    expect([before, after, trio(window)]).toEqual([null, 'error_rate', [23, 9, 14]]);
  });
});

describe('the edges of a time window', () => {
  it('exclude what happened exactly one window ago', () => {
    const window = new TimeWindow(20_000, 10, 0);
    recordAll(window, 'S', 0);

    window.roll(20_000);

    expect(window.calls).toBe(0);
  });

  it('stay where they are when the clock goes back two seconds', () => {
    const window = new TimeWindow(10_000, 10, 0);
    recordAll(window, 'FF', 5_000);

    recordAll(window, 'S', 3_000);

    expect(trio(window)).toEqual([3, 1, 2]);
  });

  it('leave everything behind in one step after a long pause', () => {
    const window = new TimeWindow(10_000, 10, 0);
    for (let second = 0; second < 10; second += 1) recordAll(window, 'f', second * 1_000);

    window.roll(10_000_000);
    const afterPause = countsOf(window);
    recordAll(window, 'S', 10_000_000);

    expect([afterPause, countsOf(window)]).toEqual([
      [0, 0, 0, 0],
      [1, 1, 0, 0],
    ]);
  });
});

describe('scenarios of a window or a rule alone', () => {
  it('5: an error rate over ten calls exceeds its threshold, and falls below it again', () => {
    const window = new CountWindow(10);
    const policy = errorRate({ threshold: 0.5, minRequestsThreshold: 10 });

    const steps = ['SSFF', 'FFFFSSSS', 'SSS'].map((letters) => {
      recordAll(window, letters);
      return [window.calls, errorRateOf(window), policy.shouldTrip(evidenceOf(window))];
    });

    expect(steps).toEqual([
      [4, 0.5, null],
      [10, 0.6, 'error_rate'],
      [10, 0.3, null],
    ]);
  });

  it('7: a count window of four drops its first failure with the fifth call', () => {
    const window = new CountWindow(4);

    const steps = ['F', 'S', 'S', 'S', 'S'].map((letter) => {
      recordAll(window, letter);
      return trio(window);
    });

    expect(steps).toEqual([
      [1, 0, 1],
      [2, 1, 1],
      [3, 2, 1],
      [4, 3, 1],
      [4, 4, 0],
    ]);
  });

  it('9: slow successes and slow failures both count as slow', () => {
    const window = new CountWindow(5);
    recordAll(window, 'sfSSS');

    const atFortyPercent = slowCallRate({ threshold: 0.4, minRequestsThreshold: 5 }).shouldTrip(evidenceOf(window));

    expect([countsOf(window), atFortyPercent]).toEqual([[5, 4, 1, 2], 'slow_call_rate']);
  });
});
