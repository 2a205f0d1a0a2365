import { describe, expect, it } from 'vitest';
import { CircuitBreakerOpenError, retry, RetryBudget } from '../../src/index.ts';
import type { RetryOptions, UnifiedCircuitBreaker } from '../../src/index.ts';
import { breakerWith } from '../support/breaker.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';

/** A retry around a breaker, as it is meant to be written. */
function through<T>(breaker: UnifiedCircuitBreaker, operation: () => T | PromiseLike<T>, options: RetryOptions): Promise<T> {
  return retry(({ signal }) => breaker.call(operation, { signal }), { jitter: false, ...options });
}

describe('a retry around a breaker', () => {
  it('makes each attempt one call', async () => {
    const { breaker, clock } = breakerWith();
    let runs = 0;

    const value = through(breaker, () => { runs += 1; if (runs < 3) throw BOOM; return 'fine'; }, { clock });
    await clock.advanceAsync(1_000);

    expect(await value).toBe('fine');
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 3, failedCalls: 2, successfulCalls: 1, inFlight: 0 });
  });

  it('waits out a rejection that fits the rest of the total, and is the probe', async () => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 4_000, successThreshold: 1 });
    breaker.trip();

    const value = through(breaker, () => 'fine', { clock, totalTimeoutMs: 5_000 });
    await clock.advanceAsync(4_099);
    const before = breaker.getMetrics();
    await clock.advanceAsync(1);

    expect(await value).toBe('fine');
    expect(before).toMatchObject({ totalCalls: 1, rejectedCalls: 1, successfulCalls: 0 });
    expect([breaker.getMetrics().successfulCalls, breaker.state, clock.now()]).toEqual([1, 'closed', 4_100]);
  });

  it('gives back a rejection at once that does not fit, unchanged', async () => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 6_000 });
    breaker.trip();

    const error = await errorOf(through(breaker, () => 'fine', { clock, totalTimeoutMs: 5_000 }));

    expect(error).toBeInstanceOf(CircuitBreakerOpenError);
    expect(error).toMatchObject({ retryAfterMs: 6_000 });
    expect([breaker.getMetrics().totalCalls, clock.now(), clock.holdingTimers]).toEqual([1, 0, 0]);
  });

  it('counts what earlier attempts have used up of the total', async () => {
    const { breaker, clock } = breakerWith({ failureThreshold: 1, recoveryTimeoutMs: 4_950 });

    const error = errorOf(through(breaker, () => Promise.reject(BOOM), { clock, totalTimeoutMs: 5_000 }));
    await clock.advanceAsync(100);

    expect(await error).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', retryAfterMs: 4_850, cause: BOOM });
    expect([breaker.getMetrics().totalCalls, clock.now()]).toEqual([2, 100]);
  });

  it('does not wait for a circuit that is forced open', async () => {
    const { breaker, clock } = breakerWith();
    breaker.forceOpen('deploy');

    const error = await errorOf(through(breaker, () => 'fine', { clock }));

    expect(error).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', reason: 'deploy' });
    expect(breaker.getMetrics().totalCalls).toBe(1);
  });

  it('does not wait for a breaker that is disposed', async () => {
    const { breaker, clock } = breakerWith();
    breaker.dispose();
    let attempts = 0;

    const error = await errorOf(retry(() => { attempts += 1; return breaker.call(() => 'fine'); }, { clock }));

    expect([(error as { code: string }).code, attempts]).toEqual(['ERR_CIRCUIT_DISPOSED', 1]);
  });

  it('waits for what is behind fallbacks that failed', async () => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 1_000, fallback: () => Promise.reject(new Error('no cache')) });
    breaker.trip();

    const value = through(breaker, () => 'fine', { clock });
    await clock.advanceAsync(1_100);

    expect(await value).toBe('fine');
  });

  it('makes a total that passes during an attempt a failure and a timeout of the breaker', async () => {
    const { breaker, clock } = breakerWith();

    const error = errorOf(through(breaker, () => new Promise(() => {}), { clock, totalTimeoutMs: 500 }));
    await clock.advanceAsync(500);

    expect(await error).toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT', breakerName: 'retry', timeoutMs: 500 });
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, failedCalls: 1, timeouts: 1, inFlight: 0 });
  });

  it('makes an abort by the caller nobody\'s failure', async () => {
    const { breaker, clock } = breakerWith();
    const controller = new AbortController();

    const error = errorOf(through(breaker, () => new Promise(() => {}), { clock, signal: controller.signal }));
    controller.abort(BOOM);

    expect(await error).toBe(BOOM);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, ignoredCalls: 1, failedCalls: 0 });
  });

  it('retries a call that timed out', async () => {
    const { breaker, clock } = breakerWith({ timeoutMs: 200 });
    let runs = 0;

    const value = through(breaker, () => ((runs += 1) === 1 ? new Promise<string>(() => {}) : 'fine'), { clock });
    await clock.advanceAsync(300);

    expect([await value, breaker.getMetrics().timeouts]).toEqual(['fine', 1]);
  });
});

describe('one budget for two breakers', () => {
  it('bounds the retries of both together', async () => {
    const budget = new RetryBudget({ ratio: 0.1, reserve: 5 });
    const orders = breakerWith({ failureThreshold: null });
    const { clock } = orders;
    const stock = breakerWith({ name: 'stock', failureThreshold: null, clock });
    const down = (): Promise<never> => Promise.reject(BOOM);

    const calls = Array.from({ length: 10 }, (_, at) => errorOf(through((at % 2 === 0 ? orders : stock).breaker, down, { clock, budget, attempts: 10 })));
    await clock.advanceAsync(30_000);

    expect(new Set(await Promise.all(calls))).toEqual(new Set([BOOM]));
    expect(orders.breaker.getMetrics().totalCalls + stock.breaker.getMetrics().totalCalls).toBe(10 + 5);
    expect(budget.tokens).toBe(0);
  });
});
