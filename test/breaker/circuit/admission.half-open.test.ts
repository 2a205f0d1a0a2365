import { describe, expect, it } from 'vitest';
import { silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { finish, never, readyToProbe } from '../../support/calls.ts';
import { errorOf, hang } from '../../support/outcomes.ts';

const ready = (options: Options) => readyToProbe(silentBreakerWith({ timeoutMs: null, ...options }));

describe('a half-open circuit', () => {
  it.each([
    [1, 0],
    [2, 0],
    [3, 100],
    [4, 100],
  ])('runs at most three probes at once: after %s calls the wait is %s ms', (calls, wait) => {
    const { breaker } = ready({ halfOpenMaxCalls: 3, halfOpenLeaseMs: 10_000 });
    for (let call = 0; call < calls; call += 1) hang(breaker);

    expect([breaker.canExecute(), breaker.retryAfterMs]).toEqual([wait === 0, wait]);
    expect(breaker.getMetrics()).toMatchObject({ inFlight: Math.min(3, calls), rejectedCalls: Math.max(0, calls - 3) });
  });

  it('admits a further probe when one has settled', async () => {
    const { breaker } = ready({ halfOpenMaxCalls: 1 });
    const probe = hang(breaker);
    const whileFull = breaker.canExecute();

    await finish(probe);

    expect([whileFull, breaker.canExecute(), breaker.state]).toEqual([false, true, 'half_open']);
  });

  it('says when a probe will end if it takes as long as calls usually do, not when it must have ended', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 30_000, jitter: false });
    for (let call = 0; call < 20; call += 1) {
      const served = hang(breaker);
      await clock.advanceAsync(400);
      await finish(served);
    }
    breaker.trip();
    clock.advance(breaker.retryAfterMs as number);
    for (let probe = 0; probe < 3; probe += 1) hang(breaker);
    clock.advance(150);

    const error = await errorOf(breaker.call(() => 'fine'));

    const wait = breaker.retryAfterMs as number;
    expect(wait).toBeGreaterThan(200);
    expect(wait).toBeLessThan(270);
    expect(error).toMatchObject({
      state: 'half_open',
      reason: 'half_open_full',
      retryAfterMs: wait,
      headers: { 'retry-after': '1' },
      message: `Circuit breaker "orders" is half-open, and all probes are running. Retry in ${wait} ms.`,
    });
  });

  it.each<[string, Options, number]>([
    ['at the end of its lease', { halfOpenLeaseMs: 8_000 }, 8_000],
    ['at the end of its lease, before its timeout', { timeoutMs: 9_000, halfOpenLeaseMs: 8_000 }, 8_000],
    ['after a third of its timeout', { timeoutMs: 60_000 }, 20_000],
    ['after 20 s without timeout and lease', {}, 20_000],
  ])('frees the slot of a probe that hangs %s', (_what, options, ms) => {
    const { breaker, clock } = ready({ ...options, halfOpenMaxCalls: 1, halfOpenMaxFailures: 1 });
    hang(breaker);

    clock.advance(ms - 1);
    const before = breaker.canExecute();
    clock.advance(1);

    expect([before, breaker.canExecute(), breaker.state]).toEqual([false, true, 'half_open']);
  });

  it('lets three probes hang for each slot, and no more', async () => {
    const { breaker, clock } = ready({ timeoutMs: 60_000, halfOpenMaxCalls: 1 });
    let started = 0;
    for (let second = 0; second < 60; second += 1) {
      void breaker.tryCall(() => ((started += 1), never()));
      await clock.advanceAsync(1_000);
    }

    expect([started, breaker.state]).toEqual([3, 'open']);
  });

  it('waits at least 1 ms', () => {
    const { breaker, clock } = ready({ timeoutMs: 60_000, halfOpenMaxCalls: 1 });
    hang(breaker);
    clock.freeze(19_999.5);

    expect(breaker.retryAfterMs).toBe(1);
  });
});
