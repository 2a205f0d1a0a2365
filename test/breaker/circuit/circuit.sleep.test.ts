import { describe, expect, it } from 'vitest';
import { UnifiedCircuitBreaker } from '../../../src/index.ts';
import { silentBreakerWith } from '../../support/breaker.ts';
import { hang, fail, succeed } from '../../support/outcomes.ts';

const HOURS = 3_600_000;

describe('a machine that slept', () => {
  it('comes back to a circuit whose wait is over', async () => {
    const { breaker, clock } = silentBreakerWith();
    breaker.trip();
    const before = [breaker.canExecute(), breaker.retryAfterMs];

    clock.jumpWall(8 * HOURS);

    expect(before).toEqual([false, 60_000]);
    expect([breaker.canExecute(), breaker.retryAfterMs, breaker.snapshot().remainingWaitMs]).toEqual([true, 0, 0]);
    expect(breaker.explain()).toContain('The next call is admitted as a probe.');
    expect(breaker.getStatus()).toMatchObject({ lastStateChange: 0, retryAfterMs: 0 });
    await succeed(breaker);
    expect(breaker.state).toBe('half_open');
  });

  it.each([
    ['a sleep of 20 s', 20_000, 40_000],
    ['a correction of 10 s', 10_000, 60_000],
    ['a step back', -8 * HOURS, 60_000],
  ])('waits for the rest after %s', (_what, ms, left) => {
    const { breaker, clock } = silentBreakerWith();
    breaker.trip();

    clock.jumpWall(ms);

    expect(breaker.retryAfterMs).toBe(left);
  });

  it('counts each sleep once, for every breaker of its clock', () => {
    const { breaker, clock } = silentBreakerWith();
    const other = silentBreakerWith({ clock }).breaker;
    breaker.trip();
    clock.jumpWall(20_000);
    const first = breaker.retryAfterMs;
    other.trip();
    clock.jumpWall(15_000);

    expect([first, breaker.retryAfterMs, other.retryAfterMs, breaker.retryAfterMs]).toEqual([40_000, 25_000, 45_000,
      25_000]);
  });

  it('keeps the time that trip() asks for after the sleep', () => {
    const { breaker, clock } = silentBreakerWith();
    breaker.trip();
    clock.jumpWall(8 * HOURS);

    breaker.trip({ forMs: 5_000 });

    expect(breaker.retryAfterMs).toBe(5_000);
  });

  it('keeps the wait of a snapshot that is restored after the sleep', () => {
    const { breaker, clock } = silentBreakerWith();
    breaker.trip();
    const snapshot = breaker.snapshot();
    clock.jumpWall(20_000);

    const restored = new UnifiedCircuitBreaker({ name: 'orders', clock, restore: snapshot });

    expect(restored.retryAfterMs).toBe(40_000);
  });

  it('forgets outcomes of before the sleep in a window of time', async () => {
    const options = { failureThreshold: null, minRequestsThreshold: 4, slidingWindowMs: 60_000 };
    const { breaker, clock } = silentBreakerWith(options);
    await fail(breaker, 3);

    clock.jumpWall(8 * HOURS);
    const { windowCount } = breaker.getMetrics();
    await fail(breaker, 3);
    const state = breaker.state;
    await fail(breaker);

    expect([windowCount, state, breaker.state]).toEqual([0, 'closed', 'open']);
  });

  it('keeps the outcomes of a window of calls', async () => {
    const { breaker, clock } = silentBreakerWith();
    await fail(breaker, 3);

    clock.jumpWall(8 * HOURS);

    expect(breaker.getMetrics()).toMatchObject({ windowCount: 3, consecutiveFailures: 3 });
  });

  it('ends no call in flight, and no lease', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000, halfOpenLeaseMs: 500 });
    const call = hang(breaker);
    breaker.trip();
    clock.jumpWall(8 * HOURS);
    const probe = hang(breaker);
    clock.jumpWall(8 * HOURS);
    await clock.advanceAsync(499);
    const { timeouts, inFlight } = breaker.getMetrics();

    expect([timeouts, inFlight, breaker.state]).toEqual([0, 2, 'half_open']);
    call.operation.resolve('fine');
    probe.operation.resolve('fine');
    await Promise.all([call.settled, probe.settled]);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 2, inFlight: 0 });
  });
});
