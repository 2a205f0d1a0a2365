import { describe, expect, it } from 'vitest';
import { BulkheadFullError } from '../../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { finish, never } from '../../support/calls.ts';
import { BOOM, errorOf, fail, hang } from '../../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;

describe('the bulkhead', () => {
  it.each([
    [1, true],
    [2, true],
    [3, false],
  ])('with %s of three slots taken admits one more: %s', async (taken, admits) => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 3 });
    for (let call = 0; call < taken; call += 1) hang(breaker);
    const can = breaker.canExecute();
    const settled = await breaker.tryCall(() => 'fine');

    expect([can, settled.status]).toEqual([admits, admits ? 'success' : 'rejected']);
  });

  it('rejects with an error that says so, and runs nothing', async () => {
    const { breaker, events } = breakerWith({ maxConcurrent: 1 });
    hang(breaker);
    let runs = 0;

    const error = await errorOf(breaker.call(() => (runs += 1)));

    expect(error).toBeInstanceOf(BulkheadFullError);
    expect(error).toMatchObject({
      name: 'BulkheadFullError',
      code: 'ERR_BULKHEAD_FULL',
      breakerName: 'orders',
      maxConcurrent: 1,
      statusCode: 503,
      message: 'Circuit breaker "orders" rejected the call: 1 concurrent call is running (`maxConcurrent`).',
    });
    const totals = { totalCalls: 2, rejectedCalls: 1, inFlight: 1, failedCalls: 0, windowCount: 0 };
    expect(breaker.getMetrics()).toMatchObject(totals);
    expect([runs, events]).toEqual([0, [{ type: 'rejected', name: 'orders', error }]]);
  });

  it.each([
    ['succeeds', undefined],
    ['fails', BOOM],
  ])('has a free slot again when a call %s', async (_how, error) => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });
    await finish(hang(breaker), error);

    expect(breaker.canExecute()).toBe(true);
    expect(breaker.getMetrics().abandoned).toBe(0);
  });
});

describe('an operation that outlives its call', () => {
  it('keeps its slot after a timeout until it settles', async () => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1, timeoutMs: 1_000 });
    const call = hang(breaker);
    clock.advance(1_000);
    const abandoned = breaker.getMetrics();
    const whileRunning = await breaker.tryCall(() => 'fine');

    await finish(call, BOOM);

    expect(abandoned).toMatchObject({ abandoned: 1, inFlight: 0, failedCalls: 1 });
    expect([whileRunning.status, breaker.getMetrics().abandoned, breaker.canExecute()]).toEqual(['rejected', 0, true]);
  });

  it.each<[string, Options, number | undefined, number]>([
    ['as long again as the timeout of the breaker', { timeoutMs: 1_000 }, undefined, 1_000],
    ['as long again as the timeout of the call', { timeoutMs: 5_000 }, 1_000, 1_000],
    ['maxAbandonedMs when it is short', { timeoutMs: 1_000, maxAbandonedMs: 3_000 }, undefined, 3_000],
    ['maxAbandonedMs when it is long', { timeoutMs: 1_000, maxAbandonedMs: 30_000 }, undefined, 30_000],
  ])('loses its slot after %s', (_what, options, timeoutMs, limit) => {
    const { breaker, clock, events } = breakerWith({ maxConcurrent: 1, ...options });
    void breaker.tryCall(never, { timeoutMs });
    clock.advance(1_000);

    clock.advance(limit - 1);
    const before = breaker.canExecute();
    clock.advance(1);
    const seen = [breaker.canExecute(), kindsOf(events).includes('slotFreed'), breaker.getMetrics().abandoned];
    const permit = breaker.tryAcquire();

    expect([before, seen, permit === null]).toEqual([false, [true, false, 1], false]);
    expect(events.at(-1)).toEqual({ type: 'slotFreed', name: 'orders' });
    expect(breaker.getMetrics().abandoned).toBe(0);
  });

  it.each<[string, Options, number]>([
    ['half a minute', {}, 30_000],
    ['half a minute, whatever the waits are', { recoveryTimeoutMs: 5, maxBackoffMs: infinite }, 30_000],
    ['maxAbandonedMs', { maxAbandonedMs: 7_000 }, 7_000],
  ])('loses its slot after %s when there is no timeout', (_what, options, limit) => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1, timeoutMs: null, ...options });
    const caller = new AbortController();
    void breaker.tryCall(never, { signal: caller.signal });
    caller.abort();

    clock.advance(limit - 1);
    const before = breaker.canExecute();
    clock.advance(1);

    expect([before, breaker.canExecute()]).toEqual([false, true]);
  });

  it('frees nothing twice when it settles after it has lost its slot', async () => {
    const { breaker, clock, events } = breakerWith({ maxConcurrent: 1, timeoutMs: 1_000 });
    const late = hang(breaker);
    clock.advance(2_000);
    const second = hang(breaker);
    const full = breaker.canExecute();

    await finish(late);

    expect([full, breaker.canExecute()]).toEqual([false, false]);
    expect(breaker.getMetrics()).toMatchObject({ abandoned: 0, inFlight: 1 });
    expect(events.filter(({ type }) => type === 'slotFreed')).toHaveLength(1);
    await finish(second);
    expect(breaker.canExecute()).toBe(true);
  });

  it('keeps no call from a dependency that is well again for longer than a minute', async () => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 10, recoveryTimeoutMs: 1_000, maxBackoffMs: 10_000 });
    const served: number[] = [];
    for (let second = 0; second < 120; second += 1) {
      void breaker.tryCall(second < 60 ? never : () => served.push(second));
      await clock.advanceAsync(1_000);
    }

    expect(served[0]).toBeLessThan(90);
  });

  it('is counted after a reset, because it still loads the dependency', async () => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1, timeoutMs: 1_000 });
    await fail(breaker, 3);
    hang(breaker);
    clock.advance(1_000);

    breaker.reset();

    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, inFlight: 0, abandoned: 1 });
    expect(breaker.canExecute()).toBe(false);
  });
});
