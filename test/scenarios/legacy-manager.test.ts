import { afterEach, describe, expect, it } from 'vitest';
import { getUnifiedCircuitBreakerManager } from '../../src/index.ts';
import type { UnifiedCircuitBreaker } from '../../src/index.ts';
import { managerWith } from '../support/manager.ts';
import { BOOM, fail, succeed } from '../support/outcomes.ts';

afterEach(() => getUnifiedCircuitBreakerManager().dispose());

/** Calls through each breaker of a chain, from the first to the last. */
function callThrough([first, ...rest]: readonly UnifiedCircuitBreaker[], last: () => Promise<string>): Promise<string> {
  return first === undefined ? last() : first.call(() => callThrough(rest, last));
}

describe('names', () => {
  it('97, 98, 99: create a breaker once, are null before, and run a call', async () => {
    const { manager } = managerWith();
    const unknown = manager.getCircuitBreaker('orders');
    const result = await manager.callWithCircuitBreaker('orders', () => Promise.resolve('result'));
    const breaker = manager.createCircuitBreaker('orders');

    expect([unknown, result, manager.getCircuitBreaker('orders')]).toEqual([null, 'result', breaker]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, successfulCalls: 1 });
  });

  it('106: share one manager, in which breakers are independent', async () => {
    const manager = getUnifiedCircuitBreakerManager();
    const one = manager.createCircuitBreaker('one', { failureThreshold: 1 });
    await fail(one);

    expect(getUnifiedCircuitBreakerManager()).toBe(manager);
    expect([one.state, manager.createCircuitBreaker('other').state]).toEqual(['open', 'closed']);
  });
});

describe('health', () => {
  it('100: is healthy without breakers, and names them by condition', () => {
    const { manager, clock } = managerWith({ jitter: false, recoveryTimeoutMs: 1_000, timeoutMs: null });
    expect(manager.getHealthSummary()).toMatchObject({ totalCircuitBreakers: 0, overallHealth: 'healthy' });
    manager.createCircuitBreaker('closed');
    manager.createCircuitBreaker('ready').trip();
    manager.createCircuitBreaker('probing').trip();
    clock.advance(1_000);
    manager.createCircuitBreaker('open').trip();
    manager.createCircuitBreaker('forced').forceOpen();
    manager.getCircuitBreaker('probing')?.tryAcquire();

    expect(manager.getHealthSummary()).toMatchObject({
      totalCircuitBreakers: 5, healthyCircuitBreakers: 1, unhealthyCircuitBreakers: 4, overallHealth: 'degraded',
      conditions: {
        closed: ['closed'], half_open: ['probing'], open: ['open'], ready_to_probe: ['ready'], forced_open: ['forced'],
      },
    });
  });

  it('101, 103, 104, 105: a reset closes and clears the counts, and successes pass', async () => {
    const { manager } = managerWith({ failureThreshold: 2 });
    const [one, other] = [manager.createCircuitBreaker('one'), manager.createCircuitBreaker('other')];
    await fail(one, 2);
    await fail(other, 2);
    manager.resetCircuitBreaker('one');
    expect([one.state, other.state]).toEqual(['closed', 'open']);
    expect(one.getMetrics()).toMatchObject({ successfulCalls: 0, failedCalls: 0, consecutiveFailures: 0 });
    manager.resetAll();
    await succeed(other);

    expect([other.state, other.getMetrics().successfulCalls]).toEqual(['closed', 1]);
  });

  it('102: disposing the manager disposes each breaker', () => {
    const { manager } = managerWith();
    const breakers = [manager.createCircuitBreaker('one'), manager.createCircuitBreaker('other')];
    manager.dispose();

    expect(breakers.map((breaker) => breaker.canExecute())).toEqual([false, false]);
  });
});

describe('isolation', () => {
  it('107, 120: a breaker that opens leaves the others closed', async () => {
    const { manager } = managerWith({ failureThreshold: 3 });
    const names = ['llm_service', 'database', 'auth_service', 'redis', 'supervisor', 'triage'];
    const [llm, ...others] = names.map((name) => manager.createCircuitBreaker(name));
    await fail(llm as UnifiedCircuitBreaker, 3);
    const settled = await Promise.all(others.map((breaker) => breaker.tryCall(() => 'fine')));

    expect(manager.getHealthSummary().conditions.open).toEqual(['llm_service']);
    expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(['success']));
  });

  it('121: only the last breaker of a chain opens, and the others ignore its rejections', async () => {
    const { manager } = managerWith({ failureThreshold: 5 });
    const chain = ['gateway', 'orders', 'stock', 'prices'].map((name) => manager.createCircuitBreaker(name));
    chain.push(manager.createCircuitBreaker('database', { failureThreshold: 3 }));
    let runs = 0;
    const down = (): Promise<never> => {
      runs += 1;
      return Promise.reject(BOOM);
    };
    for (let call = 0; call < 50; call += 1) await callThrough(chain, down).catch(() => {});

    expect([runs, ...chain.map(({ state }) => state)]).toEqual([3, 'closed', 'closed', 'closed', 'closed', 'open']);
    expect(chain.map((breaker) => breaker.getMetrics().ignoredCalls)).toEqual([47, 47, 47, 47, 0]);
  });
});

describe('operation', () => {
  it('123, 126: states are plain text, and each change is reported in order', async () => {
    const options = { failureThreshold: 1, successThreshold: 1, jitter: false, recoveryTimeoutMs: 1_000 };
    const { manager, clock, events } = managerWith(options);
    const breaker = manager.createCircuitBreaker('agents');
    await fail(breaker);
    clock.advance(1_000);
    await succeed(breaker);

    expect(events.flatMap((event) => (event.type === 'stateChange' ? [`${event.from} ${event.to}`] : [])))
      .toEqual(['closed open', 'open half_open', 'half_open closed']);
    expect(manager.getAllStatus()['agents']?.state).toBe('closed');
  });

  it('125: circuits that were saved as JSON go on elsewhere, with the rest of their wait', async () => {
    const options = { failureThreshold: 1, jitter: false, recoveryTimeoutMs: 60_000 };
    const { manager, clock } = managerWith(options);
    await fail(manager.createCircuitBreaker('llm'));
    manager.createCircuitBreaker('database');
    clock.advance(20_000);
    const saved = JSON.stringify(manager.snapshot());
    const other = managerWith(options);
    other.clock.jumpWall(20_000);
    other.manager.restore(JSON.parse(saved));
    const restored = ['llm', 'database'].map((name) => other.manager.createCircuitBreaker(name));

    expect(restored.map(({ state, retryAfterMs }) => [state, retryAfterMs])).toEqual([['open', 40_000], ['closed', 0]]);
  });
});
