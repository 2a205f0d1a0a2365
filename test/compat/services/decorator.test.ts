import { afterEach, describe, expect, it, vi } from 'vitest';
import { circuitBreaker, CircuitBreakerConfig, circuitBreakerContext, CircuitOpenException, getCircuitBreakerManager } from '../../../src/compat/services/index.ts';
import { CircuitBreakerConfigError, getUnifiedCircuitBreakerManager } from '../../../src/index.ts';
import { BOOM, errorOf } from '../../support/outcomes.ts';

afterEach(() => {
  vi.restoreAllMocks();
  getUnifiedCircuitBreakerManager().dispose();
});

describe('the services circuitBreaker decorator', () => {
  it('puts a method behind the breaker of its name, and keeps what it is called on', async () => {
    class Orders {
      readonly #prefix = 'order ';

      @circuitBreaker('orders', { failureThreshold: 2 })
      async get(id: number): Promise<string> {
        return this.#prefix + id;
      }
    }

    expect(await new Orders().get(42)).toBe('order 42');
    expect(getCircuitBreakerManager().getCircuitBreaker('orders')?.config.failureThreshold).toBe(2);
  });

  it('rejects in the error of the breaker', async () => {
    const call = circuitBreaker('orders', new CircuitBreakerConfig({ failureThreshold: 1 }))(() => Promise.reject(BOOM));
    await errorOf(call());

    expect(await errorOf(call())).toBeInstanceOf(CircuitOpenException);
  });

  it('gives functions without a name of their breaker one each, even if they have the same name', async () => {
    const one = circuitBreaker(undefined, { failureThreshold: 1 })(async function load(): Promise<string> {
      throw BOOM;
    });
    const other = circuitBreaker()(async function load(): Promise<string> {
      return 'fine';
    });
    await errorOf(one());

    expect(await errorOf(one())).toBeInstanceOf(CircuitOpenException);
    expect(await other()).toBe('fine');
    expect(await other()).toBe('fine');
    expect(getUnifiedCircuitBreakerManager().getCircuitBreakerNames()).toEqual(['load', 'load#2']);
    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker('load#2')?.getMetrics().totalCalls).toBe(2);
  });

  it('tells functions of different names apart that one decorator decorates', async () => {
    const protect = circuitBreaker();
    await protect(async function load() {})();
    await protect(async function save() {})();

    expect(getUnifiedCircuitBreakerManager().getCircuitBreakerNames()).toEqual(['load', 'save']);
  });

  it('tells functions apart that have no name', async () => {
    const protect = circuitBreaker(undefined, { failureThreshold: 1 });
    const one = protect(() => Promise.reject(BOOM));
    const other = protect(() => 'fine');
    await errorOf(one());

    expect(await errorOf(one())).toBeInstanceOf(CircuitOpenException);
    expect(await other()).toBe('fine');
  });

  it('rejects, and does not throw, when its breaker cannot be made', async () => {
    const call = circuitBreaker('orders', { slidingWindowSize: 2, minRequestsThreshold: 5 })(() => 1);

    expect(await errorOf(call())).toBeInstanceOf(CircuitBreakerConfigError);
  });

  it('tells at its first call, and only then, that its configuration contradicts that of the breaker', async () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const conflicts: string[] = [];
    getUnifiedCircuitBreakerManager().on('configConflict', ({ name }) => conflicts.push(name));
    getCircuitBreakerManager().createCircuitBreaker('orders', { failureThreshold: 2 });
    const call = circuitBreaker('orders', { failureThreshold: 9 })(async () => 1);
    const seen = [conflicts.length];
    for (let time = 0; time < 3; time += 1) {
      await call();
      seen.push(conflicts.length);
    }

    expect(seen).toEqual([0, 1, 1, 1]);
  });

  it('looks its breaker up again when it was removed', async () => {
    const call = circuitBreaker('orders')(async () => 1);
    await call();
    getUnifiedCircuitBreakerManager().removeCircuitBreaker('orders');
    await call();

    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker('orders')?.getMetrics().totalCalls).toBe(1);
  });
});

describe('circuitBreakerContext', () => {
  it('admits, records and gives the result of the body', async () => {
    const result = await circuitBreakerContext('orders', { failureThreshold: 1 }, (breaker) => breaker.name);

    expect(result).toBe('orders');
    expect(getCircuitBreakerManager().getCircuitBreaker('orders')?.metrics).toMatchObject({ totalRequests: 1, successfulRequests: 1 });
  });

  it('records a failing body, passes its error, and then does not run it', async () => {
    const errors = [await errorOf(circuitBreakerContext('orders', { failureThreshold: 1 }, () => Promise.reject(BOOM)))];
    errors.push(await errorOf(circuitBreakerContext('orders', undefined, () => 'never')));

    expect(errors[0]).toBe(BOOM);
    expect(errors[1]).toBeInstanceOf(CircuitOpenException);
  });

  it('refuses a configuration that breaks a rule', async () => {
    expect(await errorOf(circuitBreakerContext('orders', { failureThreshold: 0 }, () => 1))).toMatchObject({ code: 'ERR_CIRCUIT_CONFIG' });
  });
});
