import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Clock, systemClock, Timeline, timelineOf, wholeMs } from '../../src/core/clock.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';

/** The longest delay that `setTimeout` keeps: 24.8 days. */
const LONGEST_MS = 2_147_483_647;
const NEVER = Number.POSITIVE_INFINITY;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('systemClock', () => {
  it('reads a monotonic time that moves with the platform', () => {
    const before = systemClock.now();
    vi.advanceTimersByTime(250);
    const passed = systemClock.now() - before;
    vi.setSystemTime(0);

    expect([passed, systemClock.now() - before]).toEqual([250, 250]);
  });

  it('reads the wall time', () => {
    vi.advanceTimersByTime(5);

    expect(systemClock.wall()).toBe(1_700_000_000_005);
  });
});

describe('a timer of the system clock', () => {
  it.each([0, 1, 1_500, LONGEST_MS, LONGEST_MS + 1, 2 * LONGEST_MS, 2 * LONGEST_MS + 1, 31_536_000_000])(
    'fires once, after %i ms',
    (ms) => {
      const run = vi.fn<() => void>();
      systemClock.after(ms, run);

      if (ms > 0) vi.advanceTimersByTime(ms - 1);
      const early = run.mock.calls.length;
      vi.advanceTimersByTime(ms > 0 ? 1 : 0);
      const inTime = run.mock.calls.length;
      vi.advanceTimersByTime(2 * LONGEST_MS);

      expect([early, inTime, run.mock.calls.length]).toEqual([0, 1, 1]);
    },
  );

  it.each([
    [LONGEST_MS, [LONGEST_MS]],
    [LONGEST_MS + 1, [LONGEST_MS, 1]],
    [2 * LONGEST_MS + 5, [LONGEST_MS, LONGEST_MS, 5]],
  ])('splits %i ms into delays that the platform keeps', (ms, expected) => {
    const platform = setTimeout;
    const delays: unknown[] = [];
    vi.stubGlobal('setTimeout', (run: () => void, delay: number) => {
      delays.push(delay);
      return platform(run, delay);
    });

    systemClock.after(ms, () => {});
    vi.advanceTimersByTime(ms);

    expect(delays).toEqual(expected);
  });

  it('starts no timer of the platform when the delay is infinite', () => {
    const timer = systemClock.after(NEVER, () => {});

    const started = vi.getTimerCount();
    timer.unref();
    timer.ref();
    timer.cancel();

    expect(started).toBe(0);
  });

  it.each([
    ['before it starts', 1_500, 0],
    ['just before it fires', 1_500, 1_499],
    ['in the first part of a long delay', LONGEST_MS + 1_000, 5],
    ['in the last part of a long delay', LONGEST_MS + 1_000, LONGEST_MS + 5],
  ])('does not fire when it was canceled %s', (_, ms, canceledAfterMs) => {
    const run = vi.fn<() => void>();
    const timer = systemClock.after(ms, run);
    vi.advanceTimersByTime(canceledAfterMs);

    timer.cancel();
    vi.advanceTimersByTime(2 * LONGEST_MS);

    expect([run.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('keeps the process alive until unref(), through all parts of a long delay', () => {
    const handles: NodeJS.Timeout[] = [];
    const platform = setTimeout;
    vi.stubGlobal('setTimeout', (run: () => void, delay: number) => {
      const handle = platform(run, delay);
      handles.push(handle);
      return handle;
    });
    const holds = (): boolean[] => handles.map((handle) => handle.hasRef());

    const timer = systemClock.after(3 * LONGEST_MS, () => {});
    const seen = [holds()];
    timer.unref();
    seen.push(holds());
    vi.advanceTimersByTime(LONGEST_MS);
    seen.push(holds());
    timer.ref();
    vi.advanceTimersByTime(LONGEST_MS);
    seen.push(holds());

    expect(seen).toEqual([[true], [false], [false, false], [false, true, true]]);
  });

  it.each([
    ['numbers', 42],
    ['objects without ref() and unref()', {}],
  ])('works when the timers of the platform are %s', (_, handle) => {
    const cleared = vi.fn<(handle: unknown) => void>();
    vi.stubGlobal('setTimeout', () => handle);
    vi.stubGlobal('clearTimeout', cleared);
    const timer = systemClock.after(10, () => {});

    timer.unref();
    timer.ref();
    timer.cancel();
    timer.cancel();

    // The platform may use a number for another timer, so the second cancel must not pass it.
    expect(cleared.mock.calls).toEqual([[handle], [undefined]]);
  });

  it('cancels where it was started when the timers of the platform were replaced', () => {
    const [first, second] = [vi.fn<(handle: unknown) => void>(), vi.fn<(handle: unknown) => void>()];
    vi.stubGlobal('setTimeout', () => 42);
    vi.stubGlobal('clearTimeout', first);
    const timer = systemClock.after(10, () => {});
    vi.stubGlobal('clearTimeout', second);

    timer.cancel();

    expect([first.mock.calls, second.mock.calls]).toEqual([[[42]], []]);
  });

  it('is outdated when the timers of the platform were replaced', () => {
    const old = systemClock.after(10, () => {});
    const before = old.outdated;
    vi.useRealTimers();
    vi.useFakeTimers();

    const fresh = systemClock.after(10, () => {});

    expect([before, old.outdated, fresh.outdated]).toEqual([false, true, false]);
  });
});

describe('Timeline', () => {
  /** What a timeline shows of a clock with these readings. */
  function seen(readings: readonly number[]): number[] {
    const left = [...readings];
    const timeline = new Timeline({ ...systemClock, now: () => left.shift() ?? Number.NaN });
    return readings.map(() => timeline.now());
  }

  it.each([
    ['forward', [100, 250, 1_000.5], [100, 250, 1_000.5]],
    ['nowhere', [100, 100], [100, 100]],
    ['forward from below zero', [-500, -400, 0], [-500, -400, 0]],
    ['back once', [1_000, 400, 500], [1_000, 1_000, 1_100]],
    ['back twice', [1_000, 400, 500, 100, 250], [1_000, 1_000, 1_100, 1_100, 1_250]],
    ['back and far forward', [1_000, 0, 1_000, 2_000], [1_000, 1_000, 2_000, 3_000]],
  ])('counts a step back as no time when the clock goes %s', (_, readings, expected) => {
    expect(seen(readings)).toEqual(expected);
  });

  it('never goes back, whatever the clock reads', () => {
    const anyTime = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(anyTime, { minLength: 2 }), (readings) => {
        const times = seen(readings);

        expect(times).toEqual(times.toSorted((one, other) => one - other));
      }),
    );
  });

  it.each([
    [500, 10_500],
    [200, 10_200],
    [900, 10_900],
  ])('converts the moment %i to the wall time %i', (moment, expected) => {
    const timeline = new Timeline({ ...systemClock, now: () => 500, wall: () => 10_500 });

    expect(timeline.wallOf(moment)).toBe(expected);
  });

  it.each([
    [-5, 1],
    [0, 1],
    [0.4, 1],
    [1, 1],
    [1.000_1, 2],
    [99.5, 100],
    [100, 100],
    [NEVER, NEVER],
  ])('starts timers of whole milliseconds, never early: %d ms become %d', (ms, expected) => {
    const clock = new FakeClock();
    const after = vi.spyOn(clock, 'after');
    const run = (): void => {};

    const timer = new Timeline(clock).after(ms, run);

    expect([after.mock.calls, clock.timers]).toEqual([[[expected, run]], ms === NEVER ? 0 : 1]);
    expect(timer).toBe(after.mock.results[0]?.value);
  });

  it.each([
    ['nothing at first', [1e9], [0]],
    ['a gain of more than 10 s', [0, 10_000, 20_001, 20_001], [0, 0, 10_001, 10_001]],
    ['each gain, and no step back', [0, 60_000, -60_000, 0], [0, 60_000, 60_000, 120_000]],
    ['no gain from a wall clock that fails', [0, Number.NaN, 60_000, 60_000], [0, 0, 0, 0]],
  ])('takes for sleep what the wall clock gains: %s', (_what, leads, expected) => {
    const left = [...leads];
    const timeline = new Timeline({ ...systemClock, now: () => 500, wall: () => 500 + (left.shift() ?? 0) });

    expect(leads.map(() => timeline.sleptMs(500))).toEqual(expected);
  });

  it('counts no sleep when both clocks go on, also when the monotonic one steps back', () => {
    const clock = new FakeClock();
    const timeline = new Timeline(clock);
    const before = timeline.sleptMs(timeline.now());
    clock.advance(3_600_000);
    const after = timeline.sleptMs(timeline.now());
    clock.jump(-3_000_000);

    expect([before, after, timeline.sleptMs(timeline.now())]).toEqual([0, 0, 0]);
  });

  it.each([
    ['a clock of its own', () => new FakeClock(), (clock: Clock) => (clock as FakeClock).advance(0)],
    ['fake timers', () => systemClock, () => void vi.advanceTimersByTime(0)],
  ])('believes a late timer of a deadline at once with %s', (_what, clockOf, turn) => {
    const clock = clockOf();
    const timeline = timelineOf(clock);
    const late = vi.fn<() => void>();
    const order: string[] = [];
    timeline.until(timeline.now() - 1_000, () => void order.push('fired'), late);
    timeline.afterTurn(() => void order.push('turned'));
    if (clock instanceof FakeClock) clock.freeze(5_000);
    else vi.advanceTimersByTime(1);
    turn(clock);

    expect([order, late.mock.calls]).toEqual([['turned', 'fired'], []]);
  });
});

describe('the late timer of a deadline', () => {
  /** Blocks the process, so that all timers fire late. */
  function block(ms: number): void {
    const end = performance.now() + ms;
    while (performance.now() < end);
  }

  beforeEach(() => void vi.useRealTimers());

  it('says so, and fires when the event loop has turned', async () => {
    const timeline = timelineOf(systemClock);
    const order: string[] = [];
    const fired = new Promise<void>((resolve) => {
      timeline.until(timeline.now() + 1, () => void (order.push('fired'), resolve()), () => void order.push('late'));
    });
    setImmediate(() => setImmediate(() => void order.push('turned')));
    block(80);
    await fired;

    expect(order).toEqual(['late', 'turned', 'fired']);
  });

  it('does not fire when it is canceled after that', async () => {
    const timeline = timelineOf(systemClock);
    const run = vi.fn<() => void>();
    const canceled = timeline.until(timeline.now() + 1, run, () => canceled?.cancel());
    // As late as the canceled one, and started after it.
    const other = new Promise<void>((resolve) => void timeline.until(timeline.now() + 1, resolve));
    block(80);
    await other;

    expect(run.mock.calls.length).toBe(0);
  });
});

describe('timelineOf', () => {
  it('returns one timeline for each clock', () => {
    const clock = new FakeClock();

    expect(timelineOf(systemClock)).toBe(timelineOf(systemClock));
    expect(timelineOf(clock)).toBe(timelineOf(clock));
    expect(timelineOf(clock)).not.toBe(timelineOf(new FakeClock()));
  });

  it('continues when fake timers replace the platform', () => {
    vi.useRealTimers();
    const timeline = timelineOf(systemClock);
    const before = timeline.now();
    vi.useFakeTimers();

    const after = timeline.now();
    vi.advanceTimersByTime(500);

    expect(after).toBeGreaterThanOrEqual(before);
    expect(timeline.now()).toBeCloseTo(after + 500, 6);
  });
});

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
    [NEVER, NEVER],
  ])('rounds %d ms up to %d', (ms, expected) => {
    expect(wholeMs(ms)).toBe(expected);
  });

  it.each([
    [0.000_000_000_1, 0],
    [1.000_000_000_1, 1],
    [60_000.000_000_01, 60_000],
    [59_999.999_999_99, 60_000],
    [0.000_001, 0],
    [0.000_002, 1],
  ])('does not round up an error of a fractional clock: %d ms', (ms, expected) => {
    expect(wholeMs(ms)).toBe(expected);
  });
});
