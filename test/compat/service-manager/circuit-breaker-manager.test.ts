import { afterEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreakerConfig, CircuitBreakerManager, defaultCircuitBreakerManager, ServiceConfig } from '../../../src/compat/service-manager/index.ts';
import { getUnifiedCircuitBreakerManager, isCircuitBreakerOpenError, isCircuitBreakerTimeoutError } from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { BOOM, deferred, errorOf } from '../../support/outcomes.ts';
import { agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { either, inARow, rate } from '../support/reference.ts';

afterEach(() => vi.restoreAllMocks());

const ORDERS = { name: 'orders', endpoint: 'https://orders.example' };
const RULES = { opensWhen: either(inARow(5), rate((failed, all) => failed / all >= 0.5, 10, 5)), waitMs: 60_000, closesAfter: 3 };
const registered = (runtime: TestRuntime, circuitBreakerConfig: ConstructorParameters<typeof CircuitBreakerConfig>[0] = {}): CircuitBreakerManager => {
  const manager = new CircuitBreakerManager(runtime);
  manager.registerService({ ...ORDERS, circuitBreakerConfig });
  return manager;
};
const fail = async (manager: CircuitBreakerManager, count: number): Promise<void> => {
  for (let call = 0; call < count; call += 1) await errorOf(manager.callService('orders', () => Promise.reject(BOOM)));
};
const driven = (runtime: TestRuntime): Driven => {
  const manager = registered(runtime);
  return {
    success: () => manager.callService('orders', () => 'fine').catch(() => {}),
    failure: () => manager.callService('orders', () => Promise.reject(BOOM)).catch(() => {}),
    state: () => String(manager.getCircuitBreakerState('orders')),
  };
};

describe('the CircuitBreakerManager of services', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the fifth failure in a row', sequence: ['failure', 'failure', 'failure', 'failure', 'failure'] },
    { title: 'opens at half of the calls, once there are five', sequence: ['failure', 'success', 'failure', 'success', 'failure'] },
    { title: 'closes after three successes', sequence: ['failure', 'failure', 'failure', 'failure', 'failure', 59_999, 1, 'success', 'success', 'success', 'failure'] },
    { title: 'opens again at a failed probe', sequence: ['failure', 'failure', 'failure', 'failure', 'failure', 60_000, 'success', 'success', 'failure', 59_999] },
  ])('$title', ({ sequence }) => expect(agreeOn(sequence, driven, RULES)).resolves.toBeUndefined());

  it('waits twice as long after a failed probe', async () => {
    const runtime = testRuntime();
    const manager = registered(runtime);
    manager.forceOpen('orders');
    runtime.clock.advance(60_000);
    await fail(manager, 1);
    runtime.clock.advance(119_999);
    const before = manager.getCircuitBreakerState('orders');
    runtime.clock.advance(1);

    expect([before, manager.getCircuitBreakerState('orders')]).toEqual(['open', 'half_open']);
  });

  it('lists the breaker under the name of the service, with thresholds that adapt', () => {
    const runtime = testRuntime();
    registered(runtime, { failureThreshold: 7, recoveryTimeoutSeconds: 90, halfOpenMaxCalls: 2, timeoutSeconds: 1.5 });

    const config = runtime.manager.getCircuitBreaker('orders')?.getStatus().config;
    expect(config).toMatchObject({ failureThreshold: 7, recoveryTimeoutMs: 90_000, halfOpenMaxCalls: 2, timeoutMs: 1_500, exponentialBackoff: true });
    expect(config?.adaptiveThreshold).not.toBe(null);
  });

  it('passes arguments and errors unchanged, and refuses services that it does not know', async () => {
    const manager = registered(testRuntime());

    expect(await manager.callService('orders', (a: string, b: string) => a + b, 'a', 'b')).toBe('ab');
    expect(await errorOf(manager.callService('orders', () => Promise.reject(BOOM)))).toBe(BOOM);
    expect(await errorOf(manager.callService('users', () => 1))).toMatchObject({ message: "Service 'users' not registered" });
    expect(manager.getCircuitBreakerState('users')).toBe(null);
  });

  it('gives a call as long as it is told', async () => {
    const runtime = testRuntime();
    const manager = registered(runtime, { timeoutSeconds: 2 });
    const call = errorOf(manager.callService('orders', () => deferred().promise));
    await runtime.clock.advanceAsync(2_000);

    expect(isCircuitBreakerTimeoutError(await call)).toBe(true);
  });

  it('opens by force, so that calls are rejected, and recovers by itself', async () => {
    const runtime = testRuntime();
    const manager = registered(runtime);
    manager.forceOpen('orders');
    manager.forceOpen('users');
    const error = await errorOf(manager.callService('orders', () => 'never'));

    expect([manager.getCircuitBreakerState('orders'), isCircuitBreakerOpenError(error), (error as Error).message]).toEqual(['open', true, "Circuit breaker 'orders' is OPEN"]);
    runtime.clock.advance(60_000);
    for (let probe = 0; probe < 3; probe += 1) await manager.callService('orders', () => 'fine');
    expect(manager.getCircuitBreakerState('orders')).toBe('closed');
  });

  it('closes one circuit by force, or all', () => {
    const manager = registered(testRuntime());
    manager.registerService({ name: 'users', endpoint: 'users' });
    const states = (): readonly unknown[] => ['orders', 'users'].map((name) => manager.getCircuitBreakerState(name));
    const open = (): void => ['orders', 'users'].forEach((name) => manager.forceOpen(name));
    open();
    manager.forceClose('orders');
    manager.forceClose('nobody');
    const one = states();
    open();
    manager.resetAll();

    expect([one, states()]).toEqual([
      ['closed', 'open'],
      ['closed', 'closed'],
    ]);
  });

  it('shows state, failures and addresses of each service', async () => {
    const clock = new FakeClock({ wall: 10_000 });
    const manager = new CircuitBreakerManager({ ...testRuntime(), clock, manager: undefined });
    try {
      manager.registerService(new ServiceConfig({ ...ORDERS, healthCheckUrl: 'https://orders.example/health' }));
      manager.registerService({ name: 'users', endpoint: 'users' });
      clock.advance(500);
      await fail(manager, 2);

      expect(manager.getAllStates()).toEqual({
        orders: { state: 'closed', failureCount: 2, lastFailureTime: 10.5, endpoint: 'https://orders.example', healthCheckUrl: 'https://orders.example/health' },
        users: { state: 'closed', failureCount: 0, lastFailureTime: null, endpoint: 'users', healthCheckUrl: null },
      });
      expect(getUnifiedCircuitBreakerManager().getCircuitBreakerNames()).toEqual(['orders', 'users']);
    } finally {
      manager.unregisterService('orders');
      manager.unregisterService('users');
    }
    expect(getUnifiedCircuitBreakerManager().size).toBe(0);
  });

  it.each([
    [[], { totalServices: 0, healthy: 0, degraded: 0, unhealthy: 0, overallHealth: 'healthy' }],
    [['closed', 'half_open'], { totalServices: 2, healthy: 1, degraded: 1, unhealthy: 0, overallHealth: 'healthy' }],
    [['closed', 'half_open', 'open'], { totalServices: 3, healthy: 1, degraded: 1, unhealthy: 1, overallHealth: 'degraded' }],
    [['half_open', 'open'], { totalServices: 2, healthy: 0, degraded: 1, unhealthy: 1, overallHealth: 'unhealthy' }],
  ])('with circuits that are %j has the health %j', (states, summary) => {
    const runtime = testRuntime();
    const manager = new CircuitBreakerManager(runtime);
    states.forEach((_, index) => manager.registerService({ name: String(index), endpoint: '' }));
    states.forEach((state, index) => state === 'half_open' && manager.forceOpen(String(index)));
    runtime.clock.advance(60_000);
    states.forEach((state, index) => state === 'open' && manager.forceOpen(String(index)));

    expect(manager.getHealthSummary()).toEqual(summary);
  });

  it('keeps the circuit of a service that is registered again, and warns of another configuration', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const manager = registered(testRuntime());
    manager.forceOpen('orders');
    manager.registerService({ ...ORDERS, endpoint: 'moved', circuitBreakerConfig: { failureThreshold: 9 } });

    expect(manager.getAllStates()['orders']).toMatchObject({ state: 'open', endpoint: 'moved' });
    expect(warned.mock.calls.map(([, options]) => (options as unknown as { readonly code: string }).code)).toContain('UCB_CONFIG_CONFLICT');
  });

  it('takes the breaker of a service off the list with it, but none that others had made', () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const runtime = testRuntime();
    const shared = runtime.manager.createCircuitBreaker('users');
    const manager = registered(runtime);
    manager.registerService(ORDERS);
    manager.registerService({ name: 'users', endpoint: 'users', circuitBreakerConfig: new CircuitBreakerConfig() });
    manager.registerService({ name: 'users', endpoint: 'users' });
    for (const name of ['orders', 'users', 'nobody']) manager.unregisterService(name);

    expect([manager.getAllStates(), runtime.manager.getCircuitBreakerNames(), runtime.manager.getCircuitBreaker('users') === shared]).toEqual([{}, ['users'], true]);
  });

  it('leaves a breaker on the list that others have made since its own was taken off', () => {
    const runtime = testRuntime();
    const manager = registered(runtime);
    manager.registerService(ORDERS);
    runtime.manager.removeCircuitBreaker('orders');
    const theirs = runtime.manager.createCircuitBreaker('orders', new CircuitBreakerConfig().toUnifiedConfig());
    manager.registerService(ORDERS);
    manager.unregisterService('orders');

    expect(runtime.manager.getCircuitBreaker('orders')).toBe(theirs);
  });

  it('keeps at most 10 000 services: the one registered longest ago makes room, in the registry too', { timeout: 60_000 }, () => {
    const runtime = testRuntime();
    const manager = new CircuitBreakerManager(runtime);
    const circuitBreakerConfig = new CircuitBreakerConfig();
    for (let name = 0; name <= 10_000; name += 1) manager.registerService(new ServiceConfig({ name: String(name), endpoint: '', circuitBreakerConfig }));

    expect([manager.getHealthSummary().totalServices, manager.getCircuitBreakerState('0'), runtime.manager.size]).toEqual([10_000, null, 10_000]);
  });

  it('starts and stops nothing', () => {
    const runtime = testRuntime();
    const manager = registered(runtime);
    manager.start();

    expect(runtime.clock.timers).toBe(0);
    expect(manager.stop()).toBeUndefined();
  });

  it('is one for the process', () => {
    defaultCircuitBreakerManager.registerService(ORDERS);
    const listed = getUnifiedCircuitBreakerManager().getCircuitBreakerNames();
    defaultCircuitBreakerManager.unregisterService('orders');

    expect([listed, getUnifiedCircuitBreakerManager().getCircuitBreakerNames()]).toEqual([['orders'], []]);
  });
});

describe('the ServiceConfig', () => {
  it('has 5 failures, 60 s, 3 probes and 30 s a call unless told otherwise, and cannot be changed', () => {
    const config = new ServiceConfig(ORDERS);

    expect({ ...config, circuitBreakerConfig: { ...config.circuitBreakerConfig } }).toEqual({
      ...ORDERS,
      healthCheckUrl: null,
      circuitBreakerConfig: { failureThreshold: 5, recoveryTimeoutSeconds: 60, halfOpenMaxCalls: 3, timeoutSeconds: 30 },
    });
    expect(() => Object.assign(config, { endpoint: '' })).toThrow(TypeError);
  });

  it.each([
    [{ name: 'orders' }, /endpoint/],
    [{ endpoint: 'orders' }, /name/],
    [{ ...ORDERS, healthCheckUrl: 1 }, /healthCheckUrl/],
    [{ ...ORDERS, circuitBreakerConfig: { failureThreshold: 0 } }, /failureThreshold/],
    [{ ...ORDERS, health_check_url: '' }, /fromPythonConfig/],
  ])('refuses %j', (options, problem) => {
    expect(() => new ServiceConfig(options as typeof ORDERS)).toThrow(problem);
  });
});
