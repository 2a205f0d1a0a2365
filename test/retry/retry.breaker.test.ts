import { describe, expect, it } from 'vitest';
import { CircuitBreakerOpenError, retry, RetryBudget } from '../../src/index.ts';
import type { RetryOptions, UnifiedCircuitBreaker } from '../../src/index.ts';
import { breakerWith } from '../support/breaker.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';
import { failing } from '../support/retry.ts';

/** A retry around a breaker, in the recommended form. */
function through<T>(
  breaker: UnifiedCircuitBreaker,
  operation: () => T | PromiseLike<T>,
  options: RetryOptions,
): Promise<T> {
  return retry(({ signal }) => breaker.call(operation, { signal }), { jitter: false, ...options });
}

const hang = () => new Promise<string>(() => {});

describe('a retry around a breaker', () => {
  it('makes each attempt one call', async () => {
    const { breaker, clock } = breakerWith();

    const value = through(breaker, failing(clock, 2).operation, { clock });
    await clock.advanceAsync(1_000);

    expect(await value).toBe('fine after 3');
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 3, failedCalls: 2, successfulCalls: 1, inFlight: 0 });
  });

  it('waits for retryAfterMs when it fits the total timeout, and becomes the probe', async () => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 4_000, successThreshold: 1 });
    breaker.trip();

    const value = through(breaker, () => 'fine', { clock, totalTimeoutMs: 5_000 });
    await clock.advanceAsync(4_099);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, rejectedCalls: 1, successfulCalls: 0 });
    await clock.advanceAsync(1);

    expect(await value).toBe('fine');
    expect([breaker.getMetrics().successfulCalls, breaker.state, clock.now()]).toEqual([1, 'closed', 4_100]);
  });

  it('throws a rejection immediately when its wait does not fit', async () => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 6_000 });
    breaker.trip();

    const error = await errorOf(through(breaker, () => 'fine', { clock, totalTimeoutMs: 5_000 }));

    expect(error).toBeInstanceOf(CircuitBreakerOpenError);
    expect(error).toMatchObject({ retryAfterMs: 6_000 });
    expect([breaker.getMetrics().totalCalls, clock.now(), clock.holdingTimers]).toEqual([1, 0, 0]);
  });

  it('subtracts the time of earlier attempts from the total timeout', async () => {
    const { breaker, clock } = breakerWith({ failureThreshold: 1, recoveryTimeoutMs: 4_950 });

    const error = errorOf(through(breaker, () => Promise.reject(BOOM), { clock, totalTimeoutMs: 5_000 }));
    await clock.advanceAsync(100);

    const lastFailure = { name: 'Error' };
    expect(await error).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', retryAfterMs: 4_850, lastFailure });
    expect([breaker.getMetrics().totalCalls, clock.now()]).toEqual([2, 100]);
  });

  it.each<[title: string, code: string, act: (breaker: UnifiedCircuitBreaker) => void]>([
    ['a circuit that is forced open', 'ERR_CIRCUIT_OPEN', (breaker) => breaker.forceOpen('deploy')],
    ['a breaker that is disposed', 'ERR_CIRCUIT_DISPOSED', (breaker) => breaker.dispose()],
  ])('does not wait for %s', async (_title, code, act) => {
    const { breaker, clock } = breakerWith();
    act(breaker);
    let attempts = 0;
    const call = () => ((attempts += 1), breaker.call(() => 'fine'));

    expect(await errorOf(retry(call, { clock }))).toMatchObject({ code });
    expect(attempts).toBe(1);
  });

  it('waits for the rejection behind failed fallbacks', async () => {
    const fallback = () => Promise.reject(new Error('no cache'));
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 1_000, fallback });
    breaker.trip();

    const value = through(breaker, () => 'fine', { clock });
    await clock.advanceAsync(1_100);

    expect(await value).toBe('fine');
  });

  it('counts as a failure and timeout of the breaker at the total timeout', async () => {
    const { breaker, clock } = breakerWith();

    const error = errorOf(through(breaker, hang, { clock, totalTimeoutMs: 500 }));
    await clock.advanceAsync(500);

    expect(await error).toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT', breakerName: 'retry', timeoutMs: 500 });
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, failedCalls: 1, timeouts: 1, inFlight: 0 });
  });

  it('counts no failure when the caller aborts', async () => {
    const { breaker, clock } = breakerWith();
    const controller = new AbortController();

    const error = errorOf(through(breaker, hang, { clock, signal: controller.signal }));
    controller.abort(BOOM);

    expect(await error).toBe(BOOM);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, ignoredCalls: 1, failedCalls: 0 });
  });

  it('retries a call that timed out', async () => {
    const { breaker, clock } = breakerWith({ timeoutMs: 200 });
    let runs = 0;

    const value = through(breaker, () => ((runs += 1) === 1 ? hang() : 'fine'), { clock });
    await clock.advanceAsync(300);

    expect([await value, breaker.getMetrics().timeouts]).toEqual(['fine', 1]);
  });

  it('shares its budget with the retries around another breaker', async () => {
    const budget = new RetryBudget({ ratio: 0.1, reserve: 5 });
    const { breaker: orders, clock } = breakerWith({ failureThreshold: null });
    const { breaker: stock } = breakerWith({ name: 'stock', failureThreshold: null, clock });
    const { ranAt, operation } = failing(clock);

    const calls = Array.from({ length: 10 }, (_, at) =>
      errorOf(through(at % 2 === 0 ? orders : stock, operation, { clock, budget, attempts: 10 })),
    );
    await clock.advanceAsync(30_000);

    expect(await Promise.all(calls)).toEqual(Array(10).fill(BOOM));
    expect([ranAt.length, budget.tokens]).toEqual([10 + 5, 0]);
  });
});
