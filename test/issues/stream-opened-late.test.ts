import { expect, it } from 'vitest';
import { breakerWith } from '../support/breaker.ts';
import { deferred, errorOf } from '../support/outcomes.ts';

it.each(['times out', 'is aborted', 'is left'])('closes a source that opens after its stream %s', async (how) => {
  const { breaker, clock } = breakerWith({ maxConcurrent: 1, timeoutMs: 1_000 });
  const controller = new AbortController();
  const opening = deferred<AsyncIterable<number>>();
  const log: string[] = [];
  const items = breaker.stream(() => opening.promise, { signal: controller.signal });
  const first = items.next().catch(() => undefined);

  if (how === 'times out') await clock.advanceAsync(1_000);
  else if (how === 'is aborted') controller.abort();
  else await items.return();
  await first;
  const before = await errorOf(breaker.call(() => 'too many'));
  opening.resolve({
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.reject(new Error('nobody asks')),
      return: () => {
        log.push('closed');
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  });
  await clock.advanceAsync(0);

  expect(before).toMatchObject({ code: 'ERR_BULKHEAD_FULL' });
  expect(log).toEqual(['closed']);
  expect(await breaker.call(() => 'next')).toBe('next');
});
