import { afterEach, describe, expect, it } from 'vitest';
import type { TripPolicy, UnifiedCircuitBreaker } from '../../src/index.ts';
import { circuitBreaker, withBreaker } from '../../src/index.ts';
import { getUnifiedCircuitBreakerManager } from '../../src/manager/default-manager.ts';
import { managerWith } from '../support/manager.ts';
import { fail } from '../support/outcomes.ts';

afterEach(() => getUnifiedCircuitBreakerManager().dispose());

/** Opens at the given number of failures that it saw itself. */
function counting(limit: number): TripPolicy {
  let failures = 0;
  return { shouldTrip: ({ failed }) => (failed && (failures += 1) >= limit ? 'mine' : null) };
}

/** Every place whose options are for several breakers, and two breakers that it makes. */
const PLACES: [place: string, make: (tripPolicy: () => TripPolicy) => (UnifiedCircuitBreaker | undefined)[]][] = [
  [
    'a manager',
    (tripPolicy) => {
      const { manager } = managerWith({ tripPolicy });
      return [manager.createCircuitBreaker('a'), manager.createCircuitBreaker('b')];
    },
  ],
  [
    'a base configuration',
    (tripPolicy) => {
      const { manager } = managerWith();
      manager.addBaseConfig('http', { tripPolicy });
      return ['a', 'b'].map((name) => manager.createCircuitBreaker(name, { base: 'http' }));
    },
  ],
  [
    'keyed breakers',
    (tripPolicy) => {
      const keyed = managerWith().manager.keyed('hosts', { tripPolicy });
      return [keyed.for('a'), keyed.for('b')];
    },
  ],
  ['wrapped functions', (tripPolicy) => [1, 2].map((value) => withBreaker(async () => value, { tripPolicy }).breaker)],
  [
    'decorated methods',
    (tripPolicy) =>
      [1, 2].map((value) => {
        const decorator = circuitBreaker({ name: `orders-${value}`, tripPolicy });
        decorator(async () => value, { kind: 'method', name: 'get' });
        return getUnifiedCircuitBreakerManager().getCircuitBreaker(`orders-${value}`) ?? undefined;
      }),
  ],
];

describe('tripPolicy', () => {
  it.each(PLACES)('throws when it is a policy in the options of %s', (_place, make) => {
    expect(() => make(counting(2) as never)).toThrow(
      '`tripPolicy` must be a function that makes a policy. Received an object. ' +
        "Several breakers can't share one policy. Write `() => policy`.",
    );
  });

  it.each(PLACES)('is made for each breaker when it is a function in the options of %s', async (_place, make) => {
    const breakers = make(() => counting(2)) as UnifiedCircuitBreaker[];

    for (const breaker of breakers) await fail(breaker);
    expect(breakers.map(({ state }) => state)).toEqual(['closed', 'closed']);
    await fail(breakers[0] as UnifiedCircuitBreaker);

    expect(breakers.map(({ state }) => state)).toEqual(['open', 'closed']);
  });

  it.each([
    ['a policy', counting(1)],
    ['a function', () => counting(1)],
  ])('may be %s for one breaker', async (_title, tripPolicy) => {
    const breaker = managerWith({ failureThreshold: 5 }).manager.createCircuitBreaker('orders', { tripPolicy });

    await fail(breaker);

    expect(breaker.explain()).toContain('"mine"');
  });

  it('keeps what it has seen when reconfigure() changes other options', async () => {
    const { manager } = managerWith();
    const breaker = manager.createCircuitBreaker('orders', { tripPolicy: () => counting(2) });
    await fail(breaker);

    manager.reconfigure('orders', { failureThreshold: 1 });
    await fail(breaker);

    expect(breaker.explain()).toContain('"mine"');
  });

  it.each([
    ['a policy', counting(1)],
    ['a function', () => counting(1)],
  ])('is replaced when reconfigure() receives %s', async (_title, tripPolicy) => {
    const { manager } = managerWith();
    const breaker = manager.createCircuitBreaker('orders', { tripPolicy: counting(9) });

    manager.reconfigure('orders', { tripPolicy });
    await fail(breaker);

    expect(breaker.state).toBe('open');
  });

  it('stays when reconfigure() receives a function that makes no policy', async () => {
    const { manager } = managerWith();
    const breaker = manager.createCircuitBreaker('orders', { tripPolicy: () => counting(2) });
    await fail(breaker);

    expect(() => manager.reconfigure('orders', { timeoutMs: 5, tripPolicy: (() => 5) as never })).toThrow(
      '`tripPolicy()` must return a policy with shouldTrip(). It returned 5.',
    );
    manager.reconfigure('orders', { successThreshold: 1 });
    await fail(breaker);

    expect([breaker.state, breaker.getStatus().config.timeoutMs]).toEqual(['open', 30_000]);
  });
});
