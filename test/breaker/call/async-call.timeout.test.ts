import { describe, expect, it } from 'vitest';
import { CircuitBreakerTimeoutError } from '../../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, deferred, errorOf, hang, succeed } from '../../support/outcomes.ts';

const never = () => new Promise<never>(() => {});

describe('a timeout', () => {
  it.each([
    [999, 0],
    [1_000, 1],
  ])('ends a call when it is over: after %s of 1 000 ms failures are %s', async (elapsed, failedCalls) => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    hang(breaker);

    clock.advance(elapsed);

    expect(breaker.getMetrics()).toMatchObject({ failedCalls, timeouts: failedCalls, inFlight: 1 - failedCalls });
  });

  it('rejects with an error that says so', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const received = errorOf(breaker.call(never));

    clock.advance(1_000);

    const error = await received;
    expect(error).toBeInstanceOf(CircuitBreakerTimeoutError);
    expect(error).toMatchObject({
      name: 'CircuitBreakerTimeoutError',
      code: 'ERR_CIRCUIT_TIMEOUT',
      breakerName: 'orders',
      timeoutMs: 1_000,
      message: 'Call through circuit "orders" took longer than 1000 ms',
    });
  });

  it('aborts the signal of the operation with that error', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const signals: AbortSignal[] = [];
    const received = errorOf(
      breaker.call(({ signal }) => {
        signals.push(signal);
        return never();
      }),
    );
    const before = signals[0]?.aborted;

    clock.advance(1_000);

    expect([before, signals[0]?.aborted]).toEqual([false, true]);
    expect(signals[0]?.reason).toBe(await received);
  });

  it('counts when the deadline passes, and not when the operation returns', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000, failureThreshold: 1 });
    const call = hang(breaker);
    clock.advance(1_000);
    const atDeadline = [breaker.state, breaker.getMetrics().averageResponseTimeMs];

    clock.advance(5_000);
    call.operation.resolve('late');
    await call.operation.promise;

    expect(atDeadline).toEqual(['open', 1_000]);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, successfulCalls: 0, totalCalls: 1, staleOutcomes: 0 });
  });

  it('leaves a late error of the operation to nobody', async () => {
    const { breaker, clock, internalErrors } = silentBreakerWith({ timeoutMs: 1_000 });
    const call = hang(breaker);
    clock.advance(1_000);

    call.operation.reject(BOOM);
    await clock.advanceAsync(0);

    expect(await call.settled).toMatchObject({ status: 'failure', error: { code: 'ERR_CIRCUIT_TIMEOUT' } });
    expect([breaker.getMetrics().failedCalls, internalErrors]).toEqual([1, []]);
  });

  it('is announced before the failure, and the failure before the move', async () => {
    const { breaker, clock, events } = breakerWith({ timeoutMs: 6_000, failureThreshold: 1 });
    const call = hang(breaker);

    clock.advance(6_000);

    const { error } = (await call.settled) as { error: unknown };
    expect(kindsOf(events)).toEqual(['timeout', 'failure', 'slow', 'stateChange']);
    expect(events.slice(0, 3)).toEqual([
      { type: 'timeout', name: 'orders', error },
      { type: 'failure', name: 'orders', error, durationMs: 6_000 },
      { type: 'slow', name: 'orders', durationMs: 6_000 },
    ]);
  });

  it.each([
    ['nothing', undefined, undefined, 30_000],
    ['nothing, the breaker 500', 500, undefined, 500],
    ['200, the breaker 500', 500, 200, 200],
    ['900, the breaker 500', 500, 900, 900],
    ['500, the breaker 500', 500, 500, 500],
    ['200, the breaker none', null, 200, 200],
    ['undefined, the breaker 500', 500, undefined, 500],
  ])('of a call that says %s is of %4$s ms', async (_what, timeoutMs, perCall, expected) => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs });
    const received = errorOf(breaker.call(never, { timeoutMs: perCall }));
    clock.advance(expected - 1);
    const before = breaker.getMetrics().timeouts;

    clock.advance(1);

    expect([before, breaker.getMetrics().timeouts]).toEqual([0, 1]);
    expect(await received).toMatchObject({ timeoutMs: expected });
  });

  it.each([
    [null, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [500, null],
    [500, Number.POSITIVE_INFINITY],
  ])('of %s, per call %s, is none', (timeoutMs, perCall) => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs });
    void breaker.call(never, { timeoutMs: perCall });

    clock.advance(1e12);

    expect(breaker.getMetrics().inFlight).toBe(1);
    expect(clock.timers).toBe(0);
  });

  it('may be longer than setTimeout can wait', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 2 ** 40 });
    hang(breaker);

    clock.advance(2 ** 40 - 1);
    const before = breaker.getMetrics().timeouts;
    clock.advance(1);

    expect([before, breaker.getMetrics().timeouts]).toEqual([0, 1]);
  });

  it.each([
    ['the breaker', { timeoutMs: 1_000 }, {}],
    ['the call', { timeoutMs: 5_000 }, { timeoutMs: 1_000 }],
  ])('of %s runs from the start of a call that blocks before it returns its promise', (_whose, options, callOptions) => {
    const { breaker, clock } = silentBreakerWith(options);
    void breaker
      .call(() => {
        clock.freeze(600);
        return never();
      }, callOptions)
      .catch(() => {});

    clock.advance(399);
    const before = breaker.getMetrics().timeouts;
    clock.advance(1);

    expect([before, breaker.getMetrics().timeouts]).toEqual([0, 1]);
  });

  it('ends each of several calls at its own moment', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const timeouts: number[] = [];
    for (let call = 0; call < 3; call += 1) {
      hang(breaker);
      clock.advance(100);
    }

    for (const step of [699, 1, 99, 1, 99, 1]) {
      clock.advance(step);
      timeouts.push(breaker.getMetrics().timeouts);
    }

    expect(timeouts).toEqual([0, 1, 1, 2, 2, 3]);
  });

  it('ends an outer call that was started before the inner one, although it was told later', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    const order: string[] = [];
    const outer = breaker.tryCall(() => {
      clock.freeze(300);
      void breaker.tryCall(never).then(() => order.push('inner'));
      return never();
    });
    void outer.then(() => order.push('outer'));

    await clock.advanceAsync(699);
    const before = breaker.getMetrics().timeouts;
    await clock.advanceAsync(1);
    const atOuter = breaker.getMetrics().timeouts;
    await clock.advanceAsync(300);

    expect([before, atOuter, breaker.getMetrics().timeouts]).toEqual([0, 1, 2]);
    expect(order).toEqual(['outer', 'inner']);
  });

  it('of one call leaves the others running', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    hang(breaker);
    clock.advance(500);
    const second = hang(breaker);
    clock.advance(500);

    second.operation.resolve('in time');

    expect(await second.settled).toEqual({ status: 'success', value: 'in time' });
    expect(breaker.getMetrics()).toMatchObject({ timeouts: 1, successfulCalls: 1, failedCalls: 1 });
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

  it('of a call whose operation throws or returns at once is never set', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });

    await breaker.call(() => 'at once', { timeoutMs: 500 });
    await breaker
      .call(() => {
        throw BOOM;
      })
      .catch(() => {});

    expect(clock.timers).toBe(0);
  });

  it('passes through thenables and primitives alike', async () => {
    const { breaker } = silentBreakerWith({ timeoutMs: 1_000 });
    const operation = deferred<number>();

    const thenable = breaker.call(() => ({ then: (onValue: (value: number) => unknown, onError: (error: unknown) => unknown) => operation.promise.then(onValue, onError) }) as PromiseLike<number>);
    operation.resolve(7);

    expect([await thenable, await breaker.call(() => 8), await breaker.call(async () => 9)]).toEqual([7, 8, 9]);
  });
});
