import { afterEach, describe, expect, it } from 'vitest';
import { alternative, fromCache } from '../../src/facade/fallback-chain.ts';
import { breakerOf } from '../../src/facade/breaker-of.ts';
import { withBreaker, withBreakerStream, withBreakerSync } from '../../src/facade/with-breaker.ts';
import { getUnifiedCircuitBreakerManager } from '../../src/manager/default-manager.ts';
import { UnifiedCircuitBreakerManager } from '../../src/manager/unified-circuit-breaker-manager.ts';
import { breakerWith } from '../support/breaker.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';

afterEach(() => getUnifiedCircuitBreakerManager().dispose());

async function getOrder(this: { readonly prefix: string } | void, id: string, ..._rest: number[]): Promise<string> {
  if (id === 'bad') throw BOOM;
  return `${this?.prefix ?? ''}order ${id}`;
}
const broken = async (_id: string): Promise<string> => Promise.reject(BOOM);
async function* count(to: number): AsyncGenerator<number> {
  for (let item = 0; item < to; item += 1) yield item;
}
function* pages(): Generator<number> {
  yield 1;
}

describe('withBreaker', () => {
  it('keeps `this`, arguments, result, name, length and properties', async () => {
    const protectedGet = withBreaker(Object.assign(getOrder.bind(undefined), { version: 2 }), { name: 'orders' });
    const method = withBreaker(getOrder);

    expect(await method.call({ prefix: 'an ' }, '42', 1, 2)).toBe('an order 42');
    expect([method.name, method.length]).toEqual(['getOrder', 1]);
    expect([protectedGet.version, protectedGet.breaker.name]).toEqual([2, 'orders']);
  });

  it('throws the error of the function, and opens', async () => {
    const get = withBreaker(getOrder, { failureThreshold: 1 });

    expect(await errorOf(get('bad'))).toBe(BOOM);
    expect(await errorOf(get('42'))).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    expect(get.breaker.getMetrics()).toMatchObject({ totalCalls: 2, failedCalls: 1, rejectedCalls: 1 });
  });

  it('shares the breaker of a name in the default manager or the given one', () => {
    const manager = new UnifiedCircuitBreakerManager();
    const { breaker } = withBreaker(getOrder, { name: 'orders' });

    expect(withBreaker(async () => 1, { name: 'orders' }).breaker).toBe(breaker);
    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker('orders')).toBe(breaker);
    expect(withBreaker(getOrder, { name: 'orders', manager }).breaker).toBe(manager.getCircuitBreaker('orders'));
  });

  it('creates an unregistered breaker for each function without a name, named after the function', () => {
    const breakers = [getOrder, getOrder, async () => 1].map((fn) => withBreaker(fn).breaker);

    expect(new Set(breakers).size).toBe(3);
    expect(breakers.map(({ name }) => name)).toEqual(['getOrder', 'getOrder', 'anonymous']);
    expect(getUnifiedCircuitBreakerManager().size).toBe(0);
  });

  it('uses the manager and base for an unregistered breaker too', () => {
    const manager = new UnifiedCircuitBreakerManager({ timeoutMs: 5 });
    getUnifiedCircuitBreakerManager().addBaseConfig('http', { failureThreshold: 3 });

    expect(withBreaker(getOrder, { manager }).breaker.getStatus().config.timeoutMs).toBe(5);
    expect(withBreaker(getOrder, { base: 'http' }).breaker.getStatus().config.failureThreshold).toBe(3);
    expect([manager.size, getUnifiedCircuitBreakerManager().size]).toEqual([0, 0]);
  });

  it('uses a given breaker, alone or as an option', async () => {
    const { breaker } = breakerWith();
    const get = withBreaker(getOrder, breaker);
    const served = withBreaker(getOrder, { breaker, fallback: 'none' });

    await get('42');

    expect(await served('bad')).toBe('none');
    expect([get.breaker, served.breaker, breakerOf(get)]).toEqual([breaker, breaker, breaker]);
    expect(breaker.getMetrics().totalCalls).toBe(2);
  });

  it('passes the signal with passSignal, and aborts it at the timeout', async () => {
    const { breaker, clock } = breakerWith({ timeoutMs: 1_000 });
    const hang = (_url: string, init: { signal?: AbortSignal } = {}): Promise<string> =>
      new Promise((_resolve, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
    const get = withBreaker(hang, { breaker, passSignal: ([url, init], signal) => [url, { ...init, signal }] });

    const settled = errorOf(get('https://orders.example'));
    await clock.advanceAsync(1_000);

    expect(await settled).toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT' });
  });

  it("ends a call when the caller's own signal aborts, without a failure", async () => {
    const controller = new AbortController();
    const hang = (_init: { readonly signal: AbortSignal }) => new Promise<string>(() => {});
    const get = withBreaker(hang, { name: 'orders', signalOf: (init) => init.signal });

    const settled = errorOf(get({ signal: controller.signal }));
    controller.abort(BOOM);

    expect(await settled).toBe(BOOM);
    expect(get.breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 0 });
  });

  it('creates one breaker per key, which functions share that find it in their own arguments', async () => {
    const get = withBreaker(async (tenant: string) => tenant, { name: 'tenants', by: (tenant) => tenant });
    const options = { name: 'tenants', by: (_page: number, tenant: string) => tenant };
    const list = withBreaker(async (page: number, tenant: string) => `${tenant} ${page}`, options);

    await Promise.all([get('a'), list(5, 'a'), list(6, 'b')]);

    const calls = [...get.breakers].map(([key, breaker]) => [key, breaker.getMetrics().totalCalls]);
    expect(calls).toEqual([['a', 2], ['b', 1]]);
    expect([list.breakers === get.breakers, breakerOf(get), breakerOf(getOrder)]).toEqual([true, undefined, undefined]);
  });

  it('exposes its own breaker, not that of a wrapped protected function', () => {
    const inner = withBreaker(getOrder, { name: 'inner' });
    const outer = withBreaker(inner, { name: 'outer' });
    const keyed = withBreaker(inner, { name: 'keyed', by: (id) => id });

    expect([outer.breaker.name, breakerOf(outer)?.name, keyed.breakers.name]).toEqual(['outer', 'outer', 'keyed']);
    const others = [breakerOf(keyed), Reflect.get(outer, 'breakers'), Reflect.get(keyed, 'breaker')];
    expect(others).toEqual([undefined, undefined, undefined]);
  });

  it.each<[title: string, options: object, error: Error]>([
    [
      'passSignal returns no list',
      { passSignal: () => 5 },
      new TypeError('`passSignal` must return a list of arguments. Received 5.'),
    ],
    [
      '`by` returns no string',
      { name: 'tenants', by: () => 5 },
      new TypeError('`by` of "tenants" must return a string. Received 5.'),
    ],
    ['`by` throws', { name: 'tenants', by: () => { throw BOOM; } }, BOOM],
  ])('rejects instead of throwing when %s', async (_title, options, error) => {
    expect(await errorOf(withBreaker(getOrder, options as never)('42'))).toEqual(error);
  });
});

describe('withBreakerSync', () => {
  it('returns the value of a synchronous function, of which withBreaker returns a promise', async () => {
    const parse = (text: string): number => JSON.parse(text) as number;
    const parseSync = withBreakerSync(parse);

    expect(await withBreaker(parse)('5')).toBe(5);
    expect(parseSync('5')).toBe(5);
    expect(() => parseSync('x')).toThrow(SyntaxError);
    expect(parseSync.breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 1 });
  });
});

describe('withBreakerStream', () => {
  it.each([
    ['an async generator', withBreakerStream(count)],
    ['a promise of an iterable', withBreakerStream(async (to: number): Promise<AsyncIterable<number>> => count(to))],
    ['a function that returns an iterable', withBreakerStream((to: number) => count(to))],
    ['a stream that is protected already', withBreakerStream(withBreakerStream(count))],
  ])('streams %s as one call', async (_title, stream) => {
    const items: number[] = [];

    for await (const item of stream(2)) items.push(item);

    expect([items, stream.breaker.getMetrics().successfulCalls]).toEqual([[0, 1], 1]);
  });
});

describe('invalid options', () => {
  const { breaker } = breakerWith();

  it.each<[title: string, options: unknown, problem: string]>([
    ['an unknown option', { nam: 'orders' }, 'Unknown option `nam`. Did you mean `name`?'],
    ['by without name', { by: () => 'a' }, '`by` needs `name`, the name of the group of keyed breakers.'],
    ['maxKeys without by', { maxKeys: 5 }, '`maxKeys` and `idleMs` need `by`.'],
    ['sync', { sync: true }, '`sync` must be left out. Received true. Use `withBreakerSync()`.'],
    ['stream', { stream: false }, '`stream` must be left out. Received false. Use `withBreakerStream()`.'],
    ['a breaker and options', { breaker, timeoutMs: 5 }, "`breaker` and options for a breaker can't be combined."],
    ['no manager', { manager: {} }, '`manager` must be a manager. Received an object.'],
    ['no check', { healthCheck: {} }, '`healthCheck.check` must be a function. Received undefined.'],
    [
      'a health check with an invalid interval',
      { healthCheck: { check: () => true, intervalMs: 0 } },
      '`healthCheck.intervalMs` must be a number of milliseconds (1 or more). Received 0.',
    ],
    ['per', { per: 'instance' }, 'Unknown option `per`.'],
    ['restore', { restore: {} }, 'Unknown option `restore`.'],
    ['zero', { failureThreshold: 0 }, '`failureThreshold` must be a whole number (1 or more), or null. Received 0.'],
    ['no object', 5, 'The options must be an object. Received 5.'],
  ])('make withBreaker throw for %s', (_title, options, problem) => {
    expect(() => withBreaker(getOrder, options as never)).toThrow(
      expect.objectContaining({ breakerName: 'getOrder', message: `\`withBreaker()\`: ${problem}` }) as Error,
    );
  });

  it('make withBreakerSync and withBreakerStream throw when they need a wait', () => {
    const options = { name: 'orders', fallback: 1, signalOf: () => null } as never;

    expect(() => withBreakerSync(getOrder, options)).toThrow(
      "`withBreakerSync()`: `fallback` can't be used for a synchronous function, because it can't wait. " +
        "`signalOf` can't be used for a synchronous function, because it can't wait.",
    );
    expect(() => withBreakerStream(count, options)).toThrow(
      "`withBreakerStream()`: `fallback` can't be used for a stream, because its items are already delivered.",
    );
    expect(getUnifiedCircuitBreakerManager().size).toBe(0);
  });

  it.each<[string, (fn: never) => unknown]>([
    ['withBreaker', withBreaker],
    ['withBreakerSync', withBreakerSync],
    ['withBreakerStream', withBreakerStream],
  ])('make %s throw when it receives no function', (name, wrap) => {
    expect(() => wrap(5 as never)).toThrow(new TypeError(`\`${name}()\` expects a function but received 5.`));
  });

  it.each<[title: string, wrap: (fn: never) => unknown, fn: unknown, problem: string]>([
    [
      'withBreaker throw when it receives an async generator function',
      withBreaker,
      count,
      '`withBreaker()` received an async generator function. Use `withBreakerStream()`.',
    ],
    [
      'withBreaker throw when it receives a stream that is protected already',
      withBreaker,
      withBreakerStream(count),
      '`withBreaker()` received an async generator function. Use `withBreakerStream()`.',
    ],
    [
      'withBreaker throw when it receives a generator function',
      withBreaker,
      pages,
      '`withBreaker()` received a generator function. Make it an async generator. Use `withBreakerStream()`.',
    ],
    [
      'withBreakerSync throw when it receives an async generator function',
      withBreakerSync,
      count,
      '`withBreakerSync()` received an async generator function. Use `withBreakerStream()`.',
    ],
    [
      'withBreakerSync throw when it receives a generator function',
      withBreakerSync,
      pages,
      '`withBreakerSync()` received a generator function. Make it an async generator. Use `withBreakerStream()`.',
    ],
    [
      'withBreakerStream throw when it receives a generator function',
      withBreakerStream,
      pages,
      '`withBreakerStream()` received a generator function. Make it an async generator.',
    ],
  ])('make %s', (_title, wrap, fn, problem) => {
    expect(() => wrap(fn as never)).toThrow(new TypeError(problem));
    expect(getUnifiedCircuitBreakerManager().size).toBe(0);
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
    ['8', 'unknown 8'],
    ['9', 'value'],
  ])('tries a cache, another function, a function and a value in order: %s returns %s', async (id, expected) => {
    const get = withBreaker(broken, {
      fallback: [
        fromCache((key: string) => cache.get(key)),
        alternative(withBreaker(replica)),
        (error: unknown, key: string) => (error === BOOM && key === '8' ? 'unknown 8' : Promise.reject(BOOM)),
        'value',
      ],
    });

    expect(await get(id)).toBe(expected);
  });

  it('is called with the `this` of the call', async () => {
    const get = withBreaker(broken, {
      fallback: function fallback(this: unknown) {
        return (this as { readonly kept: string }).kept;
      },
    });

    expect(await get.call({ kept: 'kept' } as never, '42')).toBe('kept');
  });

  it('throws all errors when every fallback fails', async () => {
    const get = withBreaker(broken, { fallback: [fromCache(() => null), alternative(replica)] });

    expect(await errorOf(get('9'))).toMatchObject({
      code: 'ERR_CIRCUIT_FALLBACK',
      cause: BOOM,
      errors: [{ message: 'The cache has no value.', cause: BOOM }, { message: 'no replica' }],
    });
  });

  it('belongs to the function, not to the breaker that it shares', async () => {
    const served = withBreaker(getOrder, { name: 'orders', fallback: 'served' });
    const bare = withBreaker(getOrder, { name: 'orders' });

    expect(await served('bad')).toBe('served');
    expect(await errorOf(bare('bad'))).toBe(BOOM);
  });
});
