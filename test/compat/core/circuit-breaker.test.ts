import { afterEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreaker, CircuitBreakerOpenError, CircuitConfig } from '../../../src/compat/core/index.ts';
import { isCircuitBreakerOpenError, UnifiedCircuitBreaker } from '../../../src/index.ts';
import { BOOM, errorOf } from '../../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { inARow } from '../support/reference.ts';

afterEach(() => vi.restoreAllMocks());

const RULES = { opensWhen: inARow(3), waitMs: 30_000, closesAfter: 1 };
const make = (runtime: TestRuntime): CircuitBreaker => new CircuitBreaker({ name: 'orders', failureThreshold: 3 }, runtime);
const recorded = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  return { success: () => breaker.recordSuccess(), failure: () => breaker.recordFailure('timeout'), state: () => breaker.state };
};
const called = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  return {
    success: () => breaker.call(() => 'fine').catch(() => {}),
    failure: () => breaker.call(() => Promise.reject(BOOM)).catch(() => {}),
    state: () => breaker.state,
  };
};

describe('the core CircuitBreaker', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the third failure in a row', sequence: ['failure', 'failure', 'failure'] },
    { title: 'begins to count anew at each success', sequence: ['failure', 'failure', 'success', 'failure', 'failure'] },
    { title: 'stays closed at any error rate', sequence: ['failure', 'failure', 'success', 'failure', 'failure', 'success', 'failure', 'failure', 'success'] },
    { title: 'closes at the first success after the wait', sequence: ['failure', 'failure', 'failure', 30_000, 'success'] },
    { title: 'opens again at a failed probe, for the same wait', sequence: ['failure', 'failure', 'failure', 30_000, 'failure', 29_999, 1, 'success'] },
    { title: 'ignores what is recorded before the wait is over', sequence: ['failure', 'failure', 'failure', 10_000, 'success', 'failure', 20_000] },
  ])('$title', async ({ sequence }) => {
    await expect(agreeOn(sequence, recorded, RULES)).resolves.toBeUndefined();
    await expect(agreeOn(sequence, called, RULES)).resolves.toBeUndefined();
  });

  it('does what its rules say for any sequence of recorded outcomes', () => expect(agreeAlways(recorded, RULES)).resolves.toBeUndefined());

  it('does what its rules say for any sequence of calls', () => expect(agreeAlways(called, RULES)).resolves.toBeUndefined());

  it('passes arguments, awaits what is synchronous, and passes errors unchanged', async () => {
    const breaker = make(testRuntime());

    expect(await breaker.call((a: number, b: number) => a + b, 1, 2)).toBe(3);
    expect(await errorOf(breaker.call(() => Promise.reject(BOOM)))).toBe(BOOM);
    expect(breaker.callSync((a: string) => a.toUpperCase(), 'a')).toBe('A');
  });

  it('rejects with the legacy message and a name of the circuit, in an error that outer breakers know', async () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    breaker.forceOpen();

    const error = (await errorOf(breaker.call(() => 'never'))) as CircuitBreakerOpenError;

    expect(error).toBeInstanceOf(CircuitBreakerOpenError);
    expect(isCircuitBreakerOpenError(error)).toBe(true);
    expect({ message: error.message, name: error.name, circuit: error.circuitName, statusCode: error.statusCode, retryAfterMs: error.retryAfterMs }).toEqual({
      message: "Circuit breaker 'orders' is OPEN",
      name: 'CircuitBreakerOpenError',
      circuit: 'orders',
      statusCode: 503,
      retryAfterMs: 30_000,
    });
    expect(() => breaker.callSync(() => 'never')).toThrow("Circuit breaker 'orders' is OPEN");
  });

  it('leaves the rejection of another breaker inside as it is', async () => {
    const inner = new UnifiedCircuitBreaker({ name: 'inner' });
    inner.forceOpen();

    expect(await errorOf(make(testRuntime()).call(() => inner.call(() => 1)))).toMatchObject({ message: 'Circuit "inner" is forced open: forced open' });
  });

  it('opens by force and recovers by itself', () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    breaker.forceOpen();
    const states = [breaker.state];
    runtime.clock.advance(30_000);
    states.push(breaker.state);
    breaker.recordSuccess();

    expect([...states, breaker.state]).toEqual(['open', 'half_open', 'closed']);
  });

  it('shares its circuit with others of its name, and warns of another configuration', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const runtime = testRuntime();
    const one = make(runtime);
    const other = new CircuitBreaker({ name: 'orders', failureThreshold: 7 }, runtime);
    one.forceOpen();

    expect(other.isOpen).toBe(true);
    expect(warned.mock.calls.map(([, options]) => (options as unknown as { readonly code: string }).code)).toContain('UCB_CONFIG_CONFLICT');
  });

  it('does not contradict the same numbers given under the new name', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const runtime = testRuntime();
    runtime.manager.createCircuitBreaker('orders', {
      failureThreshold: 3, errorRateThreshold: null, successThreshold: 1, recoveryTimeoutMs: 30_000, timeoutMs: 10_000, exponentialBackoff: false, jitter: false,
    });
    make(runtime);

    expect(warned.mock.calls.map(([, options]) => (options as unknown as { readonly code: string }).code)).not.toContain('UCB_CONFIG_CONFLICT');
  });

  it('shows the status of both earlier versions, without rejected calls among the total', async () => {
    const breaker = make(testRuntime());
    await breaker.call(() => 1);
    for (let failure = 0; failure < 3; failure += 1) await errorOf(breaker.call(() => Promise.reject(BOOM)));
    await errorOf(breaker.call(() => 1));

    expect(breaker.getStatus()).toMatchObject({
      name: 'orders',
      state: 'open',
      isHealthy: false,
      failureCount: 3,
      successRate: 0.25,
      config: { failureThreshold: 3, recoveryTimeout: 30, timeoutSeconds: 10 },
      metrics: { totalCalls: 4, successfulCalls: 1, failedCalls: 3, rejectedCalls: 1, timeouts: 0, slowRequests: 0, failureTypes: { Error: 3 } },
      health: 'unhealthy',
    });
  });

  it('counts a recorded failure under the name that it was given', () => {
    const breaker = make(testRuntime());
    breaker.recordFailure('connection_lost');
    breaker.recordFailure();
    breaker.recordFailure(new TypeError('no'));

    expect(breaker.getMetrics().failureTypes).toEqual({ connection_lost: 1, generic_error: 1, TypeError: 1 });
  });

  it('asks its health checker while open, and a healthy answer ends the wait', async () => {
    const runtime = testRuntime();
    const checkHealth = vi.fn<() => Promise<{ status: string }>>(async () => ({ status: 'HEALTHY' }));
    const breaker = new CircuitBreaker(new CircuitConfig({ name: 'slow', recoveryTimeout: 600 }), { ...runtime, healthChecker: { checkHealth } });
    breaker.forceOpen();
    runtime.clock.advance(30_000);
    await new Promise(setImmediate);

    expect(checkHealth).toHaveBeenCalledTimes(1);
    expect(breaker.canExecute()).toBe(true);
  });

  it('leaves the list at cleanup and keeps working', async () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    breaker.cleanup();
    breaker.cleanup();

    expect(runtime.manager.size).toBe(0);
    expect(await breaker.call(() => 1)).toBe(1);
  });
});
