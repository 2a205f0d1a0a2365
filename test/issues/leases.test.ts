import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import { untimedPermit } from '../support/calls.ts';
import { deferred, hang } from '../support/outcomes.ts';

describe('a lease that has ended', () => {
  it.each([
    [9, 1],
    [10, 0],
    [11, 0],
  ])(
    'is slow in the totals and in the window when 10 ms exceed the threshold of %i ms: %i',
    (slowCallThresholdMs, slow) => {
      const { breaker, clock } = silentBreakerWith({
        slowCallThresholdMs,
        recoveryTimeoutMs: 10,
        halfOpenLeaseMs: 10,
        halfOpenMaxFailures: 1,
      });
      breaker.trip();
      clock.advance(10);
      untimedPermit(breaker);

      clock.advance(10);
      untimedPermit(breaker);

      expect(breaker.getMetrics()).toMatchObject({ windowCount: 1, slowCalls: slow, currentSlowCallRate: slow });
    },
  );

  it('is explained alike when the metrics were read and when they were not', () => {
    const explanations = [true, false].map((reads) => {
      const { breaker, clock } = breakerWith({
        slidingWindowMs: 1_000,
        timeoutMs: null,
        recoveryTimeoutMs: 10_000,
        halfOpenLeaseMs: 4_000,
      });
      breaker.trip();
      clock.advance(10_000);
      hang(breaker);
      clock.advance(60_000);
      if (reads) breaker.getMetrics();
      breaker.trip();
      return breaker.explain();
    });

    expect(explanations[0]).toBe(explanations[1]);
  });

  it.each([true, false])('is dated at its end in a time window when the metrics were read: %s', (reads) => {
    const { breaker, clock } = silentBreakerWith({
      slidingWindowMs: 20,
      slidingWindowBuckets: 1,
      recoveryTimeoutMs: 10,
      maxBackoffMs: 10,
      exponentialBackoff: false,
      halfOpenLeaseMs: 10,
      halfOpenMaxFailures: 2,
    });
    breaker.trip();
    clock.advance(20);
    untimedPermit(breaker);

    clock.advance(25);
    if (reads) breaker.getMetrics();
    untimedPermit(breaker);

    // The lease ended at 30, in the bucket from 20 to 40. Now is 45.
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, windowCount: 0, currentErrorRate: 0 });
  });

  it('leaves the result of the call to its caller, and records none of it', async () => {
    const { breaker, clock } =
      breakerWith({ timeoutMs: null, ignoreErrors: ['Late'], recoveryTimeoutMs: 1_000, halfOpenLeaseMs: 1_000 });
    breaker.trip();
    clock.advance(1_000);
    const late = deferred<string>();
    const settled = breaker.tryCall(() => late.promise, { fallback: 'served' });
    clock.advance(1_000);
    untimedPermit(breaker);

    const error = Object.assign(new Error('late'), { name: 'Late' });
    late.reject(error);

    expect(await settled).toEqual({ status: 'ignored', error });
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, ignoredCalls: 0 });
  });
});
