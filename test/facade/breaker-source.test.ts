import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { sourceOf } from '../../src/facade/breaker-source.ts';
import { DECORATOR_RULES, planFacade } from '../../src/facade/facade-options.ts';
import { getUnifiedCircuitBreakerManager } from '../../src/manager/default-manager.ts';
import { UnifiedCircuitBreakerManager } from '../../src/manager/unified-circuit-breaker-manager.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const perInstance = (options: object = {}) => sourceOf(planFacade('own', { ...options, per: 'instance' }, DECORATOR_RULES), () => 'Orders.own');

/** Collects garbage until what is awaited has happened, or so many times. */
async function collectUntil(done: () => boolean): Promise<void> {
  for (let times = 0; times < 50 && !done(); times += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the breakers of instances', () => {
  it('are off the list when the instances are gone, and only then', async () => {
    const manager = new UnifiedCircuitBreakerManager();
    const source = perInstance({ manager });
    const kept = {};
    source.of(kept, []);
    (() => source.of({}, []))();
    expect(manager.size).toBe(2);

    await collectUntil(() => manager.size < 2);

    expect(manager.getCircuitBreakerNames()).toEqual(['Orders.own']);
    expect(source.seen(kept)).toBe(manager.getCircuitBreaker('Orders.own'));
  });

  it('are found on the list where somebody else has taken their name', async () => {
    const manager = new UnifiedCircuitBreakerManager();
    const source = perInstance({ manager });
    (() => source.of({}, []))();
    const other = manager.createCircuitBreaker('Orders.own');

    await collectUntil(() => manager.size < 2);

    expect([...manager]).toEqual([other]);
  });

  it('are made by the manager that is the one of the process then', () => {
    const source = perInstance();
    getUnifiedCircuitBreakerManager().dispose();

    const breaker = source.of({}, []);

    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker('Orders.own')).toBe(breaker);
    getUnifiedCircuitBreakerManager().dispose();
  });
});
