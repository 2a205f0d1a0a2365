import { describe, expect, it } from 'vitest';
import { ApiCircuitBreaker, CircuitBreakerConfig, CircuitBreakerManager, CircuitBreakerOpenError } from '../../../src/compat/api-gateway/index.ts';
import { isCircuitBreakerOpenError, UnifiedCircuitBreaker } from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { BOOM, deferred, errorOf } from '../../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { inAll } from '../support/reference.ts';

const RULES = { opensWhen: inAll(3), waitMs: 60_000, closesAfter: 2 };
const make = (runtime: TestRuntime): ApiCircuitBreaker => new ApiCircuitBreaker('/orders', { failureThreshold: 3, successThreshold: 2 }, runtime);
const called = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  return {
    success: () => breaker.call(() => 'fine').catch(() => {}),
    failure: () => breaker.call(() => Promise.reject(BOOM)).catch(() => {}),
    state: () => breaker.state,
  };
};
const quietly = (run: () => unknown) => () => {
  try {
    run();
  } catch {
    // What the caller gets is tested elsewhere.
  }
};
const calledSync = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  const boom = (): never => {
    throw BOOM;
  };
  return { success: quietly(() => breaker.callSync(() => 'fine')), failure: quietly(() => breaker.callSync(boom)), state: () => breaker.state };
};
const fail = async (breaker: ApiCircuitBreaker, count: number): Promise<void> => {
  for (let call = 0; call < count; call += 1) await errorOf(breaker.call(() => Promise.reject(BOOM)));
};

describe('the ApiCircuitBreaker', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the third failure, whatever came between', sequence: ['failure', 'success', 'failure', 'success', 'success', 'failure'] },
    { title: 'forgets no failure however much time passes', sequence: ['failure', 'failure', 120_000, 60_000, 'failure'] },
    { title: 'closes after as many probes as it is told, and counts anew', sequence: ['failure', 'failure', 'failure', 60_000, 'success', 'success', 'failure', 'failure', 'success'] },
    { title: 'is not closed by one probe, for all its earlier successes', sequence: ['success', 'success', 'success', 'failure', 'failure', 'failure', 60_000, 'success'] },
    { title: 'opens again at a failed probe, for the same wait', sequence: ['failure', 'failure', 'failure', 60_000, 'success', 'failure', 59_999, 1] },
  ])('$title', async ({ sequence }) => {
    await expect(agreeOn(sequence, called, RULES)).resolves.toBeUndefined();
    await expect(agreeOn(sequence, calledSync, RULES)).resolves.toBeUndefined();
  });

  it('does what its rules say for any sequence of calls', () => expect(agreeAlways(called, RULES)).resolves.toBeUndefined());

  it('does what its rules say for any sequence of synchronous calls', () => expect(agreeAlways(calledSync, RULES)).resolves.toBeUndefined());

  it('counts the promise of an operation by what becomes of it', async () => {
    const breaker = make(testRuntime());
    await fail(breaker, 3);

    expect(breaker.state).toBe('open');
    expect(() => make(testRuntime()).callSync(() => Promise.resolve(1))).toThrow(TypeError);
  });

  it('rejects with the legacy message, in the error of the core', async () => {
    const breaker = make(testRuntime());
    breaker.forceOpen();
    const outer = new UnifiedCircuitBreaker({ name: 'outer', failureThreshold: 1 });

    const error = await errorOf(outer.call(() => breaker.call(() => 'never')));

    expect(error).toBeInstanceOf(CircuitBreakerOpenError);
    expect(isCircuitBreakerOpenError(error)).toBe(true);
    expect((error as Error).message).toBe('Circuit breaker /orders is open');
    expect(() => breaker.callSync(() => 'never')).toThrow('Circuit breaker /orders is open');
    expect(outer.state).toBe('closed');
  });

  it('is not closed by an operation that ends after the circuit has opened', async () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    const late = [deferred<string>(), deferred<string>()] as const;
    const calls = late.map(({ promise }) => breaker.call(() => promise));
    await fail(breaker, 3);
    runtime.clock.advance(60_000);
    for (const { resolve } of late) resolve('late');

    expect(await Promise.all(calls)).toEqual(['late', 'late']);
    expect([breaker.state, breaker.breaker.getMetrics().staleOutcomes]).toEqual(['half_open', 2]);
  });

  it('runs at most three probes at once', async () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    await fail(breaker, 3);
    runtime.clock.advance(60_000);
    const answer = deferred<string>();
    const probes = [1, 2, 3].map(() => breaker.call(() => answer.promise));

    expect(await errorOf(breaker.call(() => 'never'))).toMatchObject({ reason: 'half_open_full' });
    answer.resolve('fine');
    expect(await Promise.all(probes)).toEqual(['fine', 'fine', 'fine']);
  });

  it('has no timeout, whatever `timeout` says', async () => {
    const runtime = testRuntime();
    const breaker = new ApiCircuitBreaker('/slow', { timeout: 1 }, runtime);
    const answer = deferred<string>();
    const call = breaker.call(() => answer.promise);
    await runtime.clock.advanceAsync(600_000);
    answer.resolve('fine');

    expect(await call).toBe('fine');
  });

  it('lets everything pass and counts nothing when it is not enabled', async () => {
    const breaker = new ApiCircuitBreaker('/orders', { failureThreshold: 1, enabled: false }, testRuntime());
    await fail(breaker, 5);
    breaker.forceOpen();

    expect(await breaker.call((a: number) => a + 1, 1)).toBe(2);
    expect([breaker.state, breaker.stats.totalRequests]).toEqual(['closed', 0]);
  });

  it('has 5 failures, 60 s and 3 probes unless told otherwise', () => {
    const { config } = new ApiCircuitBreaker('/orders', undefined, testRuntime());

    expect({ ...config }).toEqual({ failureThreshold: 5, recoveryTimeout: 60, successThreshold: 3, timeout: 30, enabled: true });
    expect(() => Object.assign(config, { enabled: false })).toThrow(TypeError);
    expect(() => new CircuitBreakerConfig({ failureThreshold: 0 })).toThrow(/failureThreshold/);
  });

  it('shows its figures, with 0 for what has not been', async () => {
    const clock = new FakeClock({ wall: 1_000_000 });
    const breaker = new ApiCircuitBreaker('/orders', { failureThreshold: 2 }, { ...testRuntime(), clock });
    expect(breaker.getStats()).toEqual({ name: '/orders', state: 'closed', failureCount: 0, successCount: 0, totalRequests: 0, lastFailureTime: 0, lastSuccessTime: 0, lastStateChange: 1_000 });
    clock.advance(1_500);
    await breaker.call(() => 1);
    clock.advance(500);
    await fail(breaker, 3);

    expect(breaker.getStats()).toEqual({ name: '/orders', state: 'open', failureCount: 2, successCount: 1, totalRequests: 3, lastFailureTime: 1_002, lastSuccessTime: 1_001.5, lastStateChange: 1_002 });
    expect([breaker.failureCount, breaker.successCount]).toEqual([2, 1]);
    breaker.reset();
    expect(breaker.stats).toMatchObject({ failureCount: 0, successCount: 0, totalRequests: 0 });
  });
});

describe('the CircuitBreakerManager of endpoints', () => {
  it('makes one breaker an endpoint, by the first configuration', async () => {
    const runtime = testRuntime();
    const manager = new CircuitBreakerManager(runtime);
    const orders = manager.getCircuitBreaker('/orders', { failureThreshold: 1 });
    await fail(orders, 1);

    expect(manager.getCircuitBreaker('/orders', { failureThreshold: 9 })).toBe(orders);
    expect(await manager.getCircuitBreaker('/users').call(() => 'fine')).toBe('fine');
    expect(Object.entries(manager.getStats()).map(([name, { state, totalRequests }]) => [name, state, totalRequests])).toEqual([
      ['/orders', 'open', 1],
      ['/users', 'closed', 1],
    ]);
    expect(runtime.manager.size).toBe(0);
  });

  it('keeps at most 10 000 endpoints: the one unused for longest makes room', { timeout: 60_000 }, () => {
    const manager = new CircuitBreakerManager(testRuntime());
    const config = new CircuitBreakerConfig();
    const first = manager.getCircuitBreaker('0', config);
    for (let endpoint = 1; endpoint < 10_000; endpoint += 1) manager.getCircuitBreaker(String(endpoint), config);
    manager.getCircuitBreaker('0');
    manager.getCircuitBreaker('10000', config);
    const endpoints = Object.keys(manager.getStats());

    expect([endpoints.length, endpoints.includes('0'), endpoints.includes('1')]).toEqual([10_000, true, false]);
    expect(manager.getCircuitBreaker('0')).toBe(first);
  });

  it('holds the fallback answers, and gives none by itself', async () => {
    const manager = new CircuitBreakerManager(testRuntime());
    manager.fallbackService.setFallback('/orders', []);
    const breaker = manager.getCircuitBreaker('/orders', { failureThreshold: 1 });
    await fail(breaker, 1);

    expect(await errorOf(breaker.call(() => 1))).toBeInstanceOf(CircuitBreakerOpenError);
    expect(manager.fallbackService.getFallback('/orders')).toEqual([]);
  });
});
