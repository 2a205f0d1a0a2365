import { expect, it } from 'vitest';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { flush } from '../support/drive.ts';
import { deferred } from '../support/outcomes.ts';

it('handles the rejection of a promise that a clock gives in place of a timer, and reports it', async () => {
  const reported: unknown[] = [];
  let handled = false;
  const promise = {
    // oxlint-disable-next-line unicorn/no-thenable -- a clock that is an async function gives one
    then: (_: unknown, onError: ((error: unknown) => void) | undefined) => void (handled = typeof onError === 'function'),
  };
  const breaker = new UnifiedCircuitBreaker({
    name: 'orders',
    clock: { now: () => 0, wall: () => 0, after: () => promise as never },
    timeoutMs: 30,
    onInternalError: (_, { source }) => void reported.push(source),
  });
  const operation = deferred<string>();

  const call = breaker.call(() => operation.promise);
  operation.resolve('fine');

  await expect(call).resolves.toBe('fine');
  await flush();
  expect(handled).toBe(true);
  expect(reported).toEqual(['clock']);
});
