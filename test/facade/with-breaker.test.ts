import { afterEach, describe, expect, it } from 'vitest';
import { alternative, fromCache } from '../../src/facade/fallback-chain.ts';
import { breakerOf } from '../../src/facade/breaker-of.ts';
import { withBreaker } from '../../src/facade/with-breaker.ts';
import { getUnifiedCircuitBreakerManager } from '../../src/manager/default-manager.ts';
import { UnifiedCircuitBreakerManager } from '../../src/manager/unified-circuit-breaker-manager.ts';
import { breakerWith } from '../support/breaker.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';

afterEach(() => getUnifiedCircuitBreakerManager().dispose());

async function getOrder(this: { readonly prefix: string } | void, id: string, ..._rest: number[]): Promise<string> {
  if (id === 'bad') throw BOOM;
  return `${this?.prefix ?? ''}order ${id}`;
}

describe('withBreaker', () => {
  it('keeps `this`, arguments, result, name and length, and the properties of the function', async () => {
    const protectedGet = withBreaker(Object.assign(getOrder.bind(undefined), { version: 2 }), { name: 'orders' });
    const method = withBreaker(getOrder);

    expect(await method.call({ prefix: 'an ' }, '42', 1, 2)).toBe('an order 42');
    expect([method.name, method.length]).toEqual(['getOrder', 1]);
    expect([protectedGet.version, protectedGet.breaker.name]).toEqual([2, 'orders']);
  });

  it('throws what the function throws, unchanged, and opens', async () => {
    const get = withBreaker(getOrder, { failureThreshold: 1 });

    expect(await errorOf(get('bad'))).toBe(BOOM);
    expect(await errorOf(get('42'))).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    expect(get.breaker.getMetrics()).toMatchObject({ totalCalls: 2, failedCalls: 1, rejectedCalls: 1 });
  });

  it('shares the breaker of a name in the default manager, or in one that is given', () => {
    const manager = new UnifiedCircuitBreakerManager();

    expect(withBreaker(getOrder, { name: 'orders' }).breaker).toBe(withBreaker(async () => 1, { name: 'orders' }).breaker);
    expect(withBreaker(getOrder, { name: 'orders' }).breaker).toBe(getUnifiedCircuitBreakerManager().getCircuitBreaker('orders'));
    expect(withBreaker(getOrder, { name: 'orders', manager }).breaker).toBe(manager.getCircuitBreaker('orders'));
  });

  it('gives each function without a name a breaker of its own, listed under the name of the function', () => {
    const first = withBreaker(getOrder);
    const second = withBreaker(getOrder);
    withBreaker(async () => 1);

    expect(first.breaker).not.toBe(second.breaker);
    expect(getUnifiedCircuitBreakerManager().getCircuitBreakerNames()).toEqual(['getOrder', 'getOrder#2', 'anonymous']);
    expect(getUnifiedCircuitBreakerManager().createCircuitBreaker('getOrder')).not.toBe(first.breaker);
  });

  it('uses a breaker that is given as it is, by itself or among options', async () => {
    const { breaker } = breakerWith();
    const get = withBreaker(getOrder, breaker);
    const served = withBreaker(getOrder, { breaker, fallback: 'none' });

    await get('42');

    expect(await served('bad')).toBe('none');
    expect([get.breaker, served.breaker, breakerOf(get)]).toEqual([breaker, breaker, breaker]);
    expect(breaker.getMetrics().totalCalls).toBe(2);
  });

  it('gives a promise of a sync function, and with `sync` its value', async () => {
    const parse = (text: string): number => JSON.parse(text) as number;

    expect(await withBreaker(parse)('5')).toBe(5);
    expect(withBreaker(parse, { sync: true })('5')).toBe(5);
    expect(() => withBreaker(parse, { sync: true })('x')).toThrow(SyntaxError);
  });

  it('streams an async generator as one call', async () => {
    const count = withBreaker(async function* count(to: number) {
      for (let item = 0; item < to; item += 1) yield item;
    });
    const items: number[] = [];

    for await (const item of count(3)) items.push(item);

    expect(items).toEqual([0, 1, 2]);
    expect(count.breaker.getMetrics()).toMatchObject({ totalCalls: 1, successfulCalls: 1 });
  });

  it('streams what any function gives with `stream`, and what a function gives that streams already', async () => {
    const count = async function* (to: number): AsyncGenerator<number> {
      for (let item = 0; item < to; item += 1) yield item;
    };
    const promised = withBreaker(async (to: number): Promise<AsyncIterable<number>> => count(to), { stream: true });
    const plain = withBreaker((to: number) => count(to), { stream: true });
    const twice = withBreaker(withBreaker(count));
    const items: number[] = [];

    for await (const item of promised(2)) items.push(item);
    for await (const item of plain(2)) items.push(item);
    for await (const item of twice(2)) items.push(item);

    expect(items).toEqual([0, 1, 0, 1, 0, 1]);
    expect([promised, plain, twice].map(({ breaker }) => breaker.getMetrics().successfulCalls)).toEqual([1, 1, 1]);
  });

  it('passes the signal of the call where an option says, and aborts it at the timeout', async () => {
    const { breaker, clock } = breakerWith({ timeoutMs: 1_000 });
    const hang = (_url: string, init: { signal?: AbortSignal } = {}): Promise<string> =>
      new Promise((_resolve, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
    const get = withBreaker(hang, { breaker, passSignal: ([url, init], signal) => [url, { ...init, signal }] });

    const settled = errorOf(get('https://orders.example'));
    await clock.advanceAsync(1_000);

    expect(await settled).toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT' });
  });

  it('says which option gave something other than arguments', async () => {
    const get = withBreaker(getOrder, { passSignal: (() => 5) as never });

    expect(await errorOf(get('42'))).toEqual(new TypeError('Expected `passSignal` to give a list of arguments, got 5'));
  });

  it("ends a call by the caller's own signal, which is no failure", async () => {
    const controller = new AbortController();
    const get = withBreaker((_init: { readonly signal: AbortSignal }) => new Promise<string>(() => {}), { name: 'orders', signalOf: (init) => init.signal });

    const settled = errorOf(get({ signal: controller.signal }));
    controller.abort(BOOM);

    expect(await settled).toBe(BOOM);
    expect(get.breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0 });
  });

  it('gives each key a breaker', async () => {
    const get = withBreaker(async (tenant: string, id: string) => `${tenant} ${id}`, { name: 'tenants', by: (tenant) => tenant, maxKeys: 2 });

    await Promise.all([get('a', '1'), get('b', '1'), get('a', '2')]);

    expect([...get.breakers].map(([key, breaker]) => [key, breaker.getMetrics().totalCalls])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect([breakerOf(get), breakerOf(getOrder)]).toEqual([undefined, undefined]);
  });

  it('shows the breaker that it adds, and not one of the function inside', () => {
    const inner = withBreaker(getOrder, { name: 'inner' });
    const outer = withBreaker(inner, { name: 'outer' });
    const keyed = withBreaker(inner, { name: 'keyed', by: (id) => id });

    expect([outer.breaker.name, breakerOf(outer)?.name, keyed.breakers.name, breakerOf(keyed)]).toEqual(['outer', 'outer', 'keyed', undefined]);
    expect([Reflect.get(outer, 'breakers'), Reflect.get(keyed, 'breaker')]).toEqual([undefined, undefined]);
  });

  it('finds keys by the arguments of each function, where several share a group', async () => {
    const get = withBreaker(async (tenant: string) => tenant, { name: 'tenants', by: (tenant) => tenant });
    const list = withBreaker(async (page: number, tenant: string) => `${tenant} ${page}`, { name: 'tenants', by: (_page, tenant) => tenant });

    await Promise.all([get('a'), list(5, 'a'), list(6, 'b')]);

    expect(list.breakers).toBe(get.breakers);
    expect([...get.breakers].map(([key, breaker]) => [key, breaker.getMetrics().totalCalls])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  it('says that a key is no string', async () => {
    const get = withBreaker(getOrder, { name: 'tenants', by: (() => 5) as never });

    expect(await errorOf(get('42'))).toEqual(new TypeError('Expected `by` of "tenants" to give a string, got 5'));
  });

  it('rejects, and does not throw, when `by` throws', async () => {
    const get = withBreaker(getOrder, {
      name: 'tenants',
      by: (): string => {
        throw BOOM;
      },
    });

    expect(await errorOf(get('42'))).toBe(BOOM);
  });

  it.each([
    [{ nam: 'orders' }, 'Unknown option `nam`; did you mean `name`?'],
    [{ by: () => 'a' }, 'Expected `name` with `by`: the group of keyed breakers needs one'],
    [{ maxKeys: 5 }, 'Expected `by` with `maxKeys` or `idleMs`: they bound the keys that it gives'],
    [{ sync: true, fallback: 1 }, 'Expected neither `fallback`, `passSignal` nor `signalOf` with `sync`: nothing can wait for them'],
    [{ breaker: breakerWith().breaker, timeoutMs: 5 }, 'Expected either `breaker` or options for one, got both'],
    [{ manager: {} }, 'Expected `manager` to be a manager, got an object'],
    [{ healthCheck: {} }, 'Expected `healthCheck.check` to be a function, got undefined'],
    [{ per: 'instance' }, 'Unknown option `per`'],
    [{ healthCheck: { check: () => true, intervalMs: 0 } }, 'Expected `healthCheck.intervalMs` to be milliseconds, 1 to Infinity, got 0'],
    [{ stream: true, fallback: 1 }, 'Expected neither `fallback` nor `sync` for a stream: what was handed out cannot be taken back'],
    [{ timeoutMs: 0 }, 'Expected `timeoutMs` to be milliseconds, 1 to Infinity, or null, got 0'],
  ] as [object, string][])('refuses %o at once', (options, problem) => {
    expect(() => withBreaker(getOrder, options as never)).toThrow(expect.objectContaining({ code: 'ERR_CIRCUIT_CONFIG', problems: [problem] }) as Error);
  });

  it('refuses a fallback for an async generator at once, and lists no breaker for it', () => {
    const count = async function* (): AsyncGenerator<number> {};

    expect(() => withBreaker(count as never, { fallback: 1 })).toThrow('Expected neither `fallback` nor `sync` for a stream');
    expect(getUnifiedCircuitBreakerManager().size).toBe(0);
  });

  it('refuses what is no function', () => {
    expect(() => withBreaker(5 as never)).toThrow(TypeError);
  });
});

describe('a fallback chain', () => {
  const cache = new Map([['42', 'cached 42']]);
  const replica = async (id: string): Promise<string> => {
    if (id === '7') return 'replica 7';
    throw new Error('no replica');
  };

  it.each([
    ['42', 'cached 42'],
    ['7', 'replica 7'],
    ['8', 'nobody knows 8'],
  ])('asks a cache, another protected function, a function and a value, in order: %s gives %s', async (id, expected) => {
    const other = withBreaker(replica);
    const get = withBreaker(async (_id: string): Promise<string> => Promise.reject(BOOM), {
      fallback: [fromCache((key: string) => cache.get(key)), alternative(other), (error: unknown, key: string) => (error === BOOM && key === '8' ? 'nobody knows 8' : Promise.reject(BOOM)), 'value'],
    });

    expect(await get(id)).toBe(expected);
  });

  it('has the `this` of the call', async () => {
    const get = withBreaker(async (): Promise<string> => Promise.reject(BOOM), {
      fallback: function fallback(this: unknown) {
        return (this as { readonly kept: string }).kept;
      },
    });

    expect(await get.call({ kept: 'kept' } as never)).toBe('kept');
  });

  it('tells everything that failed, when nothing serves', async () => {
    const get = withBreaker(async (_id: string): Promise<string> => Promise.reject(BOOM), { fallback: [fromCache(() => null), alternative(replica)] });

    expect(await errorOf(get('9'))).toMatchObject({ code: 'ERR_CIRCUIT_FALLBACK', cause: BOOM, errors: [{ message: 'The cache has no value', cause: BOOM }, { message: 'no replica' }] });
  });

  it('belongs to the function: another that shares the breaker has none', async () => {
    const served = withBreaker(getOrder, { name: 'orders', fallback: 'served' });
    const bare = withBreaker(getOrder, { name: 'orders' });

    expect(await served('bad')).toBe('served');
    expect(await errorOf(bare('bad'))).toBe(BOOM);
  });
});
