import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../../support/outcomes.ts';

describe('reset', () => {
  it.each([['open'], ['half_open']] as const)('closes a circuit that is %s', async (state) => {
    const { breaker, clock, events } = breakerWith();
    breaker.trip();
    if (state === 'half_open') {
      clock.advance(60_000);
      await succeed(breaker);
    }
    events.length = 0;

    breaker.reset();

    expect(breaker.state).toBe('closed');
    expect(events).toMatchObject([{ type: 'stateChange', from: state, to: 'closed', reason: 'reset', retryAfterMs: 0 }, { type: 'reset', name: 'orders' }]);
  });

  it('changes no state that is closed, but says that it was asked', () => {
    const { breaker, events } = breakerWith();

    breaker.reset();

    expect(events).toEqual([{ type: 'reset', name: 'orders' }]);
  });

  it('empties everything and sets the totals to the calls in flight', async () => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 5, timeoutMs: null });
    await succeed(breaker, 3);
    await fail(breaker, 3);
    const call = hang(breaker);
    breaker.trip();
    await fail(breaker);
    clock.advance(10);

    breaker.reset();

    expect(breaker.getMetrics()).toEqual({
      totalCalls: 1,
      successfulCalls: 0,
      failedCalls: 0,
      ignoredCalls: 0,
      rejectedCalls: 0,
      inFlight: 1,
      abandoned: 0,
      timeouts: 0,
      slowCalls: 0,
      staleOutcomes: 0,
      wouldHaveRejectedCalls: 0,
      consecutiveFailures: 0,
      consecutiveSuccesses: 0,
      stateChanges: 0,
      circuitOpenedCount: 0,
      circuitClosedCount: 0,
      failureTypes: {},
      lastFailureTime: null,
      lastSuccessTime: null,
      windowCount: 0,
      currentErrorRate: 0,
      currentSlowCallRate: 0,
      averageResponseTimeMs: 0,
      p50Ms: 0,
      p95Ms: 0,
      p99Ms: 0,
      successRate: 1,
      adaptive: null,
      concurrencyLimit: null,
    });
    call.operation.resolve('fine');
    await call.settled;
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, successfulCalls: 1, inFlight: 0, staleOutcomes: 1, windowCount: 0 });
  });

  it('makes calls of before stale, also where the circuit was closed', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    const call = hang(breaker);
    breaker.reset();

    call.operation.reject(BOOM);
    await call.settled;

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, staleOutcomes: 1, consecutiveFailures: 0 });
  });

  it('makes probes of before stale', async () => {
    const { breaker, clock } = silentBreakerWith({ failureThreshold: 1, timeoutMs: null });
    breaker.trip();
    clock.advance(60_000);
    const probe = hang(breaker);
    breaker.reset();
    clock.advance(1e9);

    probe.operation.reject(BOOM);
    await probe.settled;

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, failedCalls: 1, staleOutcomes: 1 });
  });

  it('does not lift an override', () => {
    const { breaker } = silentBreakerWith();
    breaker.trip();
    breaker.forceOpen('ops');

    breaker.reset();
    const covered = [breaker.state, breaker.override];
    breaker.release();

    expect(covered).toEqual(['open', { state: 'open', reason: 'ops' }]);
    expect(breaker.state).toBe('closed');
  });

  it('forgets the last failure and the figures of the last opening', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    await fail(breaker);
    breaker.reset();
    breaker.trip();

    const error = (await errorOf(breaker.call(() => 'fine'))) as Error;

    expect(error.cause).toBeUndefined();
    expect(breaker.explain()).toContain('0 failures in a row');
  });
});
