import { describe, expect, it } from 'vitest';
import { AsyncCircuitBreaker, ServiceError } from '../../src/compat/names/async-retry.ts';
import { CircuitBreakerOpenError } from '../../src/index.ts';
import { failTimes } from '../support/legacy.ts';
import { deferred, errorOf } from '../support/outcomes.ts';
import { testRuntime } from './support/agreement.ts';

function made() {
  const { clock, ...runtime } = testRuntime();
  const options = { failureThreshold: 3, expectedException: [TypeError] };
  return { clock, breaker: new AsyncCircuitBreaker(options, { ...runtime, clock }) };
}
const expected = new TypeError('no');

describe('AsyncCircuitBreaker', () => {
  it('shows itself in upper case, and the last failure until a success', async () => {
    const { breaker, clock } = made();
    await failTimes(breaker, 3, expected);
    const shown = { state: 'OPEN', failureCount: 3, failureThreshold: 3, timeout: 60, lastFailureTime: 0 };
    expect(breaker.circuitInfo).toEqual(shown);
    clock.advance(60_000);
    expect(breaker.state).toBe('OPEN');
    await failTimes(breaker, 1, new Error('not expected'));
    expect(breaker.circuitInfo).toEqual({ ...shown, state: 'HALF_OPEN' });
    await breaker.call(() => 'fine');
    expect(breaker.circuitInfo).toEqual({ ...shown, state: 'CLOSED', failureCount: 0, lastFailureTime: null });
  });

  it('rejects with a ServiceError that has the count of failures', async () => {
    const { breaker, clock } = made();
    await failTimes(breaker, 3, expected);
    const first = await errorOf(breaker.call(() => 'never'));
    clock.advance(60_000);
    await failTimes(breaker, 1, expected);

    expect([first instanceof ServiceError, first instanceof CircuitBreakerOpenError]).toEqual([true, true]);
    expect(first).toMatchObject({
      name: 'ServiceError', message: 'Circuit breaker is OPEN (failed 3 times)', code: 'ERR_CIRCUIT_OPEN',
      retryAfterMs: 60_000,
    });
    await expect(breaker.call(() => 'never')).rejects.toThrow('Circuit breaker is OPEN (failed 4 times)');
  });

  it('runs calls side by side, without a timeout', async () => {
    const { breaker, clock } = made();
    const slow = deferred<string>();
    const first = breaker.call(() => slow.promise);
    const second = await breaker.call(() => 'second');
    clock.advance(86_400_000);
    slow.resolve('first');

    expect([second, await first]).toEqual(['second', 'first']);
  });
});
