import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { CircuitBreakerTimeoutError } from '../../src/index.ts';
import type { CircuitMode } from '../../src/index.ts';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import { throwing } from '../support/calls.ts';
import { errorOf } from '../support/outcomes.ts';

const MODES: readonly CircuitMode[] = ['enforce', 'observe', 'off'];

describe('an operation that is not a function', () => {
  it.each([
    ['undefined', undefined, 'undefined.'],
    ['null', null, 'null.'],
    ['a number', 7, '7.'],
    ['a string', 'fetch', '"fetch".'],
    ['an object', {}, 'an object.'],
    ['a list', [], 'an array.'],
    ['a symbol', Symbol('s'), 'Symbol(s).'],
    ['a promise', Promise.resolve(1), 'a promise. Write `'],
  ])('is rejected with a TypeError and not counted when it is %s', async (_what, operation, received) => {
    const given = operation as never;
    for (const mode of MODES) {
      const { breaker, clock } = breakerWith({ mode, fallback: 'spare' });
      const refusal = (method: string) => {
        const usable = method === 'callSync' ? 'call' : method;
        const hint = received.endsWith('`') ? `${usable}(() => fetch(url))\`.` : '';
        return new TypeError(`\`${method}()\` expects a function but received ${received}${hint}`);
      };

      expect(await errorOf(breaker.call(given))).toEqual(refusal('call'));
      expect(await errorOf(breaker.call(given, { fallback: 'spare' }))).toEqual(refusal('call'));
      expect(await errorOf(breaker.tryCall(given))).toEqual(refusal('tryCall'));
      expect(() => breaker.callSync(given)).toThrow(refusal('callSync'));
      expect(() => breaker.stream(given)).toThrow(refusal('stream'));
      expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, inFlight: 0, ignoredCalls: 0 });
      expect(clock.timers).toBe(0);
    }
  });
});

type Settle = (value: unknown) => void;
type Then = (resolve: Settle, reject: Settle) => void;

class LoudPromise<T> extends Promise<T> {
  override then<A, B>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return super.then(onValue, onError);
  }
}

const fine = (): Promise<string> => Promise.resolve('fine');
const failed = (): Promise<string> => Promise.reject(new Error('no'));
const withOwn = (promise: Promise<string>, own: object): Promise<string> => Object.assign(promise, own);
const withGetter = (promise: object, key: string): object =>
  Object.defineProperty(promise, key, { get: throwing(new Error(`${key} read`)) });
const thenable = (then: Then): unknown => ({ then });
const species = (): Promise<string> => {
  class Odd extends Promise<string> {
    static override get [Symbol.species](): PromiseConstructor {
      return throwing(new Error('species')) as unknown as PromiseConstructor;
    }
  }
  return Odd.resolve('fine');
};

/** Promises and thenables. Each is judged by what a bare `await` makes of it. */
const PROMISES: readonly (readonly [title: string, make: () => unknown])[] = [
  ['a thenable that resolves and then rejects', () => thenable((resolve, reject) => (resolve(1), reject('2')))],
  ['a thenable that rejects and then resolves', () => thenable((resolve, reject) => (reject('first'), resolve(2)))],
  ['a thenable that resolves twice', () => thenable((resolve) => (resolve(1), queueMicrotask(() => resolve(2))))],
  ['a thenable that throws after it resolved', () => thenable((resolve) => (resolve(1), throwing('late')()))],
  ['a thenable that throws', () => thenable(throwing(new Error('then')))],
  ['a thenable that throws undefined', () => thenable(throwing(undefined))],
  ['a thenable of a thenable', () => thenable((resolve) => resolve(thenable((_, reject) => reject('inner'))))],
  ['a function with a then', () => Object.assign(() => 1, { then: (resolve: Settle) => resolve('fine') })],
  ['a false promise', () => Object.create(Promise.prototype) as unknown],
  ['a promise whose own then never answers', () => withOwn(fine(), { then() {} })],
  ['a promise whose own then throws', () => withOwn(fine(), { then: throwing(new Error('own')) })],
  ['a rejected promise whose own then lies', () => withOwn(failed(), { then: (resolve: Settle) => resolve('lie') })],
  ['a promise of a subclass', () => LoudPromise.resolve('fine')],
  ['a rejected promise of a subclass', () => LoudPromise.reject(new Error('no'))],
  ['a promise whose constructor cannot be read', () => withGetter(fine(), 'constructor')],
  ['a promise whose constructor is null', () => withOwn(fine(), { constructor: null })],
  ['a promise with an odd species', species],
  ['a promise of another realm', () => runInNewContext('Promise.resolve("fine")') as unknown],
  ['a rejected promise of another realm', () => runInNewContext('Promise.reject(new Error("no"))') as unknown],
];

const RESULTS: typeof PROMISES = [
  ...PROMISES,
  ['a then that is no function', () => ({ then: 'soon' })],
  ['a then whose getter throws', () => withGetter({}, 'then')],
  ['a promise whose then cannot be read', () => withGetter(fine(), 'then')],
  ['a proxy whose traps all throw', () => new Proxy({}, { get: throwing(new Error('trap')) })],
  [
    'a revoked proxy',
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    },
  ],
  ['an object without a prototype', () => Object.create(null) as unknown],
  ['a symbol', () => Symbol.for('value')],
  ['undefined', () => undefined],
  ['a function', () => Math.max],
];

/** How a promise ends, errors as text: two runs throw two errors. */
async function endOf(run: () => Promise<unknown>) {
  try {
    const value = await run();
    return { status: 'success', value: typeof value === 'object' ? typeof value : value };
  } catch (error) {
    return { status: 'failure', error: String(error) };
  }
}

describe('an operation that returns', () => {
  it.each(RESULTS)('%s ends as a bare await would, and is counted so', async (_title, make) => {
    const bare = await endOf(async () => await make());
    const lean = { timeoutMs: null, trackLatency: false };
    for (const options of [{}, lean, { mode: 'observe' as const }, { maxConcurrent: 5 }, { isFailure: () => false }]) {
      const { breaker, clock, internalErrors } = silentBreakerWith(options);

      expect(await endOf(() => breaker.call(make))).toEqual(bare);
      expect((await breaker.tryCall(make)).status).toBe(bare.status);
      const fails = bare.status === 'failure';
      const totals = { totalCalls: 2, successfulCalls: fails ? 0 : 2, failedCalls: fails ? 2 : 0 };
      expect(breaker.getMetrics()).toMatchObject({ ...totals, inFlight: 0, abandoned: 0 });
      expect([clock.holdingTimers, internalErrors]).toEqual([0, []]);
    }
  });

  it.each(RESULTS)('%s passes through in mode off', async (_title, make) => {
    const bare = await endOf(async () => await make());
    const { breaker } = silentBreakerWith({ mode: 'off' });

    expect(await endOf(() => breaker.call(make))).toEqual(bare);
    expect((await breaker.tryCall(make)).status).toBe(bare.status);
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('a thenable that never answers times out', async () => {
    const { breaker, clock } = breakerWith({ timeoutMs: 1_000 });
    const call = errorOf(breaker.call(() => thenable(() => {}) as Promise<never>));
    await clock.advanceAsync(1_000);

    expect(await call).toBeInstanceOf(CircuitBreakerTimeoutError);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, inFlight: 0, abandoned: 1 });
  });
});

describe('a synchronous operation that returns', () => {
  it.each(PROMISES)('%s is ignored, with a TypeError and no unhandled rejection', async (_title, make) => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1 });

    const message = 'The operation of `callSync()` must not return a promise. Use `call()`.';
    for (const attempt of [1, 2]) {
      expect(() => breaker.callSync(make)).toThrow(new TypeError(message));
      expect(breaker.getMetrics()).toMatchObject({ totalCalls: attempt, ignoredCalls: attempt, inFlight: 0 });
    }
    await clock.advanceAsync(0);
  });

  it.each([
    ['an object whose then is no function', () => ({ then: 7 })],
    ['a symbol', () => Symbol.for('v')],
    ['undefined', () => undefined],
    ['null', () => null],
  ])('%s succeeds with it', (_title, make) => {
    const { breaker } = breakerWith();

    expect(breaker.callSync<unknown>(make)).toEqual(make());
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, inFlight: 0 });
  });
});
