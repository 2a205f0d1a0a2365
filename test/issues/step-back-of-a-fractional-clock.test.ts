import { expect, it } from 'vitest';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';

it.each([
  [5e-324, 11],
  [0.1, 0.7],
  [1_234.567_8, 999.123_4],
])('takes a snapshot that can be restored after a clock at %s ms has gone back by %s ms', (now, back) => {
  const clock = new FakeClock({ now });
  const breaker = new UnifiedCircuitBreaker({ name: 'orders', clock });

  clock.jump(-back);
  const snapshot = breaker.snapshot();

  expect(snapshot.closedForMs).toBe(0);
  expect(new UnifiedCircuitBreaker({ name: 'orders', clock }, { restore: snapshot }).snapshot()).toEqual(snapshot);
});
