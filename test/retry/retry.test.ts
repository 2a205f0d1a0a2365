import { describe, expect, it } from 'vitest';
import { retry, RetryBudget } from '../../src/index.ts';
import type { RetryContext, RetryEvent, RetryOptions } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';

/** Fails as often as asked, then succeeds; writes down when it ran. */
function failing(times: number, clock: FakeClock): { readonly ranAt: number[]; readonly operation: (context: RetryContext) => Promise<string> } {
  const ranAt: number[] = [];
  return {
    ranAt,
    operation: async ({ attempt }) => {
      ranAt.push(clock.now());
      if (attempt <= times) throw new Error(`attempt ${attempt}`);
      return `fine after ${attempt}`;
    },
  };
}

/** Options without jitter on a clock of their own, and so with a budget of their own. */
function plain(options: RetryOptions = {}): RetryOptions & { readonly clock: FakeClock } {
  return { jitter: false, ...options, clock: new FakeClock() };
}

describe('retry', () => {
  it('gives what the first attempt gives, and leaves no timer', async () => {
    const options = plain();
    const { ranAt, operation } = failing(0, options.clock);

    const value = await retry(operation, options);

    expect([value, ranAt, options.clock.timers]).toEqual(['fine after 1', [0], 0]);
  });

  it('begins at once', () => {
    let runs = 0;

    void retry(() => { runs += 1; }, plain());

    expect(runs).toBe(1);
  });

  it('runs the operation again after growing waits, until it succeeds', async () => {
    const options = plain({ attempts: 5 });
    const { ranAt, operation } = failing(3, options.clock);

    const value = retry(operation, options);
    await options.clock.advanceAsync(10_000);

    expect(await value).toBe('fine after 4');
    expect(ranAt).toEqual([0, 100, 300, 700]);
    expect(options.clock.timers).toBe(0);
  });

  it('throws the last error unchanged when the attempts run out', async () => {
    const options = plain();
    const errors = [new Error('1'), new Error('2'), new Error('3')];

    const error = errorOf(retry(({ attempt }) => Promise.reject(errors[attempt - 1]), options));
    await options.clock.advanceAsync(10_000);

    expect(await error).toBe(errors[2]);
    expect(options.clock.timers).toBe(0);
  });

  it('throws at once what is not worth another attempt', async () => {
    const options = plain({ retryOn: 503 });
    let runs = 0;

    const error = await errorOf(retry(() => { runs += 1; throw BOOM; }, options));

    expect([error, runs, options.clock.timers]).toEqual([BOOM, 1, 0]);
  });

  it('holds the process while it waits', async () => {
    const options = plain({ totalTimeoutMs: null });

    const error = errorOf(retry(() => Promise.reject(BOOM), options));
    await options.clock.advanceAsync(0);
    const holding = options.clock.holdingTimers;
    await options.clock.advanceAsync(10_000);

    expect([holding, await error]).toEqual([1, BOOM]);
  });

  it('refuses an operation that is no function', async () => {
    expect(await errorOf(retry(42 as never, plain()))).toEqual(new TypeError('Expected the operation to be a function, got number'));
  });

  it.each([
    ['a value', () => 'fine'],
    ['a promise', async () => 'fine'],
    ['a thenable', () => ({ then: (resolve: (value: string) => void) => resolve('fine') })],
  ])('takes an operation that gives %s', async (_title, operation) => {
    expect(await retry(operation as () => string, plain())).toBe('fine');
  });

  it.each([
    ['throws', () => { throw BOOM; }],
    ['rejects', () => Promise.reject(BOOM)],
    ['gives a thenable that fails', () => ({ then: (_: unknown, reject: (error: unknown) => void) => reject(BOOM) })],
    ['gives a thenable that throws', () => ({ get then(): never { throw BOOM; } })],
  ])('retries an operation that %s', async (_title, fault) => {
    const options = plain();
    let runs = 0;

    const value = retry<unknown>(() => ((runs += 1) < 3 ? fault() : 'fine'), options);
    await options.clock.advanceAsync(1_000);

    expect([await value, runs]).toEqual(['fine', 3]);
  });

  it('needs no options', async () => {
    expect(await retry(() => 'fine')).toBe('fine');
  });

  it('is not hurried by an operation that is slow to fail', async () => {
    const options = plain();
    const { clock } = options;
    const ranAt: number[] = [];

    const error = errorOf(retry(() => { ranAt.push(clock.now()); return new Promise((_, reject) => clock.after(1_000, () => reject(BOOM))); }, options));
    await clock.advanceAsync(10_000);

    expect([await error, ranAt]).toEqual([BOOM, [0, 1_100, 2_300]]);
  });
});

describe('onRetry', () => {
  it('is told of each wait before it begins', async () => {
    const seen: RetryEvent[] = [];
    const options = plain({ onRetry: (event) => void seen.push(event) });
    const errors = [new Error('1'), new Error('2'), new Error('3')];

    const error = errorOf(retry(({ attempt }) => Promise.reject(errors[attempt - 1]), options));
    await options.clock.advanceAsync(99);
    const first = seen.length;
    await options.clock.advanceAsync(10_000);

    expect([first, await error]).toEqual([1, errors[2]]);
    expect(seen).toEqual([{ attempt: 1, error: errors[0], delayMs: 100 }, { attempt: 2, error: errors[1], delayMs: 200 }]);
  });

  it.each([['throws', () => { throw new Error('mine'); }], ['rejects', () => Promise.reject(new Error('mine'))]])('changes nothing when it %s, which is reported', async (_title, onRetry) => {
    const seen: unknown[] = [];
    const options = plain({ onRetry, onInternalError: (error, { source }) => void seen.push([source, (error as Error).message]) });
    const { operation } = failing(1, options.clock);

    const value = retry(operation, options);
    await options.clock.advanceAsync(1_000);

    expect([await value, seen]).toEqual(['fine after 2', [['listener', 'mine']]]);
  });

  it('may abort the retry, which leaves no timer', async () => {
    const controller = new AbortController();
    const options = plain({ signal: controller.signal, onRetry: () => controller.abort(BOOM) });

    const error = await errorOf(retry(failing(1, options.clock).operation, options));

    expect([error, options.clock.timers]).toEqual([BOOM, 0]);
  });
});

describe('a budget', () => {
  it('stops retries when its tokens are gone: the last error is thrown at once', async () => {
    const budget = new RetryBudget({ reserve: 1 });
    const options = plain({ budget });
    const errors = [new Error('1'), new Error('2')];

    const error = errorOf(retry(({ attempt }) => Promise.reject(errors[attempt - 1]), options));
    await options.clock.advanceAsync(100);

    expect([await error, options.clock.timers, budget.tokens]).toEqual([errors[1], 0, 0]);
  });

  it('earns by a first attempt and not by others', async () => {
    const budget = new RetryBudget({ ratio: 0.5, reserve: 2 });
    budget.withdraw();
    budget.withdraw();

    for (let count = 0; count < 3; count += 1) await retry(() => 'fine', plain({ budget }));
    const options = plain({ budget });
    const error = errorOf(retry(() => Promise.reject(BOOM), options));
    await options.clock.advanceAsync(10_000);

    expect([await error, budget.tokens]).toEqual([BOOM, 0]);
  });

  it('costs nothing where nothing is retried', async () => {
    const budget = new RetryBudget();

    await errorOf(retry(() => Promise.reject(BOOM), plain({ budget, attempts: 1 })));
    await errorOf(retry(() => Promise.reject(BOOM), plain({ budget, retryOn: 'other' })));
    await errorOf(retry(() => Promise.reject(BOOM), plain({ budget, totalTimeoutMs: 100 })));

    expect(budget.tokens).toBe(10);
  });

  it('is one for all retries of a clock that are given none', async () => {
    const options = plain({ attempts: 100, maxDelayMs: 100 });
    let runs = 0;
    const always = (): Promise<never> => { runs += 1; return Promise.reject(BOOM); };

    const errors = [errorOf(retry(always, options)), errorOf(retry(always, options))];
    await options.clock.advanceAsync(10_000);

    expect([await Promise.all(errors), runs]).toEqual([[BOOM, BOOM], 2 + 10]);
  });

  it('can be none', async () => {
    const options = plain({ attempts: 100, budget: null, maxDelayMs: 100 });
    let runs = 0;

    const error = errorOf(retry(() => { runs += 1; return Promise.reject(BOOM); }, options));
    await options.clock.advanceAsync(10_000);

    expect([await error, runs]).toEqual([BOOM, 100]);
  });

  it('of another copy of the package is no budget when it throws: nothing is retried', async () => {
    const broken = { deposit() { throw new Error('mine'); }, withdraw() { throw new Error('mine'); } } as unknown as RetryBudget;
    let runs = 0;

    const error = await errorOf(retry(() => { runs += 1; return Promise.reject(BOOM); }, plain({ budget: broken })));

    expect([error, runs]).toEqual([BOOM, 1]);
  });
});
