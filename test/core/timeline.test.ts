import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { systemClock, timelineOf } from '../../src/core/clock.ts';
import type { Clock, Timeline } from '../../src/core/clock.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { timelineOver } from '../support/timelines.ts';

/** A timeline whose clock gives these readings one after the other; an Error is thrown. */
function timelineOfReadings(...readings: readonly unknown[]): { timeline: Timeline; reports: unknown[] } {
  const left = [...readings];
  return timelineOver({
    now: () => {
      const reading = left.shift();
      if (reading instanceof Error) throw reading;
      return reading;
    },
  });
}

describe('now()', () => {
  it.each([
    ['forward', [100, 250, 1_000.5], [100, 250, 1_000.5]],
    ['on the spot', [100, 100], [100, 100]],
    ['below zero', [-500, -400, 0], [-500, -400, 0]],
    ['back once', [1_000, 400, 500], [1_000, 1_000, 1_100]],
    ['back twice', [1_000, 400, 500, 100, 250], [1_000, 1_000, 1_100, 1_100, 1_250]],
    ['back and far forward', [1_000, 0, 1_000, 2_000], [1_000, 1_000, 2_000, 3_000]],
  ])('of a clock that goes %s makes of %j %j', (_, readings, expected) => {
    const { timeline, reports } = timelineOfReadings(...readings);

    const seen = readings.map(() => timeline.now());

    expect(seen).toEqual(expected);
    expect(reports).toEqual([]);
  });

  it.each([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['NaN', Number.NaN, 'NaN'],
    ['infinity', Number.POSITIVE_INFINITY, 'Infinity'],
    ['negative infinity', Number.NEGATIVE_INFINITY, '-Infinity'],
    ['text', '250', '"250"'],
    ['a BigInt', 250n, '250'],
  ])('takes %s for the last known time, and reports it', (_, reading, shown) => {
    const { timeline, reports } = timelineOfReadings(100, reading, 300);

    const seen = [timeline.now(), timeline.now(), timeline.now()];

    expect(seen).toEqual([100, 100, 300]);
    expect(reports).toEqual([new TypeError(`Expected the clock's now() to give a finite number, got ${shown}`)]);
  });

  it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '250', 250n, new Date(250)])('starts at 0 when the first reading is %s', (reading) => {
    const { timeline, reports } = timelineOfReadings(reading, 10);

    const seen = [timeline.now(), timeline.now()];

    expect(seen).toEqual([0, 10]);
    expect(reports).toEqual([expect.any(TypeError)]);
  });

  it('handles the rejection when the clock gives a promise', async () => {
    const reading = { then: vi.fn<(onValue: unknown, onError: unknown) => void>() };
    const { timeline, reports } = timelineOfReadings(100, reading);

    const seen = [timeline.now(), timeline.now()];
    await Promise.resolve();

    expect(seen).toEqual([100, 100]);
    expect(reports).toEqual([new TypeError("Expected the clock's now() to give a finite number, got a promise")]);
    expect(reading.then).toHaveBeenCalledWith(expect.anything(), expect.any(Function));
  });

  it('takes a date object for the last known time, and reports it', () => {
    const { timeline, reports } = timelineOfReadings(100, new Date(250));

    const seen = [timeline.now(), timeline.now()];

    expect(seen).toEqual([100, 100]);
    expect(reports).toEqual([expect.any(TypeError)]);
  });

  it('takes a throw for the last known time, and reports what was thrown', () => {
    const broken = new Error('no time');
    const { timeline, reports } = timelineOfReadings(100, broken, 300);

    const seen = [timeline.now(), timeline.now(), timeline.now()];

    expect(seen).toEqual([100, 100, 300]);
    expect(reports).toEqual([broken]);
  });

  it('is 0 while the clock has never worked', () => {
    const { timeline } = timelineOfReadings(new Error('no time'));

    const now = timeline.now();

    expect(now).toBe(0);
  });

  it('never goes back, whatever the clock reads', () => {
    const anyTime = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(anyTime, { minLength: 2 }), (readings) => {
        const { timeline } = timelineOfReadings(...readings);

        const seen = readings.map(() => timeline.now());

        expect(seen).toEqual(seen.toSorted((one, other) => one - other));
      }),
    );
  });

  it('keeps what steps back have taken away through a failure', () => {
    const { timeline } = timelineOfReadings(1_000, 400, new Error('no time'), Number.NaN, 450);

    const seen = Array.from({ length: 5 }, () => timeline.now());

    expect(seen).toEqual([1_000, 1_000, 1_000, 1_000, 1_050]);
  });
});

describe('wall()', () => {
  it('is the clock’s', () => {
    const { timeline, reports } = timelineOver({ wall: () => 1_700_000_000_000 });

    const wall = timeline.wall();

    expect(wall).toBe(1_700_000_000_000);
    expect(reports).toEqual([]);
  });

  it.each([
    [undefined, 'undefined'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['5', '"5"'],
    [5n, '5'],
  ])('is 0 when the clock gives %s, and reports it', (reading, shown) => {
    const { timeline, reports } = timelineOver({ wall: () => reading });

    const wall = timeline.wall();

    expect(wall).toBe(0);
    expect(reports).toEqual([new TypeError(`Expected the clock's wall() to give a finite number, got ${shown}`)]);
  });

  it('is 0 when the clock throws, and reports what was thrown', () => {
    const broken = new Error('no date');
    const { timeline, reports } = timelineOver({
      wall: () => {
        throw broken;
      },
    });

    const wall = timeline.wall();

    expect(wall).toBe(0);
    expect(reports).toEqual([broken]);
  });
});

describe('wallOf()', () => {
  it.each([
    ['now', 500, 10_500],
    ['earlier', 200, 10_200],
    ['later', 900, 10_900],
  ])('gives the wall time of a moment: %s', (_, moment, expected) => {
    const { timeline } = timelineOver({ now: () => 500, wall: () => 10_500 });

    const wall = timeline.wallOf(moment);

    expect(wall).toBe(expected);
  });
});

describe('timelineOf()', () => {
  it('shares one timeline among all that use the clock of the platform', () => {
    const one = timelineOf(systemClock, () => {});

    const other = timelineOf(systemClock, () => {});

    expect(other).toBe(one);
  });

  it('gives the platform’s time for the platform’s clock', () => {
    const timeline = timelineOf(systemClock, () => {});
    const before = systemClock.now();

    const now = timeline.now();

    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(systemClock.now());
  });

  it('takes a step back of the platform’s clock for no time, as when fake timers start', () => {
    const timeline = timelineOf(systemClock, () => {});
    const before = timeline.now();
    vi.useFakeTimers();

    const after = timeline.now();
    vi.advanceTimersByTime(500);
    const later = timeline.now();
    vi.useRealTimers();

    expect(after).toBeGreaterThanOrEqual(before);
    expect(later).toBe(after + 500);
  });

  it('gives each other clock a timeline of its own, with its own report', () => {
    const reports: unknown[] = [];
    const clock: Clock = { now: () => Number.NaN, wall: () => 0, after: new FakeClock().after };

    const one = timelineOf(clock, (error) => void reports.push(error));
    const other = timelineOf(clock, () => {});
    one.now();

    expect(other).not.toBe(one);
    expect(reports).toHaveLength(1);
  });
});
