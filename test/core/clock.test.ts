import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';

/** The longest delay that `setTimeout` keeps: 24.8 days. */
const LONGEST_MS = 2_147_483_647;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('systemClock', () => {
  it('reads a monotonic time that moves with the platform', () => {
    const before = systemClock.now();

    vi.advanceTimersByTime(250);

    expect(systemClock.now() - before).toBe(250);
  });

  it('does not go back with the system time', () => {
    const before = systemClock.now();

    vi.setSystemTime(0);

    expect(systemClock.now()).toBe(before);
  });

  it('reads the wall time', () => {
    vi.advanceTimersByTime(5);

    const wall = systemClock.wall();

    expect(wall).toBe(1_700_000_000_005);
  });
});

describe('a timer of the system clock', () => {
  it('fires at once when there is nothing to wait for', () => {
    const run = vi.fn<() => void>();
    systemClock.after(0, run);

    vi.advanceTimersByTime(0);

    expect(run).toHaveBeenCalledOnce();
  });

  it.each([
    ['after a while', 1_500],
    ['after the longest delay that the platform keeps', LONGEST_MS],
    ['a millisecond later than that', LONGEST_MS + 1],
    ['after twice that', 2 * LONGEST_MS],
    ['after a little more than twice that', 2 * LONGEST_MS + 1],
    ['after a year', 31_536_000_000],
  ])('fires once, %s', (_, ms) => {
    const run = vi.fn<() => void>();
    systemClock.after(ms, run);

    vi.advanceTimersByTime(ms - 1);
    const early = run.mock.calls.length;
    vi.advanceTimersByTime(1);
    const inTime = run.mock.calls.length;
    vi.advanceTimersByTime(2 * LONGEST_MS);

    expect([early, inTime, run.mock.calls.length]).toEqual([0, 1, 1]);
  });

  it.each([
    [LONGEST_MS, [LONGEST_MS]],
    [LONGEST_MS + 1, [LONGEST_MS, 1]],
    [2 * LONGEST_MS + 5, [LONGEST_MS, LONGEST_MS, 5]],
  ])('of %i ms asks the platform for delays that it keeps: %j', (ms, expected) => {
    const delays: unknown[] = [];
    const platform = setTimeout;
    vi.stubGlobal('setTimeout', (run: () => void, delay: number) => {
      delays.push(delay);
      return platform(run, delay);
    });

    systemClock.after(ms, () => {});
    vi.advanceTimersByTime(ms);

    expect(delays).toEqual(expected);
  });

  it('never fires when asked to wait without end, and asks the platform for nothing', () => {
    const run = vi.fn<() => void>();
    const timer = systemClock.after(Number.POSITIVE_INFINITY, run);

    const asked = vi.getTimerCount();
    timer.unref();
    timer.ref();
    vi.advanceTimersByTime(2 * LONGEST_MS);
    timer.cancel();

    expect([asked, run.mock.calls.length]).toEqual([0, 0]);
  });

  it.each([
    ['before it starts', 0],
    ['shortly before it fires', 1_499],
  ])('cancelled %s does not fire', (_, ms) => {
    const run = vi.fn<() => void>();
    const timer = systemClock.after(1_500, run);
    vi.advanceTimersByTime(ms);

    timer.cancel();
    vi.advanceTimersByTime(10_000);

    expect(run).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['in its first part', 5],
    ['in its last part', LONGEST_MS + 5],
  ])('longer than the platform keeps, cancelled %s, does not fire', (_, ms) => {
    const run = vi.fn<() => void>();
    const timer = systemClock.after(LONGEST_MS + 1_000, run);
    vi.advanceTimersByTime(ms);

    timer.cancel();
    vi.advanceTimersByTime(2 * LONGEST_MS);

    expect(run).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('may be cancelled twice, and after it has fired', () => {
    const run = vi.fn<() => void>();
    const timer = systemClock.after(10, run);
    vi.advanceTimersByTime(10);

    timer.cancel();
    timer.cancel();

    expect(run).toHaveBeenCalledOnce();
  });
});

describe('whether a timer of the system clock holds the process', () => {
  /** The handles that the platform gives, in order. */
  function watchHandles(): NodeJS.Timeout[] {
    const handles: NodeJS.Timeout[] = [];
    const platform = setTimeout;
    vi.stubGlobal('setTimeout', (run: () => void, delay: number) => {
      const handle = platform(run, delay);
      handles.push(handle);
      return handle;
    });
    return handles;
  }

  const holds = (handles: readonly NodeJS.Timeout[]): boolean[] => handles.map((handle) => handle.hasRef());

  it('is so at first', () => {
    const handles = watchHandles();

    systemClock.after(10, () => {});

    expect(holds(handles)).toEqual([true]);
  });

  it('ends with unref', () => {
    const handles = watchHandles();
    const timer = systemClock.after(10, () => {});

    timer.unref();

    expect(holds(handles)).toEqual([false]);
  });

  it('is so again after ref', () => {
    const handles = watchHandles();
    const timer = systemClock.after(10, () => {});

    timer.unref();
    timer.ref();

    expect(holds(handles)).toEqual([true]);
  });

  it('goes on through all parts of a long timer', () => {
    const handles = watchHandles();
    const timer = systemClock.after(3 * LONGEST_MS, () => {});

    timer.unref();
    vi.advanceTimersByTime(LONGEST_MS);
    const second = holds(handles);
    timer.ref();
    vi.advanceTimersByTime(LONGEST_MS);

    expect([second, holds(handles)]).toEqual([
      [false, false],
      [false, true, true],
    ]);
  });
});

describe('on a platform whose timers', () => {
  it('are numbers, works without ref and unref, and cancels by the number', () => {
    const cleared = vi.fn<(handle: unknown) => void>();
    vi.stubGlobal('setTimeout', () => 42);
    vi.stubGlobal('clearTimeout', cleared);
    const timer = systemClock.after(10, () => {});

    timer.unref();
    timer.ref();
    timer.cancel();

    expect(cleared.mock.calls).toEqual([[42]]);
  });

  it('are objects without ref and unref, does not trip over that', () => {
    const cleared = vi.fn<(handle: unknown) => void>();
    const handle = {};
    vi.stubGlobal('setTimeout', () => handle);
    vi.stubGlobal('clearTimeout', cleared);
    const timer = systemClock.after(10, () => {});

    timer.unref();
    timer.ref();
    timer.cancel();

    expect(cleared.mock.calls).toEqual([[handle]]);
  });

  it('are given again to others, does not cancel one twice', () => {
    const cleared = vi.fn<(handle: unknown) => void>();
    vi.stubGlobal('setTimeout', () => 42);
    vi.stubGlobal('clearTimeout', cleared);
    const timer = systemClock.after(10, () => {});

    timer.cancel();
    timer.cancel();

    expect(cleared.mock.calls.filter(([handle]) => handle === 42)).toHaveLength(1);
  });

  it('are replaced, cancels each where it was started', () => {
    const [first, second] = [vi.fn<(handle: unknown) => void>(), vi.fn<(handle: unknown) => void>()];
    vi.stubGlobal('setTimeout', () => 42);
    vi.stubGlobal('clearTimeout', first);
    const timer = systemClock.after(10, () => {});
    vi.stubGlobal('setTimeout', () => 42);
    vi.stubGlobal('clearTimeout', second);

    timer.cancel();

    expect([first.mock.calls, second.mock.calls]).toEqual([[[42]], []]);
  });

  it('are replaced, knows which of its own will not fire with the rest', () => {
    const old = systemClock.after(10, () => {});
    const before = old.outdated;
    vi.useRealTimers();
    vi.useFakeTimers();

    const fresh = systemClock.after(10, () => {});

    expect([before, old.outdated, fresh.outdated]).toEqual([false, true, false]);
  });
});
