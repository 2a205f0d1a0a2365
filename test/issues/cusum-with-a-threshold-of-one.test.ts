import { expect, it } from 'vitest';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';

// A healthy health check raised 0.8 to 1.25 · 0.8 = 1, where a failure added nothing to the sum: a total outage was never seen.
it('opens in a total outage also when the threshold of the sum has been raised to 1', async () => {
  const clock = new FakeClock();
  const breaker = new UnifiedCircuitBreaker({
    name: 'orders',
    clock,
    detector: 'cusum',
    errorRateThreshold: 0.8,
    adaptiveThreshold: true,
    healthCheck: { check: async () => true, intervalMs: 1_000 },
  });
  await clock.advanceAsync(1_000);
  expect(breaker.getMetrics().adaptive?.errorRateThreshold).toBe(1);

  // Taken for 0.999, of which 0.5994 is tolerated: 0.5994·e^(0.001·r) = 1 at r = 511.8, a bound of ln 10⁶ / 511.8 = 0.026 99, and 0.001 for each failure.
  let calls = 0;
  for (; breaker.state === 'closed' && calls < 100; calls += 1) {
    await breaker.tryCall(async () => {
      throw new Error('down');
    });
  }

  expect(calls).toBe(27);
  breaker.dispose();
});
