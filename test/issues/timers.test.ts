import { afterEach, describe, expect, it, vi } from 'vitest';
import { retry, systemClock, UnifiedCircuitBreaker } from '../../src/index.ts';
import type { Clock } from '../../src/index.ts';
import { Timeline, timelineOf } from '../../src/core/clock.ts';
import { DeadlineHeap, DeadlineNode } from '../../src/core/deadlines.ts';
import { FakeClock, releaseTimers } from '../../src/testing/index.ts';
import { silentBreakerWith } from '../support/breaker.ts';
import { checkedBreaker } from '../support/health.ts';
import { managerWith } from '../support/manager.ts';
import { hang } from '../support/outcomes.ts';

const never = (): Promise<never> => new Promise(() => {});

afterEach(() => {
  vi.useRealTimers();
});

describe('a timer that the clock could not start', () => {
  /** A clock whose `after` throws the given number of times. */
  class FlakyClock extends FakeClock {
    constructor(public failures: number) {
      super();
    }

    override after(ms: number, run: () => void): ReturnType<Clock['after']> {
      this.failures -= 1;
      if (this.failures >= 0) throw new Error('no timers left');
      return super.after(ms, run);
    }
  }

  it('is started by the next call, for all calls', () => {
    const { breaker, clock } = silentBreakerWith({ clock: new FlakyClock(1), timeoutMs: 1_000 });
    hang(breaker);
    hang(breaker);

    clock.advance(1_000);

    expect(breaker.getMetrics()).toMatchObject({ timeouts: 2, inFlight: 0 });
  });

  it('ends a retry with the error of its attempt', async () => {
    const error = new Error('down');

    const result = retry(() => Promise.reject(error), { attempts: 3, clock: new FlakyClock(9) });

    await expect(result).rejects.toBe(error);
  });

  it('is started by a later call for a health check', async () => {
    const clock = new FlakyClock(0);
    const { breaker, times } = checkedBreaker([false], { clock });
    clock.failures = 1;
    breaker.trip();

    clock.advance(2_001);
    breaker.tryAcquire();
    await Promise.resolve();

    expect(times).toEqual([2_001]);
  });
});

describe('a timer that the platform dropped', () => {
  /** A clock whose timers never fire until `works` is set. */
  class DroppingClock extends FakeClock {
    works = false;

    override after(ms: number, run: () => void): ReturnType<Clock['after']> {
      return super.after(this.works ? ms : Infinity, run);
    }
  }

  it('is started again by a call, also by one that is rejected', () => {
    const { breaker, clock } = silentBreakerWith({ clock: new DroppingClock(), timeoutMs: 300, maxConcurrent: 1 });
    hang(breaker);
    clock.advance(1_301);
    Object.assign(clock, { works: true });

    const rejected = breaker.tryAcquire();
    clock.advance(1);

    expect([rejected, breaker.getMetrics().timeouts]).toEqual([null, 1]);
  });

  it('is started again once, and not by each call', () => {
    const clock = new DroppingClock();
    const after = vi.spyOn(clock, 'after');
    const { breaker } = silentBreakerWith({ clock, timeoutMs: 300 });
    hang(breaker);
    clock.advance(1_301);

    for (let call = 0; call < 10; call += 1) hang(breaker);

    expect(after).toHaveBeenCalledTimes(2);
  });
});

describe('timers that are left', () => {
  const onSystemClock = () => new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 1_000 });

  it('are none after the last call when fake timers count them', async () => {
    vi.useFakeTimers();
    const breaker = onSystemClock();

    await breaker.call(async () => 1);
    for await (const item of breaker.stream(async function* () { yield 1; }, { timeoutMs: 700 })) void item;

    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['releaseTimers()', () => releaseTimers()],
    ['dispose()', (breaker: UnifiedCircuitBreaker) => breaker.dispose()],
  ])('are none after %s', async (_, release) => {
    const cleared = vi.spyOn(globalThis, 'clearTimeout');
    const breaker = onSystemClock();
    await breaker.call(() => Promise.resolve(1));
    cleared.mockClear();

    release(breaker);

    expect(cleared).toHaveBeenCalledOnce();
    cleared.mockRestore();
  });

  it('are none after a reconfiguration and for streams with timeouts of their own', async () => {
    const { manager, clock } = managerWith();
    const breaker = manager.createCircuitBreaker('orders', { timeoutMs: 1_000 });
    for (let ms = 500; ms < 600; ms += 1) {
      for await (const item of breaker.stream(async function* () { yield 1; }, { timeoutMs: ms })) void item;
    }
    const seen = [clock.timers];

    manager.reconfigure('orders', { timeoutMs: 2_000 });
    seen.push(clock.timers);
    await breaker.call(() => Promise.resolve(1));
    breaker.dispose();

    expect([...seen, clock.timers]).toEqual([1, 0, 0]);
  });

  it('are one for breakers that were made at different moments', async () => {
    const clock = new FakeClock();
    const breakers: UnifiedCircuitBreaker[] = [];
    for (let made = 0; made < 20; made += 1) {
      const { breaker } = silentBreakerWith({ clock, timeoutMs: 1_000 });
      breakers.push(breaker);
      await breaker.call(() => Promise.resolve(1));
      clock.advance(2_000);
    }

    for (const breaker of breakers) hang(breaker);

    expect(clock.timers).toBe(1);
  });
});

describe('fake timers', () => {
  it.each<[string, () => void]>([
    ['that fake everything', () => vi.useFakeTimers()],
    ['that leave performance alone', () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })],
    ['that start in 1970', () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 0 })],
    ['that start in 2100', () => vi.useFakeTimers({ now: 4_102_444_800_000, toFake: ['setTimeout', 'Date'] })],
  ])('%s end calls and waits', async (_, install) => {
    install();
    const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 5_000, jitter: false });
    const call = breaker.tryCall(never);
    vi.advanceTimersByTime(4_999);
    const early = breaker.getMetrics().timeouts;
    vi.advanceTimersByTime(1);
    breaker.trip({ forMs: 60_000 });
    const seen = [breaker.retryAfterMs];

    vi.advanceTimersByTime(60_000);
    seen.push(breaker.retryAfterMs);

    expect([early, seen, await call]).toMatchObject([0, [60_000, 0], { error: { code: 'ERR_CIRCUIT_TIMEOUT' } }]);
  });

  it('that fake nothing but setTimeout end calls at the moment of their timers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 5_000 });
    const call = breaker.tryCall(never);

    vi.advanceTimersByTime(5_000);

    expect(await call).toMatchObject({ error: { code: 'ERR_CIRCUIT_TIMEOUT' } });
  });

  it('move waits by vi.setSystemTime()', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] });
    const breaker = new UnifiedCircuitBreaker({ name: 'orders' });
    breaker.trip({ forMs: 60_000 });

    vi.setSystemTime(Date.now() + 60_000);

    expect(breaker.retryAfterMs).toBe(0);
  });

  it('leave no leap behind when they end', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'Date'], now: 0 });
    const breaker = new UnifiedCircuitBreaker({ name: 'orders' });
    breaker.trip({ forMs: 3_600_000 });
    vi.useRealTimers();

    expect(new Timeline(systemClock).now()).toBeLessThan(performance.now() + 1);
    breaker.dispose();
  });
});

describe('health checks that ignore their signal', () => {
  it('run three at a time, and go on when one has settled', async () => {
    let settle: (answer: boolean) => void = () => {};
    const check = (): Promise<boolean> => new Promise((resolve) => (settle = resolve));
    const { breaker, clock, times } = checkedBreaker([check], {
      recoveryTimeoutMs: 7_200_000, maxBackoffMs: 7_200_000,
    });
    breaker.trip();

    await clock.advanceAsync(3_600_000);
    const before = times.length;
    settle(true);
    await clock.advanceAsync(1_000);

    expect([before, times.length]).toEqual([3, 4]);
  });
});

describe('many deadlines', () => {
  it.each([
    ['backwards', (place: number) => -place],
    ['in two interleaved series', (place: number) => (place % 2 === 0 ? place : place - 20_000)],
    ['in three interleaved series', (place: number) => (place % 3) * 100_000 + place],
  ])('cost few steps each when they come %s', (_, deadlineOf) => {
    let steps = 0;
    class Counting extends DeadlineNode {}
    const nodes = Array.from({ length: 20_000 }, (__, place) =>
      Object.defineProperty(new Counting(), 'deadline', { get: () => ((steps += 1), deadlineOf(place)) }));
    const heap = new DeadlineHeap<DeadlineNode>();

    for (const node of nodes) heap.add(node);
    for (const node of nodes) heap.remove(node);

    expect(steps / 20_000).toBeLessThan(150);
  });

  it('end at most 1,000 per turn when they pass at once', async () => {
    const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 5, mode: 'observe' });
    for (let call = 0; call < 2_500; call += 1) void breaker.call(never, {});
    const seen: number[] = [];

    while ((seen.at(-1) ?? 0) < 2_500) {
      await new Promise((resolve) => setImmediate(resolve));
      const { timeouts } = breaker.getMetrics();
      if (timeouts > 0) seen.push(timeouts);
    }

    const perTurn = seen.map((timeouts, turn) => timeouts - (seen[turn - 1] ?? 0));
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(1_000);
    expect(seen.at(-1)).toBe(2_500);
    breaker.dispose();
  });

  it('keep one timer when a call starts between those turns', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 5, mode: 'observe' });
    vi.spyOn(timelineOf(clock), 'afterTurn').mockImplementation((run) => void clock.after(1, run));
    for (let call = 0; call < 1_001; call += 1) void breaker.call(never, {});
    clock.advance(5);
    void breaker.call(never, { timeoutMs: 30_000 });

    clock.advance(1);

    expect(breaker.getMetrics().timeouts).toBe(1_001);
    expect(clock.timers).toBe(1);
  });
});

describe('a clock with one wild reading', () => {
  it.each([1e300, Infinity, NaN])('keeps its time after %d', (wild) => {
    const clock = new FakeClock({ now: 1_000 });
    const timeline = new Timeline(clock);
    const now = vi.spyOn(clock, 'now');
    const seen = [timeline.now()];
    now.mockReturnValueOnce(wild);
    seen.push(timeline.now());
    clock.advance(5);

    expect([...seen, timeline.now()]).toEqual([1_000, 1_000, 1_005]);
  });
});
