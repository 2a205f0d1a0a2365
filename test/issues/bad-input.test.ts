import { describe, expect, it } from 'vitest';
import type { OPTIONS } from '../../src/breaker/options/table.ts';
import { isCircuitBreakerConfigError, UnifiedCircuitBreaker, UnifiedCircuitBreakerManager } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { snapshotWith } from '../support/snapshots.ts';

/** A value of each option that fits. */
const FITTING: Readonly<Record<keyof typeof OPTIONS, unknown>> = {
  name: 'orders', mode: 'observe', failureThreshold: 7, burstMs: 5, errorRateThreshold: 0.4, slowCallRateThreshold: 0.3,
  slowCallThresholdMs: 20, minRequestsThreshold: 3, slidingWindowSize: 9, slidingWindowMs: 900, slidingWindowBuckets: 3,
  detector: 'window', adaptiveThreshold: { floor: 0.6 }, tripPolicy: { shouldTrip: () => null }, recoveryTimeoutMs: 70,
  maxBackoffMs: 700, exponentialBackoff: false, jitter: 'full', backoff: () => 5, maxRetryAfterMs: 90,
  healthCheck: { check: () => true }, halfOpenMaxCalls: 2, successThreshold: 2, halfOpenMaxFailures: 1,
  halfOpenLeaseMs: 60, timeoutMs: 80, maxConcurrent: 4, maxAbandonedMs: 50, ignoreErrors: ['E1'], countErrors: ['E2'],
  isFailure: () => false, classify: () => 'failure', profile: { name: 'mine', judge: () => 'failure' }, fallback: ['a'],
  fallbackOn: ['timeout'], fallbackTimeoutMs: 40, trackLatency: true, captureStack: true, clock: new FakeClock(),
  random: () => 0.5,
  onInternalError: () => {}, keepLastError: true, tags: { team: 'a' }, restore: snapshotWith(),
};
const NAMES = Object.keys(FITTING) as (keyof typeof OPTIONS)[];

/** Calls and what they say, as data: what they return, or the problems. Anything else that is thrown fails the test. */
function answerOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (isCircuitBreakerConfigError(error)) return error.problems;
    throw error;
  }
}

const breakerOf = (config: unknown): UnifiedCircuitBreaker => new UnifiedCircuitBreaker(config as { name: string });
const managerOf = (): UnifiedCircuitBreakerManager => new UnifiedCircuitBreakerManager({ clock: new FakeClock() });

/** Passes one argument to each function that takes an object. */
const TAKERS: Readonly<Record<string, (input: never) => unknown>> = {
  'a breaker': (input) => breakerOf(input).name,
  'the snapshot of a breaker': (restore) => breakerOf({ name: 'orders', restore }).name,
  'a manager': (input) => new UnifiedCircuitBreakerManager(input).size,
  'base configurations': (baseConfigs) => new UnifiedCircuitBreakerManager({ baseConfigs }).size,
  'a base configuration': (input) => managerOf().addBaseConfig('fast', input),
  'a managed breaker': (input) => managerOf().createCircuitBreaker('orders', input).name,
  'a group': (input) => managerOf().keyed('tenants', input).name,
  'a selection': (input) => managerOf().getCircuitBreakerNames(input),
  'the tags of a selection': (tags) => managerOf().getAllStatus({ tags }),
  'the snapshot of a manager': (input) => managerOf().restore(input),
  'the breakers of a snapshot': (breakers) => managerOf().restore({ version: 1, breakers, keyed: [] }),
  'changes': (input) => {
    const manager = managerOf();
    manager.createCircuitBreaker('orders');
    manager.reconfigure('orders', input);
  },
  'a fake clock': (input) => new FakeClock(input).now(),
};

const trap = (): never => {
  throw new Error('trapped');
};
function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}
const HOSTILE: readonly (readonly [string, unknown])[] = [
  ['null', null], ['a number', 5], ['a string', 'x'], ['a symbol', Symbol('x')], ['a function', () => {}],
  ['a list', [1]],
  ['a revoked proxy', revoked({})], ['a revoked proxy of a list', revoked([])],
  ['a proxy that throws', new Proxy({}, { get: trap, ownKeys: trap, getPrototypeOf: trap, has: trap,
    getOwnPropertyDescriptor: trap })],
  ['a getter that throws', Object.defineProperty({}, 'name', { enumerable: true, get: trap })],
];

describe('bad input', () => {
  it.each(Object.keys(TAKERS))('of %s throws a CircuitBreakerConfigError that says something, or is taken', (taker) => {
    for (const [title, input] of HOSTILE) {
      const answer = answerOf(() => TAKERS[taker]?.(input as never));
      const problems = Array.isArray(answer) ? (answer as readonly unknown[]) : [];
      expect([title, problems.filter((problem) => !/ must |Unknown /.test(String(problem)))]).toEqual([title, []]);
    }
  });

  it.each(NAMES)('for the option %s throws a CircuitBreakerConfigError, or is taken', (option) => {
    const takeAll = (): void => {
      for (const [, input] of HOSTILE) answerOf(() => breakerOf({ name: 'orders', [option]: input }).name);
    };
    expect(takeAll).not.toThrow();
  });

  it('of a call rejects with a CircuitBreakerConfigError', async () => {
    const breaker = breakerOf({ name: 'orders' });
    for (const [, input] of HOSTILE) {
      const ended: unknown = await breaker.call(() => 1, input as never).catch((thrown: unknown) => thrown);
      expect(ended === 1 || isCircuitBreakerConfigError(ended)).toBe(true);
    }
  });

  it.each([undefined, null, 5, {}])('as the name %o of a base configuration is refused', (name) => {
    expect(() => managerOf().addBaseConfig(name as never, {})).toThrow('`name` must be a string.');
  });

  it.each(['5', NaN, Infinity, null, undefined])('as the time %o of a fake clock is refused', async (ms) => {
    const clock = new FakeClock();
    for (const move of ['advance', 'freeze', 'jump', 'jumpWall'] as const) {
      expect(() => clock[move](ms as number)).toThrow(RangeError);
    }
    await expect(clock.advanceAsync(ms as number)).rejects.toThrow(RangeError);
    expect([clock.now(), clock.wall()]).toEqual([0, 0]);
  });
});

/** An object whose values can be read once. The second reading is junk. */
function readOnce(source: object): { readonly input: object; readonly reads: () => readonly number[] } {
  const counts = new Map<PropertyKey, number>();
  const input = {};
  for (const [key, value] of Object.entries(source)) {
    counts.set(key, 0);
    const get = (): unknown => {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return counts.get(key) === 1 ? value : Symbol('junk');
    };
    Object.defineProperty(input, key, { enumerable: true, get });
  }
  return { input, reads: () => [...new Set(counts.values())] };
}

describe('a value', () => {
  it.each(NAMES.filter((name) => name !== 'name'))('of the option %s is read once', (option) => {
    const { input, reads } = readOnce({ name: 'orders', [option]: FITTING[option] });
    answerOf(() => breakerOf(input).name);

    expect(reads()).toEqual([1]);
  });

  it.each([
    ['tags', (tags: object) => breakerOf({ name: 'orders', tags }).getStatus().tags, { team: 'a', tier: 'b' }],
    ['a snapshot', (restore: object) => breakerOf({ name: 'orders', restore }).snapshot().state, snapshotWith()],
    ['an override', (override: object) =>
      breakerOf({ name: 'orders', restore: snapshotWith({ override: override as never }) }).override,
    { state: 'open', reason: 'deploy' }],
    ['a health check', (healthCheck: object) => breakerOf({ name: 'orders', healthCheck }).name, { check: () => true }],
    ['adaptive thresholds', (adaptiveThreshold: object) => breakerOf({ name: 'orders', adaptiveThreshold }).name,
      { floor: 0.6, ceiling: 3, sensitivity: 'relative' }],
    ['a selection', (selection: object) => managerOf().getCircuitBreakerNames(selection), { tags: { team: 'a' } }],
    ['a fake clock', (times: object) => [new FakeClock(times).now()], { now: 5, wall: 6 }],
  ])('of %s is read once', (_title, take, source) => {
    const { input, reads } = readOnce(source);
    const plain = take(source);

    expect(take(input)).toEqual(plain);
    expect(reads()).toEqual([1]);
  });

  it.each(['ignoreErrors', 'countErrors', 'fallback', 'fallbackOn'] as const)(
    'of the list %s is what its places hold, whatever its own methods say',
    (option) => {
      const list = [...(FITTING[option] as readonly unknown[])];
      const lie = { value: () => [Symbol('junk')].values() };
      Object.defineProperties(list, { [Symbol.iterator]: lie, slice: lie, every: { value: () => true } });

      expect(answerOf(() => breakerOf({ name: 'orders', [option]: list }).name)).toBe('orders');
    },
  );
});

describe('a polluted prototype', () => {
  const polluted = (run: () => unknown): unknown => {
    const values = { ...FITTING, base: 'nowhere', maxKeys: 1, idleMs: 1, strict: true, retryAfterMs: 12_345,
      forMs: 12_345,
      now: 77, wall: 77, tolerated: 0.1, threshold: 0.2 };
    for (const [key, value] of Object.entries(values)) {
      Reflect.defineProperty(Object.prototype, key, { configurable: true, writable: true, value });
    }
    try {
      return run();
    } finally {
      for (const key of Object.keys(values)) Reflect.deleteProperty(Object.prototype, key);
    }
  };
  const clock = new FakeClock();
  const own = (): object => ({ name: 'orders', clock, random: () => 1 });

  it.each<[string, () => unknown]>([
    ['a breaker', () => JSON.stringify(breakerOf(own()).getStatus())],
    ['an opening', () => {
      const breaker = breakerOf(own());
      for (let failure = 0; failure < 10; failure += 1) breaker.recordFailure();
      return [breaker.state, breaker.retryAfterMs];
    }],
    ['a managed breaker', () => {
      const baseConfigs = { fast: { timeoutMs: 9 } };
      const manager = new UnifiedCircuitBreakerManager({ clock, random: () => 1, baseConfigs });
      manager.keyed('tenants').for('acme');
      return JSON.stringify([
        manager.createCircuitBreaker('orders', { base: 'fast' }).getStatus(),
        manager.createCircuitBreaker('stock', {}).getStatus(),
        manager.keyed('tenants', { tags: { team: 'a' } }).for('free').getStatus(),
      ]);
    }],
    ['a fake clock', () => [new FakeClock({}).now(), new FakeClock({ now: 1 }).wall()]],
  ])('changes nothing of %s', (_title, run) => {
    expect(polluted(run)).toEqual(run());
  });

  it.each(['a breaker', 'a manager', 'a group'])('is not needed: %s takes an object without one', (taker) => {
    const input = Object.assign(Object.create(null) as object, taker === 'a breaker' ? { name: 'orders' } : {});
    expect(Array.isArray(answerOf(() => TAKERS[taker]?.(input as never)))).toBe(false);
  });
});

describe('a rule that can never fire', () => {
  it.each([
    [{ countErrors: [] }, /not empty/],
    [{ slowCallThresholdMs: 2_000, timeoutMs: 1_000, slowCallRateThreshold: 0.5 }, /`slowCallThresholdMs` must be/],
    [{ slowCallThresholdMs: 2_000, timeoutMs: 1_000, adaptiveThreshold: true }, /`slowCallThresholdMs` must be/],
  ])('is refused: %o', (options, message) => {
    expect(() => breakerOf({ name: 'orders', ...options })).toThrow(message);
  });
});

describe('a snapshot of a huge time', () => {
  it.each([1e12 + 0.5, 1e300, 1e307, Number.MAX_VALUE])('of %d ms closed can be restored again', (closedForMs) => {
    const closed = snapshotWith({ state: 'closed', closedForMs, remainingWaitMs: 0, drawnWaitMs: 0 });
    const again = breakerOf({ name: 'orders', clock: new FakeClock(), restore: closed }).snapshot();

    expect(breakerOf({ name: 'orders', restore: JSON.parse(JSON.stringify(again)) as unknown }).state).toBe('closed');
  });
});
