import { describe, expectTypeOf, it } from 'vitest';
import { UnifiedCircuitBreaker } from 'unified-circuit-breaker';
import type { CallContext, CallOptions, CircuitPermit, Operation, Settled } from 'unified-circuit-breaker';

const breaker = new UnifiedCircuitBreaker({ name: 'orders' });
interface Order {
  readonly id: number;
}
const fetchOrder = (id: number): Promise<Order> => Promise.resolve({ id });
const maybe = <T>(value: T): T | undefined => value;

describe('call', () => {
  it('gives what the operation gives, awaited once', () => {
    expectTypeOf(breaker.call(() => fetchOrder(7))).toEqualTypeOf<Promise<Order>>();
    expectTypeOf(breaker.call(() => 7)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(breaker.call(async () => {})).toEqualTypeOf<Promise<void>>();
    expectTypeOf(breaker.call((): PromiseLike<'a' | 'b'> => Promise.resolve('a'))).toEqualTypeOf<Promise<'a' | 'b'>>();
    expectTypeOf(breaker.call((): never => { throw new Error('no'); })).toEqualTypeOf<Promise<never>>();
  });

  it('keeps generic functions generic', () => {
    const protect = <T>(operation: Operation<T>): Promise<T> => breaker.call(operation);

    expectTypeOf(protect(() => fetchOrder(7))).toEqualTypeOf<Promise<Order>>();
  });

  it('hands a signal to the operation, and nothing to end it with', () => {
    void breaker.call((context) => {
      expectTypeOf(context).toEqualTypeOf<CallContext>();
      expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
      // @ts-expect-error only the breaker and its caller abort
      context.abort();
      // @ts-expect-error the signal is given
      context.signal = new AbortController().signal;
    });
  });

  it('adds what its own fallback gives', () => {
    expectTypeOf(breaker.call(() => fetchOrder(7), { fallback: () => null })).toEqualTypeOf<Promise<Order | null>>();
    expectTypeOf(breaker.call(() => fetchOrder(7), { fallback: async () => 'cached' }))
      .toEqualTypeOf<Promise<Order | string>>();
    expectTypeOf(breaker.call(() => fetchOrder(7), { fallback: 'cached' as const }))
      .toEqualTypeOf<Promise<Order | 'cached'>>();
    expectTypeOf(breaker.call(() => fetchOrder(7), { fallback: [() => 1, () => 2] }))
      .toEqualTypeOf<Promise<Order | number>>();
    expectTypeOf(breaker.call(() => fetchOrder(7), { timeoutMs: 5 })).toEqualTypeOf<Promise<Order>>();
  });

  it('tells a fallback of an error that may be anything, and what asked for it', () => {
    void breaker.call(() => fetchOrder(7), {
      fallback: (error, { name, trigger, signal }) => {
        expectTypeOf(error).toEqualTypeOf<unknown>();
        expectTypeOf(name).toEqualTypeOf<string>();
        expectTypeOf(trigger).toEqualTypeOf<'rejected' | 'bulkhead' | 'timeout' | 'failure' | 'result'>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal | undefined>();
        return null;
      },
    });
  });

  it('takes options that may be undefined, under exactOptionalPropertyTypes too', () => {
    const signal = maybe(new AbortController().signal);

    expectTypeOf(breaker.call(() => 7, { signal, timeoutMs: maybe(5), fallback: undefined }))
      .toExtend<Promise<unknown>>();
    expectTypeOf(breaker.call(() => 7, undefined)).toEqualTypeOf<Promise<number>>();
    expectTypeOf<CallOptions['timeoutMs']>().toEqualTypeOf<number | null | undefined>();
  });

  it('refuses what is no operation and no option', () => {
    // @ts-expect-error a promise is too late: it runs already
    void breaker.call(fetchOrder(7));
    // @ts-expect-error no arguments but the context
    void breaker.call((id: number) => fetchOrder(id));
    // @ts-expect-error the name ends in Ms
    void breaker.call(() => 7, { timeout: 5 });
    // @ts-expect-error a signal and not its controller
    void breaker.call(() => 7, { signal: new AbortController() });
    // @ts-expect-error milliseconds are a number
    void breaker.call(() => 7, { timeoutMs: '5s' });
  });
});

describe('tryCall', () => {
  it('gives a settled result that its status narrows', async () => {
    const settled = await breaker.tryCall(() => fetchOrder(7));
    expectTypeOf(settled).toEqualTypeOf<Settled<Order>>();

    switch (settled.status) {
      case 'success':
        expectTypeOf(settled.value).toEqualTypeOf<Order>();
        expectTypeOf(settled.error).toEqualTypeOf<undefined>();
        break;
      case 'rejected':
        expectTypeOf(settled.error).toEqualTypeOf<unknown>();
        expectTypeOf(settled.value).toEqualTypeOf<undefined>();
        break;
      case 'failure':
      case 'ignored':
        expectTypeOf(settled.value).toEqualTypeOf<Order | undefined>();
        break;
      default:
        expectTypeOf(settled).toEqualTypeOf<never>();
    }
  });

  it('does not give a value before its status was asked for', async () => {
    const settled = await breaker.tryCall(() => fetchOrder(7));

    expectTypeOf(settled.status).toEqualTypeOf<'success' | 'failure' | 'ignored' | 'rejected'>();
    // @ts-expect-error it may have none
    void settled.value.id;
    // @ts-expect-error what came is read only
    settled.status = 'success';
  });

  it('can be taken apart at once', async () => {
    const { status, value, error } = await breaker.tryCall(() => fetchOrder(7));

    expectTypeOf(status).toEqualTypeOf<'success' | 'failure' | 'ignored' | 'rejected'>();
    expectTypeOf(value).toEqualTypeOf<Order | undefined>();
    expectTypeOf(error).toEqualTypeOf<unknown>();
  });

  it('adds what its own fallback gives', async () => {
    const settled = await breaker.tryCall(() => fetchOrder(7), { fallback: () => null });

    if (settled.status === 'success') expectTypeOf(settled.value).toEqualTypeOf<Order | null>();
  });
});

describe('callSync', () => {
  it('gives what the operation gives', () => {
    expectTypeOf(breaker.callSync(() => 7)).toEqualTypeOf<number>();
    expectTypeOf(breaker.callSync(({ signal }) => signal.aborted)).toEqualTypeOf<boolean>();
  });

  it('takes no options', () => {
    // @ts-expect-error nothing can stop a synchronous operation
    breaker.callSync(() => 7, { timeoutMs: 5 });
  });
});

describe('stream', () => {
  async function* tokens(): AsyncGenerator<string> {
    yield 'a';
  }

  it('gives the items of an async iterable, or of a promise of one', async () => {
    expectTypeOf(breaker.stream(tokens)).toEqualTypeOf<AsyncGenerator<string, void, undefined>>();
    expectTypeOf(breaker.stream(() => Promise.resolve(tokens()))).toEqualTypeOf<AsyncGenerator<string, void,
      undefined>>();
    for await (const token of breaker.stream(() => tokens(),
      { signal: new AbortController().signal })) expectTypeOf(token).toEqualTypeOf<string>();
  });

  it('refuses what is not async iterable, and fallbacks', () => {
    // @ts-expect-error a list is not async
    breaker.stream(() => ['a']);
    // @ts-expect-error fallbacks do not serve streams
    breaker.stream(tokens, { fallback: 'b' });
  });
});

describe('tryAcquire', () => {
  it('gives a permit that may be used, or null', () => {
    const permit = breaker.tryAcquire();
    expectTypeOf(permit).toEqualTypeOf<CircuitPermit | null>();

    // @ts-expect-error there may be none
    permit.success();
    if (permit === null) return;
    expectTypeOf(permit.success()).toEqualTypeOf<void>();
    expectTypeOf(permit.failure(new Error('no'))).toEqualTypeOf<void>();
    expectTypeOf(permit.ignore()).toEqualTypeOf<void>();
    // @ts-expect-error a success has nothing to tell
    permit.success(7);
  });

  it('works with using, null included, as the breaker does', () => {
    const scope = (): boolean => {
      using permit = breaker.tryAcquire();
      using own = new UnifiedCircuitBreaker({ name: 'own' });
      return permit === null || own.canExecute();
    };

    expectTypeOf(scope).returns.toEqualTypeOf<boolean>();
    expectTypeOf<CircuitPermit>().toExtend<Disposable>();
    expectTypeOf<UnifiedCircuitBreaker>().toExtend<Disposable>();
  });
});
