import { expect, it } from 'vitest';
import { silentBreakerWith } from '../support/breaker.ts';

it.each(['read', 'unread'] as const)('dates a lease that ended at its deadline in a time window that is %s before the lease is noticed', (reading) => {
  const { breaker, clock } = silentBreakerWith({
    slidingWindowMs: 20,
    slidingWindowBuckets: 1,
    recoveryTimeoutMs: 10,
    maxBackoffMs: 10,
    exponentialBackoff: false,
    halfOpenMaxFailures: 2,
  });
  breaker.trip();
  clock.advance(20);
  breaker.tryAcquire();

  clock.advance(25);
  if (reading === 'read') breaker.getMetrics();
  breaker.tryAcquire();

  // The lease ended at 30, in the bucket of 20 to 40; now is 45.
  expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, windowCount: 0, currentErrorRate: 0 });
});
