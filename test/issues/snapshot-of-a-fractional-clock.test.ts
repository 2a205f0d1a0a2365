import { expect, it } from 'vitest';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';

it.each([7.972_231_577_786_196_5, 8.1, 123_456.789_012])('restores a snapshot of the longest wait, taken at once by a clock at %s ms', (now) => {
  const clock = new FakeClock({ now });
  const options = { name: 'orders', clock, recoveryTimeoutMs: 10, maxBackoffMs: 10, maxRetryAfterMs: 30 };
  const breaker = new UnifiedCircuitBreaker(options);
  breaker.trip({ forMs: 60 });

  const snapshot = breaker.snapshot();
  const restored = new UnifiedCircuitBreaker(options, { restore: snapshot });

  expect(snapshot).toMatchObject({ remainingWaitMs: 60, drawnWaitMs: 60, firmWaitMs: 60 });
  expect(restored.snapshot()).toEqual(snapshot);
});
