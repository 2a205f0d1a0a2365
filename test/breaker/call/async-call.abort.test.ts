import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { CircuitBreakerTimeoutError } from '../../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, deferred, errorOf, succeed } from '../../support/outcomes.ts';

const never = () => new Promise<never>(() => {});
const listenersOn = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;
const timeoutReason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');

describe('an abort by the caller', () => {
  it('rejects the call at once with the reason, and is ignored', async () => {
    const { breaker, events } = breakerWith();
    const caller = new AbortController();
    const reason = new Error('not needed');
    const received = errorOf(breaker.call(never, { signal: caller.signal }));

    caller.abort(reason);

    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0, timeouts: 0, inFlight: 0 });
    expect(await received).toBe(reason);
    expect(events).toEqual([{ type: 'ignored', name: 'orders', error: reason }]);
  });

  it('rejects with an AbortError when no reason is given', async () => {
    const { breaker } = silentBreakerWith();
    const caller = new AbortController();
    const received = errorOf(breaker.call(never, { signal: caller.signal }));

    caller.abort();

    expect(await received).toMatchObject({ name: 'AbortError' });
  });

  it('aborts the signal of the operation with the same reason', () => {
    const { breaker } = silentBreakerWith();
    const caller = new AbortController();
    let signal: AbortSignal | undefined;
    void breaker
      .call(
        (context) => {
          signal = context.signal;
          return never();
        },
        { signal: caller.signal },
      )
      .catch(() => {});

    caller.abort('not needed');

    expect([signal?.aborted, signal?.reason]).toEqual([true, 'not needed']);
  });

  it.each([
    ['AbortSignal.timeout', timeoutReason],
    ['anything named TimeoutError', { name: 'TimeoutError' }],
    ['an outer breaker', new CircuitBreakerTimeoutError('outer', 500)],
    ['an outer breaker of another copy of the package', { code: 'ERR_CIRCUIT_TIMEOUT' }],
  ])('for a deadline, as %s gives, is a failure and a timeout', async (_who, reason) => {
    const { breaker, events } = breakerWith({ failureThreshold: 1 });
    const caller = new AbortController();
    const settled = breaker.tryCall(never, { signal: caller.signal });

    caller.abort(reason);

    expect(await settled).toEqual({ status: 'failure', error: reason });
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, timeouts: 1, ignoredCalls: 0 });
    expect(kindsOf(events)).toEqual(['timeout', 'failure', 'stateChange']);
  });

  it('for a deadline is no filter’s business', async () => {
    const { breaker } = silentBreakerWith({ ignoreErrors: 'TimeoutError' });
    const caller = new AbortController();
    const settled = breaker.tryCall(never, { signal: caller.signal });

    caller.abort(timeoutReason);

    expect((await settled).status).toBe('failure');
  });

  it('before the call refuses it with the reason, counts nothing and runs nothing', async () => {
    const { breaker, events } = breakerWith({ fallback: 'cached' });
    let ran = false;
    const run = () => {
      ran = true;
    };
    const signal = AbortSignal.abort('not needed');

    const received = [await errorOf(breaker.call(run, { signal })), await breaker.tryCall(run, { signal })];

    expect(received).toEqual(['not needed', { status: 'ignored', error: 'not needed' }]);
    expect([ran, breaker.getMetrics().totalCalls, events]).toEqual([false, 0, []]);
  });

  it('before the call, for a deadline, is a refusal and no failure', async () => {
    const { breaker } = silentBreakerWith();

    expect(await breaker.tryCall(never, { signal: AbortSignal.abort(timeoutReason) })).toEqual({ status: 'ignored', error: timeoutReason });
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, timeouts: 0 });
  });

  it('while the operation starts is heard', async () => {
    const { breaker } = silentBreakerWith();
    const caller = new AbortController();

    const settled = await breaker.tryCall(
      () => {
        caller.abort('meanwhile');
        return never();
      },
      { signal: caller.signal },
    );

    expect(settled).toEqual({ status: 'ignored', error: 'meanwhile' });
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, inFlight: 0 });
  });

  it('after the call has ended changes nothing', async () => {
    const { breaker } = silentBreakerWith();
    const caller = new AbortController();
    let signal: AbortSignal | undefined;
    await breaker.call(
      async (context) => {
        signal = context.signal;
      },
      { signal: caller.signal },
    );

    caller.abort('too late');

    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, ignoredCalls: 0 });
    expect(signal?.aborted).toBe(false);
  });

  it('after the timeout changes nothing', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const caller = new AbortController();
    const settled = breaker.tryCall(never, { signal: caller.signal });
    clock.advance(1_000);

    caller.abort('too late');

    expect(await settled).toMatchObject({ status: 'failure' });
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, ignoredCalls: 0 });
  });

  it('ends the timeout too', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const caller = new AbortController();
    void breaker.call(never, { signal: caller.signal, timeoutMs: 500 }).catch(() => {});
    void breaker.call(never, { signal: caller.signal }).catch(() => {});

    caller.abort('not needed');
    const holding = clock.holdingTimers;
    clock.advance(5_000);

    expect(holding).toBe(0);
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 2, timeouts: 0 });
  });

  it('drops what the operation gives later', async () => {
    const { breaker } = silentBreakerWith();
    const caller = new AbortController();
    const operation = deferred<string>();
    const settled = breaker.tryCall(() => operation.promise, { signal: caller.signal });
    caller.abort('not needed');
    await settled;

    operation.reject(BOOM);
    await errorOf(operation.promise);

    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0, totalCalls: 1 });
  });
});

describe('a signal shared by many calls', () => {
  it('has no listener left after 10 000 calls', async () => {
    const { breaker } = silentBreakerWith({ ignoreErrors: RangeError });
    const { signal } = new AbortController();
    for (let call = 0; call < 2_500; call += 1) {
      await breaker.call(() => Promise.resolve('fine'), { signal });
      await breaker.call(() => 'at once', { signal });
      await breaker.tryCall(() => Promise.reject(new RangeError('no')), { signal });
      await breaker.call(async (context) => context.signal.aborted, { signal });
    }

    expect(listenersOn(signal)).toBe(0);
    expect(breaker.getMetrics().totalCalls).toBe(10_000);
  });

  it('is listened to while calls are in flight, and no longer after they time out', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const { signal } = new AbortController();
    const calls = Array.from({ length: 5 }, () => breaker.tryCall(never, { signal }));
    const during = listenersOn(signal);

    clock.advance(1_000);
    await Promise.all(calls);

    expect([during > 0, listenersOn(signal)]).toEqual([true, 0]);
  });

  it('has none left after it has aborted them', async () => {
    const { breaker } = silentBreakerWith();
    const caller = new AbortController();
    const calls = Array.from({ length: 5 }, () => breaker.tryCall(never, { signal: caller.signal }));

    caller.abort();
    await Promise.all(calls);

    expect(listenersOn(caller.signal)).toBe(0);
  });

  it('has none for rejected calls', async () => {
    const { breaker } = silentBreakerWith();
    breaker.trip();
    const { signal } = new AbortController();

    for (let call = 0; call < 10; call += 1) await breaker.tryCall(never, { signal });

    expect(listenersOn(signal)).toBe(0);
  });

  it('has none left after streams', async () => {
    const { breaker } = silentBreakerWith();
    const { signal } = new AbortController();
    async function* items() {
      yield 1;
      yield 2;
    }

    for (let call = 0; call < 10; call += 1) {
      for await (const item of breaker.stream(items, { signal })) if (call % 2 === item % 2) break;
    }

    expect(listenersOn(signal)).toBe(0);
    await succeed(breaker);
  });
});
