import { afterEach, describe, expect, it, vi } from 'vitest';
import { isCircuitBreakerTimeoutError, UnifiedCircuitBreaker } from '../../src/index.ts';
import type { CircuitMode, Clock } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { silentBreakerWith } from '../support/breaker.ts';

const FRACTIONS = [0, 7.972_231_577_786_196_5, 8.1, 123_456.789_012];

afterEach(() => {
  vi.useRealTimers();
});

describe('a clock with fractions', () => {
  it.each(FRACTIONS)('shows a wait of 60 ms as 60 ms, and as 0 only when it is over: at %d ms', (now) => {
    const { breaker, clock } = silentBreakerWith({ clock: new FakeClock({ now }) });
    breaker.trip({ forMs: 60 });
    const seen = [[breaker.retryAfterMs, breaker.canExecute()]];

    for (const ms of [59.999, 0.001]) {
      clock.advance(ms);
      seen.push([breaker.retryAfterMs, breaker.canExecute()]);
    }

    expect(seen).toEqual([[60, false], [1, false], [0, true]]);
  });

  it('admits a call after retryAfterMs when the wait has a rounding error', () => {
    // 60 × 0.95 is 57.00000000000001 in floating point.
    const { breaker, clock } = silentBreakerWith({ recoveryTimeoutMs: 60, jitter: 'proportional', random: () => 0.75 });
    breaker.trip();
    const seen = [[breaker.retryAfterMs, breaker.canExecute()]];

    for (const ms of [56, 1]) {
      clock.advance(ms);
      seen.push([breaker.retryAfterMs, breaker.canExecute()]);
    }

    expect(seen).toEqual([[57, false], [1, false], [0, true]]);
    expect(breaker.tryAcquire()).not.toBeNull();
  });

  it.each(FRACTIONS)('restores a snapshot of the longest wait: at %d ms', (now) => {
    const options = { name: 'orders', clock: new FakeClock({ now }), recoveryTimeoutMs: 10, maxBackoffMs: 10,
      maxRetryAfterMs: 30 };
    const breaker = new UnifiedCircuitBreaker(options);
    breaker.trip({ forMs: 60 });

    const snapshot = breaker.snapshot();

    expect(snapshot).toMatchObject({ remainingWaitMs: 60, drawnWaitMs: 60, firmWaitMs: 60 });
    expect(new UnifiedCircuitBreaker({ ...options, restore: snapshot }).snapshot()).toEqual(snapshot);
  });

  it.each([
    [5e-324, 11],
    [0.1, 0.7],
    [1_234.567_8, 999.123_4],
  ])('takes a snapshot that can be restored when it goes back: from %d ms by %d ms', (now, back) => {
    const clock = new FakeClock({ now });
    const breaker = new UnifiedCircuitBreaker({ name: 'orders', clock });

    clock.jump(-back);
    const snapshot = breaker.snapshot();

    expect(snapshot.closedForMs).toBe(0);
    expect(new UnifiedCircuitBreaker({ name: 'orders', clock, restore: snapshot }).snapshot()).toEqual(snapshot);
  });
});

describe('fake timers', () => {
  const hang = (options: { name: string; timeoutMs: number }): Promise<unknown> =>
    new UnifiedCircuitBreaker(options).call(() => new Promise(() => {})).catch(isCircuitBreakerTimeoutError);

  it('time a call out when another breaker has used the real clock before', async () => {
    await new UnifiedCircuitBreaker({ name: 'before' }).call(() => Promise.resolve(1));
    vi.useFakeTimers();
    const timedOut = hang({ name: 'after', timeoutMs: 30_000 });

    await vi.advanceTimersByTimeAsync(30_000);

    expect(await timedOut).toBe(true);
  });

  it('leave the real clock to breakers that come after them', async () => {
    vi.useFakeTimers();
    void new UnifiedCircuitBreaker({ name: 'before', timeoutMs: 20 }).call(() => Promise.resolve(1));
    await vi.advanceTimersByTimeAsync(5);
    vi.useRealTimers();

    expect(await hang({ name: 'after', timeoutMs: 20 })).toBe(true);
  });
});

describe('timers that breakers share', () => {
  const make = (mode: CircuitMode = 'enforce'): UnifiedCircuitBreaker =>
    new UnifiedCircuitBreaker({ name: 'x', timeoutMs: 777, mode });

  it('time out each call at its own moment, even when a breaker is disposed', async () => {
    vi.useFakeTimers();
    const [one, other, observing] = [make(), make(), make('observe')];
    const log: string[] = [];
    const start = performance.now();
    const hang = (name: string, breaker: UnifiedCircuitBreaker): void => {
      void breaker
        .tryCall(() => new Promise(() => {}))
        .then(({ status }) => log.push(`${name} ${status} ${performance.now() - start}`));
    };
    hang('one', one);
    hang('observing', observing);
    await vi.advanceTimersByTimeAsync(100);
    hang('other', other);
    one.dispose();
    await vi.advanceTimersByTimeAsync(100);
    hang('other again', other);

    await vi.advanceTimersByTimeAsync(5_000);

    expect(log).toEqual(['one failure 777', 'other failure 877', 'other again failure 977']);
    expect(observing.getMetrics()).toMatchObject({ timeouts: 1, failedCalls: 1, inFlight: 0 });
    for (const breaker of [other, observing]) breaker.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are one for a thousand breakers, whatever their timeouts', async () => {
    vi.useFakeTimers();
    const breakers = Array.from({ length: 1_000 }, () => make());

    const calls = breakers.map((breaker, ms) => breaker.call(() => Promise.resolve(1), { timeoutMs: 1_000 + ms }));
    const busy = vi.getTimerCount();
    await Promise.all(calls);

    expect([busy, vi.getTimerCount()]).toEqual([1, 0]);
  });
});

it.each(['dispose', 'reset'] as const)('checks no health after %s() when a canceled timer fires', async (end) => {
  const time = new FakeClock();
  const clock: Clock = {
    now: () => time.now(),
    wall: () => time.wall(),
    after: (ms, run) => ({ ...time.after(ms, run), cancel() {} }),
  };
  let checks = 0;
  const check = (): 'unknown' => {
    checks += 1;
    return 'unknown';
  };
  const breaker = new UnifiedCircuitBreaker({ name: 'x', clock, healthCheck: { intervalMs: 10, check } });
  breaker.trip();
  await time.advanceAsync(25);
  const before = checks;

  breaker[end]();
  await time.advanceAsync(10_000);

  expect([before, checks]).toEqual([2, 2]);
});
