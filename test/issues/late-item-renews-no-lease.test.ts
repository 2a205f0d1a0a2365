import { expect, it } from 'vitest';
import { silentBreakerWith } from '../support/breaker.ts';
import { flush } from '../support/drive.ts';
import { deferred } from '../support/outcomes.ts';

it.each([
  [9, 'closed'],
  [10, 'open'],
  [11, 'open'],
])('judges a stream probe by its lease of 10 ms although nobody noticed: an item after %s ms of silence leaves the circuit %s', async (silenceMs, state) => {
  const { breaker, clock } = silentBreakerWith({ recoveryTimeoutMs: 1_000, halfOpenLeaseMs: 10, successThreshold: 1, timeoutMs: null });
  const second = deferred();
  async function* source(): AsyncGenerator<number> {
    yield 1;
    await second.promise;
    yield 2;
  }
  breaker.trip();
  clock.advance(1_000);
  const stream = breaker.stream(source);
  await stream.next();

  const next = stream.next();
  clock.advance(silenceMs);
  second.resolve();

  // Whatever the circuit makes of it, the consumer gets the item.
  await expect(next).resolves.toEqual({ done: false, value: 2 });
  await stream.next();
  await flush();
  expect(breaker.state).toBe(state);
});
