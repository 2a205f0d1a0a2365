import { expect, it } from 'vitest';
import {
  retry, UnifiedCircuitBreakerManager, withBreaker, withBreakerStream, withBreakerSync, withRetry,
} from '../../src/index.ts';
import { silentBreakerWith } from '../support/breaker.ts';
import { errorOf } from '../support/outcomes.ts';

const { breaker } = silentBreakerWith();
const manager = new UnifiedCircuitBreakerManager();

it.each<[entry: string, call: (operation: never) => unknown, write: string]>([
  ['call', (operation) => breaker.call(operation), 'call(() => fetch(url))'],
  ['tryCall', (operation) => breaker.tryCall(operation), 'tryCall(() => fetch(url))'],
  ['callSync', (operation) => breaker.callSync(operation), 'call(() => fetch(url))'],
  ['stream', (operation) => breaker.stream(operation), 'stream(() => fetch(url))'],
  ['call', (operation) => manager.keyed('hosts').call('a', operation), 'call(key, () => fetch(url))'],
  [
    'callWithCircuitBreaker',
    (operation) => manager.callWithCircuitBreaker('orders', operation),
    'callWithCircuitBreaker(name, () => fetch(url))',
  ],
  ['withBreaker', (operation) => withBreaker(operation), 'withBreaker(() => fetch(url))'],
  ['withBreakerSync', (operation) => withBreakerSync(operation), 'withBreaker(() => fetch(url))'],
  ['withBreakerStream', (operation) => withBreakerStream(operation), 'withBreakerStream(() => fetch(url))'],
  ['retry', (operation) => retry(operation), 'retry(() => fetch(url))'],
  ['withRetry', (operation) => withRetry(operation), 'withRetry(() => fetch(url))'],
])('%s() says what to write instead of a promise: %#', async (entry, call, write) => {
  const error = await errorOf((async () => call(Promise.resolve(5) as never))());

  expect(error).toEqual(
    new TypeError(`\`${entry}()\` expects a function but received a promise. Write \`${write}\`.`),
  );
  expect([manager.size, manager.keyed('hosts').size, breaker.getMetrics().totalCalls]).toEqual([0, 0, 0]);
});
