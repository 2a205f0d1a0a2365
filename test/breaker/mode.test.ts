import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../support/breaker.ts';
import type { Options } from '../support/breaker.ts';
import { BOOM, deferred, errorOf, fail, hang, succeed } from '../support/outcomes.ts';

const never = () => new Promise<never>(() => {});

describe('mode observe', () => {
  const observing = (options: Options = {}) => breakerWith({ mode: 'observe', ...options });

  it('runs the machine: it opens, with one stateChange', async () => {
    const { breaker, events } = observing({ failureThreshold: 3 });

    await fail(breaker, 5);

    expect(breaker.state).toBe('open');
    expect(events.filter(({ type }) => type === 'stateChange')).toHaveLength(1);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 5, rejectedCalls: 0, wouldHaveRejectedCalls: 2 });
  });

  it('lets calls run that it would have rejected, and they decide nothing', async () => {
    const { breaker, clock, events } = observing({ successThreshold: 1, failureThreshold: 2 });
    breaker.trip();
    clock.advance(59_999);

    expect(await breaker.call(() => 'fine')).toBe('fine');
    expect(await errorOf(breaker.call(() => Promise.reject(BOOM)))).toBe(BOOM);
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 1]);
    expect(kindsOf(events)).toEqual(['stateChange', 'rejected', 'success', 'rejected', 'failure']);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 2, successfulCalls: 1, failedCalls: 1, wouldHaveRejectedCalls: 2, rejectedCalls: 0, windowCount: 0, staleOutcomes: 0 });
  });

  it('says which rejection it did not make', async () => {
    const { breaker, events } = observing();
    breaker.trip();

    await succeed(breaker);

    expect(events[1]).toMatchObject({ type: 'rejected', error: { code: 'ERR_CIRCUIT_OPEN', retryAfterMs: 60_000 } });
  });

  it('probes at the deadline and recovers', async () => {
    const { breaker, clock } = observing();
    breaker.trip();
    clock.advance(60_000);

    await succeed(breaker, 3);

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics().wouldHaveRejectedCalls).toBe(0);
  });

  it('lets calls beyond the probes run too, and they decide nothing', async () => {
    const { breaker, clock } = observing({ halfOpenMaxCalls: 1, timeoutMs: null, successThreshold: 1 });
    breaker.trip();
    clock.advance(60_000);
    const probe = hang(breaker);

    await fail(breaker);
    await succeed(breaker);
    const before = [breaker.state, breaker.getMetrics().wouldHaveRejectedCalls];
    probe.operation.resolve('fine');
    await probe.settled;

    expect(before).toEqual(['half_open', 2]);
    expect(breaker.state).toBe('closed');
  });

  it('lets calls run beyond maxConcurrent', async () => {
    const { breaker } = observing({ maxConcurrent: 1 });
    hang(breaker);

    expect(await breaker.call(() => 'fine')).toBe('fine');
    expect(breaker.getMetrics()).toMatchObject({ wouldHaveRejectedCalls: 1, rejectedCalls: 0, windowCount: 0, successfulCalls: 1 });
  });

  it.each([
    ['gives the value', false, { status: 'success', value: 'late' }],
    ['gives the error', true, { status: 'failure', error: BOOM }],
  ])('records a call past its timeout as failed then, and %s of the operation', async (_what, fails, settled) => {
    const { breaker, clock, events } = observing({ timeoutMs: 1_000 });
    const signals: AbortSignal[] = [];
    const operation = deferred<string>();
    const call = breaker.tryCall(({ signal }) => {
      signals.push(signal);
      return operation.promise;
    });
    await clock.advanceAsync(1_000);
    const atDeadline = [breaker.getMetrics().failedCalls, breaker.getMetrics().timeouts, signals[0]?.aborted];

    await clock.advanceAsync(5_000);
    if (fails) operation.reject(BOOM);
    else operation.resolve('late');

    expect(await call).toEqual(settled);
    expect(atDeadline).toEqual([1, 1, false]);
    expect(kindsOf(events)).toEqual(['timeout', 'failure']);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, failedCalls: 1, successfulCalls: 0, inFlight: 0, abandoned: 0 });
  });

  it('counts such a call as abandoned until its operation settles', async () => {
    const { breaker, clock } = observing({ timeoutMs: 1_000 });
    const call = hang(breaker);
    clock.advance(1_000);
    const during = breaker.getMetrics().abandoned;

    call.operation.resolve('late');
    await call.settled;

    expect([during, breaker.getMetrics().abandoned]).toEqual([1, 0]);
  });

  it('hands the caller’s abort to the operation, and the call settles when the operation does', async () => {
    const { breaker, events } = observing();
    const caller = new AbortController();
    const operation = deferred<string>();
    let signal: AbortSignal | undefined;
    let settled = false;
    const call = breaker
      .tryCall(
        (context) => {
          signal = context.signal;
          return operation.promise;
        },
        { signal: caller.signal },
      )
      .finally(() => {
        settled = true;
      });

    caller.abort('not needed');
    await Promise.resolve();
    const during = [signal?.aborted, signal?.reason, settled, breaker.getMetrics().ignoredCalls];
    operation.resolve('all the same');

    expect(await call).toEqual({ status: 'success', value: 'all the same' });
    expect(during).toEqual([true, 'not needed', false, 1]);
    expect(kindsOf(events)).toEqual(['ignored']);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, ignoredCalls: 1, successfulCalls: 0 });
  });

  it('hands on an abort that comes after its timeout', async () => {
    const { breaker, clock } = observing({ timeoutMs: 1_000 });
    const caller = new AbortController();
    let signal: AbortSignal | undefined;
    void breaker.call(
      (context) => {
        signal = context.signal;
        return never();
      },
      { signal: caller.signal },
    );
    clock.advance(1_000);
    const before = signal?.aborted;

    caller.abort('not needed');

    expect([before, signal?.aborted, breaker.getMetrics().failedCalls, breaker.getMetrics().ignoredCalls]).toEqual([false, true, 1, 0]);
  });

  it('rejects while forced open', async () => {
    const { breaker } = observing();
    breaker.forceOpen('deploy');

    expect(await errorOf(breaker.call(() => 'fine'))).toMatchObject({ reason: 'deploy' });
    expect([breaker.canExecute(), breaker.tryAcquire()]).toEqual([false, null]);
    expect(breaker.getMetrics()).toMatchObject({ rejectedCalls: 2, wouldHaveRejectedCalls: 0 });
  });

  it('says that every call is let through', () => {
    const { breaker } = observing({ maxConcurrent: 1 });
    hang(breaker);
    breaker.trip();

    expect(breaker.canExecute()).toBe(true);
    expect(breaker.explain()).toContain('It only observes: no call is touched.');
  });

  it('refuses an operation that is no function, and a signal that is already aborted', async () => {
    const { breaker } = observing();

    expect(await errorOf(breaker.call(5 as never))).toBeInstanceOf(TypeError);
    expect(await errorOf(breaker.call(() => 'fine', { signal: AbortSignal.abort('not needed') }))).toBe('not needed');
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('balances its totals', async () => {
    const { breaker, clock } = observing({ timeoutMs: 1_000, failureThreshold: 2 });
    await fail(breaker, 3);
    hang(breaker);
    hang(breaker);
    clock.advance(1_000);
    hang(breaker);

    const { totalCalls, rejectedCalls, successfulCalls, failedCalls, ignoredCalls, inFlight } = breaker.getMetrics();

    expect([totalCalls, failedCalls, inFlight]).toEqual([6, 5, 1]);
    expect(rejectedCalls + successfulCalls + failedCalls + ignoredCalls + inFlight).toBe(totalCalls);
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
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, failedCalls: 0, successfulCalls: 0, inFlight: 0 });
    expect([breaker.state, events]).toEqual(['closed', []]);
  });

  it('ignores overrides', async () => {
    const { breaker } = off();
    breaker.forceOpen('deploy');

    expect([await breaker.call(() => 'fine'), breaker.callSync(() => 'fine'), breaker.canExecute()]).toEqual(['fine', 'fine', true]);
  });

  it('cannot be tripped, and takes no records', () => {
    const { breaker, events } = off();

    breaker.trip();
    breaker.recordFailure(BOOM);
    breaker.recordSuccess(5);

    expect([breaker.state, breaker.canExecute(), breaker.retryAfterMs, events]).toEqual(['closed', true, 0, []]);
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('refuses a bad duration all the same', () => {
    expect(() => off().breaker.recordSuccess(-1)).toThrow(TypeError);
  });

  it('hands the caller’s signal to the operation', async () => {
    const { breaker } = off();
    const { signal } = new AbortController();

    expect(await breaker.call((context) => context.signal, { signal })).toBe(signal);
  });

  it('refuses a signal that is already aborted', async () => {
    expect(await errorOf(off().breaker.call(() => 'fine', { signal: AbortSignal.abort('not needed') }))).toBe('not needed');
  });

  it('rejects after dispose', async () => {
    const { breaker } = off();
    breaker.dispose();

    expect(await errorOf(breaker.call(() => 'fine'))).toMatchObject({ code: 'ERR_CIRCUIT_DISPOSED' });
    expect(breaker.canExecute()).toBe(false);
  });

  it('says so', () => {
    expect(off().breaker.explain()).toBe('Circuit "orders" is off: every call passes and nothing is counted.');
  });
});

describe('mode enforce', () => {
  it('is the default', () => {
    expect(silentBreakerWith().breaker.getStatus().config.mode).toBe('enforce');
  });
});
