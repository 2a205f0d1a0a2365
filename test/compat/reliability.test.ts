import { describe, expect, it, vi } from 'vitest';
import { CircuitBreaker } from '../../src/compat/names/reliability.ts';
import { failTimes } from '../support/legacy.ts';
import { testRuntime } from './support/agreement.ts';

describe('the reliability CircuitBreaker', () => {
  it('shows openings, attempts to recover, times in seconds, and kinds of errors', async () => {
    const { clock, ...runtime } = testRuntime();
    const breaker = new CircuitBreaker({ failureThreshold: 3 }, { ...runtime, clock });
    await failTimes(breaker, 3, new TypeError('no'));
    await expect(breaker.call(() => 'never')).rejects.toThrow("Circuit breaker 'default' is OPEN");
    clock.advance(60_000);
    await failTimes(breaker, 1);
    clock.advance(120_000);
    for (let success = 0; success < 3; success += 1) await breaker.call(() => 'fine');
    expect(breaker.getMetrics()).toMatchObject({
      totalCalls: 8, successfulCalls: 3, failedCalls: 4, circuitBreakerOpens: 2, recoveryAttempts: 2,
      lastFailureTime: 60, lastSuccessTime: 180, errorTypes: { TypeError: 3, Error: 1 },
    });
    breaker.reset();
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, circuitBreakerOpens: 0, recoveryAttempts: 0 });
  });

  it('asks its health checker at the configured interval while open', async () => {
    const { clock, ...runtime } = testRuntime();
    const checkHealth = vi.fn<() => { status: string }>(() => ({ status: 'unhealthy' }));
    const parts = { ...runtime, clock, healthChecker: { checkHealth } };
    new CircuitBreaker({ healthCheckInterval: 10 }, parts).forceOpen();
    clock.advance(9_999);
    const before = checkHealth.mock.calls.length;
    clock.advance(1);

    expect([before, checkHealth.mock.calls.length]).toEqual([0, 1]);
  });
});
