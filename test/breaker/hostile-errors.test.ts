import { describe, expect, it } from 'vitest';
import { CircuitBreakerOpenError, isCircuitBreakerError, isCircuitBreakerTimeoutError } from '../../src/index.ts';
import type { UnifiedCircuitBreaker, UnifiedCircuitConfig } from '../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../support/breaker.ts';
import { never, throwing, thrownBy } from '../support/calls.ts';

const trap = throwing(new Error('trap'));
const TRAPS: ProxyHandler<Error> = {
  get: trap,
  has: trap,
  ownKeys: trap,
  getPrototypeOf: trap,
  getOwnPropertyDescriptor: trap,
  set: trap,
  defineProperty: trap,
};

const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable(new Error('gone'), {});
  revoke();
  return proxy;
};
const unreadable = (): Error => {
  const error = new Error('unreadable');
  for (const key of ['stack', 'name', 'code', 'cause', 'status', 'statusCode', 'message']) {
    Object.defineProperty(error, key, { get: trap });
  }
  return error;
};
const causedInCircle = (): Error => {
  const one = new Error('one');
  one.cause = new Error('two', { cause: new Error('three', { cause: one }) });
  return one;
};

const THROWN: readonly (readonly [title: string, make: () => unknown])[] = [
  ['undefined', () => undefined],
  ['null', () => null],
  ['0', () => 0],
  ['an empty string', () => ''],
  ['NaN', () => Number.NaN],
  ['a symbol', () => Symbol.for('thrown')],
  ['a bigint', () => 7n],
  ['a function', () => trap],
  ['a frozen error', () => Object.freeze(new Error('frozen'))],
  ['an object without a prototype', () => Object.create(null) as unknown],
  ['a proxy whose traps all throw', () => new Proxy(new Error('proxied'), TRAPS)],
  ['a revoked proxy', revoked],
  ['an error that cannot be read', unreadable],
  ['an error whose name is an object', () => Object.assign(new Error('odd'), { name: { toString: trap } })],
  ['an error whose name is a prototype key', () => Object.assign(new Error('odd'), { name: '__proto__' })],
  ['an error caused in a circle', causedInCircle],
  ['a thenable', () => ({ then: (resolve: (value: string) => void) => resolve('not awaited') })],
  ['a promise that is fulfilled', () => Promise.resolve('not awaited')],
];

/** What a promise rejects with, in a box: a promise of it would look for its `then`. */
function rejectionOf(promise: Promise<unknown>): Promise<{ readonly it: unknown }> {
  return promise.then(() => ({ it: 'nothing' }), (error: unknown) => ({ it: error }));
}

class Counted extends Error {}
class Touchy extends Error {
  static override [Symbol.hasInstance](): boolean {
    throw new Error('hasInstance');
  }
}

const FILTERS: readonly Pick<UnifiedCircuitConfig, 'ignoreErrors' | 'classify'>[] = [
  {},
  { ignoreErrors: ['Other', 'E_OTHER', 404, Counted] },
  { ignoreErrors: () => false },
  { ignoreErrors: Touchy },
  { classify: ({ status }) => status },
];

/** All ways to let an operation throw, and how the error arrives. */
const WAYS: readonly ((breaker: UnifiedCircuitBreaker, thrown: unknown) => Promise<{ readonly it: unknown }>)[] = [
  (breaker, thrown) => rejectionOf(breaker.call(() => new Promise((_resolve, reject) => reject(thrown)))),
  (breaker, thrown) => rejectionOf(breaker.call(throwing(thrown))),
  async (breaker, thrown) => ({ it: (await breaker.tryCall(throwing(thrown))).error }),
  async (breaker, thrown) => ({ it: thrownBy(() => breaker.callSync(throwing(thrown))) }),
  (breaker, thrown) => rejectionOf(breaker.stream(throwing(thrown)).next()),
];

describe('an operation that throws', () => {
  it.each(THROWN)('%s fails, and the caller gets it untouched, whatever filters it', async (_title, make) => {
    for (const options of FILTERS) {
      const { breaker, clock } = breakerWith({ failureThreshold: WAYS.length, ...options });
      const thrown = make();

      for (const way of WAYS) expect(Object.is((await way(breaker, thrown)).it, thrown)).toBe(true);

      expect(breaker.getMetrics()).toMatchObject({ totalCalls: 5, failedCalls: 5, inFlight: 0, abandoned: 0 });
      expect(breaker.state).toBe('open');
      expect(clock.holdingTimers).toBe(0);
    }
  });

  it.each(THROWN)('%s can be explained, saved and passed to listeners', async (_title, make) => {
    const { breaker, events } = breakerWith({ failureThreshold: 1, keepLastError: true });
    const thrown = make();
    await rejectionOf(breaker.call(throwing(thrown)));

    const { it: rejection } = await rejectionOf(breaker.call(() => 'not run'));

    expect(kindsOf(events)).toEqual(['failure', 'stateChange', 'rejected']);
    expect(rejection).toBeInstanceOf(CircuitBreakerOpenError);
    expect(Object.is((rejection as CircuitBreakerOpenError).cause, thrown)).toBe(true);
    expect(breaker.explain()).toContain('open');
    expect(() => JSON.stringify([breaker.getStatus(), breaker.snapshot()])).not.toThrow();
    expect(Object.values(breaker.getMetrics().failureTypes)).toEqual([1]);
  });
});

describe('a value that may be an error', () => {
  it.each(THROWN)('%s reaches a fallback, and is listed when a fallback throws it', async (_title, make) => {
    const thrown = make();
    const { breaker } = breakerWith({ fallback: (error: unknown) => ({ served: error }) });
    const original = new Error('original');
    const fallback = [throwing(thrown), () => new Promise((_resolve, reject) => reject(thrown))];

    const served = breaker.callSync(throwing(thrown)) as { served: unknown };
    const { it: error } = await rejectionOf(breaker.call(() => Promise.reject(original), { fallback }));

    expect(Object.is(served.served, thrown)).toBe(true);
    expect(error).toMatchObject({ code: 'ERR_CIRCUIT_FALLBACK' });
    const { errors, cause } = error as { errors: unknown[]; cause: unknown };
    expect(cause).toBe(original);
    expect(errors.map((own) => Object.is(own, thrown))).toEqual([true, true]);
  });

  it.each(THROWN)('%s is what an aborted call rejects with', async (_title, make) => {
    const { breaker } = breakerWith();
    const controller = new AbortController();
    const call = rejectionOf(breaker.call(never, { signal: controller.signal }));

    controller.abort(make());
    const { it: error } = await call;

    // abort(undefined) makes an AbortError.
    expect(Object.is(error, controller.signal.reason)).toBe(true);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, ignoredCalls: 1, inFlight: 0 });
  });

  it.each(THROWN)('%s counts as a failure when it is recorded, and is not ours', (_title, make) => {
    const { breaker } = breakerWith();
    breaker.recordFailure(make());
    breaker.tryAcquire()?.failure(make());

    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 2, failedCalls: 2, inFlight: 0 });
    expect([isCircuitBreakerError(make()), isCircuitBreakerTimeoutError(make())]).toEqual([false, false]);
  });
});

describe('a filter along the causes', () => {
  it('looks at the error and five causes, and no deeper', async () => {
    const chain = (depth: number): Error => {
      let error: Error = new Counted('deepest');
      for (let level = 0; level < depth; level += 1) error = new Error(`level ${level}`, { cause: error });
      return error;
    };
    const { breaker } = silentBreakerWith({ ignoreErrors: [Counted] });

    const statuses = [];
    for (const depth of [0, 1, 4, 5, 6, 500]) statuses.push((await breaker.tryCall(throwing(chain(depth)))).status);

    expect(statuses).toEqual(['ignored', 'ignored', 'ignored', 'ignored', 'failure', 'failure']);
  });
});
