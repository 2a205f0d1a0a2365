import { afterEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreaker, CircuitBreakerConfig, CircuitBreakerException, CircuitOpenException, CircuitTimeoutException } from '../../../src/compat/services/index.ts';
import { CircuitBreakerError, isCircuitBreakerOpenError, isCircuitBreakerTimeoutError, UnifiedCircuitBreaker } from '../../../src/index.ts';
import { BOOM, deferred, errorOf } from '../../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { either, inARow, rate } from '../support/reference.ts';

afterEach(() => vi.restoreAllMocks());

const half = (failed: number, all: number): boolean => failed / all >= 0.5;
const RULES = { opensWhen: either(inARow(3), rate(half, 10, 3)), waitMs: 60_000, longestMs: 300_000, closesAfter: 3 };
const make = (runtime: TestRuntime): CircuitBreaker => new CircuitBreaker('orders', { failureThreshold: 3 }, runtime);
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
const open: readonly Step[] = ['failure', 'failure', 'failure'];

describe('the services CircuitBreaker', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the third failure in a row', sequence: open },
    { title: 'opens at half of the window once it holds as many outcomes as the threshold', sequence: ['failure', 'success', 'failure'] },
    { title: 'stays closed below half of the window', sequence: ['success', 'success', 'failure', 'success', 'failure'] },
    { title: 'closes after three successes', sequence: [...open, 60_000, 'success', 'success', 'success'] },
    { title: 'opens again at a failed probe, for twice as long', sequence: [...open, 60_000, 'success', 'failure', 60_000, 60_000] },
    { title: 'starts with an empty window after a recovery', sequence: [...open, 60_000, 'success', 'success', 'success', 'failure', 'success', 'success'] },
  ])('$title', async ({ sequence }) => {
    await expect(agreeOn(sequence, recorded, RULES)).resolves.toBeUndefined();
    await expect(agreeOn(sequence, called, RULES)).resolves.toBeUndefined();
  });

  it('does what its rules say for any sequence of recorded outcomes', () => expect(agreeAlways(recorded, RULES)).resolves.toBeUndefined());

  it('does what its rules say for any sequence of calls', () => expect(agreeAlways(called, RULES)).resolves.toBeUndefined());

  it('takes a configuration or plain options, in seconds, with the legacy defaults', () => {
    const runtime = testRuntime();
    const config = new CircuitBreakerConfig();
    const breaker = new CircuitBreaker('orders', config, runtime);

    expect(breaker.config).toBe(config);
    expect({ ...config }).toEqual({
      failureThreshold: 5,
      recoveryTimeout: 60,
      successThreshold: 3,
      timeout: 30,
      expectedExceptionTypes: undefined,
      slidingWindowSize: 10,
      errorRateThreshold: 0.5,
      minRequestsThreshold: 3,
    });
    expect(breaker.breaker.getStatus().config).toMatchObject({ failureThreshold: 5, recoveryTimeoutMs: 60_000, timeoutMs: 30_000, minRequestsThreshold: 5, exponentialBackoff: true });
  });

  it('opens at the threshold and not before, whatever the rate', () => {
    const breaker = new CircuitBreaker('orders', {}, testRuntime());
    for (let failure = 0; failure < 4; failure += 1) breaker.recordFailure();
    const before = breaker.state;
    breaker.recordFailure();

    expect([before, breaker.state]).toEqual(['closed', 'open']);
  });

  it('passes arguments, and errors unchanged', async () => {
    const breaker = make(testRuntime());

    expect(await breaker.call((a: number, b: number) => a + b, 1, 2)).toBe(3);
    expect(await errorOf(breaker.call(() => Promise.reject(BOOM)))).toBe(BOOM);
  });

  it('rejects in an error that keeps what a rejection knows', async () => {
    const breaker = make(testRuntime());
    for (let failure = 0; failure < 3; failure += 1) breaker.recordFailure(BOOM);

    const error = (await errorOf(breaker.call(() => 'never'))) as CircuitOpenException;

    expect([error instanceof CircuitOpenException, error instanceof CircuitBreakerException, error instanceof CircuitBreakerError, isCircuitBreakerOpenError(error)]).toEqual([true, true, true, true]);
    expect(error).toMatchObject({
      name: 'CircuitOpenException',
      message: "Circuit breaker 'orders' is OPEN",
      breakerName: 'orders',
      code: 'ERR_CIRCUIT_OPEN',
      state: 'open',
      reason: 'consecutive_failures',
      retryAfterMs: 60_000,
      statusCode: 503,
      headers: { 'retry-after': '60' },
      cause: BOOM,
    });
  });

  it('leaves the rejection of another breaker inside as it is', async () => {
    const inner = new UnifiedCircuitBreaker({ name: 'inner' });
    inner.forceOpen();
    const error = await errorOf(make(testRuntime()).call(() => inner.call(() => 1)));

    expect(error).not.toBeInstanceOf(CircuitOpenException);
    expect(isCircuitBreakerOpenError(error)).toBe(true);
  });

  it('rejects a call that takes too long in an error of its own, which counts as a failure', async () => {
    const runtime = testRuntime();
    const breaker = new CircuitBreaker('orders', { timeout: 2, expectedExceptionTypes: ['TypeError'] }, runtime);
    const call = errorOf(breaker.call(() => deferred().promise));
    await Promise.resolve();
    runtime.clock.advance(2_000);
    const error = (await call) as CircuitTimeoutException;

    expect(error).toBeInstanceOf(CircuitTimeoutException);
    expect([error instanceof CircuitBreakerException, isCircuitBreakerTimeoutError(error)]).toEqual([true, true]);
    expect(error).toMatchObject({ name: 'CircuitTimeoutException', code: 'ERR_CIRCUIT_TIMEOUT', timeoutMs: 2_000, breakerName: 'orders' });
    expect(breaker.metrics).toMatchObject({ timeouts: 1, failedRequests: 1, currentConsecutiveFailures: 1 });
  });

  it('leaves the timeout of another breaker inside as it is', async () => {
    const runtime = testRuntime();
    const inner = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 1_000, clock: runtime.clock });
    const call = errorOf(make(runtime).call(() => inner.call(() => deferred().promise)));
    await Promise.resolve();
    runtime.clock.advance(1_000);

    expect(await call).not.toBeInstanceOf(CircuitTimeoutException);
  });

  it('neither opens nor heals by errors that are not expected, and counts them among the failed requests', async () => {
    const breaker = new CircuitBreaker('orders', { failureThreshold: 2, expectedExceptionTypes: ['TypeError'] }, testRuntime());
    const offence = new RangeError('no');
    await errorOf(breaker.call(() => Promise.reject(new TypeError('no'))));

    expect(await errorOf(breaker.call(() => Promise.reject(offence)))).toBe(offence);
    expect(breaker.metrics).toMatchObject({ totalRequests: 2, failedRequests: 2, currentConsecutiveFailures: 1, errorRate: 1 });
    await errorOf(breaker.call(() => Promise.reject(new TypeError('no'))));
    expect(breaker.state).toBe('open');
  });

  it('takes an empty list of names for all errors', async () => {
    const breaker = new CircuitBreaker('orders', { failureThreshold: 1, expectedExceptionTypes: [] }, testRuntime());
    await errorOf(breaker.call(() => Promise.reject(BOOM)));

    expect(breaker.state).toBe('open');
  });

  it('shows the figures of the model, without rejected calls', async () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    const slow = deferred<string>();
    const call = breaker.call(() => slow.promise);
    runtime.clock.advance(2_000);
    slow.resolve('fine');
    await call;
    for (let failure = 0; failure < 2; failure += 1) await errorOf(breaker.call(() => Promise.reject(BOOM)));
    await errorOf(breaker.call(() => 1));
    const now = new Date(runtime.clock.wall());

    expect(breaker.getStatus()).toMatchObject({ name: 'orders', state: 'open', isHealthy: false, config: { failureThreshold: 3 }, unifiedStatus: { name: 'orders' } });
    expect(breaker.metrics).toEqual({
      totalRequests: 3,
      successfulRequests: 1,
      failedRequests: 2,
      circuitOpenedCount: 1,
      circuitClosedCount: 0,
      timeouts: 0,
      lastFailureTime: now,
      lastSuccessTime: now,
      currentConsecutiveFailures: 2,
      currentConsecutiveSuccesses: 0,
      averageResponseTime: 2 / 3,
      errorRate: 0,
    });
  });

  it('opens by force, recovers by itself, and forgets all at a reset', async () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    await breaker.forceOpen();
    const states = [breaker.state];
    runtime.clock.advance(60_000);
    states.push(breaker.state);
    await breaker.reset();

    expect([...states, breaker.state, breaker.metrics.totalRequests]).toEqual(['open', 'half_open', 'closed', 0]);
  });

  it('shares its circuit with others of its name, and warns of another configuration', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const runtime = testRuntime();
    make(runtime).forceOpen();
    const other = new CircuitBreaker('orders', { failureThreshold: 7 }, runtime);

    expect(other.isOpen).toBe(true);
    expect(warned.mock.calls.map(([, options]) => (options as unknown as { readonly code: string }).code)).toContain('UCB_CONFIG_CONFLICT');
  });

  it('shows a breaker as it is when no configuration is given', () => {
    const runtime = testRuntime();
    const own = make(runtime);
    const seen = new CircuitBreaker('orders', undefined, runtime);

    expect(seen.breaker).toBe(own.breaker);
    expect(seen.config).toMatchObject({ failureThreshold: 3, recoveryTimeout: 60, timeout: 30, successThreshold: 3, minRequestsThreshold: 3 });
  });

  it('refuses options of two kinds in one object', () => {
    expect(() => new CircuitBreaker('orders', { recoveryTimeout: 60, recoveryTimeoutMs: 60_000 } as never, testRuntime())).toThrow('give options of one kind');
  });
});

it('the window of a services CircuitBreakerConfig holds as many outcomes as the threshold, also when the minimum is given', () => {
  expect(new CircuitBreakerConfig({ failureThreshold: 20, minRequestsThreshold: 3 }).toUnifiedConfig()).toMatchObject({ slidingWindowSize: 20, minRequestsThreshold: 3 });
});
