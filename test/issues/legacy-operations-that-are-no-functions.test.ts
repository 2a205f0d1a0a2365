import { describe, expect, it } from 'vitest';
import type { UnifiedCircuitBreaker } from '../../src/index.ts';
import { ApiCircuitBreaker } from '../../src/compat/api-gateway/index.ts';
import { AsyncCircuitBreaker } from '../../src/compat/async-retry/index.ts';
import { AuthCircuitBreakerManager } from '../../src/compat/auth-client/index.ts';
import { CircuitBreaker } from '../../src/compat/core/index.ts';
import { DatabaseManager } from '../../src/compat/database/index.ts';
import { LlmCircuitBreaker } from '../../src/compat/domain/index.ts';
import { CircuitBreakerRetryStrategy, RetryStrategy } from '../../src/compat/llm/index.ts';
import { UnifiedRetryHandler } from '../../src/compat/retry-handler/index.ts';
import { CircuitBreakerManager } from '../../src/compat/service-manager/index.ts';
import { CircuitBreakerService } from '../../src/compat/service-mesh/index.ts';
import { CircuitBreaker as ServicesCircuitBreaker } from '../../src/compat/services/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import type { TestRuntime } from '../compat/support/agreement.ts';
import { errorOf } from '../support/outcomes.ts';

type Call = (operation: never) => unknown;

interface Called {
  readonly call: Call;
  readonly failed: () => number | undefined;
}

const failedOf = (breaker: UnifiedCircuitBreaker | null) => (): number | undefined => breaker?.getMetrics().failedCalls;

const SHIMS: Readonly<Record<string, (runtime: TestRuntime) => Called>> = {
  'ApiCircuitBreaker.call': (runtime) => {
    const shim = new ApiCircuitBreaker('orders', {}, runtime);
    return { call: (operation) => shim.call(operation), failed: failedOf(shim.breaker) };
  },
  'ApiCircuitBreaker.callSync': (runtime) => {
    const shim = new ApiCircuitBreaker('orders', {}, runtime);
    return { call: (operation) => shim.callSync(operation), failed: failedOf(shim.breaker) };
  },
  'AsyncCircuitBreaker.call': (runtime) => {
    const shim = new AsyncCircuitBreaker({}, runtime);
    return { call: (operation) => shim.call(operation), failed: failedOf(shim.breaker) };
  },
  'AuthCircuitBreakerManager.callWithBreaker': (runtime) => {
    const shim = new AuthCircuitBreakerManager('production', runtime);
    return { call: (operation) => shim.callWithBreaker(operation), failed: failedOf(shim.circuitBreaker) };
  },
  'CircuitBreaker.call of core': (runtime) => {
    const shim = new CircuitBreaker({ name: 'orders' }, runtime);
    return { call: (operation) => shim.call(operation), failed: failedOf(shim.breaker) };
  },
  'CircuitBreaker.callSync of core': (runtime) => {
    const shim = new CircuitBreaker({ name: 'orders' }, runtime);
    return { call: (operation) => shim.callSync(operation), failed: failedOf(shim.breaker) };
  },
  'CircuitBreaker.call of services': (runtime) => {
    const shim = new ServicesCircuitBreaker('orders', {}, runtime);
    return { call: (operation) => shim.call(operation), failed: failedOf(shim.breaker) };
  },
  'DatabaseManager.getConnection': (runtime) => {
    const shim = new DatabaseManager(runtime);
    return { call: (operation) => shim.getConnection(operation), failed: failedOf(shim.breaker) };
  },
  'LlmCircuitBreaker.callLlm': (runtime) => {
    const shim = new LlmCircuitBreaker('orders', {}, runtime);
    return { call: (operation) => shim.callLlm(operation), failed: failedOf(shim.breaker) };
  },
  'CircuitBreakerRetryStrategy.executeWithRetry': (runtime) => {
    const shim = new CircuitBreakerRetryStrategy(new RetryStrategy({ maxAttempts: 1 }, runtime), runtime);
    return { call: (operation) => shim.executeWithRetry(operation), failed: failedOf(shim.breaker) };
  },
  'UnifiedRetryHandler.executeWithRetry': (runtime) => {
    const shim = new UnifiedRetryHandler('orders', { circuitBreakerEnabled: true, maxAttempts: 1 }, runtime);
    return { call: (operation) => shim.executeWithRetry(operation), failed: failedOf(shim.breaker) };
  },
  'CircuitBreakerManager.callService': (runtime) => {
    const shim = new CircuitBreakerManager(runtime);
    shim.registerService({ name: 'orders', endpoint: 'http://orders' });
    return { call: (operation) => shim.callService('orders', operation), failed: failedOf(runtime.manager.getCircuitBreaker('orders')) };
  },
  'CircuitBreakerService.executeWithCircuitBreaker': (runtime) => {
    const shim = new CircuitBreakerService({}, runtime);
    return { call: (operation) => shim.executeWithCircuitBreaker('orders', operation), failed: () => shim.getCircuitStatus('orders')?.statistics.failedCalls };
  },
};

describe('an operation that is no function', () => {
  it.each(Object.entries(SHIMS))('is refused by %s, and is no failure of the dependency', async (_, make) => {
    const { call, failed } = make(testRuntime());

    const error = await errorOf((async () => call(undefined as never))());
    expect(error).toEqual(new TypeError('Expected the operation to be a function, got undefined'));
    expect(failed()).toBe(0);
  });
});
