const { UnifiedCircuitBreaker } = require('unified-circuit-breaker');

afterEach(() => jest.useRealTimers());

test.each([
  ['that fake everything', {}],
  ['that leave performance alone', { doNotFake: ['performance'] }],
])('fake timers %s end calls and waits, and none is left', async (_, options) => {
  jest.useFakeTimers(options);
  const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 5_000 });
  const call = breaker.tryCall(() => new Promise(() => {}));
  jest.advanceTimersByTime(5_000);
  breaker.trip({ forMs: 60_000 });
  const waits = [breaker.retryAfterMs];

  jest.advanceTimersByTime(60_000);

  expect((await call).error.code).toBe('ERR_CIRCUIT_TIMEOUT');
  expect([...waits, breaker.retryAfterMs, jest.getTimerCount()]).toEqual([60_000, 0, 0]);
});
