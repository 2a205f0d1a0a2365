import { expect, it } from 'vitest';
import { silentBreakerWith } from '../support/breaker.ts';

it.each([
  [9, 1],
  [10, 0],
  [11, 0],
])('counts a lease of 10 ms as slow in the totals and in the window alike, with a threshold of %s ms: %s', (slowCallThresholdMs, slow) => {
  const { breaker, clock } = silentBreakerWith({ slowCallThresholdMs, recoveryTimeoutMs: 10, halfOpenLeaseMs: 10, halfOpenMaxFailures: 1 });
  breaker.trip();
  clock.advance(10);
  breaker.tryAcquire();

  clock.advance(10);
  breaker.tryAcquire();

  expect(breaker.getMetrics()).toMatchObject({ windowCount: 1, slowCalls: slow, currentSlowCallRate: slow });
});
