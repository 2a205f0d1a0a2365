import { describe, expect, it } from 'vitest';
import { CircuitBreakerTimeoutError } from '../../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import type { Made } from '../../support/breaker.ts';
import { finish, never, throwing } from '../../support/calls.ts';
import { BOOM, errorOf, hang, succeed } from '../../support/outcomes.ts';

/** The timeouts so far, after each step of the clock. */
function timeoutsAfter({ breaker, clock }: Made, ...steps: readonly number[]): number[] {
  return steps.map((step) => (clock.advance(step), breaker.getMetrics().timeouts));
}

describe('a timeout', () => {
  it('ends a call when it is over, and not before', () => {
    const made = silentBreakerWith({ timeoutMs: 1_000 });
    hang(made.breaker);

    expect(timeoutsAfter(made, 999, 1)).toEqual([0, 1]);
    expect(made.breaker.getMetrics()).toMatchObject({ failedCalls: 1, inFlight: 0 });
  });

  it('rejects with an error that says so, and aborts the signal with it', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const signals: AbortSignal[] = [];
    const received = errorOf(breaker.call(({ signal }) => (signals.push(signal), never())));
    const before = signals[0]?.aborted;

    clock.advance(1_000);

    const error = await received;
    expect(error).toBeInstanceOf(CircuitBreakerTimeoutError);
    expect(error).toMatchObject({
      name: 'CircuitBreakerTimeoutError',
      code: 'ERR_CIRCUIT_TIMEOUT',
      breakerName: 'orders',
      timeoutMs: 1_000,
      message: 'Circuit breaker "orders": the call took longer than 1000 ms.',
    });
    expect([before, signals[0]?.aborted, signals[0]?.reason]).toEqual([false, true, error]);
  });

  it.each([
    ['value', undefined],
    ['error', BOOM],
  ])('counts when it is over, and the late %s changes nothing', async (_what, late) => {
    const { breaker, clock, internalErrors } = silentBreakerWith({ timeoutMs: 1_000, failureThreshold: 1 });
    const call = hang(breaker);
    clock.advance(1_000);
    const atDeadline = [breaker.state, breaker.getMetrics().averageResponseTimeMs];
    clock.advance(5_000);

    const settled = await finish(call, late);
    await clock.advanceAsync(0);

    expect(settled).toMatchObject({ status: 'failure', error: { code: 'ERR_CIRCUIT_TIMEOUT' } });
    expect([atDeadline, internalErrors]).toEqual([['open', 1_000], []]);
    const totals = { failedCalls: 1, successfulCalls: 0, totalCalls: 1, staleOutcomes: 0 };
    expect(breaker.getMetrics()).toMatchObject(totals);
  });

  it('is announced before the failure, and the failure before the move', async () => {
    const { breaker, clock, events } = breakerWith({ timeoutMs: 6_000, failureThreshold: 1 });
    const call = hang(breaker);
    clock.advance(6_000);

    const { error } = await call.settled;
    expect(kindsOf(events)).toEqual(['timeout', 'failure', 'slow', 'stateChange']);
    expect(events.slice(0, 3)).toEqual([
      { type: 'timeout', name: 'orders', error },
      { type: 'failure', name: 'orders', error, durationMs: 6_000 },
      { type: 'slow', name: 'orders', durationMs: 6_000 },
    ]);
  });

  it.each([
    [30_000, undefined, undefined],
    [500, 500, undefined],
    [200, 500, 200],
    [900, 500, 900],
    [500, 500, 500],
    [200, null, 200],
    [2 ** 40, 2 ** 40, undefined],
  ])('takes %s ms when timeoutMs is %s and that of the call %s', async (expected, timeoutMs, perCall) => {
    const made = silentBreakerWith({ timeoutMs });
    const received = errorOf(made.breaker.call(never, { timeoutMs: perCall }));

    expect(timeoutsAfter(made, expected - 1, 1)).toEqual([0, 1]);
    expect(await received).toMatchObject({ timeoutMs: expected });
  });

  it.each([
    [null, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [500, null],
    [500, Number.POSITIVE_INFINITY],
  ])('does not exist when timeoutMs is %s and that of the call %s', (timeoutMs, perCall) => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs });
    void breaker.call(never, { timeoutMs: perCall });
    clock.advance(1e12);

    expect([breaker.getMetrics().inFlight, clock.timers]).toEqual([1, 0]);
  });

  it.each([
    ['the breaker', { timeoutMs: 1_000 }, {}],
    ['the call', { timeoutMs: 5_000 }, { timeoutMs: 1_000 }],
  ])('of %s starts with the call when the operation blocks before it returns', (_whose, options, callOptions) => {
    const made = silentBreakerWith(options);
    void made.breaker.tryCall(() => (made.clock.freeze(600), never()), callOptions);

    expect(timeoutsAfter(made, 399, 1)).toEqual([0, 1]);
  });

  it('ends an outer call before the inner one, although its timer starts later', async () => {
    const made = silentBreakerWith({ timeoutMs: 1_000 });
    const { breaker, clock } = made;
    const order: string[] = [];
    const outer = breaker.tryCall(() => {
      clock.freeze(300);
      void breaker.tryCall(never).then(() => order.push('inner'));
      return never();
    });
    void outer.then(() => order.push('outer'));

    expect(timeoutsAfter(made, 699, 1)).toEqual([0, 1]);
    await clock.advanceAsync(300);
    expect(order).toEqual(['outer', 'inner']);
  });

  it('cannot end a call that has ended, nor the one that comes after it', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    clock.advance(500);
    for (let call = 0; call < 5; call += 1) {
      await breaker.call(() => Promise.resolve(), { timeoutMs: call % 2 === 0 ? undefined : 700 });
      clock.advance(300);
    }
    clock.advance(5_000);
    await succeed(breaker);

    expect(breaker.getMetrics()).toMatchObject({ timeouts: 0, successfulCalls: 6 });
  });

  it('cannot end another call when a clock fires a cancelled timer', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 5_000 });
    const fired: (() => void)[] = [];
    clock.after = (_ms, run) => (fired.push(run), { cancel() {}, ref() {}, unref() {} });
    await breaker.call(() => Promise.resolve(), { timeoutMs: 700 });
    const running = breaker.tryCall(never, { timeoutMs: 900 });

    fired[0]?.();
    const early = breaker.getMetrics().timeouts;
    clock.advance(900);
    fired.at(-1)?.();

    expect([early, breaker.getMetrics().timeouts]).toEqual([0, 1]);
    expect(await running).toMatchObject({ error: { timeoutMs: 900 } });
  });

  it('is never set when the operation throws or returns at once', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    await breaker.call(() => 'at once', { timeoutMs: 500 });
    await errorOf(breaker.call(throwing(BOOM)));

    expect(clock.timers).toBe(0);
  });

  it.each([['the breaker'], ['the call']])('of %s holds the process only while a caller waits', (whose) => {
    for (const [mode, holding] of [['enforce', 1], ['observe', 0]] as const) {
      const { breaker, clock } = silentBreakerWith({ mode, timeoutMs: 1_000 });
      void breaker.tryCall(never, whose === 'the call' ? { timeoutMs: 700 } : {});

      expect([clock.timers, clock.holdingTimers]).toEqual([1, holding]);
    }
  });
});
