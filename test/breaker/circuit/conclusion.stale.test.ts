import { describe, expect, it } from 'vitest';
import { silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, fail, hang, succeed } from '../../support/outcomes.ts';

describe('stale outcomes', () => {
  it.each([
    ['a success', false, { successfulCalls: 1 }],
    ['a failure', true, { failedCalls: 1 }],
  ])('of a call admitted while closed: %s leaves half_open as it is', async (_what, fails, totals) => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, successThreshold: 1 });
    const call = hang(breaker);
    breaker.trip();
    clock.advance(60_000);
    const probe = hang(breaker);

    if (fails) call.operation.reject(BOOM);
    else call.operation.resolve('fine');
    await call.settled;

    expect(breaker.state).toBe('half_open');
    expect(breaker.getMetrics()).toMatchObject({ ...totals, staleOutcomes: 1, windowCount: 0, consecutiveFailures: 0, consecutiveSuccesses: 0, inFlight: 1 });
    probe.operation.resolve('fine');
    await probe.settled;
    expect(breaker.state).toBe('closed');
  });

  it('of a call admitted while closed do not break the run of the next closed spell', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, successThreshold: 1, failureThreshold: 3 });
    const late = hang(breaker);
    breaker.trip();
    clock.advance(60_000);
    await succeed(breaker);
    await fail(breaker, 2);

    late.operation.resolve('fine');
    await late.settled;
    await fail(breaker);

    expect(breaker.state).toBe('open');
  });

  it('are also those of a call that itself trips the circuit before it ends', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });

    await breaker.tryCall(() => {
      breaker.trip();
      throw BOOM;
    });

    expect(breaker.getMetrics()).toMatchObject({ staleOutcomes: 1, circuitOpenedCount: 1 });
  });

  it('include ignored ones', async () => {
    const { breaker } = silentBreakerWith({ ignoreErrors: Error });
    const late = hang(breaker);
    breaker.reset();

    late.operation.reject(BOOM);
    await late.settled;

    expect(breaker.getMetrics()).toMatchObject({ staleOutcomes: 1, ignoredCalls: 1 });
  });
});
