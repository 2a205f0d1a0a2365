import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { CircuitBreakerTimeoutError } from '../../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import type { Made } from '../../support/breaker.ts';
import { never } from '../../support/calls.ts';
import { BOOM, deferred, errorOf } from '../../support/outcomes.ts';

const listenersOn = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;
const timeoutReason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');

/** A call in flight whose caller can abort it, and whose operation shows its signal. */
function abortable({ breaker }: Pick<Made, 'breaker'>) {
  const caller = new AbortController();
  const operation = deferred<string>();
  const signals: AbortSignal[] = [];
  const run = (context: { readonly signal: AbortSignal }) => (signals.push(context.signal), operation.promise);
  const settled = breaker.tryCall(run, { signal: caller.signal });
  return { caller, operation, settled, signal: signals[0] as AbortSignal };
}

describe('an abort by the caller', () => {
  it('rejects the call at once with the reason, which the operation gets, and is ignored', async () => {
    const made = breakerWith();
    const { caller, settled, signal } = abortable(made);
    const reason = new Error('not needed');

    caller.abort(reason);

    const totals = { ignoredCalls: 1, failedCalls: 0, timeouts: 0, inFlight: 0 };
    expect(made.breaker.getMetrics()).toMatchObject(totals);
    expect(await settled).toEqual({ status: 'ignored', error: reason });
    expect([signal.aborted, signal.reason]).toEqual([true, reason]);
    expect(made.events).toEqual([{ type: 'ignored', name: 'orders', error: reason }]);
  });

  it('rejects with an AbortError when no reason is given', async () => {
    const { breaker } = silentBreakerWith();
    const caller = new AbortController();
    const received = errorOf(breaker.call(never, { signal: caller.signal }));

    caller.abort();

    expect(await received).toMatchObject({ name: 'AbortError' });
  });

  it.each([
    ['AbortSignal.timeout()', timeoutReason],
    ['anything named TimeoutError', { name: 'TimeoutError' }],
    ['an outer breaker', new CircuitBreakerTimeoutError('outer', 500)],
    ['an outer breaker of another copy', { code: 'ERR_CIRCUIT_TIMEOUT' }],
  ])('is a failure and a timeout when the reason is the deadline of %s', async (_who, reason) => {
    const made = breakerWith({ failureThreshold: 1 });
    const { caller, settled } = abortable(made);
    made.clock.advance(100);
    caller.abort(reason);

    expect(await settled).toEqual({ status: 'failure', error: reason });
    expect(made.breaker.getMetrics()).toMatchObject({ failedCalls: 1, timeouts: 1, ignoredCalls: 0 });
    expect(kindsOf(made.events)).toEqual(['timeout', 'failure', 'stateChange']);
  });

  it('before the call is no failure, even when the reason is a deadline', async () => {
    const { breaker } = silentBreakerWith();
    const signal = AbortSignal.abort(timeoutReason);

    expect(await breaker.tryCall(never, { signal })).toEqual({ status: 'ignored', error: timeoutReason });
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, timeouts: 0 });
  });

  it.each([
    ['deadline', timeoutReason, 'failure', { failedCalls: 1, timeouts: 1 }],
    ['mere wish', 'not needed', 'ignored', { ignoredCalls: 1, timeouts: 0 }],
  ])('by an operation that then throws counts by its reason when it is a %s', async (_what, reason, status, totals) => {
    for (const mode of ['enforce', 'observe'] as const) {
      const { breaker, clock } = silentBreakerWith({ mode });
      const caller = new AbortController();
      const operation = () => {
        clock.freeze(100);
        caller.abort(reason);
        throw BOOM;
      };

      const settled = await breaker.tryCall(operation, { signal: caller.signal });

      expect(settled).toEqual({ status, error: mode === 'observe' ? BOOM : reason });
      const averageResponseTimeMs = status === 'failure' ? 100 : 0;
      expect(breaker.getMetrics()).toMatchObject({ ...totals, inFlight: 0, averageResponseTimeMs });
    }
  });
});

describe('a signal shared by many calls', () => {
  it('has at most one listener left after 10,000 calls, which passes a late abort on', async () => {
    const { breaker } = silentBreakerWith({ ignoreErrors: RangeError });
    const { signal } = new AbortController();
    for (let call = 0; call < 2_500; call += 1) {
      await breaker.call(() => Promise.resolve('fine'), { signal });
      await breaker.call(() => 'at once', { signal });
      await breaker.tryCall(() => Promise.reject(new RangeError('no')), { signal });
      await breaker.call(async (context) => context.signal.aborted, { signal });
    }

    expect([listenersOn(signal), breaker.getMetrics().totalCalls]).toEqual([1, 10_000]);
  });

  it.each([
    ['they time out', ({ clock }: Made) => clock.advance(1_000)],
    ['it has aborted them', (_made: Made, caller: AbortController) => caller.abort()],
  ])('has a listener while calls are in flight, and none after %s', async (_when, end) => {
    const made = silentBreakerWith({ timeoutMs: 1_000 });
    const caller = new AbortController();
    const calls = Array.from({ length: 5 }, () => made.breaker.tryCall(never, { signal: caller.signal }));
    const during = listenersOn(caller.signal);

    end(made, caller);
    await Promise.all(calls);

    expect([during, listenersOn(caller.signal)]).toEqual([1, 0]);
  });

  it('has no listener left after streams', async () => {
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
  });
});
