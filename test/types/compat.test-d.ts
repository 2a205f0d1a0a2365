import { describe, expectTypeOf, it } from 'vitest';
import { AsyncCircuitBreaker } from 'unified-circuit-breaker/compat/async-retry';
import { CircuitBreaker, circuitBreaker, circuitBreakerSync, CircuitConfig } from 'unified-circuit-breaker/compat/core';
import { CircuitBreakerConfig } from 'unified-circuit-breaker/compat/services';
import { fromPythonConfig } from 'unified-circuit-breaker/compat';
import type { ManagedCircuitConfig } from 'unified-circuit-breaker';

describe('legacy configurations', () => {
  it('need a name where the legacy name did, and no other option', () => {
    expectTypeOf(new CircuitConfig({ name: 'orders' }).recoveryTimeout).toEqualTypeOf<number>();
    expectTypeOf(new CircuitBreakerConfig().toUnifiedConfig()).toEqualTypeOf<ManagedCircuitConfig>();
    // @ts-expect-error: the name is required.
    expectTypeOf(new CircuitConfig({})).toBeObject();
  });

  it('take no options of this library, no snake_case, and no value of another kind', () => {
    // @ts-expect-error: legacy options are in seconds.
    expectTypeOf(new CircuitConfig({ name: 'orders', recoveryTimeoutMs: 30_000 })).toBeObject();
    // @ts-expect-error: snake_case goes through fromPythonConfig().
    expectTypeOf(new CircuitConfig({ name: 'orders', recovery_timeout: 30 })).toBeObject();
    // @ts-expect-error: seconds are a number.
    expectTypeOf(new CircuitBreaker({ name: 'orders', recoveryTimeout: '30' })).toBeObject();
    // @ts-expect-error: classes, and not their names.
    expectTypeOf(new AsyncCircuitBreaker({ expectedException: ['TypeError'] })).toBeObject();
  });

  it('cannot be changed', () => {
    const config = new CircuitConfig({ name: 'orders' });
    // @ts-expect-error: read-only.
    config.failureThreshold = 3;
    expectTypeOf(config.failureThreshold).toEqualTypeOf<number>();
  });

  it('come from Python with their names in camelCase', () => {
    expectTypeOf(fromPythonConfig({ name: 'orders', half_open_max_calls: 2 }).halfOpenMaxCalls).toExtend<number>();
    // @ts-expect-error: there is no such key any more.
    expectTypeOf(fromPythonConfig({ half_open_max_calls: 2 }).half_open_max_calls).toBeNumber();
  });
});

describe('legacy calls', () => {
  it('pass typed arguments, and give what the operation gives', () => {
    const breaker = new CircuitBreaker({ name: 'orders' });
    expectTypeOf(breaker.call((id: number, _name: string) => Promise.resolve(id), 1, 'a')).resolves.toBeNumber();
    expectTypeOf(breaker.callSync((text: string) => text.length, 'a')).toBeNumber();
    // @ts-expect-error: the argument is of another type.
    expectTypeOf(breaker.call((id: number) => id, 'a')).toBeObject();
  });

  it('wrap functions: promises of the result, or the same function where it stays synchronous', () => {
    const parse = (text: string): number => text.length;
    expectTypeOf(circuitBreaker('parser')(parse)).returns.resolves.toBeNumber();
    expectTypeOf(circuitBreakerSync('parser')(parse)).toEqualTypeOf<(text: string) => number>();
    // @ts-expect-error: a wrapped function keeps its parameters.
    expectTypeOf(circuitBreaker('parser')(parse)(5)).toBeObject();
  });
});
