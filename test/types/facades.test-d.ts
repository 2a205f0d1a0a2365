import { alternative, circuitBreaker, fromCache, UnifiedCircuitBreaker, withBreaker } from 'unified-circuit-breaker';
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

  it('gives a promise for a sync function, and with `sync` its value', () => {
    expectTypeOf(withBreaker(parse)('5')).toEqualTypeOf<Promise<number>>();
    expectTypeOf(withBreaker(parse, { sync: true })('5')).toEqualTypeOf<number>();
  });

  it('keeps an async generator', () => {
    expectTypeOf(withBreaker(count)(3)).toEqualTypeOf<AsyncGenerator<number>>();
  });

  it('adds what a fallback gives', () => {
    expectTypeOf(withBreaker(getOrder, { fallback: null })('1')).toEqualTypeOf<Promise<Order | null>>();
    expectTypeOf(withBreaker(getOrder, { fallback: (_error: unknown, id: string) => id.length })('1')).toEqualTypeOf<Promise<Order | number>>();
    expectTypeOf(withBreaker(getOrder, { fallback: fromCache((_id: string): Order | undefined => undefined) })('1')).toEqualTypeOf<Promise<Order>>();
    expectTypeOf(withBreaker(getOrder, { fallback: alternative(async (id: string) => id) })('1')).toEqualTypeOf<Promise<Order | string>>();
    expectTypeOf(withBreaker(getOrder, { fallback: [fromCache(async (_id: string): Promise<Date | null> => null), (_error, id) => id.length, 'none'] })('1')).toEqualTypeOf<Promise<Order | Date | number | string>>();
    expectTypeOf(withBreaker(getOrder, { fallback: () => [] as string[] })('1')).toEqualTypeOf<Promise<Order | string[]>>();
    expectTypeOf(withBreaker(getOrder, { name: 'orders', by: (id) => id, fallback: null })('1')).toEqualTypeOf<Promise<Order | null>>();
    expectTypeOf(withBreaker(parse, { fallback: (_error, text) => text })('1')).toEqualTypeOf<Promise<number | string>>();
    const given: FacadeOptions<Parameters<typeof getOrder>> = {};
    expectTypeOf(withBreaker(getOrder, given)('1')).toEqualTypeOf<Promise<Order>>();
  });

  it('has breakers by key with `by`', () => {
    const keyed = withBreaker(getOrder, { name: 'orders', by: (id) => id });

    expectTypeOf(keyed).toMatchTypeOf<typeof getOrder>();
    expectTypeOf(keyed.breakers).toEqualTypeOf<KeyedBreakers>();
    expectTypeOf(withBreaker(parse, { name: 'parsers', by: (text) => text, sync: true })).toMatchTypeOf<typeof parse & { readonly breakers: KeyedBreakers }>();
    expectTypeOf(withBreaker(count, { name: 'counts', by: (to) => String(to) })(3)).toEqualTypeOf<AsyncGenerator<number>>();
    expectTypeOf(withBreaker(parse, { name: 'parsers', by: (text) => text })('5')).toEqualTypeOf<Promise<number>>();
  });

  it('gives the plain promise that it really gives, where the function has one with more', () => {
    interface ClientPromise<T> extends Promise<T> {
      asResponse(): Promise<Response>;
    }
    const create = withBreaker((_model: string): ClientPromise<Order> => Promise.resolve({ id: '1' }) as ClientPromise<Order>);

    expectTypeOf(create('small')).toEqualTypeOf<Promise<Order>>();
    expectTypeOf(create.breaker).toEqualTypeOf<UnifiedCircuitBreaker>();
  });

  it('gives the items of what is to be streamed', () => {
    const source = async (_prompt: string): Promise<AsyncIterable<string>> => withBreaker(async function* () { yield 'a'; })();

    expectTypeOf(withBreaker(source, { stream: true })('p')).toEqualTypeOf<AsyncGenerator<string, void, undefined>>();
    expectTypeOf(withBreaker(source)('p')).toEqualTypeOf<Promise<AsyncIterable<string>>>();
  });

  it('has no fallback for streams and for sync functions', () => {
    // @ts-expect-error What was handed out cannot be taken back.
    withBreaker(count, { fallback: 1 });
    // @ts-expect-error Nor here.
    withBreaker(parse, { sync: true, fallback: 1 });
  });

  it('refuses options that are none', () => {
    // @ts-expect-error No such option.
    withBreaker(getOrder, { nam: 'orders' });
    // @ts-expect-error The arguments of another function.
    withBreaker(getOrder, { name: 'orders', by: (id: number) => String(id) });
  });
});

describe('circuitBreaker', () => {
  it('takes async methods and async generators, and with `sync` any', () => {
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

      // @ts-expect-error A sync method would become async.
      @circuitBreaker({ name: 'orders' })
      wrong(): number {
        return 1;
      }
    }

    expectTypeOf(new Orders().get('1')).toEqualTypeOf<Promise<Order>>();
    expectTypeOf(new Orders().list()).toEqualTypeOf<AsyncGenerator<number>>();
    expectTypeOf(new Orders().parse('1')).toEqualTypeOf<number>();
  });

  it('takes generic, overloaded, static and private methods', () => {
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

  it('takes a fallback that gives what the method gives, and no other', () => {
    class Orders {
      @circuitBreaker({ fallback: 'none' })
      async state(): Promise<'known' | 'none'> {
        return 'known';
      }

      @circuitBreaker({ fallback: [fromCache((id: string): Order | undefined => ({ id })), (_error: unknown, id: string) => ({ id }), null] })
      async get(id: string): Promise<Order | null> {
        return { id };
      }

      // @ts-expect-error Whoever calls it expects an order.
      @circuitBreaker({ fallback: null })
      async wrong(id: string): Promise<Order> {
        return { id };
      }

      // @ts-expect-error Fallbacks do not serve streams.
      @circuitBreaker({ fallback: 1 })
      async *list(): AsyncGenerator<number> {
        yield 1;
      }
    }

    expectTypeOf(new Orders().get('1')).toEqualTypeOf<Promise<Order | null>>();
  });
});
