import { describe, expectTypeOf, it } from 'vitest';
import {
  consecutiveFailures,
  UnifiedCircuitBreaker,
  UnifiedCircuitBreakerManager,
  withBreaker,
} from 'unified-circuit-breaker';
import type { KeyedOptions, ManagerEvents, SharedCircuitConfig, UnifiedCircuitConfig } from 'unified-circuit-breaker';
import { presets } from 'unified-circuit-breaker/presets';

const manager = new UnifiedCircuitBreakerManager();
const tripPolicy = consecutiveFailures(5);

describe('the options of one breaker', () => {
  it('may be a policy and a snapshot', () => {
    expectTypeOf(manager.createCircuitBreaker('orders', { base: 'http', tripPolicy, restore: {} })).toEqualTypeOf(
      new UnifiedCircuitBreaker({ name: 'orders' }),
    );
    expectTypeOf(manager.optionsFor('orders', { tripPolicy })).toEqualTypeOf<UnifiedCircuitConfig>();
    manager.reconfigure('orders', { tripPolicy });
    // @ts-expect-error A live breaker takes no snapshot.
    manager.reconfigure('orders', { restore: {} });
  });
});

describe('the options of several breakers', () => {
  it('may be a function that makes a policy, or a preset', () => {
    const shared: SharedCircuitConfig = { ...presets.database, tripPolicy: () => consecutiveFailures(5) };

    void new UnifiedCircuitBreakerManager({ ...shared, baseConfigs: { http: shared } });
    manager.addBaseConfig('db', shared);
    expectTypeOf(manager.keyed<number>('hosts', { ...shared, by: String }).for).parameter(0).toEqualTypeOf<number>();
  });

  it('are never one policy or snapshot', () => {
    // @ts-expect-error Breakers can't share a policy.
    void new UnifiedCircuitBreakerManager({ tripPolicy });
    // @ts-expect-error Breakers can't share a policy.
    manager.addBaseConfig('db', { tripPolicy });
    // @ts-expect-error Breakers can't share a policy.
    void ({ tripPolicy } satisfies KeyedOptions<string>);
    // @ts-expect-error Breakers can't share a policy.
    withBreaker(async () => 1, { tripPolicy });
    // @ts-expect-error Breakers can't share a snapshot.
    manager.keyed('hosts', { restore: {} });
  });
});

describe('the events of a manager', () => {
  it('have a type by name', () => {
    manager.on('evicted', (event) => expectTypeOf(event).toEqualTypeOf<ManagerEvents['evicted']>());
    manager.on('failure', ({ error }) => expectTypeOf(error).toEqualTypeOf<unknown>());
    // @ts-expect-error The event doesn't exist.
    manager.on('created', () => {});
  });
});
