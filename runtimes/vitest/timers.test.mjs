import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => vi.useRealTimers());

it.each([
  ['that fake everything', undefined],
  ['that leave performance alone', { toFake: ['setTimeout', 'clearTimeout', 'Date'] }],
])('fake timers %s end calls and waits, and none is left', async (_, options) => {
  vi.useFakeTimers(options);
  const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 5_000 });
  const call = breaker.tryCall(() => new Promise(() => {}));
  vi.advanceTimersByTime(5_000);
  breaker.trip({ forMs: 60_000 });
  const waits = [breaker.retryAfterMs];

  vi.setSystemTime(Date.now() + 30_000);
  vi.advanceTimersByTime(60_000);

  expect((await call).error.code).toBe('ERR_CIRCUIT_TIMEOUT');
  expect([...waits, breaker.retryAfterMs, vi.getTimerCount()]).toEqual([60_000, 0, 0]);
});
