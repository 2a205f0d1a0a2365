const { UnifiedCircuitBreaker } = require('unified-circuit-breaker');

afterEach(() => jest.useRealTimers());

/** Legacy fake timers have no clock. */
test('legacy fake timers end calls, and waits follow Date.now()', async () => {
  jest.useFakeTimers({ legacyFakeTimers: true });
  const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 5_000 });
  const call = breaker.tryCall(() => new Promise(() => {}));
  jest.advanceTimersByTime(5_000);
  breaker.trip({ forMs: 60_000 });

  const now = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(now + 66_000);

  expect((await call).error.code).toBe('ERR_CIRCUIT_TIMEOUT');
  expect(breaker.retryAfterMs).toBe(0);
  expect(jest.getTimerCount()).toBe(0);
});
