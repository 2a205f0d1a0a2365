import { describe, expect, it } from 'vitest';
import {
  CircuitBreakerConfigError, CircuitBreakerTimeoutError, isBulkheadFullError, UnifiedCircuitBreaker,
} from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../../support/outcomes.ts';

const DAYS_30 = 30 * 86_400_000;

describe('where opossum miscounts or misses a limit', () => {
  it('op11: aborts only the call that timed out, and leaves later calls alone', async () => {
    const { breaker, clock } = breakerWith({ timeoutMs: 100 });
    const signals: AbortSignal[] = [];
    const start = () => errorOf(breaker.call(({ signal }) => { signals.push(signal); return new Promise(() => {}); }));
    const slow = start();
    clock.advance(50);
    void start();
    clock.advance(50);
    void start();

    const error = await slow;

    expect(error).toBeInstanceOf(CircuitBreakerTimeoutError);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false, false]);
    expect(new Set(signals).size).toBe(3);
  });

  it.each([
    ['Infinity', Number.POSITIVE_INFINITY],
    ['30 days', DAYS_30],
  ])('op12: does not time out after a millisecond with a timeout of %s', async (_title, timeoutMs) => {
    const { breaker, clock } = breakerWith({ timeoutMs });
    const call = hang(breaker);

    await clock.advanceAsync(DAYS_30 - 1);
    call.operation.resolve('late but fine');

    expect(await call.settled).toEqual({ status: 'success', value: 'late but fine' });
  });

  it.each([
    ['Infinity', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ['30 days', DAYS_30, 1],
  ])('op12: stays open with a recovery time of %s', async (_title, recoveryTimeoutMs, left) => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs });
    breaker.trip();

    clock.advance(DAYS_30 - 1);

    expect(breaker.canExecute()).toBe(false);
    expect(breaker.retryAfterMs).toBe(left);
  });

  it('op13: keeps the slot of an operation that still runs after its timeout', async () => {
    const { breaker, clock } = breakerWith({ maxConcurrent: 1, timeoutMs: 100, maxAbandonedMs: 1_000 });
    let running = 0;
    let most = 0;
    const hung = async () => { running += 1; most = Math.max(most, running); await new Promise(() => {}); };

    for (let call = 0; call < 10; call += 1) {
      const settled = breaker.tryCall(hung);
      await clock.advanceAsync(100);
      await settled;
    }

    expect(most).toBe(1);
    expect(breaker.getMetrics()).toMatchObject({ abandoned: 1, inFlight: 0, rejectedCalls: 9, timeouts: 1 });
  });

  it('op14: does not open because its bulkhead is full', async () => {
    const { breaker } = breakerWith({ maxConcurrent: 1, failureThreshold: 1, minRequestsThreshold: 1 });
    const running = hang(breaker);

    const errors = await Promise.all(Array.from({ length: 20 }, () => errorOf(breaker.call(() => 'not run'))));
    running.operation.resolve('fine');
    await running.settled;

    expect(errors.every(isBulkheadFullError)).toBe(true);
    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics())
      .toMatchObject({ rejectedCalls: 20, failedCalls: 0, windowCount: 1, consecutiveFailures: 0 });
  });

  it('op15: keeps no latency figures when they are switched off', async () => {
    const { breaker, clock } = breakerWith({ trackLatency: false, failureThreshold: null });
    const call = hang(breaker);
    clock.advance(400);
    call.operation.reject(BOOM);

    await call.settled;

    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, averageResponseTimeMs: 0, p50Ms: 0, p99Ms: 0 });
  });

  it('op16: moves its time window on after a freeze, before the next failure is judged', async () => {
    const { breaker, clock } = breakerWith({ failureThreshold: null, minRequestsThreshold: 20, slidingWindowMs: 100 });
    await fail(breaker, 19);

    clock.freeze(3_000);
    await fail(breaker);

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics().windowCount).toBe(1);
  });

  it('op21: counts calls that hang as failures of the window when they time out', async () => {
    const { breaker, clock } = breakerWith({ failureThreshold: null, minRequestsThreshold: 100, timeoutMs: 100 });
    const calls = Array.from({ length: 100 }, () => hang(breaker).settled);

    await clock.advanceAsync(100);
    await Promise.all(calls);

    expect(breaker.state).toBe('open');
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 100, timeouts: 100 });
  });

  it('op21: does not let calls that never reached the dependency dilute its error rate', async () => {
    const { breaker } = breakerWith({ failureThreshold: null, minRequestsThreshold: 100, ignoreErrors: ['Cached'] });
    await fail(breaker, 10_000, Object.assign(new Error('from the cache'), { name: 'Cached' }));

    await fail(breaker, 100);

    expect(breaker.state).toBe('open');
  });

  it.each([
    ['no name', {}],
    ['a negative timeout', { name: 'x', timeoutMs: -1 }],
    ['a rate in percent', { name: 'x', errorRateThreshold: 50 }],
    ['a threshold that is no number', { name: 'x', failureThreshold: Number.NaN }],
  ])('op24: refuses %s', (_title, options) => {
    expect(() => new UnifiedCircuitBreaker(options as never)).toThrow(CircuitBreakerConfigError);
  });

  it('op24: trips at an error rate of 1, and stays closed after a single failure with the defaults', async () => {
    const strict = breakerWith({ failureThreshold: null, errorRateThreshold: 1, minRequestsThreshold: 3 }).breaker;
    const usual = breakerWith().breaker;

    await fail(strict, 3);
    await fail(usual, 1);

    expect(strict.state).toBe('open');
    expect(usual.state).toBe('closed');
  });

  it('op28: takes a call that timed out into the latencies once', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 100 });
    await succeed(breaker);
    const call = hang(breaker);
    await clock.advanceAsync(100);
    await call.settled;

    call.operation.resolve('late');
    await clock.advanceAsync(1_000);

    // 0 and 100 ms: a second sample of the timed-out call would move the mean.
    expect(breaker.getMetrics())
      .toMatchObject({ averageResponseTimeMs: 50, timeouts: 1, failedCalls: 1, successfulCalls: 1 });
  });

  it('op29: keeps the configured window after a restore', async () => {
    const clock = new FakeClock();
    const options = { clock, failureThreshold: null, minRequestsThreshold: 2, slidingWindowMs: 60_000,
      slidingWindowBuckets: 60 };
    const saved = { ...breakerWith(options).breaker.snapshot(), slidingWindowBuckets: 1, slidingWindowMs: 10 };

    const { breaker } = breakerWith({ ...options, restore: saved });
    await fail(breaker);
    clock.advance(59_000);
    const inTheLastBucket = breaker.getMetrics().windowCount;
    clock.advance(1_000);

    expect(inTheLastBucket).toBe(1);
    expect(breaker.getMetrics().windowCount).toBe(0);
  });
});
