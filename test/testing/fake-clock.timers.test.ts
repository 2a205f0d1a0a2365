import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../src/testing/index.ts';
import { watched } from '../support/watched.ts';

describe('a timer', () => {
  it.each([
    ['before', 99, []],
    ['when', 100, [['ran', 100]]],
    ['after', 101, [['ran', 100]]],
  ])('runs at its own moment: %s it is due', (_, ms, expected) => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    after(100);

    clock.advance(ms);

    expect([seen, clock.now()]).toEqual([expected, ms]);
  });

  it('runs once', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    after(100);

    clock.advance(100);
    clock.advance(1_000);

    expect(seen).toEqual([['ran', 100]]);
  });

  it.each([0, -50])('of %i ms runs with the next advance, even by nothing', (ms) => {
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
    after(200, 'second');
    after(100, 'first');
    after(200, 'third');
    after(300, 'late');
    after(100, 'first again');

    clock.advance(200);

    expect(seen).toEqual([
      ['first', 100],
      ['first again', 100],
      ['second', 200],
      ['third', 200],
    ]);
  });

  it('counts from when it was started', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    clock.advance(50);
    after(100);

    clock.advance(1_000);

    expect(seen).toEqual([['ran', 150]]);
  });

  it('may start others, which run in the same advance when they fall due in it', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    clock.after(100, () => {
      after(50, 'in time');
      after(51, 'too late');
    });

    clock.advance(150);

    expect([seen, clock.now(), clock.timers]).toEqual([[['in time', 150]], 150, 1]);
  });

  it('does not run once it is cancelled', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    const timer = after(100);

    timer.cancel();
    clock.advance(100);
    timer.cancel();

    expect([seen, clock.timers]).toEqual([[], 0]);
  });

  it('may cancel another that is due at the same moment', () => {
    const clock = new FakeClock();
    const { seen, after } = watched(clock);
    clock.after(100, () => other.cancel());
    const other = after(100);

    clock.advance(100);

    expect(seen).toEqual([]);
  });

  it('without end never runs, is not counted, and can be used as any other', () => {
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

  it('that throws lets the others run with the next advance', () => {
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
});

describe('the count of timers', () => {
  it('falls as they run and are cancelled', () => {
    const clock = new FakeClock();
    const { after } = watched(clock);
    const timers = [after(100), after(200), after(300)];
    const counts = [clock.timers];

    clock.advance(100);
    counts.push(clock.timers);
    timers[2]?.cancel();
    counts.push(clock.timers);

    expect(counts).toEqual([3, 2, 1]);
  });

  it('tells those that hold the process', () => {
    const clock = new FakeClock();
    const { after } = watched(clock);
    const [first, second] = [after(100), after(200)];
    const counts = [clock.holdingTimers];

    first.unref();
    counts.push(clock.holdingTimers);
    second.unref();
    counts.push(clock.holdingTimers);
    first.ref();
    counts.push(clock.holdingTimers);

    expect([counts, clock.timers]).toEqual([[2, 1, 0, 1], 2]);
  });
});
