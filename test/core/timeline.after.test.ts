import { describe, expect, it, vi } from 'vitest';
import { systemClock, Timeline, timelineOf } from '../../src/core/clock.ts';
import type { Clock, Timer } from '../../src/core/clock.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { timelineOver } from '../support/timelines.ts';

describe('after()', () => {
  it.each([
    [-5, 1],
    [0, 1],
    [0.4, 1],
    [1, 1],
    [1.000_1, 2],
    [99.5, 100],
    [100, 100],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('asks the clock for whole milliseconds, never early: %d ms become %d', (ms, expected) => {
    const after = vi.fn<Clock['after']>(new FakeClock().after.bind(new FakeClock()));
    const { timeline } = timelineOver({ after });
    const run = (): void => {};

    timeline.after(ms, run);

    expect(after.mock.calls).toEqual([[expected, run]]);
  });

  it('gives a timer that works as the clock’s own', () => {
    const calls: string[] = [];
    class OwnTimer implements Timer {
      readonly name = 'own';
      cancel(): void {
        calls.push(`cancel ${this.name}`);
      }
      ref(): void {
        calls.push(`ref ${this.name}`);
      }
      unref(): void {
        calls.push(`unref ${this.name}`);
      }
    }
    const { timeline, reports } = timelineOver({ after: () => new OwnTimer() });

    const timer = timeline.after(5, () => {});
    timer.unref();
    timer.ref();
    timer.cancel();

    expect(calls).toEqual(['unref own', 'ref own', 'cancel own']);
    expect(reports).toEqual([]);
  });

  it('gives a timer that can be used when the clock’s own throws, and reports what was thrown', () => {
    const broken = new Error('stuck');
    const stuck = (): never => {
      throw broken;
    };
    const { timeline, reports } = timelineOver({ after: () => ({ cancel: stuck, ref: stuck, unref: stuck }) });

    const timer = timeline.after(5, () => {});
    timer.unref();
    timer.ref();
    timer.cancel();

    expect(reports).toEqual([broken, broken, broken]);
  });

  it('gives the platform’s timer as it is', () => {
    const own: Timer = { cancel() {}, ref() {}, unref() {} };
    vi.spyOn(systemClock, 'after').mockReturnValueOnce(own);

    const timer = timelineOf(systemClock, () => {}).after(5, () => {});
    vi.restoreAllMocks();

    expect(timer).toBe(own);
  });

  it('calls the clock as its method', () => {
    const clock = new FakeClock();
    const timeline = new Timeline(clock, () => {});

    timeline.after(5, () => {});

    expect(clock.timers).toBe(1);
  });

  it('gives a timer that never fires when the clock throws, and reports what was thrown', () => {
    const broken = new Error('no timers');
    const run = vi.fn<() => void>();
    const { timeline, reports } = timelineOver({
      after: () => {
        throw broken;
      },
    });

    const timer = timeline.after(5, run);
    timer.unref();
    timer.ref();
    timer.cancel();

    expect(run).not.toHaveBeenCalled();
    expect(reports).toEqual([broken]);
  });

  it.each([
    ['nothing', undefined],
    ['a number, as browsers do', 7],
    ['something that cannot be cancelled', { ref() {}, unref() {} }],
    ['something that cannot be let go', { cancel() {}, ref() {} }],
  ])('gives a timer that can be used when the clock gives %s, and reports it', (_, given) => {
    const { timeline, reports } = timelineOver({ after: () => given });

    const timer = timeline.after(5, () => {});
    timer.unref();
    timer.ref();
    timer.cancel();

    expect(reports).toEqual([new TypeError("Expected the clock's after() to give a timer with cancel(), ref() and unref()")]);
  });

  it('handles the rejection when the clock gives a promise', async () => {
    const given = { then: vi.fn<(onValue: unknown, onError: unknown) => void>() };
    const { timeline, reports } = timelineOver({ after: () => given });

    timeline.after(5, () => {});
    await Promise.resolve();

    expect(reports).toEqual([expect.any(TypeError)]);
    expect(given.then).toHaveBeenCalledWith(expect.anything(), expect.any(Function));
  });
});
