import { describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../src/testing/index.ts';
import { watched } from '../support/watched.ts';

describe('FakeClock', () => {
  it.each([
    [undefined, 0, 0],
    [{ now: 500 }, 500, 0],
    [{ wall: 1_700_000_000_000 }, 0, 1_700_000_000_000],
    [{ now: -5, wall: 7 }, -5, 7],
  ])('starts at the given times and moves only when it is advanced: %j', (start, now, wall) => {
    const clock = new FakeClock(start);
    const before = [clock.now(), clock.wall()];

    clock.advance(250.5);

    expect([before, clock.now(), clock.wall()]).toEqual([[now, wall], now + 250.5, wall + 250.5]);
  });

  it.each([-1, -0.001, Number.NaN, Number.POSITIVE_INFINITY])('throws when it is advanced by %d', async (ms) => {
    const clock = new FakeClock();
    const error = new RangeError(`\`ms\` must be finite milliseconds (0 or more). Received ${ms}.`);

    expect(() => clock.advance(ms)).toThrow(error);
    expect(() => clock.freeze(ms)).toThrow(error);
    await expect(clock.advanceAsync(ms)).rejects.toThrow(error);
    expect(clock.now()).toBe(0);
  });

  it('counts its timers, and those that keep the process alive', () => {
    const clock = new FakeClock();
    const { after } = watched(clock);
    const [first, second, third] = [after(100), after(200), after(300)];
    const counts: number[][] = [];
    const count = (change: () => void): void => {
      change();
      counts.push([clock.timers, clock.holdingTimers]);
    };

    count(() => {});
    count(() => first.unref());
    count(() => second.unref());
    count(() => first.ref());
    count(() => clock.advance(100));
    count(() => third.cancel());

    expect(counts).toEqual([[3, 3], [3, 2], [3, 1], [3, 2], [2, 1], [1, 0]]);
  });
});

describe('a timer', () => {
  it.each([
    [99, []],
    [100, [['ran', 100]]],
    [101, [['ran', 100]]],
  ])('of 100 ms runs at its moment, once: after %i ms', (ms, expected) => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    after(100);

    clock.advance(ms);
    const then = [...seen];
    clock.advance(1_000);

    expect([then, seen]).toEqual([expected, [['ran', 100]]]);
  });

  it.each([0, -50])('of %i ms runs with the next advance, even by 0', (ms) => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    clock.advance(10);
    after(ms);
    const before = [...seen];

    clock.advance(0);

    expect([before, seen]).toEqual([[], [['ran', 10]]]);
  });

  it('runs in the order of its moment, then of its start', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    clock.advance(50);
    after(200, 'second');
    after(100, 'first');
    after(200, 'third');
    after(300, 'late');
    after(100, 'first again');

    clock.advance(200);

    expect(seen).toEqual([
      ['first', 150],
      ['first again', 150],
      ['second', 250],
      ['third', 250],
    ]);
  });

  it('may start others, which run in the same advance when they are due in it', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    clock.after(100, () => {
      after(50, 'in time');
      after(51, 'too late');
    });

    clock.advance(150);

    expect([seen, clock.now(), clock.timers]).toEqual([[['in time', 150]], 150, 1]);
  });

  it('does not run when it was canceled, even by one that is due at the same moment', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    clock.after(100, () => later.cancel());
    const later = after(100);
    const early = after(50);

    early.cancel();
    clock.advance(100);
    early.cancel();

    expect([seen, clock.timers]).toEqual([[], 0]);
  });

  it('never runs and is not counted when its delay is infinite', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    const timer = after(Number.POSITIVE_INFINITY);

    timer.unref();
    timer.ref();
    const { timers } = clock;
    clock.advance(Number.MAX_SAFE_INTEGER);
    timer.cancel();

    expect([seen, timers]).toEqual([[], 0]);
  });

  it('leaves the others to the next advance when it throws', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    clock.after(100, () => {
      throw new Error('boom');
    });
    after(200);

    expect(() => clock.advance(300)).toThrow('boom');
    clock.advance(200);

    expect(seen).toEqual([['ran', 200]]);
  });

  it('may advance the clock, which then neither goes back nor runs later timers early', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    clock.after(5, () => clock.advance(100));
    after(7);
    after(110);
    const steps = [10, 4, 1].map((ms) => {
      clock.advance(ms);
      return [clock.now(), clock.wall(), seen.length];
    });

    expect(steps).toEqual([[105, 105, 1], [109, 109, 1], [110, 110, 2]]);
    expect(seen).toEqual([['ran', 7], ['ran', 110]]);
  });
});

describe('advanceAsync', () => {
  it('runs what is due in order, and lets promises settle before, between and after the timers', async () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    void Promise.resolve().then(() => after(100, 'before'));
    clock.after(100, () => void Promise.resolve().then(() => after(50, 'between')));
    after(301, 'too late');
    after(200, 'last');
    const waiting = async (): Promise<void> => {
      while (clock.now() < 300) await undefined;
      for (let turn = 0; turn < 10; turn += 1) await undefined;
      seen.push(['after', clock.now()]);
    };
    void waiting();

    await clock.advanceAsync(300);

    expect(seen).toEqual([
      ['before', 100],
      ['between', 150],
      ['last', 200],
      ['after', 300],
    ]);
  });
});

describe('freeze', () => {
  it('runs nothing until the next advance, which runs in order what was due', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    after(200, 'second');
    after(100, 'first');
    after(510, 'later');
    clock.freeze(500);
    const frozen = [seen.length, clock.now(), clock.wall(), clock.timers];

    clock.advance(10);

    expect(frozen).toEqual([0, 500, 500, 3]);
    expect(seen).toEqual([
      ['first', 500],
      ['second', 500],
      ['later', 510],
    ]);
  });
});

describe.each([-2_000, 2_000])('a jump of %i ms', (ms) => {
  it.each([
    ['jump', 10_000 + ms, 50_000],
    ['jumpWall', 10_000, 50_000 + ms],
  ] as const)('by %s() changes one of the times and runs nothing', (jump, now, wall) => {
    const clock = new FakeClock({ now: 10_000, wall: 50_000 });
    const run = vi.fn<() => void>();
    clock.after(100, run);

    clock[jump](ms);
    const seen = [clock.now(), clock.wall(), run.mock.calls.length];
    clock.advance(99);
    seen.push(run.mock.calls.length);
    clock.advance(1);

    // Timers run after the time that has passed, whatever the clock shows.
    expect([...seen, run.mock.calls.length]).toEqual([now, wall, 0, 0, 1]);
  });
});
