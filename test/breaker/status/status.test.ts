import { describe, expect, it } from 'vitest';
import { adaptiveConcurrency, cusum } from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { silentBreakerWith } from '../../support/breaker.ts';
import { readyToProbe } from '../../support/calls.ts';
import { fail, hang, succeed } from '../../support/outcomes.ts';

describe('the status', () => {
  it('of a fresh breaker is complete', () => {
    const { breaker } = silentBreakerWith({ clock: new FakeClock({ wall: 1_000_000 }), tags: { team: 'shop' } });
    const { metrics, config, ...status } = breaker.getStatus();

    expect(metrics).toEqual(breaker.getMetrics());
    expect(config).toMatchObject({ mode: 'enforce', slidingWindowMs: null, timeoutMs: 30_000, captureStack: false });
    expect(status).toEqual({
      name: 'orders',
      state: 'closed',
      isHealthy: true,
      override: null,
      retryAfterMs: 0,
      health: { status: 'healthy', hasHealthChecker: false, lastHealthStatus: null, healthCheckIntervalMs: null },
      slidingWindowSize: 0,
      lastStateChange: 1_000_000,
      failureCount: 0,
      successRate: 1,
      tags: { team: 'shop' },
    });
  });

  it('shows the options that are in effect', () => {
    const config = {
      mode: 'observe',
      failureThreshold: 3,
      burstMs: 4,
      errorRateThreshold: null,
      slowCallRateThreshold: 0.25,
      slowCallThresholdMs: 700,
      minRequestsThreshold: 7,
      slidingWindowSize: 50,
      slidingWindowMs: 9_000,
      slidingWindowBuckets: 3,
      detector: 'window',
      adaptiveThreshold: { floor: 0.6, ceiling: 3, sensitivity: 'relative' },
      recoveryTimeoutMs: 1_000,
      maxBackoffMs: 2_000,
      exponentialBackoff: false,
      jitter: 'full',
      maxRetryAfterMs: 70_000,
      halfOpenMaxCalls: 4,
      successThreshold: 5,
      halfOpenMaxFailures: 2,
      halfOpenLeaseMs: 900,
      timeoutMs: null,
      maxConcurrent: 6,
      maxAbandonedMs: 8_000,
      fallbackTimeoutMs: 500,
      keepLastError: true,
      trackLatency: true,
      captureStack: true,
    } as const;

    expect(silentBreakerWith(config).breaker.getStatus().config).toEqual(config);
  });

  it('shows a detector and a limiter by name', () => {
    const { breaker } = silentBreakerWith({ detector: cusum(), maxConcurrent: adaptiveConcurrency({ ceiling: 9 }) });

    expect(breaker.getStatus().config).toMatchObject({ detector: 'cusum', maxConcurrent: 'adaptive' });
  });

  it.each([
    ['closed', 'healthy', true],
    ['half_open', 'degraded', false],
    ['open', 'unhealthy', false],
  ] as const)('of a breaker that is %s shows it as %s', async (state, status, isHealthy) => {
    const made = silentBreakerWith();
    if (state !== 'closed') readyToProbe(made);
    if (state === 'half_open') await succeed(made.breaker);

    expect(made.breaker.getStatus()).toMatchObject({ state, isHealthy, health: { status } });
  });

  it.each([
    ['forceOpen', 'open', 'unhealthy', null],
    ['forceClose', 'closed', 'healthy', 0],
  ] as const)('after %s() shows what applies to calls', (force, state, status, retryAfterMs) => {
    const { breaker } = silentBreakerWith();
    if (force === 'forceClose') breaker.trip();
    breaker[force]('deploy');

    const override = { state, reason: 'deploy' };
    const isHealthy = state === 'closed';
    expect(breaker.getStatus()).toMatchObject({ state, isHealthy, retryAfterMs, override, health: { status } });
  });

  it('shows null when a wait has no end', () => {
    const { breaker } = silentBreakerWith();
    breaker.trip({ forMs: Number.POSITIVE_INFINITY });

    expect(breaker.getStatus().retryAfterMs).toBeNull();
  });

  it('shows the length of the window, consecutive failures and the success rate', async () => {
    const { breaker } = silentBreakerWith();
    await succeed(breaker);
    await fail(breaker, 3);

    expect(breaker.getStatus()).toMatchObject({ slidingWindowSize: 4, failureCount: 3, successRate: 0.25 });
  });

  it('shows the wall time of the last change', () => {
    const { breaker, clock } = silentBreakerWith({ clock: new FakeClock({ now: 99, wall: 1_000_000 }) });
    clock.advance(5_000);
    breaker.trip();
    clock.advance(700);

    expect(breaker.getStatus().lastStateChange).toBe(1_005_000);
  });

  it('is plain data', () => {
    const { breaker } = silentBreakerWith({ healthCheck: { check: () => true }, detector: cusum() });
    hang(breaker);

    expect(JSON.parse(JSON.stringify(breaker.getStatus()))).toEqual(breaker.getStatus());
  });
});
