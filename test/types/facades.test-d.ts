import {
  alternative,
  circuitBreaker,
  fromCache,
  UnifiedCircuitBreaker,
  withBreaker,
  withBreakerStream,
  withBreakerSync,
} from 'unified-circuit-breaker';
import type { FacadeOptions, KeyedBreakers } from 'unified-circuit-breaker';
import { describe, expectTypeOf, it } from 'vitest';

interface Order {
  readonly id: string;
}

declare function getOrder(id: string, attempt?: number): Promise<Order>;
declare function generic<T>(value: T): Promise<T[]>;
declare function overloaded(id: string): Promise<'text'>;
declare function overloaded(id: number): Promise<'number'>;
declare function parse(text: string): number;
declare function count(to: number): AsyncGenerator<number>;
declare function pages(): Generator<number>;

describe('withBreaker', () => {
  it('keeps the type of an async function: parameters, generics, overloads, `this`', () => {
    expectTypeOf(withBreaker(getOrder)).toMatchTypeOf<(id: string, attempt?: number) => Promise<Order>>();
    expectTypeOf(withBreaker(generic, { name: 'orders' })('a')).toEqualTypeOf<Promise<string[]>>();
    expectTypeOf(withBreaker(overloaded)('a')).toEqualTypeOf<Promise<'text'>>();
    expectTypeOf(withBreaker(overloaded)(1)).toEqualTypeOf<Promise<'number'>>();
    expectTypeOf(withBreaker(getOrder).breaker).toEqualTypeOf<UnifiedCircuitBreaker>();
    expectTypeOf(withBreaker(async function get(this: Order) { return this.id; })).thisParameter.toEqualTypeOf<Order>();
    expectTypeOf(withBreaker(getOrder, new UnifiedCircuitBreaker({ name: 'orders' }))).toMatchTypeOf<typeof getOrder>();
  });

  it('returns a promise for a synchronous function, and its value with withBreakerSync', () => {
    expectTypeOf(withBreaker(parse)('5')).toEqualTypeOf<Promise<number>>();
    expectTypeOf(withBreakerSync(parse)('5')).toEqualTypeOf<number>();
  });

  it('adds the type of a fallback', () => {
    const date = async (_id: string): Promise<Date | null> => null;
    const length = (_error: unknown, id: string): number => id.length;
    const cached = fromCache((_id: string): Order | undefined => undefined);
    const other = alternative(async (id: string) => id);
    const chain = withBreaker(getOrder, { fallback: [fromCache(date), (_error, id) => id.length, 'none'] });

    expectTypeOf(withBreaker(getOrder, { fallback: null })('1')).toEqualTypeOf<Promise<Order | null>>();
    expectTypeOf(withBreaker(getOrder, { fallback: length })('1')).toEqualTypeOf<Promise<Order | number>>();
    expectTypeOf(withBreaker(getOrder, { fallback: cached })('1')).toEqualTypeOf<Promise<Order>>();
    expectTypeOf(withBreaker(getOrder, { fallback: other })('1')).toEqualTypeOf<Promise<Order | string>>();
    expectTypeOf(chain('1')).toEqualTypeOf<Promise<Order | Date | number | string>>();
    const keyed = withBreaker(getOrder, { name: 'orders', by: (id) => id, fallback: null });
    expectTypeOf(keyed('1')).toEqualTypeOf<Promise<Order | null>>();
    const text = withBreaker(parse, { fallback: (_error, given) => given });
    expectTypeOf(text('1')).toEqualTypeOf<Promise<number | string>>();
    const options: FacadeOptions<Parameters<typeof getOrder>> = {};
    expectTypeOf(withBreaker(getOrder, options)('1')).toEqualTypeOf<Promise<Order>>();
  });

  it('has breakers by key with `by`', () => {
    const keyed = withBreaker(getOrder, { name: 'orders', by: (id) => id });
    const sync = withBreakerSync(parse, { name: 'parsers', by: (text) => text });
    const stream = withBreakerStream(count, { name: 'counts', by: (to) => String(to) });

    expectTypeOf(keyed).toMatchTypeOf<typeof getOrder>();
    expectTypeOf(keyed.breakers).toEqualTypeOf<KeyedBreakers>();
    expectTypeOf(sync).toMatchTypeOf<typeof parse & { readonly breakers: KeyedBreakers }>();
    expectTypeOf(stream(3)).toEqualTypeOf<AsyncGenerator<number, void, undefined>>();
    expectTypeOf(withBreaker(parse, { name: 'parsers', by: (text) => text })('5')).toEqualTypeOf<Promise<number>>();
  });

  it('returns a plain promise when the function returns a subclass of Promise', () => {
    interface ClientPromise<T> extends Promise<T> {
      asResponse(): Promise<Response>;
    }
    const create = withBreaker((_model: string) => Promise.resolve({ id: '1' }) as ClientPromise<Order>);

    expectTypeOf(create('small')).toEqualTypeOf<Promise<Order>>();
    expectTypeOf(create.breaker).toEqualTypeOf<UnifiedCircuitBreaker>();
  });

  it('returns the items of a stream with withBreakerStream', () => {
    const source = async (_prompt: string): Promise<AsyncIterable<string>> =>
      withBreakerStream(async function* () {
        yield 'a';
      })();

    expectTypeOf(withBreakerStream(source)('p')).toEqualTypeOf<AsyncGenerator<string, void, undefined>>();
    expectTypeOf(withBreaker(source)('p')).toEqualTypeOf<Promise<AsyncIterable<string>>>();
  });

  it('does not accept unusable or unknown options, and async generators', () => {
    // @ts-expect-error A delivered item can't be taken back.
    withBreakerStream(count, { fallback: 1 });
    // @ts-expect-error A synchronous function can't wait for a fallback.
    withBreakerSync(parse, { fallback: 1 });
    // @ts-expect-error An async generator needs withBreakerStream.
    withBreaker(count);
    // @ts-expect-error A generator must be async, and needs withBreakerStream.
    withBreaker(pages);
    // @ts-expect-error The option doesn't exist.
    withBreaker(getOrder, { nam: 'orders' });
    // @ts-expect-error The arguments have other types.
    withBreaker(getOrder, { name: 'orders', by: (id: number) => String(id) });
  });
});

describe('circuitBreaker', () => {
  it('decorates async methods and async generators, and any method with `sync`', () => {
    class Orders {
      @circuitBreaker()
      async get(id: string): Promise<Order> {
        return { id };
      }

      @circuitBreaker({ name: 'lists' })
      async *list(): AsyncGenerator<number> {
        yield 1;
      }

      @circuitBreaker({ sync: true })
      parse(text: string): number {
        return Number(text);
      }

      @circuitBreaker({
        passSignal: ([url, init]: [string, RequestInit?], signal: AbortSignal) => [url, { ...init, signal }],
        signalOf: (_url: string, init?: RequestInit) => init?.signal,
        fallback: (_error: unknown, url: string) => url,
      })
      async fetch(url: string, init?: RequestInit): Promise<string> {
        return (await fetch(url, init)).text();
      }

      // @ts-expect-error A synchronous method would become async.
      @circuitBreaker({ name: 'orders' })
      wrong(): number {
        return 1;
      }
    }

    expectTypeOf(new Orders().get('1')).toEqualTypeOf<Promise<Order>>();
    expectTypeOf(new Orders().list()).toEqualTypeOf<AsyncGenerator<number>>();
    expectTypeOf(new Orders().parse('1')).toEqualTypeOf<number>();
  });

  it('decorates generic, overloaded, static and private methods', () => {
    class Orders {
      @circuitBreaker()
      async generic<T>(value: T): Promise<T> {
        return value;
      }

      async overloaded(id: string): Promise<'text'>;
      async overloaded(id: number): Promise<'number'>;
      @circuitBreaker()
      async overloaded(id: unknown): Promise<unknown> {
        return id;
      }

      @circuitBreaker()
      static async make(this: typeof Orders): Promise<Orders> {
        return new this();
      }

      @circuitBreaker({ per: 'instance' })
      async #secret(): Promise<number> {
        return 1;
      }

      open(): Promise<number> {
        return this.#secret();
      }
    }

    expectTypeOf(new Orders().generic('1')).toEqualTypeOf<Promise<string>>();
    expectTypeOf(new Orders().overloaded('1')).toEqualTypeOf<Promise<'text'>>();
    expectTypeOf(Orders.make()).toEqualTypeOf<Promise<Orders>>();
  });

  it('accepts a fallback only if the method can return its result', () => {
    class Orders {
      @circuitBreaker({ fallback: 'none' })
      async state(): Promise<'known' | 'none'> {
        return 'known';
      }

      @circuitBreaker({
        fallback: [
          fromCache((id: string): Order | undefined => ({ id })),
          (_error: unknown, id: string) => ({ id }),
          null,
        ],
      })
      async get(id: string): Promise<Order | null> {
        return { id };
      }

      // @ts-expect-error Callers expect an order.
      @circuitBreaker({ fallback: null })
      async wrong(id: string): Promise<Order> {
        return { id };
      }

      // @ts-expect-error A stream has no fallback.
      @circuitBreaker({ fallback: 1 })
      async *list(): AsyncGenerator<number> {
        yield 1;
      }
    }

    expectTypeOf(new Orders().get('1')).toEqualTypeOf<Promise<Order | null>>();
  });
});
