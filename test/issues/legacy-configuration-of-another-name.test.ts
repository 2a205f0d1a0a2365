import { describe, expect, it } from 'vitest';
import { CircuitBreakerConfigError } from '../../src/index.ts';
import { ApiCircuitBreaker, CircuitBreakerConfig as ApiConfig, EndpointCircuitBreakerConfig, EndpointCircuitBreakerManager } from '../../src/compat/api-gateway/index.ts';
import { CircuitBreakerConfig as ClickHouseConfig, ClickHouseCircuitBreaker } from '../../src/compat/clickhouse/index.ts';
import { CircuitBreaker, CircuitConfig } from '../../src/compat/core/index.ts';
import { LLMFallbackHandler } from '../../src/compat/llm/index.ts';
import { EnterpriseCircuitBreaker } from '../../src/compat/resilience/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';

describe('a configuration of another legacy name', () => {
  it.each<[title: string, make: () => unknown, problem: RegExp]>([
    ['of ClickHouse for the gateway', () => new ApiCircuitBreaker('/orders', new ClickHouseConfig() as never, testRuntime()), /`halfOpenMaxCalls`/],
    ['of endpoints for the gateway', () => new ApiCircuitBreaker('/orders', new EndpointCircuitBreakerConfig() as never, testRuntime()), /`testRequestTimeout`/],
    ['of the gateway for endpoints', () => new EndpointCircuitBreakerManager(testRuntime()).registerEndpoint('/orders', new ApiConfig() as never), /`enabled`/],
    ['of the gateway for ClickHouse', () => new ClickHouseCircuitBreaker(new ApiConfig() as never, testRuntime()), /`enabled`/],
  ])('is refused where it does not fit: one %s', (_, make, problem) => {
    expect(make).toThrow(CircuitBreakerConfigError);
    expect(make).toThrow(problem);
  });

  it('is taken where it fits', () => {
    const breaker = new EnterpriseCircuitBreaker(new CircuitConfig({ name: 'orders', slowCallThreshold: 2 }), testRuntime());

    expect([breaker.getSlowCallThreshold(), breaker.hasAdaptiveThreshold(), breaker.name]).toEqual([2, false, 'orders']);
  });

  it.each([null, 'orders', 5])('is a configuration error when it is none at all: %j', (nothing) => {
    expect(() => new ApiCircuitBreaker('/orders', nothing as never, testRuntime())).toThrow(CircuitBreakerConfigError);
    expect(() => new CircuitBreaker(nothing as never, testRuntime())).toThrow(CircuitBreakerConfigError);
    expect(() => new LLMFallbackHandler(nothing as never, testRuntime())).toThrow(CircuitBreakerConfigError);
  });

  it('is a configuration error when it is missing and a name is wanted', () => {
    expect(() => new CircuitBreaker(undefined as never, testRuntime())).toThrow(/Expected `name` to be a string/);
  });
});
