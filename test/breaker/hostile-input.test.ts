import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { CircuitBreakerTimeoutError } from '../../src/index.ts';
import type { CircuitMode } from '../../src/index.ts';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import { errorOf } from '../support/outcomes.ts';

const MODES: readonly CircuitMode[] = ['enforce', 'observe', 'off'];
const NO_FUNCTIONS: readonly unknown[] = [undefined, null, 7, 'fetch', {}, [], Symbol('s'), Promise.resolve(1)];

describe('an operation that is not a function', () => {
  it.each(MODES.flatMap((mode) => NO_FUNCTIONS.map((operation) => [operation, mode] as const)))('%s is refused with a TypeError and not counted in mode %s', async (operation, mode) => {
    const { breaker, clock } = breakerWith({ mode, fallback: 'spare' });
    const given = operation as never;

    expect(await errorOf(breaker.call(given))).toBeInstanceOf(TypeError);
    expect(await errorOf(breaker.call(given, { fallback: 'spare' }))).toBeInstanceOf(TypeError);
    expect(await errorOf(breaker.tryCall(given))).toBeInstanceOf(TypeError);
    expect(() => breaker.callSync(given)).toThrow(TypeError);
    expect(() => breaker.stream(given)).toThrow(TypeError);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, inFlight: 0, ignoredCalls: 0 });
    expect(clock.timers).toBe(0);
  });

  it('is refused while the circuit is open too, and takes no probe', async () => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 1_000 });
    breaker.trip();
    clock.advance(1_000);

    expect(await errorOf(breaker.call(undefined as never))).toBeInstanceOf(TypeError);
    expect(breaker.state).toBe('open');
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });
});

class LoudPromise<T> extends Promise<T> {
  override then<A, B>(onValue?: ((value: T) => A | PromiseLike<A>) | null, onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<A | B> {
    return super.then(onValue, onError);
  }
}

const withOwn = (promise: Promise<string>, own: object): Promise<string> => Object.assign(promise, own);
const withGetter = (promise: Promise<string>, key: string): Promise<string> =>
  Object.defineProperty(promise, key, {
    get() {
      throw new Error(`${key} read`);
    },
  });
const thenable = (then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void): unknown => ({ then });
const species = (executor: (run: unknown) => void): Promise<string> => {
  class Odd extends Promise<string> {
    static override get [Symbol.species](): PromiseConstructor {
      return function Strange(run: unknown) {
        executor(run);
        throw new Error('species');
      } as unknown as PromiseConstructor;
    }
  }
  return Odd.resolve('fine');
};

/** Each is judged by what a bare `await` makes of it. */
const RESULTS: readonly (readonly [title: string, make: () => unknown])[] = [
  ['a thenable that resolves and then rejects', () => thenable((resolve, reject) => (resolve('first'), reject(new Error('second'))))],
  ['a thenable that rejects and then resolves', () => thenable((resolve, reject) => (reject('first'), resolve('second')))],
  ['a thenable that resolves twice, now and later', () => thenable((resolve) => (resolve('first'), queueMicrotask(() => resolve('second'))))],
  ['a thenable that throws after it resolved', () => thenable((resolve) => { resolve('first'); throw new Error('late'); })],
  ['a thenable that throws', () => thenable(() => { throw new Error('then'); })],
  ['a thenable that throws undefined', () => thenable(() => { throw undefined; })],
  ['a thenable that resolves with a thenable that rejects', () => thenable((resolve) => resolve(thenable((_resolve, reject) => reject('inner'))))],
  ['a then that is no function', () => ({ then: 'soon' })],
  ['a then whose getter throws', () => ({ get then() { throw new Error('getter'); } })],
  ['a function with a then', () => Object.assign(() => 1, { then: (resolve: (value: string) => void) => resolve('fine') })],
  ['a false promise, made from the prototype', () => Object.create(Promise.prototype) as unknown],
  ['a promise with a then of its own that never answers', () => withOwn(Promise.resolve('fine'), { then() {} })],
  ['a promise with a then of its own that throws', () => withOwn(Promise.resolve('fine'), { then() { throw new Error('own'); } })],
  ['a rejected promise with a then of its own', () => withOwn(Promise.reject(new Error('no')), { then(resolve: (value: string) => void) { resolve('lie'); } })],
  ['a promise of a subclass', () => LoudPromise.resolve('fine')],
  ['a rejected promise of a subclass', () => LoudPromise.reject(new Error('no'))],
  ['a promise whose constructor cannot be read', () => withGetter(Promise.resolve('fine'), 'constructor')],
  ['a promise whose constructor is null', () => withOwn(Promise.resolve('fine'), { constructor: null })],
  ['a promise whose then cannot be read', () => withGetter(Promise.resolve('fine'), 'then')],
  ['a promise with an odd species', () => species(() => {})],
  ['a promise of another realm', () => runInNewContext('Promise.resolve("fine")') as unknown],
  ['a rejected promise of another realm', () => runInNewContext('Promise.reject(new Error("no"))') as unknown],
  ['a proxy whose traps all throw', () => new Proxy({}, { get() { throw new Error('trap'); } })],
  ['a revoked proxy', () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; }],
  ['an object without a prototype', () => Object.create(null) as unknown],
  ['a symbol', () => Symbol.for('value')],
  ['undefined', () => undefined],
  ['a function', () => Math.max],
];

/** How a promise ends, errors as text: two runs throw two errors. */
async function endOf(run: () => Promise<unknown>): Promise<{ status: 'success'; value: unknown } | { status: 'failure'; error: string }> {
  try {
    const value = await run();
    return { status: 'success', value: typeof value === 'object' ? typeof value : value };
  } catch (error) {
    return { status: 'failure', error: String(error) };
  }
}

describe('an operation that returns', () => {
  it.each(RESULTS)('%s gives what a bare await gives, and is counted so', async (_title, make) => {
    const bare = await endOf(async () => await make());

    for (const options of [{}, { timeoutMs: null, trackLatency: false }, { mode: 'observe' as const }, { maxConcurrent: 5 }, { isFailure: () => false }]) {
      const { breaker, clock, internalErrors } = silentBreakerWith(options);

      const ended = await endOf(() => breaker.call(make));
      const settled = await breaker.tryCall(make);

      expect(ended).toEqual(bare);
      expect(settled.status).toBe(bare.status);
      const count = bare.status === 'success' ? { successfulCalls: 2, failedCalls: 0 } : { successfulCalls: 0, failedCalls: 2 };
      expect(breaker.getMetrics()).toMatchObject({ totalCalls: 2, inFlight: 0, abandoned: 0, ...count });
      expect(clock.holdingTimers).toBe(0);
      expect(internalErrors).toEqual([]);
    }
  });

  it.each(RESULTS)('%s passes through as it would without a breaker in mode off', async (_title, make) => {
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

const PROMISES = RESULTS.filter(([title]) => /^a (thenable|function with|.*promise)/.test(title) && !title.endsWith('then cannot be read'));

describe('a synchronous operation that returns', () => {
  it.each(PROMISES)('%s is refused with a TypeError that names call, counts as ignored, and leaves no rejection unhandled', async (_title, make) => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1 });

    for (const attempt of [1, 2]) {
      expect(() => breaker.callSync(make)).toThrow(/use call/);
      expect(breaker.getMetrics()).toMatchObject({ totalCalls: attempt, ignoredCalls: attempt, inFlight: 0 });
    }
    await clock.advanceAsync(0);
  });

  it.each([['an odd object', () => ({ then: 7 })], ['a symbol', () => Symbol.for('v')], ['undefined', () => undefined], ['null', () => null]])('%s gets it', (_title, make) => {
    const { breaker } = breakerWith();

    expect(breaker.callSync<unknown>(make)).toEqual(make());
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, inFlight: 0 });
  });
});
