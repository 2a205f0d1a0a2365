import { afterEach, describe, expect, it } from 'vitest';
import { CircuitBreaker, circuitBreaker, circuitBreakerContext, CircuitOpenException, CircuitTimeoutException, getCircuitBreakerManager } from '../../src/compat/services/index.ts';
import { getUnifiedCircuitBreakerManager } from '../../src/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { BOOM, deferred, errorOf } from '../support/outcomes.ts';

afterEach(() => getUnifiedCircuitBreakerManager().dispose());

/** LEGACY 5, rows 32, 33, 110, 111, 112 and 160, through the services names. */
describe('the services breaker of the earlier code base', () => {
  it('32: of the errors that are not expected, none counts, and each is rethrown', async () => {
    const breaker = new CircuitBreaker('service', { failureThreshold: 2, expectedExceptionTypes: ['RangeError', 'TypeError'] }, testRuntime());
    const offence = new Error('not expected');
    for (let call = 0; call < 5; call += 1) expect(await errorOf(breaker.call(() => Promise.reject(offence)))).toBe(offence);
    const before = [breaker.state, breaker.metrics.currentConsecutiveFailures];
    await errorOf(breaker.call(() => Promise.reject(new RangeError('expected'))));

    expect(before).toEqual(['closed', 0]);
    expect(breaker.metrics.currentConsecutiveFailures).toBe(1);
  });

  it('33: timeouts alone open the circuit at the threshold', async () => {
    const runtime = testRuntime();
    const breaker = new CircuitBreaker('service', { failureThreshold: 2, timeout: 1 }, runtime);
    const states = [];
    for (let call = 0; call < 2; call += 1) {
      const settled = errorOf(breaker.call(() => deferred().promise));
      await Promise.resolve();
      runtime.clock.advance(1_000);
      expect(await settled).toBeInstanceOf(CircuitTimeoutException);
      states.push(breaker.state);
    }

    expect(states).toEqual(['closed', 'open']);
  });

  it('110: a decorated async function gives the same result, and the named breaker counts one call', async () => {
    const decorated = circuitBreaker('decorated')(async () => 'async result');

    expect(await decorated()).toBe('async result');
    expect(getCircuitBreakerManager().getCircuitBreaker('decorated')?.metrics.totalRequests).toBe(1);
  });

  it('111: a decorated sync function gives an awaited result', async () => {
    expect(await circuitBreaker('decorated')(() => 'sync result')()).toBe('sync result');
  });

  it('112: the context form gives the breaker, which persists afterwards', async () => {
    const inside = await circuitBreakerContext('context', undefined, (breaker) => breaker);

    expect(inside.name).toBe('context');
    expect(getCircuitBreakerManager().getCircuitBreaker('context')).toBe(inside);
    expect(inside.metrics.successfulRequests).toBe(1);
  });

  it('160: an open breaker rejects with CircuitOpenException and the open message', async () => {
    const breaker = new CircuitBreaker('service', { failureThreshold: 1 }, testRuntime());
    await errorOf(breaker.call(() => Promise.reject(BOOM)));
    const error = await errorOf(breaker.call(() => 'never'));

    expect(error).toBeInstanceOf(CircuitOpenException);
    expect(error).toMatchObject({ message: "Circuit breaker 'service' is OPEN" });
  });
});
