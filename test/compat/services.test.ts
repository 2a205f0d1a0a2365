import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  CircuitBreaker, circuitBreaker, circuitBreakerContext, CircuitBreakerException, CircuitBreakerManager,
  CircuitOpenException, CircuitTimeoutException, getCircuitBreakerManager, ServiceCircuitBreakers,
} from '../../src/compat/names/services.ts';
import {
  CircuitBreakerError, getUnifiedCircuitBreakerManager, isCircuitBreakerOpenError, isCircuitBreakerTimeoutError,
  UnifiedCircuitBreaker,
} from '../../src/index.ts';
import { BOOM, deferred, errorOf } from '../support/outcomes.ts';
import { testRuntime } from './support/agreement.ts';

afterEach(() => getUnifiedCircuitBreakerManager().dispose());

const failing = (): Promise<never> => Promise.reject(BOOM);
const hanging = (): Promise<never> => deferred<never>().promise;

describe('the services CircuitBreaker', () => {
  it('160: rejects with an error that has what a rejection has', async () => {
    const breaker = new CircuitBreaker('orders', { failureThreshold: 3 }, testRuntime());
    for (let failure = 0; failure < 3; failure += 1) breaker.recordFailure(BOOM);
    const error = await errorOf(breaker.call(() => 'never'));

    for (const type of [CircuitOpenException, CircuitBreakerException, CircuitBreakerError]) {
      expect(error).toBeInstanceOf(type);
    }
    expect(isCircuitBreakerOpenError(error)).toBe(true);
    expect(error).toMatchObject({
      name: 'CircuitOpenException', message: "Circuit breaker 'orders' is OPEN", breakerName: 'orders',
      code: 'ERR_CIRCUIT_OPEN', state: 'open', reason: 'consecutive_failures', retryAfterMs: 60_000, statusCode: 503,
      headers: { 'retry-after': '60' },
    });
  });

  it('33: opens at timeouts, each with an error of its own, whatever types it expects', async () => {
    const { clock, ...runtime } = testRuntime();
    const options = { timeout: 2, failureThreshold: 2, expectedExceptionTypes: ['TypeError'] };
    const breaker = new CircuitBreaker('orders', options, { ...runtime, clock });
    const states: string[] = [];
    for (let call = 0; call < 2; call += 1) {
      const settled = errorOf(breaker.call(hanging));
      await clock.advanceAsync(2_000);
      const error = await settled;
      expect([error instanceof CircuitTimeoutException, isCircuitBreakerTimeoutError(error)]).toEqual([true, true]);
      expect(error).toMatchObject({ name: 'CircuitTimeoutException', timeoutMs: 2_000, breakerName: 'orders' });
      states.push(breaker.state);
    }

    expect(states).toEqual(['closed', 'open']);
    expect(breaker.metrics).toMatchObject({ timeouts: 2, failedRequests: 2, currentConsecutiveFailures: 2 });
  });

  it('leaves the timeout of an inner breaker as it is', async () => {
    const { clock, ...runtime } = testRuntime();
    const inner = new UnifiedCircuitBreaker({ name: 'orders', timeoutMs: 1_000, clock });
    const outer = new CircuitBreaker('orders', {}, { ...runtime, clock });
    const call = errorOf(outer.call(() => inner.call(hanging)));
    await clock.advanceAsync(1_000);

    expect(await call).not.toBeInstanceOf(CircuitTimeoutException);
  });

  it('32: neither opens nor heals at errors that are not expected, and has them in failed requests', async () => {
    const options = { failureThreshold: 2, expectedExceptionTypes: ['TypeError'] };
    const breaker = new CircuitBreaker('orders', options, testRuntime());
    const expected = (): Promise<never> => Promise.reject(new TypeError('no'));
    await errorOf(breaker.call(expected));

    expect(await errorOf(breaker.call(failing))).toBe(BOOM);
    expect(breaker.metrics)
      .toMatchObject({ totalRequests: 2, failedRequests: 2, currentConsecutiveFailures: 1, errorRate: 1 });
    await errorOf(breaker.call(expected));
    expect(breaker.state).toBe('open');
  });

  it('opens at failures recorded without an error, also when it expects types', () => {
    const options = { expectedExceptionTypes: ['ConnectionError'], failureThreshold: 2 };
    const breaker = new CircuitBreaker('orders', options, testRuntime());
    breaker.recordFailure();
    breaker.recordFailure();

    expect(breaker.state).toBe('open');
  });

  it('shows its figures, without rejected calls', async () => {
    const runtime = testRuntime();
    const breaker = new CircuitBreaker('orders', { failureThreshold: 3 }, runtime);
    await breaker.call(() => void runtime.clock.advance(2_000));
    for (let call = 0; call < 3; call += 1) await errorOf(breaker.call(failing));
    const now = new Date(runtime.clock.wall());

    expect(breaker.getStatus()).toMatchObject({ state: 'open', isHealthy: false, unifiedStatus: { name: 'orders' } });
    expect(breaker.metrics).toMatchObject({
      totalRequests: 3, successfulRequests: 1, failedRequests: 2, circuitOpenedCount: 1, circuitClosedCount: 0,
      timeouts: 0, lastFailureTime: now, lastSuccessTime: now, currentConsecutiveFailures: 2,
      currentConsecutiveSuccesses: 0, averageResponseTime: 2 / 3, errorRate: 0,
    });
  });

  it('shows the breaker of its name when it gets no configuration', () => {
    const runtime = testRuntime();
    const own = new CircuitBreaker('orders', { failureThreshold: 3 }, runtime);
    const seen = new CircuitBreaker('orders', undefined, runtime);

    expect(seen.breaker).toBe(own.breaker);
    expect(seen.config).toMatchObject({ failureThreshold: 3, recoveryTimeout: 60, minRequestsThreshold: 3 });
  });
});

describe('the services circuitBreaker decorator', () => {
  it('110: protects a method by the breaker of its name, and keeps `this`', async () => {
    class Orders {
      readonly #prefix = 'order ';
      @circuitBreaker('orders', { failureThreshold: 2 })
      async get(id: number): Promise<string> {
        return this.#prefix + id;
      }
    }

    expect(await new Orders().get(42)).toBe('order 42');
    expect(getCircuitBreakerManager().getCircuitBreaker('orders')?.config.failureThreshold).toBe(2);
    expect(getCircuitBreakerManager().getCircuitBreaker('orders')?.metrics.totalRequests).toBe(1);
  });

  it('111: awaits a synchronous function', async () => {
    expect(await circuitBreaker('decorated')(() => 'sync result')()).toBe('sync result');
  });

  it.each([['equal names', 'load'], ['no name', '']])('gives functions with %s a breaker each', async (_, name) => {
    const named = <Fn extends () => unknown>(fn: Fn): Fn => Object.defineProperty(fn, 'name', { value: name });
    const protect = circuitBreaker(undefined, { failureThreshold: 1 });
    const one = protect(named(() => Promise.reject(BOOM)));
    const other = protect(named(() => 'fine'));
    await errorOf(one());

    expect(await errorOf(one())).toBeInstanceOf(CircuitOpenException);
    expect([await other(), await other()]).toEqual(['fine', 'fine']);
  });

  it('reports a configuration that differs at its first call, and only then', async () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const conflicts: string[] = [];
    getUnifiedCircuitBreakerManager().on('configConflict', ({ name }) => conflicts.push(name));
    getCircuitBreakerManager().createCircuitBreaker('orders', { failureThreshold: 2 });
    const call = circuitBreaker('orders', { failureThreshold: 9 })(async () => 1);
    const before = conflicts.length;
    for (let time = 0; time < 3; time += 1) await call();

    expect([before, conflicts]).toEqual([0, ['orders']]);
  });
});

describe('circuitBreakerContext', () => {
  it('112: passes the breaker, records the body, and the breaker stays', async () => {
    const inside = await circuitBreakerContext('orders', { failureThreshold: 1 }, (breaker) => breaker);

    expect(getCircuitBreakerManager().getCircuitBreaker('orders')).toBe(inside);
    expect(inside.metrics).toMatchObject({ totalRequests: 1, successfulRequests: 1 });
  });

  it('rejects with the error of the body, and then does not run it', async () => {
    expect(await errorOf(circuitBreakerContext('orders', { failureThreshold: 1 }, failing))).toBe(BOOM);
    expect(await errorOf(circuitBreakerContext('orders', undefined, () => 1))).toBeInstanceOf(CircuitOpenException);
  });
});

describe('the services CircuitBreakerManager', () => {
  it('creates a breaker once, runs calls by it, and has null for names that it did not create', async () => {
    const runtime = testRuntime();
    const manager = new CircuitBreakerManager(runtime);
    runtime.manager.createCircuitBreaker('elsewhere');
    const orders = manager.createCircuitBreaker('orders', { failureThreshold: 2 });

    expect([manager.createCircuitBreaker('orders'), manager.getCircuitBreaker('orders')]).toEqual([orders, orders]);
    expect(manager.getCircuitBreaker('elsewhere')).toBe(null);
    expect(runtime.manager.getCircuitBreaker('orders')).toBe(orders.breaker);
    expect(await manager.callWithCircuitBreaker('orders', (a: number, b: number) => a + b, 1, 2)).toBe(3);
    expect(orders.metrics.totalRequests).toBe(1);
  });

  it('counts its breakers by state, and closes them all', () => {
    const manager = new CircuitBreakerManager(testRuntime());
    expect(manager.getHealthSummary()).toMatchObject({ totalCircuitBreakers: 0, overallHealth: 'healthy' });
    manager.createCircuitBreaker('healthy');
    manager.createCircuitBreaker('unhealthy').forceOpen();

    expect(manager.getHealthSummary()).toEqual({
      totalCircuitBreakers: 2, healthyCircuitBreakers: 1, unhealthyCircuitBreakers: 1, overallHealth: 'degraded',
      circuitBreakerNames: ['healthy', 'unhealthy'],
    });
    expect(manager.getAllStatus()).toMatchObject({ healthy: { state: 'closed' }, unhealthy: { state: 'open' } });
    manager.resetAll();
    expect(manager.getHealthSummary().overallHealth).toBe('healthy');
  });

  it('is one in the process, over the process-wide default manager', () => {
    const manager = getCircuitBreakerManager();
    const { breaker } = manager.createCircuitBreaker('orders');

    expect(getCircuitBreakerManager()).toBe(manager);
    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker('orders')).toBe(breaker);
  });
});

describe('ServiceCircuitBreakers', () => {
  it.each([
    ['database', ServiceCircuitBreakers.getDatabaseCircuitBreaker, [3, 30, 2, 10]],
    ['auth_service', ServiceCircuitBreakers.getAuthServiceCircuitBreaker, [5, 60, 3, 15]],
    ['llm_service', ServiceCircuitBreakers.getLlmServiceCircuitBreaker, [10, 10, 2, 60]],
    ['clickhouse', ServiceCircuitBreakers.getClickhouseCircuitBreaker, [4, 45, 3, 20]],
    ['redis', ServiceCircuitBreakers.getRedisCircuitBreaker, [5, 20, 2, 5]],
  ])('has %s by its preset, and shows the numbers in effect', (name, getter, numbers) => {
    const { breaker, config } = getter();

    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker(name)).toBe(breaker);
    expect(getter().breaker).toBe(breaker);
    expect([config.failureThreshold, config.recoveryTimeout, config.successThreshold, config.timeout]).toEqual(numbers);
  });
});
