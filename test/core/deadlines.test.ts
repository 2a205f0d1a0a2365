import { describe, expect, it } from 'vitest';
import { silentBreakerWith } from '../support/breaker.ts';
import { hang, succeed } from '../support/outcomes.ts';

const never = () => new Promise<never>(() => {});

describe('timers', () => {
  it('are none for a fresh breaker', () => {
    const { clock } = silentBreakerWith({ timeoutMs: 1_000, maxConcurrent: 3, healthCheck: { check: () => true } });

    expect(clock.timers).toBe(0);
  });

  it('are none where calls have no timeout', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null });
    hang(breaker);

    await succeed(breaker);

    expect(clock.timers).toBe(0);
  });

  it('are one, that holds the process, for any number of calls in flight', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });

    for (let call = 0; call < 10; call += 1) {
      hang(breaker);
      clock.advance(10);
    }

    expect([clock.timers, clock.holdingTimers]).toEqual([1, 1]);
  });

  it('are at most one, that holds nothing, after the calls have ended', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const calls = [hang(breaker), hang(breaker)];
    for (const { operation } of calls) operation.resolve('fine');

    await Promise.all(calls.map(({ settled }) => settled));

    expect([clock.timers, clock.holdingTimers]).toEqual([1, 0]);
  });

  it('are none once that one has fired', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    await succeed(breaker);

    clock.advance(1_000);

    expect(clock.timers).toBe(0);
  });

  it('hold the process while one of several calls is in flight', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const first = hang(breaker);
    const second = hang(breaker);
    second.operation.resolve('fine');
    await second.settled;
    const withOne = clock.holdingTimers;

    first.operation.resolve('fine');
    await first.settled;

    expect([withOne, clock.holdingTimers]).toEqual([1, 0]);
  });

  it('hold the process again for the next call', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    await succeed(breaker);
    clock.advance(400);

    hang(breaker);

    expect([clock.timers, clock.holdingTimers]).toEqual([1, 1]);
  });

  it('fire for the next call at its own deadline, although they were set for an earlier one', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    await succeed(breaker);
    clock.advance(400);
    hang(breaker);

    clock.advance(600);
    const atTheFirst = [breaker.getMetrics().timeouts, clock.timers, clock.holdingTimers];
    clock.advance(399);
    const before = breaker.getMetrics().timeouts;
    clock.advance(1);

    expect(atTheFirst).toEqual([0, 1, 1]);
    expect([before, breaker.getMetrics().timeouts, clock.timers]).toEqual([0, 1, 0]);
  });

  it('of a timeout of its own are stopped with the call', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null });
    const inFlight = breaker.call(never, { timeoutMs: 700 }).catch(() => {});
    const during = [clock.timers, clock.holdingTimers];
    await breaker.call(() => Promise.resolve(), { timeoutMs: 700 });
    const after = [clock.timers, clock.holdingTimers];

    clock.advance(700);
    await inFlight;

    expect([during, after, clock.timers]).toEqual([[1, 1], [1, 1], 0]);
  });

  it('hold nothing where the breaker only observes', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000, mode: 'observe' });

    void breaker.call(never);
    void breaker.call(never, { timeoutMs: 500 });

    expect([clock.timers, clock.holdingTimers]).toEqual([2, 0]);
  });

  it('hold nothing where the breaker only observes, also for calls after the first', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000, mode: 'observe' });
    await succeed(breaker);

    hang(breaker);

    expect([clock.timers, clock.holdingTimers]).toEqual([1, 0]);
  });

  it('hold the process for a call of one breaker, whatever another that only observes does', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const observing = silentBreakerWith({ timeoutMs: 1_000, mode: 'observe', clock }).breaker;
    hang(breaker);
    const observed = hang(observing);
    observed.operation.resolve('fine');
    await observed.settled;

    expect(clock.holdingTimers).toBe(1);
  });

  it('hold nothing for a breaker that only observes, after another has held the process', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const observing = silentBreakerWith({ timeoutMs: 1_000, mode: 'observe', clock }).breaker;
    hang(observing);
    const call = hang(breaker);
    const during = clock.holdingTimers;
    call.operation.resolve('fine');
    await call.settled;

    expect([during, clock.holdingTimers]).toEqual([1, 0]);
  });

  it('fire for every call that is due at the same moment', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    for (let call = 0; call < 5; call += 1) hang(breaker);

    clock.advance(1_000);

    expect([breaker.getMetrics().timeouts, clock.timers]).toEqual([5, 0]);
  });

  it('fire once the process runs again after a pause', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    hang(breaker);
    clock.freeze(10_000);
    hang(breaker);

    clock.advance(0);

    expect([breaker.getMetrics().timeouts, breaker.getMetrics().inFlight]).toEqual([1, 1]);
  });

  it('that fire early, by the reading of the clock, wait for the rest', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    hang(breaker);
    clock.advance(500);
    clock.jump(-200);
    clock.advance(500);
    const early = [breaker.getMetrics().timeouts, clock.timers, clock.holdingTimers];

    clock.advance(199);
    const before = breaker.getMetrics().timeouts;
    clock.advance(1);

    expect(early).toEqual([0, 1, 1]);
    expect([before, breaker.getMetrics().timeouts]).toEqual([0, 1]);
  });

  it('are set anew for a call that a timed-out caller makes at once', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    breaker.on('timeout', () => {
      if (breaker.getMetrics().totalCalls < 3) hang(breaker);
    });
    hang(breaker);

    clock.advance(1_000);
    const afterFirst = [breaker.getMetrics().timeouts, clock.timers, clock.holdingTimers];
    clock.advance(2_000);

    expect(afterFirst).toEqual([1, 1, 1]);
    expect([breaker.getMetrics().timeouts, clock.timers]).toEqual([3, 0]);
  });
});
