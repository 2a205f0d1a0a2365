import { expect, it } from 'vitest';
import { silentBreakerWith } from '../support/breaker.ts';

it('admits a call after retryAfterMs where the wait is a rounding error longer than whole milliseconds', () => {
  // 60 × 0.95 is 57.00000000000001 in floating point.
  const { breaker, clock } = silentBreakerWith({ recoveryTimeoutMs: 60, jitter: 'proportional', random: () => 0.75 });
  breaker.trip();
  const shown = breaker.retryAfterMs;

  clock.advance(56);
  const before = [breaker.retryAfterMs, breaker.canExecute()];
  clock.advance(1);

  expect(shown).toBe(57);
  expect(before).toEqual([1, false]);
  expect([breaker.retryAfterMs, breaker.canExecute()]).toEqual([0, true]);
  expect(breaker.tryAcquire()).not.toBeNull();
});
