import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../src/testing/index.ts';
import { silentBreakerWith } from '../../support/breaker.ts';
import { fail, hang, succeed } from '../../support/outcomes.ts';

describe('the status', () => {
  it('of a fresh breaker is complete', () => {
    const { breaker } = silentBreakerWith({ clock: new FakeClock({ wall: 1_000_000 }), tags: { team: 'shop' } });

    const { metrics, ...status } = breaker.getStatus();

    expect(metrics).toEqual(breaker.getMetrics());
    expect(status).toEqual({
      name: 'orders',
      state: 'closed',
      isHealthy: true,
      override: null,
      retryAfterMs: 0,
      config: {
        mode: 'enforce',
        failureThreshold: 10,
        errorRateThreshold: 0.5,
        slowCallRateThreshold: null,
        slowCallThresholdMs: 5_000,
        minRequestsThreshold: 20,
        slidingWindowSize: 100,
        slidingWindowMs: null,
        recoveryTimeoutMs: 60_000,
        maxBackoffMs: 300_000,
        halfOpenMaxCalls: 3,
        successThreshold: 3,
        timeoutMs: 30_000,
        maxConcurrent: null,
        maxConcurrentCeiling: null,
        overload: false,
        exponentialBackoff: true,
        jitter: 'none',
        slidingWindowBuckets: 10,
        halfOpenMaxFailures: 0,
        halfOpenLeaseMs: null,
        detector: 'window',
        cusum: {},
        adaptiveThreshold: null,
        ramp: null,
        maxAbandonedMs: null,
        maxRetryAfterMs: 86_400_000,
        trackLatency: true,
        captureStack: false,
      },
      health: { status: 'healthy', hasHealthChecker: false, lastHealthStatus: null, healthCheckIntervalMs: null },
      slidingWindowSize: 0,
      lastStateChange: 1_000_000,
      ramp: null,
      failureCount: 0,
      successRate: 1,
      tags: { team: 'shop' },
    });
  });

  it('shows the options that are in force', () => {
    const config = {
      mode: 'observe',
      failureThreshold: 3,
      errorRateThreshold: null,
      slowCallRateThreshold: 0.25,
      slowCallThresholdMs: 700,
      minRequestsThreshold: 7,
      slidingWindowSize: 50,
      slidingWindowMs: 9_000,
      recoveryTimeoutMs: 1_000,
      maxBackoffMs: 2_000,
      halfOpenMaxCalls: 4,
      successThreshold: 5,
      timeoutMs: null,
      maxConcurrent: 6,
      maxConcurrentCeiling: 9,
      overload: true,
      exponentialBackoff: false,
      jitter: 'full',
      slidingWindowBuckets: 3,
      halfOpenMaxFailures: 2,
      halfOpenLeaseMs: 900,
      detector: 'window',
      cusum: { tolerated: 0.1, callsPerFalseTrip: 1_000 },
      adaptiveThreshold: { floor: 0.6, ceiling: 3, sensitivity: 'relative' },
      ramp: { stages: [0.1], successes: 4, stageMs: 700 },
      maxAbandonedMs: 8_000,
      maxRetryAfterMs: 70_000,
      trackLatency: true,
      captureStack: true,
    } as const;

    expect(silentBreakerWith(config).breaker.getStatus().config).toEqual(config);
  });

  it.each([
    ['closed', 'healthy', true],
    ['half_open', 'degraded', false],
    ['open', 'unhealthy', false],
  ] as const)('while %s is %s', async (state, health, isHealthy) => {
    const { breaker, clock } = silentBreakerWith();
    if (state !== 'closed') breaker.trip();
    if (state === 'half_open') {
      clock.advance(60_000);
      await succeed(breaker);
    }

    expect(breaker.getStatus()).toMatchObject({ state, isHealthy, health: { status: health } });
  });

  it.each([
    ['forceOpen', 'open', 'unhealthy', null],
    ['forceClose', 'closed', 'healthy', 0],
  ] as const)('after %s shows what calls meet', (force, state, health, retryAfterMs) => {
    const { breaker } = silentBreakerWith();
    if (force === 'forceClose') breaker.trip();
    breaker[force]('deploy');

    expect(breaker.getStatus()).toMatchObject({ state, isHealthy: state === 'closed', retryAfterMs, override: { state, reason: 'deploy' }, health: { status: health } });
  });

  it('shows null for a wait without an end', () => {
    const { breaker } = silentBreakerWith();
    breaker.trip({ forMs: Number.POSITIVE_INFINITY });

    expect(breaker.getStatus().retryAfterMs).toBeNull();
  });

  it('shows the length of the window, the run of failures and the success rate', async () => {
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
    const { breaker } = silentBreakerWith({ healthCheck: { check: () => true } });
    hang(breaker);

    expect(JSON.parse(JSON.stringify(breaker.getStatus()))).toEqual(breaker.getStatus());
  });

  it('has no tags when none are given', () => {
    expect(silentBreakerWith().breaker.getStatus().tags).toEqual({});
  });
});
