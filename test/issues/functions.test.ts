import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { breakerOf, circuitBreaker, retry, UnifiedCircuitBreaker, withBreaker, withRetry } from '../../src/index.ts';
import { CircuitBreakerFallbackError, CircuitBreakerOpenError, CircuitBreakerTimeoutError } from '../../src/index.ts';
import { BulkheadFullError, CircuitBreakerConfigError, CircuitBreakerDisposedError } from '../../src/index.ts';
import type { CircuitBreakerError } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { silentBreakerWith } from '../support/breaker.ts';
import { thrownBy } from '../support/calls.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';

/** The part of `reflect-metadata` that wrappers use. The tests of frameworks have the real one. */
const kept = new WeakMap<object, Map<unknown, unknown>>();
const metadata = {
  getMetadataKeys: (fn: object) => [...(kept.get(fn) ?? new Map<unknown, unknown>()).keys()],
  getMetadata: (key: unknown, fn: object) => kept.get(fn)?.get(key),
  defineMetadata: (key: unknown, value: unknown, fn: object) =>
    void kept.set(fn, new Map([...(kept.get(fn) ?? []), [key, value]])),
};

describe('metadata of a function', () => {
  beforeEach(() => void Object.assign(Reflect, metadata));
  afterEach(() => {
    for (const key of Object.keys(metadata)) Reflect.deleteProperty(Reflect, key);
  });

  const get = async (): Promise<number> => 1;

  it.each<[string, (fn: typeof get) => object]>([
    ['withBreaker', (fn) => withBreaker(fn)],
    ['withRetry', (fn) => withRetry(fn)],
    ['withBreaker around withRetry', (fn) => withBreaker(withRetry(fn))],
    ['a decorated method', (fn) => {
      const decorate = circuitBreaker() as unknown as (...args: unknown[]) => { value: object };
      return decorate({}, 'get', { value: fn }).value;
    }],
  ])('is that of its wrapper, too: %s', (_what, wrap) => {
    const fn = get.bind(null);
    metadata.defineMetadata('guards', ['admin'], fn);
    const wrapper = wrap(fn);
    metadata.defineMetadata('path', 'list', wrapper);

    expect(metadata.getMetadata('guards', wrapper)).toEqual(['admin']);
    expect(metadata.getMetadata('path', fn)).toBeUndefined();
  });

  it('that throws when it is read is left out', async () => {
    const broken = (): never => {
      throw BOOM;
    };
    Object.assign(Reflect, { getMetadataKeys: broken });

    expect(await withBreaker(get.bind(null))()).toBe(1);
  });
});

describe('a decorated method with a function as breaker', () => {
  class Orders {
    readonly own: UnifiedCircuitBreaker;

    constructor(name: string) {
      this.own = new UnifiedCircuitBreaker({ name });
    }

    @circuitBreaker({ breaker: (self: Orders) => self.own })
    async get(): Promise<string> {
      return this.own.name;
    }
  }

  it('uses the breaker of each instance', async () => {
    const [one, two] = [new Orders('one'), new Orders('two')];
    one.own.trip();

    expect([(await errorOf(one.get())) instanceof CircuitBreakerOpenError, await two.get()]).toEqual([true, 'two']);
    expect([breakerOf(one.get, one), breakerOf(one.get)]).toEqual([one.own, undefined]);
  });

  it('rejects if the function returns no breaker, and throws for other values', async () => {
    const decorate = circuitBreaker({ breaker: (() => 5) as never }) as unknown as
      (...args: unknown[]) => { value: () => Promise<unknown> };
    const error = await errorOf(decorate({}, 'get', { value: async () => 1 }).value());

    expect(error).toEqual(new TypeError('`breaker()` of `@circuitBreaker()` must return a breaker. It returned 5.'));
    expect(() => circuitBreaker({ breaker: 5 as never })).toThrow('a function that returns the breaker of an instance');
    expect(() => circuitBreaker({ breaker: (self: Orders) => self.own, name: 'orders' })).toThrow('combined');
  });
});

describe('onRetry', () => {
  it('that retries is called a bounded number of times', async () => {
    const clock = new FakeClock();
    const reported: unknown[] = [];
    let calls = 0;
    const again = (): Promise<never> =>
      retry(() => Promise.reject(BOOM), {
        clock, budget: null, attempts: 2, random: () => 0.5,
        onInternalError: (error) => void reported.push(error),
        onRetry: () => {
          calls += 1;
          void again().catch(() => {});
        },
      });
    const error = errorOf(again());
    await clock.advanceAsync(60_000);

    expect([await error, calls]).toEqual([BOOM, 3]);
    expect(reported).toEqual([new Error('`onRetry()` started itself 3 times.')]);
  });
});

describe('what a client is told', () => {
  const open = new CircuitBreakerOpenError('https://db.internal', {
    state: 'open', reason: 'error_rate', retryAfterMs: 1_001, lastFailure: undefined, cause: BOOM,
  });
  const timeout = new CircuitBreakerTimeoutError('https://db.internal', 100);

  it.each<[CircuitBreakerError, number, Readonly<Record<string, string>>, string]>([
    [open, 503, { 'retry-after': '2' }, 'Service Unavailable'],
    [new BulkheadFullError('https://db.internal', 1), 503, {}, 'Service Unavailable'],
    [new CircuitBreakerDisposedError('https://db.internal'), 503, {}, 'Service Unavailable'],
    [timeout, 504, {}, 'Gateway Timeout'],
    [new CircuitBreakerFallbackError('orders', open, [BOOM]), 503, { 'retry-after': '2' }, 'Service Unavailable'],
    [new CircuitBreakerFallbackError('orders', timeout, [BOOM]), 504, {}, 'Gateway Timeout'],
    [new CircuitBreakerFallbackError('orders', BOOM, [BOOM]), 500, {}, 'Internal Server Error'],
    [new CircuitBreakerConfigError('orders', ['No.']), 500, {}, 'Internal Server Error'],
  ])('has a status and headers, and names nothing of the inside: %s', async (error, status, headers, message) => {
    const response = error.getResponse();

    expect(error.toClient()).toEqual({ status, headers, body: { statusCode: status, message } });
    expect([response.status, response.headers.get('retry-after'), await response.json()])
      .toEqual([status, headers['retry-after'] ?? null, { statusCode: status, message }]);
    expect([error.status, error.expose]).toEqual([status === 500 ? undefined : status, false]);
  });

  it('has a Retry-After that all clients can read, however long the wait is', () => {
    const { breaker } = silentBreakerWith();
    breaker.trip({ forMs: 1e25 });

    expect(thrownBy(() => breaker.acquire())).toMatchObject({ headers: { 'retry-after': '2147483647' } });
  });
});

describe('an error', () => {
  it('lets frameworks assign what they assign to other errors', () => {
    const error: Record<string, unknown> = new CircuitBreakerTimeoutError('orders', 100) as never;
    for (const key of ['status', 'statusCode', 'headers', 'expose', 'name', 'message', 'stack']) error[key] = 'new';

    expect(error).toMatchObject({ status: 'new', statusCode: 'new', headers: 'new', expose: 'new', name: 'new' });
  });

  it('can be renamed, as others can', () => {
    const error = new CircuitBreakerTimeoutError('orders', 100);
    error.name = 'GatewayError';

    expect([error.name, Object.keys(error).includes('name'), new CircuitBreakerTimeoutError('orders', 1).name])
      .toEqual(['GatewayError', false, 'CircuitBreakerTimeoutError']);
  });

  it('is called by its name in its stack', () => {
    expect(new CircuitBreakerTimeoutError('orders', 100).stack).toMatch(/^CircuitBreakerTimeoutError: /);
  });

  it('has a status for replies, which filters and figures do not take for one of the dependency', async () => {
    const { breaker } = silentBreakerWith({ ignoreErrors: [504] });
    const inner = new CircuitBreakerTimeoutError('inner', 100);
    await errorOf(breaker.call(() => Promise.reject(inner)));

    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, ignoredCalls: 0 });
    breaker.trip();
    expect(thrownBy(() => breaker.acquire())).toMatchObject({ lastFailure: { status: undefined } });
  });
});
