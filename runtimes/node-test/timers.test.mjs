import assert from 'node:assert/strict';
import { afterEach, it, mock } from 'node:test';
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';

afterEach(() => mock.timers.reset());

it('mock timers of node:test, which have no performance, end calls and waits', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const breaker = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 5_000 });
  const call = breaker.tryCall(() => new Promise(() => {}));
  mock.timers.tick(4_999);
  const early = breaker.getMetrics().timeouts;
  mock.timers.tick(1);
  breaker.trip({ forMs: 60_000 });
  const waits = [breaker.retryAfterMs];

  mock.timers.tick(60_000);

  assert.deepEqual([early, (await call).error.code], [0, 'ERR_CIRCUIT_TIMEOUT']);
  assert.deepEqual([...waits, breaker.retryAfterMs], [60_000, 0]);
});
