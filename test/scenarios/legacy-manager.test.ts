import { describe, expect, it } from 'vitest';
import { CircuitBreaker, CircuitBreakerRegistry } from '../../src/compat/core/index.ts';
import type { UnifiedCircuitBreaker } from '../../src/index.ts';
import { getUnifiedCircuitBreakerManager } from '../../src/manager/default-manager.ts';
import { UnifiedServiceCircuitBreakers } from '../../src/presets/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { failTimes } from '../support/legacy.ts';
import { managerWith } from '../support/manager.ts';
import { BOOM, fail, succeed } from '../support/outcomes.ts';

/** A call through each breaker of the chain, from the first to the last, to what the last depends on. */
function callThrough([first, ...rest]: readonly UnifiedCircuitBreaker[], dependency: () => Promise<string>): Promise<string> {
  return first === undefined ? dependency() : first.call(() => callThrough(rest, dependency));
}

/** LEGACY 5.J, rows 97 to 109, 120, 121 and 123 to 126: those that a manager can meet. */
describe('the manager of the earlier code base', () => {
  it('97: creating twice with the same name gives the same instance', () => {
    const { manager } = managerWith();

    expect(manager.createCircuitBreaker('orders')).toBe(manager.createCircuitBreaker('orders'));
  });

  it('98: an unknown name gives null', () => {
    expect(managerWith().manager.getCircuitBreaker('orders')).toBe(null);
  });

  it('97, 98, 99: the registry of the legacy names does the same', async () => {
    const registry = new CircuitBreakerRegistry(testRuntime());
    const unknown = registry.getCircuitBreaker('orders');
    await registry.callWithCircuitBreaker('orders', (value: number) => Promise.resolve(value), 42);

    expect(unknown).toBe(null);
    expect(registry.getBreaker('orders')).toBe(registry.createCircuitBreaker('orders'));
    expect(registry.getAllStatus()['orders']?.metrics).toMatchObject({ totalCalls: 1, successfulCalls: 1 });
  });

  it('99: callWith creates the breaker, and it counts', async () => {
    const { manager } = managerWith();

    expect(await manager.callWithCircuitBreaker('orders', () => Promise.resolve('result'))).toBe('result');
    expect(manager.getCircuitBreaker('orders')?.getMetrics()).toMatchObject({ totalCalls: 1, successfulCalls: 1 });
  });

  it('100: one closed and one open: totals 2, 1 and 1, degraded, both named', () => {
    const { manager } = managerWith();
    manager.createCircuitBreaker('healthy');
    manager.createCircuitBreaker('unhealthy').forceOpen();

    expect(manager.getHealthSummary()).toMatchObject({
      totalCircuitBreakers: 2,
      healthyCircuitBreakers: 1,
      unhealthyCircuitBreakers: 1,
      overallHealth: 'degraded',
      circuitBreakerNames: ['healthy', 'unhealthy'],
    });
  });

  it('100: tells closed, half_open, open, ready to probe and forced apart; with none it is healthy', async () => {
    const { manager, clock } = managerWith({ jitter: false, recoveryTimeoutMs: 1_000, timeoutMs: null });
    expect(manager.getHealthSummary()).toMatchObject({ totalCircuitBreakers: 0, overallHealth: 'healthy' });
    manager.createCircuitBreaker('closed');
    manager.createCircuitBreaker('forced closed').forceClose();
    manager.createCircuitBreaker('ready').trip();
    manager.createCircuitBreaker('probing').trip();
    clock.advance(1_000);
    manager.createCircuitBreaker('open').trip();
    manager.createCircuitBreaker('forced open').forceOpen();
    manager.getCircuitBreaker('probing')?.tryAcquire();

    expect(manager.getHealthSummary().conditions).toEqual({
      closed: ['closed'],
      half_open: ['probing'],
      open: ['open'],
      ready_to_probe: ['ready'],
      forced_open: ['forced open'],
      forced_closed: ['forced closed'],
    });
  });

  it('101, 103, 104, 105: a reset closes and clears the counters, and successes pass', async () => {
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

  it('106: the global manager is one, and the breakers in it are independent', async () => {
    const manager = getUnifiedCircuitBreakerManager();
    try {
      const [one, other] = [manager.createCircuitBreaker('one', { failureThreshold: 1 }), manager.createCircuitBreaker('other')];
      await fail(one);

      expect(getUnifiedCircuitBreakerManager()).toBe(manager);
      expect([one.state, other.state]).toEqual(['open', 'closed']);
    } finally {
      manager.dispose();
    }
  });

  it('107, 108, 109, 120: one that opens leaves all others closed, and calls through them run', async () => {
    const { manager } = managerWith({ failureThreshold: 3 });
    const names = ['llm_service', 'database', 'auth_service', 'redis', 'supervisor', 'triage'];
    const [llm, ...others] = names.map((name) => manager.createCircuitBreaker(name));
    await fail(llm as never, 3);

    const settled = await Promise.all(others.map((breaker) => breaker.tryCall(() => 'fine')));

    expect(manager.getHealthSummary().conditions.open).toEqual(['llm_service']);
    expect(settled.map(({ status }) => status)).toEqual(others.map(() => 'success'));
    expect(others.map((breaker) => breaker.getMetrics().failedCalls)).toEqual(others.map(() => 0));
    manager.resetAll();
    expect(manager.getHealthSummary().overallHealth).toBe('healthy');
  });

  it('107: the breaker of the language model opens, and those of the database, of authentication and of Redis stay closed and run calls', async () => {
    try {
      const { getLlmServiceCircuitBreaker, getDatabaseCircuitBreaker, getAuthServiceCircuitBreaker, getRedisCircuitBreaker } = UnifiedServiceCircuitBreakers;
      const others = [getDatabaseCircuitBreaker(), getAuthServiceCircuitBreaker(), getRedisCircuitBreaker()];
      await fail(getLlmServiceCircuitBreaker(), 10);

      expect(getLlmServiceCircuitBreaker().state).toBe('open');
      expect(others.map((breaker) => [breaker.name, breaker.state, breaker.canExecute()])).toEqual([
        ['database', 'closed', true],
        ['auth_service', 'closed', true],
        ['redis', 'closed', true],
      ]);
    } finally {
      getUnifiedCircuitBreakerManager().dispose();
    }
  });

  it('121: of a chain of five services only the last opens when what it depends on is down: the rejections that follow count against nobody', async () => {
    const { manager } = managerWith({ failureThreshold: 5 });
    const chain = ['gateway', 'orders', 'stock', 'prices'].map((name) => manager.createCircuitBreaker(name));
    chain.push(manager.createCircuitBreaker('database', { failureThreshold: 3 }));
    let runs = 0;
    for (let call = 0; call < 50; call += 1) {
      await callThrough(chain, () => {
        runs += 1;
        return Promise.reject(BOOM);
      }).catch(() => {});
    }

    expect(chain.map(({ state }) => state)).toEqual(['closed', 'closed', 'closed', 'closed', 'open']);
    expect(runs).toBe(3);
    expect(chain.map((breaker) => breaker.getMetrics().ignoredCalls)).toEqual([47, 47, 47, 47, 0]);
  });

  it('123: a state is plain text', async () => {
    const { manager, clock } = managerWith({ failureThreshold: 1, jitter: false, recoveryTimeoutMs: 1_000 });
    const breaker = manager.createCircuitBreaker('orders');
    const states = [manager.getAllStatus()['orders']?.state];
    await fail(breaker);
    states.push(manager.getAllStatus()['orders']?.state);
    clock.advance(1_000);
    await succeed(breaker);
    states.push(manager.getAllStatus()['orders']?.state);

    expect(states).toEqual(['closed', 'open', 'half_open']);
  });

  it('124: two agents that use one service share its circuit and its configuration, and its state is lower-case text', async () => {
    // 5.K2, 123 against 124: lower case is canonical.
    const runtime = testRuntime();
    const [one, other] = [new CircuitBreaker({ name: 'llm', failureThreshold: 3 }, runtime), new CircuitBreaker({ name: 'llm', failureThreshold: 3 }, runtime)];
    await failTimes(one, 3);

    expect([other.state, other.state.toUpperCase(), other.canExecute()]).toEqual(['open', 'OPEN', false]);
    expect(other.config).toEqual(one.config);
    expect(other.breaker).toBe(one.breaker);
  });

  it('125: the circuits of an instance, saved as JSON, go on in another one: open with the rest of the wait, and the events tell what happened when', async () => {
    const { manager, clock, events } = managerWith({ failureThreshold: 1, jitter: false, recoveryTimeoutMs: 60_000 });
    clock.advance(5_000);
    await fail(manager.createCircuitBreaker('llm'));
    manager.createCircuitBreaker('database');
    clock.advance(20_000);
    const saved = JSON.stringify(manager.snapshot());

    const other = managerWith({ failureThreshold: 1, jitter: false, recoveryTimeoutMs: 60_000 });
    other.clock.jumpWall(25_000);
    other.manager.restore(JSON.parse(saved));
    const [llm, database] = ['llm', 'database'].map((name) => other.manager.createCircuitBreaker(name));

    expect([llm?.state, llm?.retryAfterMs, database?.state]).toEqual(['open', 40_000, 'closed']);
    expect(manager.getAllStatus()['llm']?.lastStateChange).toBe(5_000);
    expect(events.flatMap((event) => (event.type === 'stateChange' ? [`${event.name} ${event.from} ${event.to} ${event.reason}`] : []))).toEqual(['llm closed open consecutive_failures']);
  });

  it('126: each change of an open circuit is told, in the order of time', async () => {
    const { manager, clock, events } = managerWith({ failureThreshold: 1, successThreshold: 1, jitter: false, recoveryTimeoutMs: 1_000 });
    const breaker = manager.createCircuitBreaker('agents');
    await breaker.tryCall(() => Promise.reject(BOOM));
    clock.advance(1_000);
    await succeed(breaker);

    expect(events.flatMap((event) => (event.type === 'stateChange' ? [`${event.from} ${event.to}`] : []))).toEqual(['closed open', 'open half_open', 'half_open closed']);
  });
});
