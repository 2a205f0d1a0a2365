import { expect, it } from 'vitest';
import { silentBreakerWith } from '../support/breaker.ts';
import { FakeClock } from '../../src/testing/index.ts';

it.each([0, 7.972_231_577_786_196_5, 123_456.789_012])('shows a wait of 60 ms as 60 ms by a clock at %s ms, and never 0 before it is over', (now) => {
  const { breaker, clock } = silentBreakerWith({ clock: new FakeClock({ now }) });

  breaker.trip({ forMs: 60 });

  expect(breaker.retryAfterMs).toBe(60);
  clock.advance(59.999);
  expect([breaker.retryAfterMs, breaker.canExecute()]).toEqual([1, false]);
  clock.advance(0.001);
  expect([breaker.retryAfterMs, breaker.canExecute()]).toEqual([0, true]);
});
