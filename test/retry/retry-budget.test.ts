import { describe, expect, it } from 'vitest';
import { CircuitBreakerConfigError, RetryBudget } from '../../src/index.ts';
import { aBudget } from '../../src/retry/retry-budget.ts';

/** Takes tokens until none is left. Returns how many it took. */
function drain(budget: RetryBudget): number {
  let taken = 0;
  while (budget.withdraw()) taken += 1;
  return taken;
}

const deposit = (budget: RetryBudget, times: number): void => {
  for (let count = 0; count < times; count += 1) budget.deposit();
};

describe('a retry budget', () => {
  it.each([
    [{}, 10],
    [{ ratio: undefined, reserve: undefined }, 10],
    [{ reserve: 3 }, 3],
  ])('made with %j starts with %i tokens', (options, expected) => {
    const budget = new RetryBudget(options);

    expect([budget.tokens, drain(budget)]).toEqual([expected, expected]);
  });

  it.each([
    [undefined, 9, 0],
    [undefined, 10, 1],
    [0.07, 99, 6],
    [0.07, 100, 7],
    [0.29, 100, 29],
    [1, 4, 4],
  ])('with a ratio of %s earns in %i first attempts exactly %i retries', (ratio, firsts, expected) => {
    const budget = new RetryBudget({ ratio, reserve: 50 });
    drain(budget);

    deposit(budget, firsts);

    expect(drain(budget)).toBe(expected);
  });

  it('exposes fractions of a token', () => {
    const budget = new RetryBudget({ reserve: 1 });
    budget.withdraw();

    deposit(budget, 3);

    expect(budget.tokens).toBe(0.3);
  });

  it('keeps no more than its reserve', () => {
    const budget = new RetryBudget({ reserve: 2 });

    deposit(budget, 1_000);

    expect([budget.tokens, drain(budget)]).toEqual([2, 2]);
  });

  it('keeps its tokens when it rejects a retry', () => {
    const budget = new RetryBudget({ ratio: 0.5, reserve: 1 });
    drain(budget);
    budget.deposit();

    const allowed = budget.withdraw();
    budget.deposit();

    expect([allowed, budget.withdraw()]).toEqual([false, true]);
  });

  it('lists every problem with its options', () => {
    expect(() => new RetryBudget({ ratio: 50, reserve: 0.5, ratioo: 1 } as never)).toThrow(
      '`RetryBudget`: `ratio` must be a fraction greater than 0 and at most 1. Received 50. Did you mean 0.5? ' +
        '`reserve` must be a whole number (1 to 1000000). Received 0.5. Unknown option `ratioo`. Did you mean `ratio`?',
    );
  });

  it.each([
    { ratio: 1.5 },
    { ratio: -0.1 },
    { ratio: Number.NaN },
    { reserve: 0 },
    { reserve: 1_000_001 },
    { reserve: Number.POSITIVE_INFINITY },
  ])('throws when its options are %o', (options) => {
    expect(() => new RetryBudget(options)).toThrow(CircuitBreakerConfigError);
  });

  it.each<[string, unknown, boolean]>([
    ['accepted', new RetryBudget(), true],
    ['accepted from another copy of the package', { deposit: () => {}, withdraw: (): boolean => true }, true],
    ['not accepted when a method is missing', { deposit: () => {} }, false],
    ['not accepted as a ratio', 0.1, false],
    ['not accepted as options', { ratio: 0.1 }, false],
  ])('is %s', (_title, value, expected) => {
    expect(aBudget.fits(value)).toBe(expected);
  });
});
