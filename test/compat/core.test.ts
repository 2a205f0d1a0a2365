import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  AdaptiveCircuitBreaker, CircuitBreaker, circuitBreaker, CircuitBreakerRegistry, circuitBreakerSync, CircuitConfig,
  circuitRegistry, CircuitStates, cleanupAllCircuitBreakers, createCircuitConfigForEnvironment,
  getAllCircuitBreakerMetrics, getCircuitBreaker, removeCircuitBreaker, withHealthCheck,
} from '../../src/compat/names/core.ts';
import { CircuitBreakerConfig as ServicesConfig } from '../../src/compat/names/services.ts';
import {
  getUnifiedCircuitBreakerManager, isCircuitBreakerConfigError, isCircuitBreakerDisposedError,
} from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';
import { testRuntime } from './support/agreement.ts';

const warned = vi.spyOn(process, 'emitWarning');
beforeEach(() => void warned.mockReset().mockImplementation(() => {}));
afterEach(() => getUnifiedCircuitBreakerManager().dispose());

const conflicts = (): number =>
  warned.mock.calls.filter(([, options]) => JSON.stringify(options).includes('UCB_CONFIG_CONFLICT')).length;

const failing = (): Promise<never> => Promise.reject(BOOM);

describe('the core CircuitBreaker', () => {
  const made = (options: object = {}) => {
    const runtime = testRuntime();
    return { ...runtime, breaker: new CircuitBreaker({ name: 'orders', failureThreshold: 3, ...options }, runtime) };
  };

  it('does not contradict the same numbers under their new names', () => {
    const runtime = testRuntime();
    runtime.manager.createCircuitBreaker('orders', {
      failureThreshold: 3, errorRateThreshold: null, successThreshold: 1, recoveryTimeoutMs: 30_000, timeoutMs: 10_000,
      maxBackoffMs: 300_000, exponentialBackoff: false, jitter: false,
    });
    new CircuitBreaker({ name: 'orders', failureThreshold: 3 }, runtime);

    expect(conflicts()).toBe(0);
  });

  it('84: shows its status, without rejected calls in the total', async () => {
    const { breaker, clock } = made();
    await breaker.call(() => 1);
    clock.advance(5_000);
    for (let call = 0; call < 4; call += 1) await errorOf(breaker.call(failing));

    expect(breaker.getStatus()).toMatchObject({
      name: 'orders', state: 'open', isHealthy: false, health: 'unhealthy', failureCount: 3, successRate: 0.25,
      config: { failureThreshold: 3, recoveryTimeout: 30, timeoutSeconds: 10 },
      metrics: { totalCalls: 4, successfulCalls: 1, failedCalls: 3, rejectedCalls: 1, failureTypes: { Error: 3 } },
    });
    expect(breaker.getStats()).toMatchObject({ slowRequests: 0 });
    const { failureThreshold, recoveryTimeout, successCount, slowRequests, lastFailureTime, lastSuccessTime } = breaker;

    expect([breaker.getFailureCount(), failureThreshold, recoveryTimeout]).toEqual([3, 3, 30]);
    expect([successCount, slowRequests, lastSuccessTime, lastFailureTime]).toEqual([1, 0, 0, 5]);
    breaker.resetSync();
    expect(breaker.getState()).toBe('closed');
  });

  it('90: counts a recorded failure under its name', () => {
    const { breaker } = made();
    for (const error of ['connection_lost', undefined, new TypeError('no')]) breaker.recordFailure(error);

    expect(breaker.getMetrics().failureTypes).toEqual({ connection_lost: 1, generic_error: 1, TypeError: 1 });
  });

  it('ends the wait at a healthy answer of its health checker', async () => {
    const { clock, ...runtime } = testRuntime();
    const healthChecker = { checkHealth: async () => ({ status: 'HEALTHY' }) };
    const config = new CircuitConfig({ name: 'slow', recoveryTimeout: 600 });
    const breaker = new CircuitBreaker(config, { ...runtime, clock, healthChecker });
    breaker.forceOpen();
    await clock.advanceAsync(30_000);

    expect(breaker.canExecute()).toBe(true);
  });

  it('leaves the registry at cleanup, keeps working, and leaves another breaker of its name there', async () => {
    const { breaker, manager, ...runtime } = made();
    breaker.cleanup();
    expect([manager.size, await breaker.call(() => 1)]).toEqual([0, 1]);
    const second = new CircuitBreaker({ name: 'orders' }, { ...runtime, manager });
    breaker.cleanup();

    expect(manager.getCircuitBreaker('orders')).toBe(second.breaker);
  });

  it('shows a breaker that it is given, and creates none', () => {
    const runtime = testRuntime();
    const theirs = runtime.manager.createCircuitBreaker('theirs');
    const view = new CircuitBreaker({ name: 'orders' }, { ...runtime, breaker: theirs });

    expect([view.breaker, view.name, runtime.manager.size]).toEqual([theirs, 'theirs', 1]);
  });
});

describe('AdaptiveCircuitBreaker', () => {
  it('opens and closes by force', () => {
    const breaker = new AdaptiveCircuitBreaker({ name: 'orders' }, testRuntime());
    breaker.forceOpen();
    const open = [breaker.shouldAllowRequest(), breaker.state];
    breaker.forceClose();

    expect([...open, breaker.shouldAllowRequest()]).toEqual([false, 'open', true]);
  });
});

describe('createCircuitConfigForEnvironment', () => {
  it.each([
    ['DEVELOPMENT', presets.environments.development, 30_000], ['staging', presets.environments.staging, 60_000],
    ['production', presets.environments.production, 120_000], ['testing', presets.environments.testing, 5_000],
    [undefined, presets.environments.production, 120_000], ['moon', presets.environments.production, 120_000],
    ['constructor', presets.environments.production, 120_000],
  ])('has for %s the numbers of the preset, and its own wait', (environment, preset, recoveryTimeoutMs) => {
    const { failureThreshold, halfOpenMaxCalls, timeoutMs } = preset;

    expect(createCircuitConfigForEnvironment('orders', environment).toUnifiedConfig())
      .toMatchObject({ failureThreshold, recoveryTimeoutMs, halfOpenMaxCalls, timeoutMs });
  });

  it('has states as text', () => {
    expect(CircuitStates).toEqual({ CLOSED: 'closed', OPEN: 'open', HALF_OPEN: 'half_open' });
  });
});

describe('CircuitBreakerRegistry', () => {
  const made = () => {
    const runtime = testRuntime();
    return { ...runtime, registry: new CircuitBreakerRegistry(runtime) };
  };

  it('returns one breaker for a name, in every way of asking', async () => {
    const { registry } = made();
    const breaker = registry.getBreaker('orders', { failureThreshold: 2 });

    expect(new Set([
      registry.getBreaker('orders'), registry.createCircuitBreaker('orders'), await registry.getCircuit('orders'),
      registry.getCircuitBreaker('orders'),
    ])).toEqual(new Set([breaker]));
    expect(registry.getCircuitBreaker('unknown')).toBe(null);
  });

  it('warns of a second configuration that differs, and keeps the first', () => {
    const { registry } = made();
    const breaker = registry.getBreaker('orders', { failureThreshold: 2 });
    const again = registry.getBreaker('orders', new CircuitConfig({ name: 'orders', failureThreshold: 9 }));

    expect([again, breaker.config.failureThreshold, conflicts()]).toEqual([breaker, 2, 1]);
  });

  it('uses the numbers of a configuration with another name, or of another legacy name', () => {
    const { registry } = made();
    const template = registry.getBreaker('orders', new CircuitConfig({ name: 'template', failureThreshold: 2 }));
    const services = registry.getBreaker('users', new ServicesConfig({ errorRateThreshold: 0.9, timeout: 7 }));

    expect(template.config).toMatchObject({ name: 'orders', failureThreshold: 2 });
    expect(services.config).toMatchObject({ name: 'users', timeoutSeconds: 7 });
    expect(services.breaker.getStatus().config.errorRateThreshold).toBe(0.9);
  });

  it('shows breakers of other code, and contradicts none of them', () => {
    const { registry, manager } = made();
    manager.createCircuitBreaker('theirs', { failureThreshold: 7, recoveryTimeoutMs: 1_500, timeoutMs: null });
    const shown = [...registry].map(({ config }) => [config.name, config.failureThreshold, config.recoveryTimeout]);

    expect([shown, conflicts()]).toEqual([[['theirs', 7, 1.5]], 0]);
  });

  it('shows every status, awaited or not, and all figures', async () => {
    const { registry } = made();
    await registry.callWithCircuitBreaker('orders', (id: number) => id + 1, 1);

    expect((await registry.getAllStatus())['orders']).toMatchObject({ state: 'closed', health: 'healthy' });
    expect(registry.getAllMetrics()).toMatchObject({ orders: { totalCalls: 1, successfulCalls: 1 } });
    expect(registry.getHealthSummary()).toMatchObject({ totalCircuitBreakers: 1, overallHealth: 'healthy' });
  });

  it('opens, closes and resets, and what it opened recovers on its own', () => {
    const { registry, clock } = made();
    const [one, other] = [registry.getBreaker('one'), registry.getBreaker('other')];
    const states: string[] = [];
    const see = () => void states.push(one.state, other.state);
    registry.forceOpenAll();
    see();
    registry.forceCloseAll();
    see();
    registry.forceOpenAll();
    clock.advance(30_000);
    see();
    const answers = [registry.resetCircuitBreaker('one'), registry.resetCircuitBreaker('unknown')];
    see();

    expect(states).toEqual(['open', 'open', 'closed', 'closed', 'half_open', 'half_open', 'closed', 'half_open']);
    expect(answers).toEqual([true, false]);
  });

  it('counts, names and removes', () => {
    const { registry } = made();
    const first = registry.getBreaker('one');
    registry.getBreaker('other');
    expect([registry.getBreakerCount(), registry.getBreakerNames()]).toEqual([2, ['one', 'other']]);
    expect([registry.removeBreaker('one'), registry.removeBreaker('one')]).toEqual([true, false]);
    expect(registry.getBreaker('one')).not.toBe(first);
    registry.cleanupAll();
    expect(registry.getBreakerCount()).toBe(0);
  });

  it('rejects a call when the breaker cannot be created', async () => {
    const { registry, manager } = made();
    manager.dispose();
    const error = await errorOf(registry.callWithCircuitBreaker('orders', () => 1));

    expect(isCircuitBreakerDisposedError(error)).toBe(true);
  });
});

describe('the functions of the registry', () => {
  it('use the process-wide default manager', () => {
    const breaker = getCircuitBreaker('orders', { failureThreshold: 2 });
    expect(circuitRegistry.getBreaker('orders')).toBe(breaker);
    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker('orders')).toBe(breaker.breaker);
    expect(Object.keys(getAllCircuitBreakerMetrics())).toEqual(['orders']);
    expect([removeCircuitBreaker('orders'), removeCircuitBreaker('orders')]).toEqual([true, false]);
    getCircuitBreaker('orders');
    cleanupAllCircuitBreakers();
    expect(circuitRegistry.getBreakerCount()).toBe(0);
  });

  it('wrap functions under their own name and length, and reject with the legacy message', async () => {
    const get = circuitBreaker('orders', { failureThreshold: 1 })(async function getOrder(id: number, _more: string) {
      if (id < 0) throw BOOM;
      return id;
    });

    expect([get.name, get.length, await get(4, ''), await errorOf(get(-1, ''))]).toEqual(['getOrder', 2, 4, BOOM]);
    expect(await errorOf(get(4, ''))).toMatchObject({ message: "Circuit breaker 'orders' is OPEN" });
    expect(getCircuitBreaker('orders').isOpen).toBe(true);
  });

  it('count the rejection of a promise, and create the breaker again when it was removed', async () => {
    const get = circuitBreaker('orders', { failureThreshold: 9 })(failing);
    await errorOf(get());
    removeCircuitBreaker('orders');
    await errorOf(get());

    expect(getCircuitBreaker('orders').config.failureThreshold).toBe(9);
    expect(getCircuitBreaker('orders').getMetrics()).toMatchObject({ successfulCalls: 0, failedCalls: 1 });
  });

  it('decorate methods by standard and by legacy decorators, and keep `this`', async () => {
    class Orders {
      base = 40;
      @circuitBreaker('orders')
      async add(n: number): Promise<number> {
        return this.base + n;
      }
      async old(n: number): Promise<number> {
        return this.base - n;
      }
    }
    type Old = TypedPropertyDescriptor<(n: number) => Promise<number>>;
    const old = Object.getOwnPropertyDescriptor(Orders.prototype, 'old') as Old;
    Object.defineProperty(Orders.prototype, 'old', circuitBreaker('orders')(Orders.prototype, 'old', old));

    expect([await new Orders().add(2), await new Orders().old(2)]).toEqual([42, 38]);
    expect(getCircuitBreaker('orders').successCount).toBe(2);
  });

  it('keep synchronous functions synchronous', () => {
    const parse = circuitBreakerSync('parser', { failureThreshold: 1 })((text: string): unknown => JSON.parse(text));

    expect(parse('{}')).toEqual({});
    expect(() => parse('{')).toThrow(SyntaxError);
    expect(() => parse('{}')).toThrow("Circuit breaker 'parser' is OPEN");
  });

  it('take a health check', async () => {
    await withHealthCheck('orders', { checkHealth: () => ({ status: 'healthy' }) })(async () => 1)();

    expect(getCircuitBreaker('orders').breaker.getStatus().health.hasHealthChecker).toBe(true);
  });

  it('throw for anything but functions and methods', () => {
    const accessor = { get: () => async () => 1 } as TypedPropertyDescriptor<() => Promise<unknown>>;

    expect(() => circuitBreaker('orders')('text' as never)).toThrow('`target` must be a function or a method.');
    expect(() => circuitBreaker('orders')({}, 'total', accessor)).toThrow(TypeError);
    expect(() => [() => 1].map(circuitBreaker('orders') as never)).toThrow(TypeError);
  });

  it('reject when the breaker cannot be created', async () => {
    const call = circuitBreaker('orders', { failureThreshold: -1 })(() => 1);

    expect(isCircuitBreakerConfigError(await errorOf(call()))).toBe(true);
  });
});
