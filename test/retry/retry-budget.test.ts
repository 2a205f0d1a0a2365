import { describe, expect, it } from 'vitest';
import { CircuitBreakerConfigError, RetryBudget } from '../../src/index.ts';
import type { RetryBudgetOptions } from '../../src/index.ts';
import { aBudget } from '../../src/retry/retry-budget.ts';

/** So many tokens can be taken in a row. */
function drain(budget: RetryBudget): number {
  let taken = 0;
  while (budget.withdraw()) taken += 1;
  return taken;
}

const deposit = (budget: RetryBudget, times: number): void => {
  for (let count = 0; count < times; count += 1) budget.deposit();
};

describe('a retry budget', () => {
  it('starts with ten tokens', () => {
    expect(new RetryBudget().tokens).toBe(10);
    expect(drain(new RetryBudget())).toBe(10);
  });

  it('starts with its reserve', () => {
    expect(drain(new RetryBudget({ reserve: 3 }))).toBe(3);
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

  it('shows fractions of a token', () => {
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

  it('loses nothing to a retry that it refuses', () => {
    const budget = new RetryBudget({ ratio: 0.5, reserve: 1 });
    drain(budget);
    budget.deposit();

    const refused = budget.withdraw();
    budget.deposit();

    expect([refused, budget.withdraw()]).toEqual([false, true]);
  });

  it('treats undefined as not given', () => {
    const budget = new RetryBudget({ ratio: undefined, reserve: undefined });

    expect(budget.tokens).toBe(10);
  });

  it('lists every problem with its options', () => {
    const options = { ratio: 0, reserve: 0.5, ratioo: 1 } as unknown as RetryBudgetOptions;

    expect(() => new RetryBudget(options)).toThrow(
      new CircuitBreakerConfigError('retry budget', [
        'Expected `ratio` to be a rate above 0, to 1, got 0',
        'Expected `reserve` to be a whole number, 1 to 1000000, got 0.5',
        'Unknown option `ratioo`; did you mean `ratio`?',
      ]),
    );
  });

  it.each([{ ratio: 1.5 }, { ratio: -0.1 }, { ratio: Number.NaN }, { reserve: 0 }, { reserve: 1_000_001 }, { reserve: Number.POSITIVE_INFINITY }])('refuses %j', (options) => {
    expect(() => new RetryBudget(options)).toThrow(CircuitBreakerConfigError);
  });
});

describe('aBudget', () => {
  it.each<[string, unknown, boolean]>([
    ['a budget', new RetryBudget(), true],
    ['one of another copy of the package', { deposit: () => {}, withdraw: (): boolean => true }, true],
    ['half of one', { deposit: () => {} }, false],
    ['a ratio', 0.1, false],
    ['its options', { ratio: 0.1 }, false],
  ])('finds %s to be one: %s', (_title, value, expected) => {
    expect(aBudget.fits(value)).toBe(expected);
  });
});
