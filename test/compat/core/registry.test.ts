import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  CircuitBreaker,
  circuitBreaker,
  circuitBreakerSync,
  CircuitBreakerRegistry,
  CircuitConfig,
  circuitRegistry,
  cleanupAllCircuitBreakers,
  getAllCircuitBreakerMetrics,
  getCircuitBreaker,
  removeCircuitBreaker,
  withHealthCheck,
} from '../../../src/compat/core/index.ts';
import { reportLegacyNames } from '../../../src/compat/deprecation.ts';
import { CircuitBreakerConfig as ServicesConfig } from '../../../src/compat/services/index.ts';
import { CircuitBreakerConfigError, CircuitBreakerDisposedError, getUnifiedCircuitBreakerManager } from '../../../src/index.ts';
import { BOOM, errorOf } from '../../support/outcomes.ts';
import { testRuntime } from '../support/agreement.ts';

afterEach(() => {
  getUnifiedCircuitBreakerManager().dispose();
  vi.restoreAllMocks();
});

const codesOf = (spy: { readonly mock: { readonly calls: readonly (readonly unknown[])[] } }): unknown[] => spy.mock.calls.map(([, options]) => (options as { readonly code: unknown }).code);

/** Lets this process warn again of every legacy name. */
function forgetWarnings(): void {
  (globalThis as unknown as Record<symbol, { readonly told: Set<string> } | undefined>)[Symbol.for('unified-circuit-breaker.legacy-names')]?.told.clear();
}

describe('CircuitBreakerRegistry', () => {
  it('gives the same breaker for the same name, whoever asks', async () => {
    const registry = new CircuitBreakerRegistry(testRuntime());
    const breaker = registry.getBreaker('orders', { failureThreshold: 2 });

    expect(registry.getBreaker('orders')).toBe(breaker);
    expect(registry.createCircuitBreaker('orders')).toBe(breaker);
    expect(await registry.getCircuit('orders')).toBe(breaker);
    expect(registry.getCircuitBreaker('orders')).toBe(breaker);
    expect(registry.getCircuitBreaker('unknown')).toBe(null);
  });

  it('warns when a second configuration contradicts the first, and keeps the first', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const registry = new CircuitBreakerRegistry(testRuntime());
    const breaker = registry.getBreaker('orders', { failureThreshold: 2 });
    const again = registry.getBreaker('orders', new CircuitConfig({ name: 'orders', failureThreshold: 9 }));

    expect(again).toBe(breaker);
    expect(breaker.config.failureThreshold).toBe(2);
    expect(codesOf(warned)).toContain('UCB_CONFIG_CONFLICT');
  });

  it('takes a configuration that has another name for the numbers in it', () => {
    const registry = new CircuitBreakerRegistry(testRuntime());

    expect(registry.getBreaker('orders', new CircuitConfig({ name: 'template', failureThreshold: 2 })).config).toMatchObject({ name: 'orders', failureThreshold: 2 });
  });

  it('takes the configuration of another legacy name, with its own rules', () => {
    const runtime = testRuntime();
    const registry = new CircuitBreakerRegistry(runtime);
    const breaker = registry.getBreaker('orders', new ServicesConfig({ failureThreshold: 4, errorRateThreshold: 0.9, timeout: 7 }));

    expect(breaker.config).toMatchObject({ name: 'orders', failureThreshold: 4, timeoutSeconds: 7 });
    expect(breaker.breaker.getStatus().config.errorRateThreshold).toBe(0.9);
  });

  it('shows breakers that others made, and contradicts none of them', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const runtime = testRuntime();
    runtime.manager.createCircuitBreaker('theirs', { failureThreshold: 7, recoveryTimeoutMs: 1_500, timeoutMs: null });
    const registry = new CircuitBreakerRegistry(runtime);

    expect([...registry].map(({ config }) => [config.name, config.failureThreshold, config.recoveryTimeout])).toEqual([['theirs', 7, 1.5]]);
    expect(codesOf(warned)).not.toContain('UCB_CONFIG_CONFLICT');
  });

  it('shows all statuses, awaited or not, and all figures', async () => {
    const registry = new CircuitBreakerRegistry(testRuntime());
    await registry.callWithCircuitBreaker('orders', (id: number) => id + 1, 1);

    expect((await registry.getAllStatus())['orders']).toMatchObject({ state: 'closed', health: 'healthy' });
    expect(registry.getAllMetrics()).toMatchObject({ orders: { totalCalls: 1, successfulCalls: 1 } });
    expect(registry.getHealthSummary()).toMatchObject({ totalCircuitBreakers: 1, overallHealth: 'healthy' });
  });

  it('opens and closes all; what was opened by force recovers by itself', () => {
    const runtime = testRuntime();
    const registry = new CircuitBreakerRegistry(runtime);
    const [one, other] = [registry.getBreaker('one'), registry.getBreaker('other')];
    const states = (): string[] => [one.state, other.state];

    registry.forceOpenAll();
    const opened = states();
    registry.forceCloseAll();
    const closed = states();
    registry.forceOpenAll();
    runtime.clock.advance(30_000);

    expect([opened, closed, states()]).toEqual([['open', 'open'], ['closed', 'closed'], ['half_open', 'half_open']]);
    expect([registry.resetCircuitBreaker('one'), registry.resetCircuitBreaker('unknown'), one.state, other.state]).toEqual([true, false, 'closed', 'half_open']);
  });

  it('counts, names, removes and cleans up', () => {
    const registry = new CircuitBreakerRegistry(testRuntime());
    const first = registry.getBreaker('one');
    registry.getBreaker('other');

    expect([registry.getBreakerCount(), registry.getBreakerNames()]).toEqual([2, ['one', 'other']]);
    expect([registry.removeBreaker('one'), registry.removeBreaker('one')]).toEqual([true, false]);
    expect(registry.getBreaker('one')).not.toBe(first);
    registry.cleanupAll();
    expect(registry.getBreakerCount()).toBe(0);
  });
});

describe('a registry, however it is used,', () => {
  it.each<{ readonly title: string; readonly use: (registry: CircuitBreakerRegistry) => unknown }>([
    { title: 'asked for a breaker', use: (registry) => registry.getBreaker('orders') },
    { title: 'asked for a breaker that may not be', use: (registry) => registry.getCircuitBreaker('orders') },
    { title: 'asked for all statuses', use: (registry) => registry.getAllStatus() },
    { title: 'asked for the health', use: (registry) => registry.getHealthSummary() },
    { title: 'told to reset', use: (registry) => registry.resetAll() },
    { title: 'told to forget a breaker', use: (registry) => registry.removeBreaker('orders') },
    { title: 'iterated', use: (registry) => [...registry] },
  ])('warns of its name when $title', ({ use }) => {
    const told: (string | undefined)[] = [];
    forgetWarnings();
    reportLegacyNames((message) => void told.push(message.split(' ')[0]));
    use(new CircuitBreakerRegistry(testRuntime()));
    reportLegacyNames(null);

    expect(told).toEqual(['CircuitBreakerRegistry']);
  });

  it('is not warned of when one of the functions uses it', () => {
    const told: (string | undefined)[] = [];
    forgetWarnings();
    reportLegacyNames((message) => void told.push(message.split(' ')[0]));
    removeCircuitBreaker('orders');
    getAllCircuitBreakerMetrics();
    cleanupAllCircuitBreakers();
    reportLegacyNames(null);

    expect(told).toEqual(['removeCircuitBreaker', 'getAllCircuitBreakerMetrics', 'cleanupAllCircuitBreakers']);
  });

  it('lists a private breaker beside the shared one of the same name', () => {
    const runtime = testRuntime();
    runtime.manager.createPrivateCircuitBreaker('orders');
    runtime.manager.createCircuitBreaker('orders');

    expect(Object.keys(new CircuitBreakerRegistry(runtime).getAllStatus())).toEqual(runtime.manager.getCircuitBreakerNames());
  });

  it('rejects, and does not throw, a call whose breaker cannot be made', async () => {
    const runtime = testRuntime();
    runtime.manager.dispose();

    expect(await errorOf(new CircuitBreakerRegistry(runtime).callWithCircuitBreaker('orders', () => 1))).toBeInstanceOf(CircuitBreakerDisposedError);
  });
});

describe('the functions of the registry', () => {
  it('work on the manager of the process', () => {
    const breaker = getCircuitBreaker('orders', { failureThreshold: 2 });

    expect(circuitRegistry.getBreaker('orders')).toBe(breaker);
    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker('orders')).toBe(breaker.breaker);
    expect(Object.keys(getAllCircuitBreakerMetrics())).toEqual(['orders']);
    expect([removeCircuitBreaker('orders'), removeCircuitBreaker('orders')]).toEqual([true, false]);
    getCircuitBreaker('orders');
    cleanupAllCircuitBreakers();
    expect(circuitRegistry.getBreakerCount()).toBe(0);
  });

  it('wrap functions under their own name and length, share the breaker, and reject in the legacy words', async () => {
    const get = circuitBreaker('orders', { failureThreshold: 1 })(async function getOrder(this: unknown, id: number, _more: string): Promise<number> {
      if (id < 0) throw BOOM;
      return id;
    });

    expect([get.name, get.length, await get(4, '')]).toEqual(['getOrder', 2, 4]);
    expect(await errorOf(get(-1, ''))).toBe(BOOM);
    expect(await errorOf(get(4, ''))).toMatchObject({ message: "Circuit breaker 'orders' is OPEN" });
    expect(getCircuitBreaker('orders').isOpen).toBe(true);
  });

  it('await a function that gives a promise without being async, so that its failure counts', async () => {
    const get = circuitBreaker('orders')(() => Promise.reject(BOOM));
    await errorOf(get());

    expect(getCircuitBreaker('orders').getMetrics()).toMatchObject({ successfulCalls: 0, failedCalls: 1 });
  });

  it('find the breaker anew when it was removed', async () => {
    const get = circuitBreaker('orders', { failureThreshold: 1 })(() => 1);
    await get();
    removeCircuitBreaker('orders');
    await get();

    expect(getCircuitBreaker('orders').config.failureThreshold).toBe(1);
  });

  it('decorate methods by standard and by legacy decorators, with their this', async () => {
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
    const descriptor = circuitBreaker('orders')(Orders.prototype, 'old', Object.getOwnPropertyDescriptor(Orders.prototype, 'old') as TypedPropertyDescriptor<(n: number) => Promise<number>>);
    Object.defineProperty(Orders.prototype, 'old', descriptor);

    expect([await new Orders().add(2), await new Orders().old(2)]).toEqual([42, 38]);
    expect(getCircuitBreaker('orders').successCount).toBe(2);
  });

  it('leave synchronous functions synchronous', () => {
    const parse = circuitBreakerSync('parser', { failureThreshold: 1 })((text: string): unknown => JSON.parse(text));

    expect(parse('{}')).toEqual({});
    expect(() => parse('{')).toThrow(SyntaxError);
    expect(() => parse('{}')).toThrow("Circuit breaker 'parser' is OPEN");
  });

  it('take a health check with them', async () => {
    const get = withHealthCheck('orders', { checkHealth: () => ({ status: 'healthy' }) })(async () => 1);
    await get();

    expect(getCircuitBreaker('orders').breaker.getStatus().health.hasHealthChecker).toBe(true);
  });

  it('refuse what is neither a function nor a method', () => {
    const accessor = { get: () => async () => 1 } as TypedPropertyDescriptor<() => Promise<unknown>>;

    expect(() => circuitBreaker('orders')('text' as never)).toThrow(TypeError);
    expect(() => circuitBreaker('orders')({}, 'total', accessor)).toThrow(TypeError);
    expect(() => [() => 1].map(circuitBreaker('orders') as never)).toThrow(TypeError);
  });

  it('reject, and do not throw, when the breaker cannot be made', async () => {
    expect(await errorOf(circuitBreaker('orders', { failureThreshold: -1 })(() => 1)())).toBeInstanceOf(CircuitBreakerConfigError);
  });
});

describe('a view', () => {
  it('that is cleaned up leaves another breaker of its name on the list', () => {
    const runtime = testRuntime();
    const first = new CircuitBreaker({ name: 'orders' }, runtime);
    first.cleanup();
    const second = new CircuitBreaker({ name: 'orders' }, runtime);
    first.cleanup();

    expect(runtime.manager.getCircuitBreaker('orders')).toBe(second.breaker);
  });

  it('shows a given breaker, and makes none', () => {
    const runtime = testRuntime();
    const theirs = runtime.manager.createCircuitBreaker('theirs');
    const view = new CircuitBreaker({ name: 'orders' }, { ...runtime, breaker: theirs });

    expect([view.breaker, view.name, runtime.manager.size]).toEqual([theirs, 'theirs', 1]);
  });
});
