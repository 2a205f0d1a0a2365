import { expect, it } from 'vitest';
import { breakerWith } from '../support/breaker.ts';
import { hang } from '../support/outcomes.ts';

it('a lease that is noticed long after its end tells the same figures whether or not somebody has looked meanwhile', () => {
  const [looked, unlooked] = [true, false].map((looks) => {
    const { breaker, clock } = breakerWith({ slidingWindowMs: 1_000, timeoutMs: null, recoveryTimeoutMs: 10_000, halfOpenLeaseMs: 4_000 });
    breaker.trip();
    clock.advance(10_000);
    hang(breaker);
    clock.advance(60_000);
    if (looks) breaker.getMetrics();
    breaker.trip();
    return breaker;
  });

  expect(looked?.explain()).toBe(unlooked?.explain());
});
