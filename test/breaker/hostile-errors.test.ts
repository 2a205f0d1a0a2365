import { describe, expect, it } from 'vitest';
import { CircuitBreakerOpenError, isCircuitBreakerError, isCircuitBreakerTimeoutError } from '../../src/index.ts';
import type { UnifiedCircuitConfig } from '../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../support/breaker.ts';

const trap = () => {
  throw new Error('trap');
};
const TRAPS: ProxyHandler<Error> = { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap, set: trap, defineProperty: trap };

const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable(new Error('gone'), {});
  revoke();
  return proxy;
};
const unreadable = (...keys: readonly string[]): Error => {
  const error = new Error('unreadable');
  for (const key of keys) Object.defineProperty(error, key, { get: trap });
  return error;
};
const selfCaused = (): Error => {
  const error = new Error('cyclic');
  error.cause = error;
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
  ['an empty text', () => ''],
  ['NaN', () => Number.NaN],
  ['a symbol', () => Symbol.for('thrown')],
  ['a bigint', () => 7n],
  ['a function', () => trap],
  ['a frozen error', () => Object.freeze(new Error('frozen'))],
  ['an object without a prototype', () => Object.create(null) as unknown],
  ['a proxy whose traps all throw', () => new Proxy(new Error('proxied'), TRAPS)],
  ['a revoked proxy', revoked],
  ['an error whose name, code, cause, message and stack cannot be read', () => unreadable('stack', 'name', 'code', 'cause', 'status', 'statusCode', 'message')],
  ['an error whose name is an object', () => Object.assign(new Error('odd'), { name: { toString: trap } })],
  ['an error whose name is a prototype key', () => Object.assign(new Error('odd'), { name: '__proto__' })],
  ['an error that is its own cause', selfCaused],
  ['an error caused in a circle', causedInCircle],
  ['a thenable', () => ({ then: (resolve: (value: string) => void) => resolve('not awaited') })],
  ['a promise that is fulfilled', () => Promise.resolve('not awaited')],
];

/** What a promise rejects with, in a box: a promise of it would look for its `then`. */
function thrownBy(promise: Promise<unknown>): Promise<{ readonly it: unknown }> {
  return promise.then(
    () => ({ it: 'nothing' }),
    (error: unknown) => ({ it: error }),
  );
}

class Counted extends Error {}
class Touchy extends Error {
  static override [Symbol.hasInstance](): boolean {
    throw new Error('hasInstance');
  }
}

const FILTERS: readonly (readonly [title: string, options: Pick<UnifiedCircuitConfig, 'ignoreErrors' | 'classify'>])[] = [
  ['no filter', {}],
  ['ignored names, codes, statuses and classes', { ignoreErrors: ['Other', 'E_OTHER', 404, Counted] }],
  ['a predicate', { ignoreErrors: () => false }],
  ['a class that cannot be asked', { ignoreErrors: Touchy }],
  ['a classifier', { classify: ({ status }) => status }],
];

describe('an operation that throws', () => {
  it.each(THROWN.flatMap(([title, make]) => FILTERS.map(([filter, options]) => [title, filter, make, options] as const)))(
    '%s passes it on untouched and has failed, with %s',
    async (_title, _filter, make, options) => {
      const { breaker, clock } = breakerWith({ failureThreshold: 3, ...options });
      const thrown = make();

      const fromAsync = await thrownBy(breaker.call(() => new Promise((_resolve, reject) => reject(thrown))));
      const fromSync = await thrownBy(breaker.call(() => { throw thrown; }));
      const settled = await breaker.tryCall(() => { throw thrown; });

      expect(Object.is(fromAsync.it, thrown)).toBe(true);
      expect(Object.is(fromSync.it, thrown)).toBe(true);
      expect(settled.status).toBe('failure');
      expect('error' in settled && Object.is(settled.error, thrown)).toBe(true);
      expect(breaker.getMetrics()).toMatchObject({ totalCalls: 3, failedCalls: 3, inFlight: 0, abandoned: 0 });
      expect(breaker.state).toBe('open');
      expect(clock.holdingTimers).toBe(0);
    },
  );

  it.each(THROWN)('%s can be explained, saved and told to listeners', async (_title, make) => {
    const { breaker, events } = breakerWith({ failureThreshold: 1 });
    const thrown = make();
    await thrownBy(breaker.call(() => { throw thrown; }));

    const { it: rejection } = await thrownBy(breaker.call(() => 'not run'));

    expect(kindsOf(events)).toEqual(['failure', 'stateChange', 'rejected']);
    expect(rejection).toBeInstanceOf(CircuitBreakerOpenError);
    expect(Object.is((rejection as CircuitBreakerOpenError).cause, thrown)).toBe(true);
    expect(breaker.explain()).toContain('open');
    expect(() => JSON.stringify([breaker.getStatus(), breaker.snapshot()])).not.toThrow();
    expect(Object.values(breaker.getMetrics().failureTypes)).toEqual([1]);
  });

  it.each(THROWN)('%s synchronously throws it on, and lets a fallback serve', (_title, make) => {
    const { breaker } = breakerWith();
    const serving = breakerWith({ fallback: (error: unknown) => ({ served: error }) }).breaker;
    const thrown = make();
    const operation = (): unknown => {
      throw thrown;
    };

    let caught: unknown = 'nothing';
    try {
      breaker.callSync(operation);
    } catch (error) {
      caught = error;
    }
    const served = serving.callSync(operation) as { served: unknown };

    expect(Object.is(caught, thrown)).toBe(true);
    expect(Object.is(served.served, thrown)).toBe(true);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, inFlight: 0 });
  });

  it.each(THROWN)('%s from a fallback is among the errors of the failed fallbacks', async (_title, make) => {
    const { breaker } = breakerWith();
    const thrown = make();
    const original = new Error('original');

    const { it: error } = await thrownBy(breaker.call(() => Promise.reject(original), { fallback: [() => { throw thrown; }, () => Promise.reject(thrown)] }));

    expect(error).toMatchObject({ name: 'CircuitBreakerFallbackError', code: 'ERR_CIRCUIT_FALLBACK' });
    const { errors, cause } = error as { errors: unknown[]; cause: unknown };
    expect(cause).toBe(original);
    expect(errors).toHaveLength(2);
    expect(errors.every((own) => Object.is(own, thrown))).toBe(true);
  });

  it.each(THROWN)('%s through a stream passes it on untouched', async (_title, make) => {
    const { breaker, clock } = breakerWith();
    const thrown = make();

    const { it: error } = await thrownBy(breaker.stream((): AsyncIterable<never> => { throw thrown; }).next());

    expect(Object.is(error, thrown)).toBe(true);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, failedCalls: 1, inFlight: 0 });
    expect(clock.holdingTimers).toBe(0);
  });

  it.each(THROWN)('%s as the reason of an abort rejects with it', async (_title, make) => {
    const { breaker } = breakerWith();
    const controller = new AbortController();
    const thrown = make();
    const call = thrownBy(breaker.call(() => new Promise(() => {}), { signal: controller.signal }));

    controller.abort(thrown);
    const { it: error } = await call;

    // abort(undefined) makes an AbortError of its own.
    expect(Object.is(error, controller.signal.reason)).toBe(true);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, ignoredCalls: 1, inFlight: 0 });
  });

  it.each(THROWN)('%s by hand counts a failure', (_title, make) => {
    const { breaker } = breakerWith();

    breaker.recordFailure(make());
    breaker.tryAcquire()?.failure(make());

    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 2, failedCalls: 2, inFlight: 0 });
  });
});

describe('the guards', () => {
  it.each(THROWN)('say of %s that it is none of ours, without throwing', (_title, make) => {
    expect(isCircuitBreakerError(make())).toBe(false);
    expect(isCircuitBreakerTimeoutError(make())).toBe(false);
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
    for (const depth of [0, 1, 4, 5, 6, 500]) statuses.push((await breaker.tryCall(() => Promise.reject(chain(depth)))).status);

    expect(statuses).toEqual(['ignored', 'ignored', 'ignored', 'ignored', 'failure', 'failure']);
  });
});
