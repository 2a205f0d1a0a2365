import { afterEach, describe, expect, it } from 'vitest';
import { alternative, fromCache } from '../../src/facade/fallback-chain.ts';
import { breakerOf, withBreaker } from '../../src/facade/with-breaker.ts';
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

  it('streams a stream that is wrapped again, and a function of which an option says that it streams', async () => {
    const count = async function* count(to: number) {
      for (let item = 0; item < to; item += 1) yield item;
    };
    const outer = withBreaker(withBreaker(count), { name: 'outer' });
    const plain = withBreaker((to: number) => count(to), { name: 'plain', stream: true });
    const items: number[] = [];

    for await (const item of outer(2)) items.push(item);
    for await (const item of plain(2) as unknown as AsyncIterable<number>) items.push(item);

    expect(items).toEqual([0, 1, 0, 1]);
    expect([outer, plain].map(({ breaker }) => breaker.getMetrics().successfulCalls)).toEqual([1, 1]);
  });

  it('refuses fallbacks for a stream, and a `passSignal` that gives no list', async () => {
    expect(() => withBreaker(async function* nothing() {}, { fallback: 1 } as never)).toThrow('Expected neither `fallback` nor `sync` for a stream');
    expect(await errorOf(withBreaker(getOrder, { passSignal: () => 5 as never })('42'))).toMatchObject({ message: 'Expected `passSignal` to give a list of arguments, got 5' });
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
    expect(breakerOf(get)).toBe(undefined);
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
    [{ name: 'orders', by: () => 'a', per: 'instance' }, "Expected either `by` or `per: 'instance'`, got both"],
    [{ healthCheck: {} }, 'Expected `healthCheck.check` to be a function, got undefined'],
    [{ timeoutMs: 0 }, 'Expected `timeoutMs` to be milliseconds, 1 to Infinity, or null, got 0'],
  ] as [object, string][])('refuses %o at once', (options, problem) => {
    expect(() => withBreaker(getOrder, options as never)).toThrow(expect.objectContaining({ code: 'ERR_CIRCUIT_CONFIG', problems: [problem] }) as Error);
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
