import { expect, it } from 'vitest';
import { isCircuitBreakerDisposedError } from '../../src/index.ts';
import { breakerWith } from '../support/breaker.ts';

async function* one(): AsyncGenerator<number> {
  yield 1;
}

it('refuses a stream of a disposed breaker, also in mode off', async () => {
  const { breaker } = breakerWith({ mode: 'off' });
  breaker.dispose();

  const error = await breaker.stream(one).next().catch((thrown: unknown) => thrown);

  expect(isCircuitBreakerDisposedError(error)).toBe(true);
});

it('refuses a stream with an aborted signal, also in mode off', async () => {
  const { breaker } = breakerWith({ mode: 'off' });

  const error = await breaker.stream(one, { signal: AbortSignal.abort('gone') }).next().catch((thrown: unknown) => thrown);

  expect(error).toBe('gone');
});

it('keeps the slot of a stream that mode observe let run past its timeout', async () => {
  const { breaker, clock } = breakerWith({ mode: 'observe', maxConcurrent: 1, timeoutMs: 1_000 });
  const items = breaker.stream(() => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<number>>(() => {}) }) }));
  void items.next();

  await clock.advanceAsync(1_500);
  await breaker.call(() => 1);

  expect(breaker.getMetrics()).toMatchObject({ abandoned: 1, timeouts: 1, wouldHaveRejectedCalls: 1 });
});

it('explains a circuit that was half-open when its snapshot was taken', () => {
  const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 1_000 });
  breaker.trip();
  clock.advance(1_000);
  breaker.tryAcquire();

  const { breaker: restored } = breakerWith({ recoveryTimeoutMs: 1_000 }, { restore: breaker.snapshot() });

  expect(restored.explain()).toContain('is open because it was probing when its snapshot was taken; ready to probe');
});
