import { afterEach, describe, expect, it } from 'vitest';
import { withStack } from '../../../src/breaker/circuit/admission.ts';
import { BulkheadFullError, CircuitBreakerOpenError } from '../../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { finish, readyToProbe, throwing } from '../../support/calls.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../../support/outcomes.ts';

describe('admission', () => {
  it.each<[string, Options]>([
    ['by default', {}],
    ['with a limit and a fallback', { maxConcurrent: 5, fallback: 'cached' }],
  ])('runs the operation before call() returns %s', (_when, options) => {
    let runs = 0;
    void silentBreakerWith(options).breaker.call(() => (runs += 1));

    expect(runs).toBe(1);
  });

  it('costs no timer', () => {
    const { breaker, clock } = readyToProbe(breakerWith({ timeoutMs: null, maxConcurrent: 1 }));
    hang(breaker);
    hang(breaker);

    expect(clock.timers).toBe(0);
  });
});

describe('an open circuit', () => {
  it('rejects without running the operation, and says which breaker, why, and for how long', async () => {
    const { breaker, clock, events } = breakerWith({ failureThreshold: 1, recoveryTimeoutMs: 5_000 });
    await fail(breaker);
    clock.advance(2_000);
    let runs = 0;

    const error = await errorOf(breaker.call(() => (runs += 1)));

    expect(error).toBeInstanceOf(CircuitBreakerOpenError);
    expect(error).toMatchObject({
      name: 'CircuitBreakerOpenError',
      code: 'ERR_CIRCUIT_OPEN',
      breakerName: 'orders',
      message: 'Circuit breaker "orders" is open. Retry in 3000 ms.',
      state: 'open',
      reason: 'consecutive_failures',
      retryAfterMs: 3_000,
      lastFailure: { name: 'Error', code: undefined, status: undefined, at: 0 },
      statusCode: 503,
      headers: { 'retry-after': '3' },
    });
    expect(events.at(-1)).toEqual({ type: 'rejected', name: 'orders', error });
    expect([runs, breaker.getMetrics().rejectedCalls, breaker.getMetrics().inFlight]).toEqual([0, 1, 0]);
  });

  it('has no cause to show when no call has failed, and no header when the wait has no end', async () => {
    const { breaker } = silentBreakerWith({ recoveryTimeoutMs: Number.POSITIVE_INFINITY });
    breaker.trip();
    const error = await errorOf(breaker.call(() => 'fine'));

    const message = 'Circuit breaker "orders" is open.';
    expect(error).toMatchObject({ retryAfterMs: Number.POSITIVE_INFINITY, headers: {}, message });
    expect(Object.hasOwn(error as Error, 'cause')).toBe(false);
  });

  it.each([
    [4_999, 'open', 1],
    [5_000, 'half_open', 0],
    [5_001, 'half_open', 0],
  ])('admits a probe after its wait: %s of 5,000 ms later it is %s', async (elapsed, state, retryAfterMs) => {
    const { breaker, clock } = silentBreakerWith({ recoveryTimeoutMs: 5_000 });
    breaker.trip();
    clock.advance(elapsed);

    const ready = [breaker.canExecute(), breaker.retryAfterMs];
    await breaker.tryCall(() => 'fine');

    expect(ready).toEqual([state === 'half_open', retryAfterMs]);
    expect(breaker.state).toBe(state);
  });

  it.each([
    [0, 1_001],
    [0.5, 1_000],
    [0.6, 1_000],
    [1_000.4, 1],
    [1_000.5, 0],
    [1_500, 0],
  ])('rounds its wait up: after %s of 1,000.5 ms it is %s', (elapsed, retryAfterMs) => {
    const { breaker, clock } = silentBreakerWith({ recoveryTimeoutMs: 1_000.5 });
    breaker.trip();
    clock.advance(elapsed);

    expect(breaker.retryAfterMs).toBe(retryAfterMs);
  });

  it('stays open for readers after its wait, until a call is admitted', async () => {
    const { breaker, events } = readyToProbe(breakerWith());
    const read = [breaker.state, breaker.canExecute(), breaker.retryAfterMs, breaker.getStatus().state];
    const seen = [kindsOf(events), breaker.getMetrics().totalCalls];
    await succeed(breaker);

    expect([read, seen]).toEqual([['open', true, 0, 'open'], [['stateChange'], 0]]);
    expect(breaker.state).toBe('half_open');
  });

  it('has its first probe in place when listeners learn of half_open', async () => {
    const { breaker, clock } = silentBreakerWith({ halfOpenMaxCalls: 1, recoveryTimeoutMs: 5_000 });
    const seen: unknown[] = [];
    breaker.on('stateChange', ({ from, to, reason, retryAfterMs }) => {
      seen.push([from, to, reason, retryAfterMs, breaker.state, breaker.canExecute()]);
    });
    breaker.trip();
    clock.advance(5_000);

    await succeed(breaker);

    expect(seen).toEqual([
      ['closed', 'open', 'tripped', 5_000, 'open', false],
      ['open', 'half_open', 'wait_elapsed', 0, 'half_open', false],
    ]);
  });

  it('moves no state and takes no probe when the bulkhead rejects', async () => {
    const { breaker, clock, events } = breakerWith({ timeoutMs: null, maxConcurrent: 1, halfOpenMaxCalls: 1 });
    const running = hang(breaker);
    breaker.trip();
    clock.advance(60_000);

    const error = await errorOf(breaker.call(() => 'fine'));
    const after = [breaker.state, kindsOf(events)];
    await finish(running);
    await succeed(breaker);

    expect(error).toBeInstanceOf(BulkheadFullError);
    expect([after, breaker.state]).toEqual([['open', ['stateChange', 'rejected']], 'half_open']);
  });
});

describe('the stack of a rejection', () => {
  const limitAtFirst = Error.stackTraceLimit;

  afterEach(() => {
    Object.defineProperty(Error, 'stackTraceLimit', {
      value: limitAtFirst,
      writable: true,
      configurable: true,
      enumerable: true,
    });
  });

  it.each([[undefined], [true]])('is captured only if asked for: %s', async (captureStack) => {
    const { breaker } = silentBreakerWith({ captureStack, maxConcurrent: 1 });
    hang(breaker);
    const full = await errorOf(breaker.call(() => 'fine'));
    breaker.trip();
    const open = await errorOf(breaker.call(() => 'fine'));

    const captured = [full, open].map((error) => (error as Error).stack?.includes('\n    at '));
    expect(captured).toEqual(captureStack ? [true, true] : [false, false]);
  });

  it('leaves the limit of others as it was, even when building throws', () => {
    Error.stackTraceLimit = 7;
    withStack(false, () => new Error('rejected'));
    const afterwards = Error.stackTraceLimit;

    expect(() => withStack(false, throwing(BOOM))).toThrow(BOOM);
    expect([afterwards, Error.stackTraceLimit]).toEqual([7, 7]);
  });

  it('does not matter when the limit cannot be changed', () => {
    Object.defineProperty(Error, 'stackTraceLimit', { value: 5, writable: false });

    expect(withStack(false, () => new Error('rejected')).message).toBe('rejected');
  });
});
