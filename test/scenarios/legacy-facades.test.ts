import { expect, it, vi } from 'vitest';
import { isCircuitBreakerOpenError, withBreaker } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import { breakerWith } from '../support/breaker.ts';
import { BOOM, deferred, errorOf, fail } from '../support/outcomes.ts';

it('116: the fallback of a failing operation runs once, and its result is returned', async () => {
  const fallback = vi.fn<() => string>(() => 'fallback result');

  expect(await withBreaker(() => Promise.reject(BOOM), { fallback })()).toBe('fallback result');
  expect(fallback).toHaveBeenCalledTimes(1);
});

it('117: a rejection is told apart from other errors, also from another copy of the package', async () => {
  const { breaker } = breakerWith();
  breaker.trip();
  const rejection = await errorOf(breaker.call(() => 1));
  const copy = Object.assign(new Error('Circuit is open'), { code: 'ERR_CIRCUIT_OPEN' });

  expect([rejection, copy, BOOM, null].map(isCircuitBreakerOpenError)).toEqual([true, true, false, false]);
});

it('122: an outage opens, serves fallbacks, and ends without a herd of probes', async () => {
  const { breaker, clock } = breakerWith(presets.authService);
  const cached = (validate: () => Promise<string>) => breaker.call(validate, { fallback: () => 'cached user' });
  await fail(breaker, 5);
  const served = await cached(async () => 'user');
  clock.advance(60_000);
  const back = deferred<string>();
  const herd = Array.from({ length: 100 }, () => cached(() => back.promise));
  back.resolve('user');
  const fresh = (await Promise.all(herd)).filter((user) => user === 'user').length;

  expect([served, fresh, breaker.state]).toEqual(['cached user', 3, 'closed']);
});

it('127: a cached token replaces a rejection, and counts as no failure', async () => {
  const { breaker } = breakerWith(presets.authService);
  breaker.trip();
  const user = await breaker.call(async () => 'fresh').catch((error) => isCircuitBreakerOpenError(error) && 'cached');

  expect([user, breaker.getMetrics()]).toMatchObject(['cached', { failedCalls: 0, rejectedCalls: 1 }]);
});

it('128: a handshake is accepted immediately, and only what it asks of a dependency uses the breaker', async () => {
  const { breaker } = breakerWith();
  breaker.trip();
  const order: string[] = [];
  const onUpgrade = async (): Promise<void> => {
    order.push('accepted');
    order.push(await breaker.call(() => 'user', { fallback: 'guest' }));
  };
  const upgraded = onUpgrade();
  order.push('next turn');
  await upgraded;

  expect(order).toEqual(['accepted', 'next turn', 'guest']);
});
