import { alternative, circuitBreaker, fromCache, UnifiedCircuitBreaker, withBreaker } from 'unified-circuit-breaker';
import type { KeyedBreakers } from 'unified-circuit-breaker';
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
  });

  it('has breakers by key with `by`', () => {
    const keyed = withBreaker(getOrder, { name: 'orders', by: (id) => id });

    expectTypeOf(keyed).toMatchTypeOf<typeof getOrder>();
    expectTypeOf(keyed.breakers).toEqualTypeOf<KeyedBreakers<[id: string, attempt?: number | undefined]>>();
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
    expectTypeOf(new Orders().parse('1')).toEqualTypeOf<number>();
  });
});
