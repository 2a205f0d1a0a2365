import { describe, expect, it } from 'vitest';
import { BulkheadFullError } from '../../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { BOOM, deferred, errorOf, fail, hang, succeed } from '../../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;

describe('the bulkhead', () => {
  it.each([
    [1, true],
    [2, true],
    [3, false],
  ])('of three slots, with %s taken, admits one more: %s', async (taken, admits) => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 3 });
    for (let call = 0; call < taken; call += 1) hang(breaker);

    const can = breaker.canExecute();
    const settled = await breaker.tryCall(() => 'fine');

    expect([can, settled.status]).toEqual([admits, admits ? 'success' : 'rejected']);
  });

  it('rejects with an error that says so, and runs nothing', async () => {
    const { breaker, events } = breakerWith({ maxConcurrent: 1 });
    hang(breaker);
    let ran = false;

    const error = await errorOf(
      breaker.call(() => {
        ran = true;
      }),
    );

    expect(error).toBeInstanceOf(BulkheadFullError);
    expect(error).toMatchObject({ name: 'BulkheadFullError', code: 'ERR_BULKHEAD_FULL', breakerName: 'orders', maxConcurrent: 1, statusCode: 503, message: 'Circuit "orders" runs 1 calls already, its maxConcurrent' });
    expect(ran).toBe(false);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 2, rejectedCalls: 1, inFlight: 1, failedCalls: 0, windowCount: 0 });
    expect(events).toEqual([{ type: 'rejected', name: 'orders', error }]);
  });

  it.each([
    ['succeeds', (call: ReturnType<typeof hang>) => call.operation.resolve('fine')],
    ['fails', (call: ReturnType<typeof hang>) => call.operation.reject(BOOM)],
  ])('has a slot again when a call %s', async (_how, end) => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });
    const call = hang(breaker);
    end(call);
    await call.settled;

    expect(breaker.canExecute()).toBe(true);
  });

  it('limits permits too', () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });
    const permit = breaker.tryAcquire();
    const whileHeld = breaker.tryAcquire();

    permit?.ignore();

    expect([whileHeld, breaker.canExecute()]).toEqual([null, true]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 2, rejectedCalls: 1, ignoredCalls: 1 });
  });

  it('limits nothing by default', () => {
    const { breaker } = silentBreakerWith({ timeoutMs: null });

    for (let call = 0; call < 1_000; call += 1) hang(breaker);

    expect(breaker.getMetrics()).toMatchObject({ inFlight: 1_000, rejectedCalls: 0 });
  });
});

describe('an operation that outlives its call', () => {
  it('keeps its slot after a timeout until it settles', async () => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1, timeoutMs: 1_000 });
    const call = hang(breaker);
    clock.advance(1_000);
    const abandoned = breaker.getMetrics();
    const whileRunning = (await breaker.tryCall(() => 'fine')).status;

    call.operation.reject(BOOM);
    await errorOf(call.operation.promise);

    expect(abandoned).toMatchObject({ abandoned: 1, inFlight: 0, failedCalls: 1 });
    expect([whileRunning, breaker.getMetrics().abandoned, (await breaker.tryCall(() => 'fine')).status]).toEqual(['rejected', 0, 'success']);
  });

  it('keeps its slot after an abort', async () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });
    const caller = new AbortController();
    const operation = deferred();
    const settled = breaker.tryCall(() => operation.promise, { signal: caller.signal });
    caller.abort();
    await settled;
    const whileRunning = [breaker.getMetrics().abandoned, breaker.canExecute()];

    operation.resolve();
    await operation.promise;

    expect(whileRunning).toEqual([1, false]);
    expect([breaker.getMetrics().abandoned, breaker.canExecute()]).toEqual([0, true]);
  });

  it('keeps its slot after its lease', () => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 2, timeoutMs: null, halfOpenLeaseMs: 1_000, halfOpenMaxFailures: 5 });
    breaker.trip();
    clock.advance(60_000);
    hang(breaker);
    clock.advance(1_000);
    hang(breaker);

    expect(breaker.getMetrics()).toMatchObject({ abandoned: 1, inFlight: 1 });
    expect(breaker.canExecute()).toBe(false);
  });

  it.each([
    ['ten times the timeout of the breaker', { timeoutMs: 1_000 }, undefined, 10_000],
    ['ten times the timeout of the call', { timeoutMs: 5_000 }, 1_000, 10_000],
    ['maxAbandonedMs', { timeoutMs: 1_000, maxAbandonedMs: 3_000 }, undefined, 3_000],
    ['maxAbandonedMs, also where it is long', { timeoutMs: 1_000, maxAbandonedMs: 30_000 }, undefined, 30_000],
  ] as const)('gives its slot up after %s', (_what, options, timeoutMs, limit) => {
    const { breaker, clock, events } = breakerWith({ maxConcurrent: 1, ...options });
    void breaker.call(() => new Promise(() => {}), { timeoutMs }).catch(() => {});
    clock.advance(1_000);

    clock.advance(limit - 1);
    const before = breaker.canExecute();
    clock.advance(1);
    const seenFree = breaker.canExecute();
    const kindsBefore = kindsOf(events);
    const abandonedBefore = breaker.getMetrics().abandoned;
    const permit = breaker.tryAcquire();

    expect([before, seenFree, permit === null]).toEqual([false, true, false]);
    expect([kindsBefore.includes('slotFreed'), abandonedBefore]).toEqual([false, 1]);
    expect(events.at(-1)).toEqual({ type: 'slotFreed', name: 'orders' });
    expect(breaker.getMetrics().abandoned).toBe(0);
  });

  it.each([
    ['maxBackoffMs', { maxBackoffMs: 100_000 }, 100_000],
    ['five minutes', { maxBackoffMs: infinite }, 300_000],
    ['maxAbandonedMs', { maxBackoffMs: 100_000, maxAbandonedMs: 7_000 }, 7_000],
  ])('without a timeout gives its slot up after %s', (_what, options, limit) => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1, timeoutMs: null, ...options });
    const caller = new AbortController();
    void breaker.call(() => new Promise(() => {}), { signal: caller.signal }).catch(() => {});
    caller.abort();

    clock.advance(limit - 1);
    const before = breaker.canExecute();
    clock.advance(1);

    expect([before, breaker.canExecute()]).toEqual([false, true]);
  });

  it('gives its slot up to a call where nobody listens', async () => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1, timeoutMs: 1_000 });
    hang(breaker);
    clock.advance(11_000);

    expect((await breaker.tryCall(() => 'fine')).status).toBe('success');
    expect(breaker.getMetrics()).toMatchObject({ abandoned: 0, inFlight: 0 });
  });

  it('gives its slot up never where maxAbandonedMs is infinite', () => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1, timeoutMs: 1_000, maxAbandonedMs: infinite });
    hang(breaker);

    clock.advance(1e12);

    expect(breaker.canExecute()).toBe(false);
  });

  it('frees nothing twice when it settles after all', async () => {
    const { breaker, clock, events } = breakerWith({ maxConcurrent: 1, timeoutMs: 1_000 });
    const late = hang(breaker);
    clock.advance(11_000);
    const second = hang(breaker);
    const full = breaker.canExecute();

    late.operation.resolve('late');
    await late.operation.promise;

    expect([full, breaker.canExecute(), breaker.getMetrics().abandoned, breaker.getMetrics().inFlight]).toEqual([false, false, 0, 1]);
    expect(events.filter(({ type }) => type === 'slotFreed')).toHaveLength(1);
    second.operation.resolve('fine');
    await second.settled;
    expect(breaker.canExecute()).toBe(true);
  });

  it('is freed with the others that are overdue, each with an event', async () => {
    const { breaker, clock, events } = breakerWith({ maxConcurrent: 3, timeoutMs: 1_000 });
    for (let call = 0; call < 3; call += 1) {
      hang(breaker);
      clock.advance(100);
    }
    clock.advance(10_850);

    await succeed(breaker);

    expect(events.filter(({ type }) => type === 'slotFreed')).toHaveLength(2);
    expect(breaker.getMetrics().abandoned).toBe(1);
  });

  it('is counted also where nothing limits calls', async () => {
    const { breaker, clock, events } = breakerWith({ timeoutMs: 1_000, failureThreshold: 5 });
    hang(breaker);
    clock.advance(1_000);
    const during = breaker.getMetrics().abandoned;
    clock.advance(10_000);

    await succeed(breaker);

    expect([during, breaker.getMetrics().abandoned, events.some(({ type }) => type === 'slotFreed')]).toEqual([1, 0, true]);
  });

  it('survives a reset, because it still loads the dependency', () => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1, timeoutMs: 1_000 });
    hang(breaker);
    clock.advance(1_000);

    breaker.reset();

    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, inFlight: 0, abandoned: 1 });
    expect(breaker.canExecute()).toBe(false);
  });

  it('does not hold the slot of a call that ended in time', async () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 } satisfies Options);

    await fail(breaker, 3);

    expect(breaker.getMetrics()).toMatchObject({ abandoned: 0, rejectedCalls: 0, failedCalls: 3 });
  });
});
