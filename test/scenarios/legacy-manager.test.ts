import { describe, expect, it } from 'vitest';
import { getUnifiedCircuitBreakerManager } from '../../src/manager/default-manager.ts';
import { managerWith } from '../support/manager.ts';
import { BOOM, fail, succeed } from '../support/outcomes.ts';

/** LEGACY 5.J, rows 97 to 109, 120, 123 and 126: those that a manager can meet. */
describe('the manager of the earlier code base', () => {
  it('97: creating twice with the same name gives the same instance', () => {
    const { manager } = managerWith();

    expect(manager.createCircuitBreaker('orders')).toBe(manager.createCircuitBreaker('orders'));
  });

  it('98: an unknown name gives null', () => {
    expect(managerWith().manager.getCircuitBreaker('orders')).toBe(null);
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

  it('126: each change of an open circuit is told, in the order of time', async () => {
    const { manager, clock, events } = managerWith({ failureThreshold: 1, successThreshold: 1, jitter: false, recoveryTimeoutMs: 1_000 });
    const breaker = manager.createCircuitBreaker('agents');
    await breaker.tryCall(() => Promise.reject(BOOM));
    clock.advance(1_000);
    await succeed(breaker);

    expect(events.flatMap((event) => (event.type === 'stateChange' ? [`${event.from} ${event.to}`] : []))).toEqual(['closed open', 'open half_open', 'half_open closed']);
  });
});
