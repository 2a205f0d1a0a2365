import { describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../src/testing/index.ts';
import { watched } from '../support/watched.ts';

describe('FakeClock', () => {
  it('starts at 0', () => {
    const clock = new FakeClock();

    expect([clock.now(), clock.wall()]).toEqual([0, 0]);
  });

  it.each([
    [{ now: 500 }, 500, 0],
    [{ wall: 1_700_000_000_000 }, 0, 1_700_000_000_000],
    [{ now: -5, wall: 7 }, -5, 7],
  ])('starts where it is told to: %j', (start, now, wall) => {
    const clock = new FakeClock(start);

    expect([clock.now(), clock.wall()]).toEqual([now, wall]);
  });

  it('stands still until it is told to move', () => {
    const clock = new FakeClock({ now: 500, wall: 1_000 });

    clock.advance(250.5);

    expect([clock.now(), clock.wall()]).toEqual([750.5, 1_250.5]);
  });
});

describe('advance', () => {
  it.each([-1, -0.001, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d, which is no time to pass', async (ms) => {
    const clock = new FakeClock();
    const refusal = new RangeError(`Expected the time to advance to be finite milliseconds, 0 or more, got ${ms}`);

    expect(() => clock.advance(ms)).toThrow(refusal);
    expect(() => clock.freeze(ms)).toThrow(refusal);
    await expect(clock.advanceAsync(ms)).rejects.toThrow(refusal);
    expect(clock.now()).toBe(0);
  });

  it('never goes back when a timer advances the clock itself', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    clock.after(5, () => clock.advance(100));
    after(7);

    clock.advance(10);

    expect([clock.now(), clock.wall(), seen]).toEqual([105, 105, [['ran', 7]]]);
  });

  it('leaves later timers where they were when a timer has advanced the clock', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    clock.after(5, () => clock.advance(100));
    after(110);

    clock.advance(10);
    clock.advance(4);
    const before = [...seen];
    clock.advance(1);

    expect([before, seen]).toEqual([[], [['ran', 110]]]);
  });
});

describe('advanceAsync', () => {
  it('runs what falls due, in order, each at its own moment', async () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    after(200, 'second');
    after(100, 'first');
    after(301, 'late');

    await clock.advanceAsync(300);

    expect([seen, clock.now()]).toEqual([
      [
        ['first', 100],
        ['second', 200],
      ],
      300,
    ]);
  });

  it('lets promises settle before the first timer', async () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    void Promise.resolve().then(() => after(100));

    await clock.advanceAsync(100);

    expect(seen).toEqual([['ran', 100]]);
  });

  it('lets promises settle between timers', async () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    clock.after(100, () => void Promise.resolve().then(() => after(50, 'of a promise')));
    after(200, 'last');

    await clock.advanceAsync(200);

    expect(seen).toEqual([
      ['of a promise', 150],
      ['last', 200],
    ]);
  });

  it('lets promises settle after the last timer, also where none ran', async () => {
    const clock = new FakeClock();
    const seen: unknown[] = [];
    const waiting = async (): Promise<void> => {
      while (clock.now() < 300) await undefined;
      for (let turn = 0; turn < 10; turn += 1) await undefined;
      seen.push(clock.now());
    };
    void waiting();

    await clock.advanceAsync(300);

    expect(seen).toEqual([300]);
  });
});

describe('a process that was frozen', () => {
  it('has run nothing, though time has passed', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    after(100);

    clock.freeze(500);

    expect([seen, clock.now(), clock.wall(), clock.timers]).toEqual([[], 500, 500, 1]);
  });

  it('runs what fell due with the next advance, in order, at the present moment', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    after(200, 'second');
    after(100, 'first');
    after(510, 'later');
    clock.freeze(500);

    clock.advance(10);

    expect(seen).toEqual([
      ['first', 500],
      ['second', 500],
      ['later', 510],
    ]);
  });
});

describe('a faulty clock', () => {
  it.each([-2_000, 2_000])('jumps by %i ms in now() only, and runs nothing', (ms) => {
    const clock = new FakeClock({ now: 10_000, wall: 50_000 });
    const run = vi.fn<() => void>();
    clock.after(100, run);

    clock.jump(ms);

    expect([clock.now(), clock.wall(), run.mock.calls.length]).toEqual([10_000 + ms, 50_000, 0]);
  });

  it.each([-2_000, 2_000])('jumps by %i ms in wall() only, when the system’s time is set', (ms) => {
    const clock = new FakeClock({ now: 10_000, wall: 50_000 });
    const run = vi.fn<() => void>();
    clock.after(100, run);

    clock.jumpWall(ms);

    expect([clock.now(), clock.wall(), run.mock.calls.length]).toEqual([10_000, 50_000 + ms, 0]);
  });

  it('still runs its timers after the time that has really passed', () => {
    const clock = new FakeClock({ now: 10_000 });
    const { seen, after } = watched(clock);
    after(100);
    clock.jump(-2_000);

    clock.advance(99);
    const early = [...seen];
    clock.advance(1);

    expect([early, seen]).toEqual([[], [['ran', 8_100]]]);
  });
});
