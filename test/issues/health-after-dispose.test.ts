import { expect, it } from 'vitest';
import type { Clock } from '../../src/index.ts';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';

it.each(['dispose', 'reset'] as const)('checks no health after %s() even when a cancelled timer fires', async (end) => {
  const clock = new FakeClock();
  const careless: Clock = { now: () => clock.now(), wall: () => clock.wall(), after: (ms, run) => ({ ...clock.after(ms, run), cancel() {} }) };
  let checks = 0;
  const breaker = new UnifiedCircuitBreaker({
    name: 'x',
    clock: careless,
    healthCheck: { intervalMs: 10, check: () => { checks += 1; return 'unknown'; } },
  });
  breaker.trip();
  await clock.advanceAsync(25);
  const before = checks;

  breaker[end]();
  await clock.advanceAsync(10_000);

  expect([before, checks]).toEqual([2, 2]);
});
