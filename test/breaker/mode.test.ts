import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf } from '../support/breaker.ts';
import type { Options } from '../support/breaker.ts';
import { finish, movesOf, never } from '../support/calls.ts';
import { BOOM, deferred, errorOf, fail, hang } from '../support/outcomes.ts';

describe('mode observe', () => {
  const observing = (options: Options = {}) => breakerWith({ mode: 'observe', ...options });

  /** A call whose operation shows its signal and settles when the test says so. */
  function shown({ breaker }: ReturnType<typeof observing>, signal?: AbortSignal) {
    const operation = deferred<string>();
    const signals: AbortSignal[] = [];
    const settled = breaker.tryCall((context) => (signals.push(context.signal), operation.promise), { signal });
    return { operation, settled, signal: signals[0] as AbortSignal };
  }

  it('moves the state as usual', async () => {
    const { breaker, events } = observing({ failureThreshold: 3 });
    await fail(breaker, 5);

    expect([breaker.state, movesOf(events).length]).toEqual(['open', 1]);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 5, rejectedCalls: 0, wouldHaveRejectedCalls: 2 });
  });

  it('lets calls run that it would have rejected, and they decide nothing', async () => {
    const { breaker, clock, events } = observing({ successThreshold: 1, failureThreshold: 2 });
    breaker.trip();
    clock.advance(59_999);

    expect(await breaker.call(() => 'fine')).toBe('fine');
    expect(await errorOf(breaker.call(() => Promise.reject(BOOM)))).toBe(BOOM);
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 0]);
    expect(kindsOf(events)).toEqual(['stateChange', 'rejected', 'success', 'rejected', 'failure']);
    expect(events[1]).toMatchObject({ error: { code: 'ERR_CIRCUIT_OPEN', retryAfterMs: 1 } });
    const totals = { totalCalls: 2, successfulCalls: 1, failedCalls: 1, wouldHaveRejectedCalls: 2, rejectedCalls: 0 };
    expect(breaker.getMetrics()).toMatchObject({ ...totals, windowCount: 2, staleOutcomes: 0 });
  });

  it.each([
    ['value', undefined, { status: 'success', value: 'fine' }],
    ['error', BOOM, { status: 'failure', error: BOOM }],
  ])('counts a timeout when it is over, and the caller gets the late %s', async (_what, error, settled) => {
    const made = observing({ timeoutMs: 1_000 });
    const { breaker, clock, events } = made;
    const call = shown(made);
    await clock.advanceAsync(1_000);
    const { failedCalls, timeouts, abandoned } = breaker.getMetrics();
    const atDeadline = [failedCalls, timeouts, abandoned, call.signal.aborted];
    await clock.advanceAsync(5_000);

    expect(await finish(call, error)).toEqual(settled);
    expect(atDeadline).toEqual([1, 1, 1, false]);
    expect(kindsOf(events)).toEqual(['timeout', 'failure', 'slow']);
    const totals = { totalCalls: 1, failedCalls: 1, successfulCalls: 0, inFlight: 0, abandoned: 0 };
    expect(breaker.getMetrics()).toMatchObject(totals);
  });

  it('passes an abort to the operation, and the call settles when the operation does', async () => {
    const made = observing();
    const { breaker, events } = made;
    const caller = new AbortController();
    const call = shown(made, caller.signal);
    let settled = false;
    void call.settled.then(() => void (settled = true));

    caller.abort('not needed');
    await Promise.resolve();
    const during = [call.signal.aborted, call.signal.reason, settled, breaker.getMetrics().ignoredCalls];

    expect(await finish(call)).toEqual({ status: 'success', value: 'fine' });
    expect(during).toEqual([true, 'not needed', false, 1]);
    expect(kindsOf(events)).toEqual(['ignored']);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, ignoredCalls: 1, successfulCalls: 0 });
  });

  it('passes on an abort that comes after the timeout', () => {
    const made = observing({ timeoutMs: 1_000 });
    const caller = new AbortController();
    const { signal } = shown(made, caller.signal);
    made.clock.advance(1_000);
    const before = signal.aborted;

    caller.abort('not needed');

    expect([before, signal.aborted]).toEqual([false, true]);
    expect(made.breaker.getMetrics()).toMatchObject({ failedCalls: 1, ignoredCalls: 0 });
  });

  it('rejects while forced open', async () => {
    const { breaker } = observing();
    breaker.forceOpen('deploy');

    expect(await errorOf(breaker.call(() => 'fine'))).toMatchObject({ reason: 'deploy' });
    expect([breaker.canExecute(), breaker.tryAcquire()]).toEqual([false, null]);
    expect(breaker.getMetrics()).toMatchObject({ rejectedCalls: 2, wouldHaveRejectedCalls: 0 });
  });

  it('says that no call is rejected', () => {
    const { breaker } = observing({ maxConcurrent: 1 });
    hang(breaker);
    breaker.trip();

    expect(breaker.canExecute()).toBe(true);
    expect(breaker.explain()).toContain(' Mode is observe: no calls are rejected.');
  });
});

describe('mode off', () => {
  const off = (options: Options = {}) => breakerWith({ mode: 'off', failureThreshold: 1, ...options });

  it('passes every call through and counts nothing', async () => {
    const { breaker, events, clock } = off({ maxConcurrent: 1, fallback: 'cached', timeoutMs: 1_000 });
    const pending = breaker.call(() => new Promise((resolve) => clock.after(5_000, () => resolve('late'))));
    const values = [await breaker.call(() => 1), await breaker.call(async () => 2)];
    const error = await errorOf(breaker.call(() => Promise.reject(BOOM)));
    clock.advance(5_000);

    expect([values, error, await pending]).toEqual([[1, 2], BOOM, 'late']);
    const totals = { totalCalls: 0, failedCalls: 0, successfulCalls: 0, inFlight: 0 };
    expect(breaker.getMetrics()).toMatchObject(totals);
    expect([breaker.state, events]).toEqual(['closed', []]);
  });

  it('cannot be tripped, and records nothing', () => {
    const { breaker, events } = off();
    breaker.trip();
    breaker.recordFailure(BOOM);
    breaker.recordSuccess(5);

    const seen = [breaker.state, breaker.canExecute(), breaker.retryAfterMs, events];
    expect(seen).toEqual(['closed', true, 0, []]);
    expect(breaker.getMetrics().totalCalls).toBe(0);
    expect(() => breaker.recordSuccess(-1)).toThrow(TypeError);
  });

  it('passes the signal of the caller to the operation, unless it is already aborted', async () => {
    const { breaker } = off();
    const { signal } = new AbortController();
    const aborted = AbortSignal.abort('not needed');

    expect(await breaker.call((context) => context.signal, { signal })).toBe(signal);
    expect(await errorOf(breaker.call(never, { signal: aborted }))).toBe('not needed');
  });

  it('rejects after dispose()', async () => {
    const { breaker } = off();
    breaker.dispose();

    expect(await errorOf(breaker.call(() => 'fine'))).toMatchObject({ code: 'ERR_CIRCUIT_DISPOSED' });
    expect(breaker.canExecute()).toBe(false);
  });

  it('says so', () => {
    expect(off().breaker.explain()).toBe('Circuit breaker "orders" is off: all calls pass and nothing is counted.');
  });
});
