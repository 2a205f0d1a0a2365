import { expect, it } from 'vitest';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';

// With `overload`, a `retryAfterMs` of Infinity was not limited by `maxRetryAfterMs`, and every call was throttled for ever.
it('admits calls again after maxRetryAfterMs when an overloaded dependency asks for an endless pause', async () => {
  const clock = new FakeClock();
  const breaker = new UnifiedCircuitBreaker({
    name: 'orders',
    clock,
    overload: true,
    maxRetryAfterMs: 10_000,
    classify: ({ status }) => (status === 'success' ? 'success' : { failure: true, retryAfterMs: Number.POSITIVE_INFINITY }),
  });
  await breaker.tryCall(async () => {
    throw new Error('busy');
  });

  expect(breaker.retryAfterMs).toBe(10_000);
  clock.advance(10_000);
  expect((await breaker.tryCall(async () => 1)).status).toBe('success');
});
