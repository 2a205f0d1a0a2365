import { describe, expectTypeOf, it } from 'vitest';
import { retry, RetryBudget, withRetry } from 'unified-circuit-breaker';
import type { RetryContext, RetryEvent, RetryOperation, RetryOptions } from 'unified-circuit-breaker';

interface Order {
  readonly id: string;
}

const order: Order = { id: '42' };

describe('retry', () => {
  it('returns a promise of the result of the operation', () => {
    expectTypeOf(retry(() => order)).toEqualTypeOf<Promise<Order>>();
    expectTypeOf(retry(() => Promise.resolve(order), { attempts: 2 })).toEqualTypeOf<Promise<Order>>();
    expectTypeOf(retry<Order | null>(() => null)).toEqualTypeOf<Promise<Order | null>>();
  });

  it('passes a signal and the number of the attempt', () => {
    void retry((context) => {
      expectTypeOf(context).toEqualTypeOf<RetryContext>();
      expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
      expectTypeOf(context.attempt).toEqualTypeOf<number>();
      // @ts-expect-error It is read-only.
      context.attempt = 5;
    });
    expectTypeOf<RetryOperation<Order>>().toEqualTypeOf<(context: RetryContext) => Order | PromiseLike<Order>>();
  });

  it('needs an operation', () => {
    // @ts-expect-error There is none.
    void retry();
    // @ts-expect-error A promise can't be run again.
    void retry(Promise.resolve(order));
  });
});

describe('the options of a retry', () => {
  it('are all optional, may be undefined, and are read-only', () => {
    const retryOn = [TypeError, 'ECONNRESET', 503, (error: unknown) => error === 5];
    const options: RetryOptions = { attempts: 2, totalTimeoutMs: null, budget: null, jitter: 'equal', retryOn };

    void retry(() => order, options);
    expectTypeOf<Partial<Record<keyof RetryOptions, undefined>>>().toExtend<RetryOptions>();
    // @ts-expect-error It is read-only.
    options.attempts = 5;
  });

  it('are checked', () => {
    // @ts-expect-error The option doesn't exist.
    void ({ retries: 3 } satisfies RetryOptions);
    // @ts-expect-error A budget is an object that calls share.
    void ({ budget: 0.1 } satisfies RetryOptions);
    // @ts-expect-error The jitter is unknown.
    void ({ jitter: 'half' } satisfies RetryOptions);
    // @ts-expect-error The promise of an async predicate is always truthy.
    void ({ retryOn: async () => true } satisfies RetryOptions);
    // @ts-expect-error There is always a number of attempts.
    void ({ attempts: null } satisfies RetryOptions);
  });

  it('pass an event to onRetry', () => {
    void retry(() => order, { onRetry: (event) => expectTypeOf(event).toEqualTypeOf<RetryEvent>() });
    expectTypeOf<RetryEvent>().toEqualTypeOf<{
      readonly attempt: number;
      readonly error: unknown;
      readonly delayMs: number;
    }>();
  });
});

describe('withRetry', () => {
  it('keeps the type of the function: generics, overloads, `this` and properties', () => {
    const getOrder = async (id: string, full?: boolean): Promise<Order> => ({ id: `${id}${String(full)}` });
    const identity = async <T>(value: T): Promise<T> => value;
    async function own(this: { readonly shop: string }, id: string): Promise<string> {
      return this.shop + id;
    }
    function get(id: string): Promise<Order>;
    function get(ids: readonly string[]): Promise<readonly Order[]>;
    async function get(): Promise<unknown> {
      return order;
    }
    const marked = Object.assign(async () => order, { breaker: 'orders' });

    expectTypeOf(withRetry(getOrder)).toEqualTypeOf<typeof getOrder>();
    expectTypeOf(withRetry(identity)(5 as const)).toEqualTypeOf<Promise<5>>();
    expectTypeOf(withRetry(own)).toEqualTypeOf<typeof own>();
    expectTypeOf(withRetry(get)('42')).toEqualTypeOf<Promise<Order>>();
    expectTypeOf(withRetry(get)(['42'])).toEqualTypeOf<Promise<readonly Order[]>>();
    expectTypeOf(withRetry(marked, { attempts: 2 }).breaker).toEqualTypeOf<string>();
    // @ts-expect-error The argument has another type.
    void withRetry(getOrder)(42);
    // @ts-expect-error The call has no `this`.
    void withRetry(own)('42');
  });

  it('needs a function that returns a promise', () => {
    // @ts-expect-error A retry waits, so its result is a promise.
    void withRetry(() => order);
  });
});

describe('a budget', () => {
  it('takes two numbers, and answers at once', () => {
    const budget = new RetryBudget({ ratio: 0.2, reserve: undefined });

    expectTypeOf(budget.tokens).toEqualTypeOf<number>();
    expectTypeOf(budget.withdraw()).toEqualTypeOf<boolean>();
    expectTypeOf(budget.deposit()).toEqualTypeOf<void>();
    // @ts-expect-error It is read-only.
    budget.tokens = 5;
    // @ts-expect-error The option doesn't exist.
    void new RetryBudget({ rate: 0.1 });
  });
});
