import { describe, expect, it } from 'vitest';
import { RetryBudget, withRetry } from '../../src/index.ts';
import type { RetryOptions } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';

function plain(options: RetryOptions = {}): RetryOptions & { readonly clock: FakeClock } {
  return { jitter: false, ...options, clock: new FakeClock() };
}

describe('withRetry', () => {
  it('gives each attempt the arguments and this of the call', async () => {
    const options = plain();
    const seen: unknown[] = [];
    const orders = {
      shop: 'north',
      get: withRetry(async function get(this: { shop: string }, id: string, full: boolean) {
        seen.push([this.shop, id, full]);
        if (seen.length < 3) throw BOOM;
        return id;
      }, options),
    };

    const value = orders.get('42', true);
    await options.clock.advanceAsync(1_000);

    expect(await value).toBe('42');
    expect(seen).toEqual([['north', '42', true], ['north', '42', true], ['north', '42', true]]);
  });

  it('keeps name, length and properties', () => {
    async function getOrder(_id: string, _full: boolean): Promise<void> {}

    const wrapped = withRetry(Object.assign(getOrder, { breaker: 'orders' }));

    expect([wrapped.name, wrapped.length, wrapped.breaker]).toEqual(['getOrder', 2, 'orders']);
  });

  it('has one budget for all calls of a function, and another for the next', async () => {
    const options = plain({ attempts: 100, maxDelayMs: 100 });
    let runs = 0;
    const always = async (): Promise<never> => { runs += 1; throw BOOM; };
    const [one, other] = [withRetry(always, options), withRetry(always, options)];

    const errors = [errorOf(one()), errorOf(one())];
    await options.clock.advanceAsync(10_000);
    const ofOne = runs;
    errors.push(errorOf(other()));
    await options.clock.advanceAsync(10_000);

    expect([await Promise.all(errors), ofOne, runs - ofOne]).toEqual([[BOOM, BOOM, BOOM], 12, 11]);
  });

  it('shares the budget that it is given', async () => {
    const budget = new RetryBudget({ reserve: 3 });
    const options = plain({ budget });
    const fail = async (): Promise<never> => Promise.reject(BOOM);

    const errors = [withRetry(fail, options), withRetry(fail, options)].map((wrapped) => errorOf(wrapped()));
    await options.clock.advanceAsync(1_000);

    expect([await Promise.all(errors), budget.tokens]).toEqual([[BOOM, BOOM], 0]);
  });

  it('gives a promise also where the function throws', async () => {
    const error = await errorOf(withRetry((() => { throw BOOM; }) as () => Promise<never>, plain({ attempts: 1 }))());

    expect(error).toBe(BOOM);
  });

  it('refuses what is no function at once', () => {
    expect(() => withRetry('get' as never)).toThrow(new TypeError('Expected the operation to be a function, got string'));
  });
});
