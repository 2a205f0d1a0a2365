import { afterEach, describe, expect, it, vi } from 'vitest';
import { circuitBreaker as legacyCircuitBreaker, circuitRegistry } from '../../src/compat/core/index.ts';
import { circuitBreaker } from '../../src/facade/circuit-breaker-decorator.ts';
import { withBreaker } from '../../src/facade/with-breaker.ts';
import { isCircuitBreakerOpenError } from '../../src/index.ts';
import { getUnifiedCircuitBreakerManager } from '../../src/manager/default-manager.ts';
import { breakerWith } from '../support/breaker.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';

afterEach(() => getUnifiedCircuitBreakerManager().dispose());

/** LEGACY 5.J, rows 110, 111, 112, 116, 117, 128. */
describe('facades', () => {
  it('110: a decorated async function gives the same result, and the named breaker counts one call', async () => {
    class Service {
      @circuitBreaker({ name: 'decorated' })
      async answer(): Promise<string> {
        return 'async result';
      }
    }

    expect(await new Service().answer()).toBe('async result');
    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker('decorated')?.getMetrics().totalCalls).toBe(1);
  });

  it('111: a decorated sync function gives an awaited result', async () => {
    expect(await withBreaker(() => 'sync result', { name: 'sync' })()).toBe('sync result');
  });

  it('110, 111: the legacy decorator awaits what it wraps, and its breaker is listed when it is first called', async () => {
    const fetched = legacyCircuitBreaker('legacy-async')(async (id: number) => `order ${id}`);
    const counted = legacyCircuitBreaker('legacy-sync')((a: number, b: number) => a + b);
    const before = circuitRegistry.getBreakerNames();

    expect([await fetched(42), await counted(1, 2)]).toEqual(['order 42', 3]);
    expect([before, circuitRegistry.getBreakerNames()]).toEqual([[], ['legacy-async', 'legacy-sync']]);
    expect(circuitRegistry.getAllMetrics()['legacy-async']).toMatchObject({ totalCalls: 1, successfulCalls: 1 });
  });

  it('112: the context form gives the breaker, admits what is inside, and the breaker persists afterwards', () => {
    const manager = getUnifiedCircuitBreakerManager();
    const breaker = manager.createCircuitBreaker('context');
    {
      using permit = breaker.tryAcquire();
      permit?.success();
    }

    expect(manager.getCircuitBreaker('context')).toBe(breaker);
    expect(breaker.getMetrics().successfulCalls).toBe(1);
  });

  it('116: the fallback of a failing target is called once, and its result is returned', async () => {
    const fallback = vi.fn<() => string>(() => 'fallback result');
    const call = withBreaker(() => Promise.reject(BOOM), { fallback });

    expect(await call()).toBe('fallback result');
    expect(fallback).toHaveBeenCalledTimes(1);
  });

  it('117: a rejection is told from another error, and from nothing', async () => {
    const { breaker } = breakerWith();
    breaker.forceOpen();

    expect([await errorOf(withBreaker(() => 1, breaker)()), new TypeError('no'), null].map((error) => isCircuitBreakerOpenError(error))).toEqual([true, false, false]);
  });

  it('128: a handshake is accepted in the turn in which it came, open circuit or not: only what it asks of a dependency goes through the breaker', async () => {
    const { breaker } = breakerWith();
    breaker.trip();
    const order: string[] = [];
    const onUpgrade = async (): Promise<void> => {
      order.push('accepted');
      const user = await breaker.call(() => 'user', { fallback: 'guest' });
      order.push(user);
    };

    const upgraded = onUpgrade();
    order.push('next turn');
    await upgraded;

    expect(order).toEqual(['accepted', 'next turn', 'guest']);
  });
});
