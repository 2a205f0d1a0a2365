import { describe, expectTypeOf, it } from 'vitest';
import { retry, RetryBudget, withRetry } from 'unified-circuit-breaker';
import type { RetryContext, RetryEvent, RetryOperation, RetryOptions } from 'unified-circuit-breaker';

interface Order {
  readonly id: string;
}

const order: Order = { id: '42' };

describe('retry', () => {
  it('gives what the operation gives', () => {
    expectTypeOf(retry(() => order)).toEqualTypeOf<Promise<Order>>();
    expectTypeOf(retry(async () => order)).toEqualTypeOf<Promise<Order>>();
    expectTypeOf(retry(() => Promise.resolve(order), { attempts: 2 })).toEqualTypeOf<Promise<Order>>();
    expectTypeOf(retry<Order | null>(() => null)).toEqualTypeOf<Promise<Order | null>>();
  });

  it('gives the operation its signal and its number', () => {
    void retry((context) => {
      expectTypeOf(context).toEqualTypeOf<RetryContext>();
      expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
      expectTypeOf(context.attempt).toEqualTypeOf<number>();
      // @ts-expect-error read only
      context.attempt = 5;
    });
    expectTypeOf<RetryOperation<Order>>().toEqualTypeOf<(context: RetryContext) => Order | PromiseLike<Order>>();
  });

  it('needs an operation', () => {
    // @ts-expect-error none
    void retry();
    // @ts-expect-error a promise cannot be run again
    void retry(Promise.resolve(order));
  });
});

describe('the options of a retry', () => {
  it('are all optional, may be undefined, and are read only', () => {
    const options = { attempts: 2, totalTimeoutMs: null, budget: null, jitter: 'equal', retryOn: [TypeError, 'ECONNRESET', 503, (error: unknown) => error === 5] } satisfies RetryOptions;

    void retry(() => order, options);
    expectTypeOf<Partial<Record<keyof RetryOptions, undefined>>>().toExtend<RetryOptions>();
    // @ts-expect-error given once
    (options as RetryOptions).attempts = 5;
  });

  it('are checked', () => {
    // @ts-expect-error misspelt
    void ({ retries: 3 } satisfies RetryOptions);
    // @ts-expect-error a budget is made once and shared, and is no number
    void ({ budget: 0.1 } satisfies RetryOptions);
    // @ts-expect-error an unknown jitter
    void ({ jitter: 'half' } satisfies RetryOptions);
    // @ts-expect-error the answer of an async predicate is always truthy
    void ({ retryOn: async () => true } satisfies RetryOptions);
    // @ts-expect-error there is always a number of attempts
    void ({ attempts: null } satisfies RetryOptions);
  });

  it('tell onRetry what happens', () => {
    void retry(() => order, {
      onRetry: (event) => {
        expectTypeOf(event).toEqualTypeOf<RetryEvent>();
        expectTypeOf(event).toEqualTypeOf<{ readonly attempt: number; readonly error: unknown; readonly delayMs: number }>();
      },
    });
  });
});

describe('withRetry', () => {
  it('gives the same type, generics, this and properties included', () => {
    const getOrder = async (id: string, full?: boolean): Promise<Order> => ({ id: `${id}${String(full)}` });
    const identity = async <T>(value: T): Promise<T> => value;
    async function own(this: { readonly shop: string }, id: string): Promise<string> {
      return this.shop + id;
    }
    const marked = Object.assign(async () => order, { breaker: 'orders' });

    expectTypeOf(withRetry(getOrder)).toEqualTypeOf<typeof getOrder>();
    expectTypeOf(withRetry(identity)(5 as const)).toEqualTypeOf<Promise<5>>();
    expectTypeOf(withRetry(own)).toEqualTypeOf<typeof own>();
    expectTypeOf(withRetry(marked, { attempts: 2 }).breaker).toEqualTypeOf<string>();
    // @ts-expect-error not its argument
    void withRetry(getOrder)(42);
    // @ts-expect-error called without its this
    void withRetry(own)('42');
  });

  it('keeps overloads', () => {
    function get(id: string): Promise<Order>;
    function get(ids: readonly string[]): Promise<readonly Order[]>;
    async function get(): Promise<unknown> {
      return order;
    }

    expectTypeOf(withRetry(get)('42')).toEqualTypeOf<Promise<Order>>();
    expectTypeOf(withRetry(get)(['42'])).toEqualTypeOf<Promise<readonly Order[]>>();
  });

  it('is for functions that give a promise', () => {
    // @ts-expect-error the wait makes a promise of the result
    void withRetry(() => order);
  });
});

describe('a budget', () => {
  it('takes two numbers and gives answers at once', () => {
    const budget = new RetryBudget({ ratio: 0.2, reserve: undefined });

    expectTypeOf(budget.tokens).toEqualTypeOf<number>();
    expectTypeOf(budget.withdraw()).toEqualTypeOf<boolean>();
    expectTypeOf(budget.deposit()).toEqualTypeOf<void>();
    // @ts-expect-error read only
    budget.tokens = 5;
    // @ts-expect-error misspelt
    void new RetryBudget({ rate: 0.1 });
  });
});
