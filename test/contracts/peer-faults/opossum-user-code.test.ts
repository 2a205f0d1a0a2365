import { describe, expect, it } from 'vitest';
import {
  CircuitBreakerTimeoutError, isCircuitBreakerError, isCircuitBreakerOpenError, UnifiedCircuitBreaker,
} from '../../../src/index.ts';
import type { OperationResult } from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, errorOf, fail } from '../../support/outcomes.ts';

describe('where user code breaks opossum', () => {
  it('op01: accepts frozen options, and shares nothing between breakers that are made from them', async () => {
    const options = Object.freeze({ name: 'orders', clock: new FakeClock(), failureThreshold: 2,
      ignoreErrors: Object.freeze(['E_MINE']) });
    const before = { ...options };

    const [one, other] = [new UnifiedCircuitBreaker(options), new UnifiedCircuitBreaker(options)];
    await fail(one, 2);
    const answer = await other.call(() => 'other');

    expect(options).toEqual(before);
    expect(one.state).toBe('open');
    expect(other.state).toBe('closed');
    expect(answer).toBe('other');
    expect(other.getMetrics().totalCalls).toBe(1);
  });

  it.each([[undefined], [null], [0], [''], [false]])(
    'op02: takes a synchronous operation that returns %s as a success',
    async (value) => {
      const { breaker } = breakerWith({ failureThreshold: 1 });

      const answer = await breaker.call(() => value);

      expect(answer).toBe(value);
      expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 0, inFlight: 0 });
      expect(breaker.state).toBe('closed');
    },
  );

  it.each([
    [
      'ignoreErrors',
      {
        ignoreErrors: () => {
          throw new Error('filter');
        },
      },
    ],
    [
      'countErrors',
      {
        countErrors: () => {
          throw new Error('filter');
        },
      },
    ],
    [
      'classify',
      {
        classify: ({ status }: OperationResult) => {
          if (status === 'failure') throw new Error('filter');
          return 'success' as const;
        },
      },
    ],
  ])('op03: settles the call with its own error, and counts it, when %s throws', async (_option, options) => {
    const { breaker, internalErrors } = breakerWith(options);

    const error = await errorOf(breaker.call(() => Promise.reject(BOOM)));

    expect(error).toBe(BOOM);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, inFlight: 0 });
    expect(internalErrors).toEqual([{ source: 'classifier', error: new Error('filter') }]);
  });

  it('op04: resolves a good call once and keeps the circuit closed when success listeners throw', async () => {
    const { breaker, internalErrors } = silentBreakerWith({ failureThreshold: 1 });
    breaker.on('success', () => { throw new Error('listener'); });

    const answer = await breaker.call(() => Promise.resolve('fine'));

    expect(answer).toBe('fine');
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, successfulCalls: 1, failedCalls: 0 });
    expect(breaker.state).toBe('closed');
    expect(internalErrors).toEqual([{ source: 'listener', error: new Error('listener') }]);
  });

  it('op04: rejects a failing call with its own error when listeners throw', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    for (const event of ['failure', 'rejected', 'fallback'] as const) breaker.on(event,
      () => { throw new Error('listener'); });

    const failed = await errorOf(breaker.call(() => Promise.reject(BOOM)));
    const rejected = await errorOf(breaker.call(() => 'not run'));
    const served = await breaker.call(() => 'not run', { fallback: 'spare' });

    expect(failed).toBe(BOOM);
    expect(isCircuitBreakerOpenError(rejected)).toBe(true);
    expect(served).toBe('spare');
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 3, failedCalls: 1, rejectedCalls: 2, inFlight: 0 });
  });

  it('op05: rejects a call that times out, and its neighbours, when timeout listeners throw', async () => {
    const { breaker, clock, internalErrors } = silentBreakerWith({ timeoutMs: 100 });
    breaker.on('timeout', () => { throw new Error('listener'); });
    const calls = [1, 2].map(() => errorOf(breaker.call(() => new Promise(() => {}))));

    clock.advance(100);

    for (const error of await Promise.all(calls)) expect(error).toBeInstanceOf(CircuitBreakerTimeoutError);
    expect(internalErrors.map(({ source }) => source)).toEqual(['listener', 'listener']);
    expect(breaker.getMetrics()).toMatchObject({ timeouts: 2, failedCalls: 2, inFlight: 0 });
  });

  it('op10: takes a health check that throws synchronously as no answer, and goes on checking', async () => {
    let checks = 0;
    const { breaker, clock, events } = breakerWith({
      recoveryTimeoutMs: 10_000,
      healthCheck: { intervalMs: 1_000, check: () => { checks += 1; throw BOOM; } },
    });
    breaker.trip();

    await clock.advanceAsync(3_000);

    expect(checks).toBe(3);
    expect(events.filter(({ type }) => type === 'healthCheck')).toEqual(
      [1, 2, 3].map(() => ({ type: 'healthCheck', name: 'orders', status: 'failed', error: BOOM })),
    );
    expect(breaker.retryAfterMs).toBe(7_000);
  });

  it.each([[null], [undefined], [7], ['text'], [Symbol('s')]])(
    'op19: says of %s that it is no error of ours, without throwing',
    (value) => {
      expect(isCircuitBreakerError(value)).toBe(false);
      expect(isCircuitBreakerOpenError(value)).toBe(false);
    },
  );

  it('op19: passes cyclic and bigint arguments by closure, and never throws synchronously', async () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const enforcing = breakerWith().breaker;
    const off = breakerWith({ mode: 'off' }).breaker;

    const [one, other, thrown] = [
      enforcing.call(() => [cyclic, 1n]),
      off.call(() => [cyclic, 1n]),
      errorOf(off.call(() => { throw BOOM; })),
    ];

    expect(await one).toEqual([cyclic, 1n]);
    expect(await other).toEqual([cyclic, 1n]);
    expect(await thrown).toBe(BOOM);
  });

  it('op22: runs operations without a this, and reports an ignored error as ignored and not as a success', async () => {
    const { breaker, events } = breakerWith({ ignoreErrors: ['NotFound'] });
    const notFound = Object.assign(new Error('none'), { name: 'NotFound' });
    const receivers: unknown[] = [];

    await breaker.call(function receiver(this: unknown) { receivers.push(this); });
    await errorOf(breaker.call(() => Promise.reject(notFound)));

    expect(receivers).toEqual([undefined]);
    expect(events.map(({ type }) => type)).toEqual(['success', 'ignored']);
  });

  it('op22: does not take an ignored error of a probe as a recovery', async () => {
    const { breaker, clock } =
      breakerWith({ ignoreErrors: ['NotFound'], recoveryTimeoutMs: 1_000, successThreshold: 1 });
    breaker.trip();
    clock.advance(1_000);

    await errorOf(breaker.call(() => Promise.reject(Object.assign(new Error('none'), { name: 'NotFound' }))));

    expect(breaker.state).toBe('half_open');
    expect(breaker.canExecute()).toBe(true);
  });

  it('op22: refuses to run a call through a method that lost its breaker', () => {
    const detached = breakerWith().breaker.call as (operation: () => string) => Promise<string>;
    let runs = 0;

    const attempt = () => detached(() => `run ${(runs += 1)}`);

    expect(attempt).toThrow(TypeError);
    expect(runs).toBe(0);
  });

  it('op26: settles every call when listeners of state changes throw', async () => {
    const { breaker, clock, internalErrors } =
      silentBreakerWith({ failureThreshold: 1, successThreshold: 1, recoveryTimeoutMs: 1_000 });
    breaker.on('stateChange', ({ to }) => { throw new Error(to); });

    const failed = await errorOf(breaker.call(() => Promise.reject(BOOM)));
    clock.advance(1_000);
    const probed = await breaker.call(() => Promise.resolve('back'));

    expect(failed).toBe(BOOM);
    expect(probed).toBe('back');
    expect(breaker.state).toBe('closed');
    expect(internalErrors.map(({ error }) => (error as Error).message)).toEqual(['open', 'half_open', 'closed']);
  });
});
