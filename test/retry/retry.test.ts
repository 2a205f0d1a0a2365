import { describe, expect, it } from 'vitest';
import { retry, RetryBudget, withRetry } from '../../src/index.ts';
import type { RetryEvent } from '../../src/index.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';
import { failing, plain } from '../support/retry.ts';

const ERRORS = [new Error('1'), new Error('2'), new Error('3')];
const failInOrder = ({ attempt }: { readonly attempt: number }): Promise<never> => Promise.reject(ERRORS[attempt - 1]);

describe('retry', () => {
  it('returns the value of the first attempt, and leaves no timer', async () => {
    const options = plain();
    const { ranAt, operation } = failing(options.clock, 0);

    expect([await retry(operation, options), ranAt, options.clock.timers]).toEqual(['fine after 1', [0], 0]);
    expect(await retry(() => 'fine')).toBe('fine');
  });

  it('starts the first attempt synchronously', () => {
    const options = plain();
    const { ranAt, operation } = failing(options.clock, 0);

    void retry(operation, options);

    expect(ranAt).toEqual([0]);
  });

  it('retries after growing waits until the operation succeeds', async () => {
    const options = plain({ attempts: 5 });
    const { ranAt, operation } = failing(options.clock, 3);

    const value = retry(operation, options);
    await options.clock.advanceAsync(10_000);

    expect([await value, ranAt, options.clock.timers]).toEqual(['fine after 4', [0, 100, 300, 700], 0]);
  });

  it('starts the wait when a slow operation fails', async () => {
    const options = plain();
    const { clock } = options;
    const ranAt: number[] = [];
    const slow = () => {
      ranAt.push(clock.now());
      return new Promise((_, reject) => clock.after(1_000, () => reject(BOOM)));
    };

    const error = errorOf(retry(slow, options));
    await clock.advanceAsync(10_000);

    expect([await error, ranAt]).toEqual([BOOM, [0, 1_100, 2_300]]);
  });

  it('throws the last error when the attempts run out', async () => {
    const options = plain();

    const error = errorOf(retry(failInOrder, options));
    await options.clock.advanceAsync(10_000);

    expect([await error, options.clock.timers]).toEqual([ERRORS[2], 0]);
  });

  it('throws an error immediately when retryOn does not select it', async () => {
    const options = plain({ retryOn: 503 });
    const { ranAt, operation } = failing(options.clock);

    expect([await errorOf(retry(operation, options)), ranAt, options.clock.timers]).toEqual([BOOM, [0], 0]);
  });

  it('keeps the process alive while it waits', async () => {
    const options = plain({ totalTimeoutMs: null });

    const error = errorOf(retry(() => Promise.reject(BOOM), options));
    await options.clock.advanceAsync(0);
    const holding = options.clock.holdingTimers;
    await options.clock.advanceAsync(10_000);

    expect([holding, await error]).toEqual([1, BOOM]);
  });

  it('rejects when the operation is not a function', async () => {
    const error = await errorOf(retry(42 as never, plain()));

    expect(error).toEqual(new TypeError('`retry()` expects a function but received 42.'));
  });

  it.each([
    ['returns a value', () => 'fine'],
    ['returns a promise', async () => 'fine'],
    ['returns a thenable', () => ({ then: (resolve: (value: string) => void) => resolve('fine') })],
  ])('accepts an operation that %s', async (_title, operation) => {
    expect(await retry(operation as () => string, plain())).toBe('fine');
  });

  it.each([
    ['throws', () => { throw BOOM; }],
    ['rejects', () => Promise.reject(BOOM)],
    ['returns a failing thenable', () => ({ then: (_: unknown, reject: (error: unknown) => void) => reject(BOOM) })],
    ['returns a throwing thenable', () => ({ get then(): never { throw BOOM; } })],
  ])('retries an operation that %s', async (_title, fault) => {
    const options = plain();
    let runs = 0;

    const value = retry<unknown>(() => ((runs += 1) < 3 ? fault() : 'fine'), options);
    await options.clock.advanceAsync(1_000);

    expect([await value, runs]).toEqual(['fine', 3]);
  });
});

describe('onRetry', () => {
  it('is called before each wait', async () => {
    const seen: RetryEvent[] = [];
    const options = plain({ onRetry: (event) => void seen.push(event) });

    const error = errorOf(retry(failInOrder, options));
    await options.clock.advanceAsync(99);
    const first = seen.length;
    await options.clock.advanceAsync(10_000);

    expect([first, await error]).toEqual([1, ERRORS[2]]);
    expect(seen).toEqual([
      { attempt: 1, error: ERRORS[0], delayMs: 100 },
      { attempt: 2, error: ERRORS[1], delayMs: 200 },
    ]);
  });

  it.each([
    ['throws', () => { throw BOOM; }],
    ['rejects', () => Promise.reject(BOOM)],
  ])('changes nothing when it %s, which is reported', async (_title, onRetry) => {
    const seen: unknown[] = [];
    const options = plain({ onRetry, onInternalError: (error, { source }) => void seen.push([source, error]) });

    const value = retry(failing(options.clock, 1).operation, options);
    await options.clock.advanceAsync(1_000);

    expect([await value, seen]).toEqual(['fine after 2', [['listener', BOOM]]]);
  });
});

describe('a budget', () => {
  it('throws the last error immediately when it has no tokens', async () => {
    const budget = new RetryBudget({ reserve: 1 });
    const options = plain({ budget });

    const error = errorOf(retry(failInOrder, options));
    await options.clock.advanceAsync(100);

    expect([await error, options.clock.timers, budget.tokens]).toEqual([ERRORS[1], 0, 0]);
  });

  it('earns tokens for first attempts only', async () => {
    const budget = new RetryBudget({ ratio: 0.5, reserve: 2 });
    budget.withdraw();
    budget.withdraw();

    for (let count = 0; count < 3; count += 1) await retry(() => 'fine', plain({ budget }));
    const options = plain({ budget });
    const error = errorOf(retry(() => Promise.reject(BOOM), options));
    await options.clock.advanceAsync(10_000);

    expect([await error, budget.tokens]).toEqual([BOOM, 0]);
  });

  it.each([{ attempts: 1 }, { retryOn: 'other' }, { totalTimeoutMs: 100 }])(
    'keeps its tokens when nothing is retried: %j',
    async (options) => {
      const budget = new RetryBudget();

      await errorOf(retry(() => Promise.reject(BOOM), plain({ budget, ...options })));

      expect(budget.tokens).toBe(10);
    },
  );

  it.each([
    ['is shared by all retries of a clock when none is given', {}, 10],
    ['does not limit retries when it is null', { budget: null }, 2 * 99],
  ])('%s', async (_title, given, retries) => {
    const options = plain({ attempts: 100, maxDelayMs: 100, ...given });
    const { ranAt, operation } = failing(options.clock);

    const errors = [errorOf(retry(operation, options)), errorOf(retry(operation, options))];
    await options.clock.advanceAsync(10_000);

    expect([await Promise.all(errors), ranAt.length]).toEqual([[BOOM, BOOM], 2 + retries]);
  });
});

describe('withRetry', () => {
  it('passes the arguments and `this` of the call to each attempt', async () => {
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

    const attempt = ['north', '42', true];
    expect(await value).toBe('42');
    expect(seen).toEqual([attempt, attempt, attempt]);
  });

  it('keeps name, length and properties', () => {
    async function getOrder(_id: string, _full: boolean): Promise<void> {}

    const wrapped = withRetry(Object.assign(getOrder, { breaker: 'orders' }));

    expect([wrapped.name, wrapped.length, wrapped.breaker]).toEqual(['getOrder', 2, 'orders']);
  });

  it.each([
    ['has a budget of its own', undefined, 10],
    ['shares a given budget', new RetryBudget({ reserve: 3 }), 1.5],
  ])('makes a function that %s', async (_title, budget, retriesPerFunction) => {
    const options = plain({ attempts: 100, maxDelayMs: 100, budget });
    const { ranAt, operation } = failing(options.clock);

    const errors = [withRetry(operation, options), withRetry(operation, options)].map((fn) => errorOf(fn()));
    await options.clock.advanceAsync(10_000);

    expect([await Promise.all(errors), ranAt.length]).toEqual([[BOOM, BOOM], 2 * (1 + retriesPerFunction)]);
  });

  it('rejects when the function throws synchronously', async () => {
    const fn = withRetry((() => { throw BOOM; }) as () => Promise<never>, plain({ attempts: 1 }));

    expect(await errorOf(fn())).toBe(BOOM);
  });

  it('throws when it receives no function', () => {
    const error = new TypeError('`withRetry()` expects a function but received "get".');

    expect(() => withRetry('get' as never)).toThrow(error);
  });
});
