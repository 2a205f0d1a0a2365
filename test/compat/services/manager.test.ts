import { afterEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreakerManager, getCircuitBreakerManager, ServiceCircuitBreakers } from '../../../src/compat/services/index.ts';
import { CircuitBreakerDisposedError, getUnifiedCircuitBreakerManager } from '../../../src/index.ts';
import { presets } from '../../../src/presets/index.ts';
import { errorOf } from '../../support/outcomes.ts';
import { testRuntime } from '../support/agreement.ts';

afterEach(() => {
  vi.restoreAllMocks();
  getUnifiedCircuitBreakerManager().dispose();
});

describe('the services CircuitBreakerManager', () => {
  it('makes a breaker once, and gives null for a name that it did not make', () => {
    const runtime = testRuntime();
    const manager = new CircuitBreakerManager(runtime);
    runtime.manager.createCircuitBreaker('elsewhere');
    const orders = manager.createCircuitBreaker('orders', { failureThreshold: 2 });

    expect(manager.createCircuitBreaker('orders')).toBe(orders);
    expect(manager.getCircuitBreaker('orders')).toBe(orders);
    expect(manager.getCircuitBreaker('elsewhere')).toBe(null);
    expect(runtime.manager.getCircuitBreaker('orders')).toBe(orders.breaker);
  });

  it('keeps the first configuration of a name, and warns of another', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const manager = new CircuitBreakerManager(testRuntime());
    const orders = manager.createCircuitBreaker('orders', { failureThreshold: 2 });

    expect(manager.createCircuitBreaker('orders', { failureThreshold: 9 })).toBe(orders);
    expect(orders.config.failureThreshold).toBe(2);
    expect(warned.mock.calls.map(([, options]) => (options as unknown as { readonly code: string }).code)).toContain('UCB_CONFIG_CONFLICT');
  });

  it('runs an operation through a breaker that it makes', async () => {
    const manager = new CircuitBreakerManager(testRuntime());

    expect(await manager.callWithCircuitBreaker('orders', (a: number, b: number) => a + b, 1, 2)).toBe(3);
    expect(manager.getCircuitBreaker('orders')?.metrics.totalRequests).toBe(1);
  });

  it('tells how its breakers stand, and closes them all', () => {
    const manager = new CircuitBreakerManager(testRuntime());
    expect(manager.getHealthSummary()).toMatchObject({ totalCircuitBreakers: 0, overallHealth: 'healthy' });
    manager.createCircuitBreaker('healthy');
    manager.createCircuitBreaker('unhealthy').forceOpen();

    expect(manager.getHealthSummary()).toEqual({
      totalCircuitBreakers: 2,
      healthyCircuitBreakers: 1,
      unhealthyCircuitBreakers: 1,
      overallHealth: 'degraded',
      circuitBreakerNames: ['healthy', 'unhealthy'],
    });
    expect(Object.entries(manager.getAllStatus()).map(([name, { state }]) => [name, state])).toEqual([['healthy', 'closed'], ['unhealthy', 'open']]);
    manager.resetAll();
    expect(manager.getHealthSummary().overallHealth).toBe('healthy');
  });

  it('makes a breaker anew that was taken off the list behind it', () => {
    const runtime = testRuntime();
    const manager = new CircuitBreakerManager(runtime);
    const old = manager.createCircuitBreaker('orders');
    runtime.manager.removeCircuitBreaker('orders');

    expect(manager.getHealthSummary().totalCircuitBreakers).toBe(0);
    expect(manager.createCircuitBreaker('orders')).not.toBe(old);
  });

  it('is one for the process, on the manager of the process', () => {
    const manager = getCircuitBreakerManager();
    const orders = manager.createCircuitBreaker('orders');

    expect(getCircuitBreakerManager()).toBe(manager);
    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker('orders')).toBe(orders.breaker);
  });
});

describe('ServiceCircuitBreakers', () => {
  it.each([
    ['database', ServiceCircuitBreakers.getDatabaseCircuitBreaker, presets.database, [3, 30, 2, 10]],
    ['auth_service', ServiceCircuitBreakers.getAuthServiceCircuitBreaker, presets.authService, [5, 60, 3, 15]],
    ['llm_service', ServiceCircuitBreakers.getLlmServiceCircuitBreaker, presets.llmService, [10, 10, 2, 60]],
    ['clickhouse', ServiceCircuitBreakers.getClickhouseCircuitBreaker, presets.clickhouse, [4, 45, 3, 20]],
    ['redis', ServiceCircuitBreakers.getRedisCircuitBreaker, presets.redis, [5, 20, 2, 5]],
  ])('has %s by its preset, and shows the numbers in force', (name, getter, preset, numbers) => {
    const { breaker, config } = getter();
    const { failureThreshold, recoveryTimeoutMs } = breaker.getStatus().config;

    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker(name)).toBe(breaker);
    expect([failureThreshold, recoveryTimeoutMs]).toEqual([preset.failureThreshold, preset.recoveryTimeoutMs]);
    expect([config.failureThreshold, config.recoveryTimeout, config.successThreshold, config.timeout]).toEqual(numbers);
    expect(getter().breaker).toBe(breaker);
  });

  it('opens the breaker of the language model at its tenth failure, and tries it again after 10 s', () => {
    const breaker = ServiceCircuitBreakers.getLlmServiceCircuitBreaker();
    for (let failure = 0; failure < 9; failure += 1) breaker.recordFailure(new Error('overloaded'));
    const before = breaker.state;
    breaker.recordFailure(new Error('overloaded'));

    expect([before, breaker.state]).toEqual(['closed', 'open']);
    expect(breaker.breaker.retryAfterMs).toBeLessThanOrEqual(10_000);
  });
});

it('the services CircuitBreakerManager rejects, and does not throw, a call whose breaker cannot be made', async () => {
  const runtime = testRuntime();
  runtime.manager.dispose();

  expect(await errorOf(new CircuitBreakerManager(runtime).callWithCircuitBreaker('orders', () => 1))).toBeInstanceOf(CircuitBreakerDisposedError);
});
