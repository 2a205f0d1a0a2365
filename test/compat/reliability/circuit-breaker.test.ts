import { describe, expect, it, vi } from 'vitest';
import { CircuitBreaker, CircuitBreakerConfig, CircuitBreakerState } from '../../../src/compat/reliability/index.ts';
import { isCircuitBreakerOpenError } from '../../../src/index.ts';
import { BOOM, errorOf } from '../../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { either, inARow, rate } from '../support/reference.ts';

const half = (failed: number, all: number): boolean => failed / all >= 0.5;
const RULES = { opensWhen: either(inARow(3), rate(half, 10, 5)), waitMs: 60_000, longestMs: 240_000, closesAfter: 3 };
const make = (runtime: TestRuntime): CircuitBreaker => new CircuitBreaker({ failureThreshold: 3, maxWaitDuration: 240 }, runtime);
const recorded = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  return { success: () => breaker.recordSuccess(), failure: () => breaker.recordFailure('timeout'), state: () => breaker.state };
};
const open: readonly Step[] = ['failure', 'failure', 'failure'];

describe('the reliability CircuitBreaker', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the third failure in a row', sequence: open },
    { title: 'opens at half of its window, once that holds 5 outcomes', sequence: ['failure', 'success', 'failure', 'success', 'failure'] },
    { title: 'closes after three successes', sequence: [...open, 60_000, 'success', 'success', 'success'] },
    { title: 'doubles its waits up to `maxWaitDuration`', sequence: [...open, 60_000, 'failure', 120_000, 'failure', 240_000, 'failure', 180_000, 60_000] },
  ])('$title', ({ sequence }) => expect(agreeOn(sequence, recorded, RULES)).resolves.toBeUndefined());

  it('does what its rules say for any sequence', () => expect(agreeAlways(recorded, RULES)).resolves.toBeUndefined());

  it('has the numbers of the configuration that won', () => {
    const config = new CircuitBreakerConfig();

    expect({ ...config }).toEqual({
      name: 'default',
      failureThreshold: 5,
      successThreshold: 3,
      recoveryTimeout: 60,
      halfOpenMaxCalls: 3,
      timeoutSeconds: 60,
      healthCheckInterval: 30,
      slowCallThreshold: 5,
      maxWaitDuration: 300,
      adaptiveThreshold: false,
    });
    expect(config.toUnifiedConfig()).toMatchObject({ recoveryTimeoutMs: 60_000, timeoutMs: 60_000, slowCallThresholdMs: 5_000, maxBackoffMs: 300_000, adaptiveThreshold: false });
  });

  it('is its own, also under the name that all have by default, and nobody lists it', () => {
    const runtime = testRuntime();
    make(runtime).forceOpen();

    expect([make(runtime).name, make(runtime).state]).toEqual(['default', 'closed']);
    expect(runtime.manager.size).toBe(0);
  });

  it('passes every option on to the breaker', () => {
    const breaker = new CircuitBreaker({ name: 'orders', adaptiveThreshold: true, halfOpenMaxCalls: 7, successThreshold: 2 }, testRuntime());

    expect(breaker.breaker.getStatus().config).toMatchObject({ halfOpenMaxCalls: 7, successThreshold: 2 });
    expect(breaker.breaker.getMetrics().adaptive).not.toBe(null);
  });

  it('shows its figures: openings, attempts to recover, times in seconds, and what failed', async () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    for (let failure = 0; failure < 3; failure += 1) await errorOf(breaker.call(() => Promise.reject(new TypeError('no'))));
    const failedAt = runtime.clock.wall() / 1_000;
    const rejection = await errorOf(breaker.call(() => 'never'));
    runtime.clock.advance(60_000);
    for (let success = 0; success < 3; success += 1) await breaker.call(() => 'fine');

    expect(isCircuitBreakerOpenError(rejection)).toBe(true);
    expect(rejection).toMatchObject({ message: "Circuit breaker 'default' is OPEN" });
    expect(breaker.getMetrics()).toEqual({
      totalCalls: 7,
      successfulCalls: 3,
      failedCalls: 3,
      circuitBreakerOpens: 1,
      recoveryAttempts: 1,
      lastFailureTime: failedAt,
      lastSuccessTime: failedAt + 60,
      errorTypes: { TypeError: 3 },
    });
  });

  it('counts an attempt to recover that failed, and none after a reset', async () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    breaker.forceOpen();
    runtime.clock.advance(60_000);
    await errorOf(breaker.call(() => Promise.reject(BOOM)));
    const before = breaker.getMetrics();
    breaker.reset();

    expect(before).toMatchObject({ circuitBreakerOpens: 2, recoveryAttempts: 1 });
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, circuitBreakerOpens: 0, recoveryAttempts: 0 });
  });

  it('shows a status with the keys that readers expect', () => {
    const breaker = make(testRuntime());
    breaker.recordFailure();

    expect(breaker.getStatus()).toMatchObject({
      name: 'default',
      state: CircuitBreakerState.CLOSED,
      failureCount: 1,
      successRate: 0,
      health: 'healthy',
      config: { failureThreshold: 3, recoveryTimeout: 60, timeoutSeconds: 60 },
    });
  });

  it('takes any interval above 0, of a millisecond at least', () => {
    const parts = { ...testRuntime(), healthChecker: { checkHealth: () => ({ status: 'healthy' }) } };

    expect(() => new CircuitBreaker({ healthCheckInterval: 0.000_1 }, parts)).not.toThrow();
  });

  it('asks its health checker at the configured interval while open', async () => {
    const runtime = testRuntime();
    const checkHealth = vi.fn<() => { status: string }>(() => ({ status: 'unhealthy' }));
    const breaker = new CircuitBreaker({ healthCheckInterval: 10 }, { ...runtime, healthChecker: { checkHealth } });
    breaker.forceOpen();
    runtime.clock.advance(9_999);
    const before = checkHealth.mock.calls.length;
    runtime.clock.advance(1);

    expect([before, checkHealth.mock.calls.length]).toEqual([0, 1]);
  });
});
