import { describe, expect, it, vi } from 'vitest';
import {
  ApiCircuitBreaker, CircuitBreakerConfig, CircuitBreakerManager, circuitBreakerManager, EndpointCircuitBreakerManager,
} from '../../src/compat/names/api-gateway.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { failTimes } from '../support/legacy.ts';
import { deferred } from '../support/outcomes.ts';
import { testRuntime } from './support/agreement.ts';

describe('the ApiCircuitBreaker', () => {
  it('has no timeout, even if `timeout` is set', async () => {
    const { clock, ...runtime } = testRuntime();
    const answer = deferred<string>();
    const call = new ApiCircuitBreaker('/slow', { timeout: 1 }, { ...runtime, clock }).call(() => answer.promise);
    await clock.advanceAsync(600_000);
    answer.resolve('fine');

    expect(await call).toBe('fine');
  });

  it('admits every call and counts nothing when it is not enabled', async () => {
    const breaker = new ApiCircuitBreaker('/orders', { failureThreshold: 1, enabled: false }, testRuntime());
    await failTimes(breaker, 5);
    breaker.forceOpen();

    expect([await breaker.call((a: number) => a + 1, 1), breaker.state, breaker.stats.totalRequests])
      .toEqual([2, 'closed', 0]);
  });

  it('shows its figures, with 0 for times that have not been', async () => {
    const clock = new FakeClock({ wall: 1_000_000 });
    const breaker = new ApiCircuitBreaker('/orders', { failureThreshold: 2 }, { ...testRuntime(), clock });
    expect(breaker.getStats()).toMatchObject({
      name: '/orders', state: 'closed', failureCount: 0, successCount: 0, totalRequests: 0, lastFailureTime: 0,
      lastSuccessTime: 0, lastStateChange: 1_000,
    });
    clock.advance(1_500);
    await breaker.call(() => 1);
    clock.advance(500);
    await failTimes(breaker, 3);
    expect(breaker.getStats()).toMatchObject({
      state: 'open', failureCount: 2, successCount: 1, totalRequests: 3, lastFailureTime: 1_002,
      lastSuccessTime: 1_001.5, lastStateChange: 1_002,
    });
    breaker.reset();
    expect(breaker.stats).toMatchObject({ failureCount: 0, successCount: 0, totalRequests: 0 });
  });
});

describe('the CircuitBreakerManager of endpoints', () => {
  it('creates one breaker for each endpoint, by its first configuration', async () => {
    const runtime = testRuntime();
    const manager = new CircuitBreakerManager(runtime);
    const orders = manager.getCircuitBreaker('/orders', { failureThreshold: 1 });
    await failTimes(orders, 1);
    await manager.getCircuitBreaker('/users').call(() => 'fine');

    expect(manager.getCircuitBreaker('/orders', { failureThreshold: 9 })).toBe(orders);
    expect(manager.getStats()).toMatchObject({ '/orders': { state: 'open' }, '/users': { totalRequests: 1 } });
    expect(runtime.manager.size).toBe(0);
  });

  it('keeps at most 10,000 endpoints, and the one unused for longest leaves', () => {
    const manager = new CircuitBreakerManager(testRuntime());
    const config = new CircuitBreakerConfig();
    for (let endpoint = 0; endpoint < 10_000; endpoint += 1) manager.getCircuitBreaker(String(endpoint), config);
    manager.getCircuitBreaker('0');
    manager.getCircuitBreaker('10000', config);
    const endpoints = Object.keys(manager.getStats());

    expect([endpoints.length, endpoints.includes('0'), endpoints.includes('1')]).toEqual([10_000, true, false]);
  });
});

const URL = '/orders';

function endpointsWith(config: Parameters<EndpointCircuitBreakerManager['registerEndpoint']>[1] = {}) {
  const runtime = testRuntime();
  const manager = new EndpointCircuitBreakerManager(runtime);
  manager.registerEndpoint(URL, config);
  const record = (letter: string): void => manager[letter === 'F' ? 'recordFailure' : 'recordSuccess'](URL);
  /** Records a word of `S` and `F`, and returns the state. */
  const play = (word: string): string | null => {
    for (const letter of word) record(letter);
    return manager.getCircuitState(URL);
  };
  return { manager, play, clock: runtime.clock };
}

describe('the EndpointCircuitBreakerManager', () => {
  it.each<readonly [config: object, opensAt: number]>([
    [{}, 5],
    [{ failureThreshold: 20 }, 20],
    [{ failureThreshold: 200 }, 200],
    [{ failureThreshold: 20, minimumRequests: 10 }, 10],
    [{ failureThreshold: 20, rollingWindowSize: 8 }, 8],
  ])('with %j opens at failure %s of an outage', (config, opensAt) => {
    const { play } = endpointsWith(config);

    expect([play('F'.repeat(opensAt - 1)), play('F')]).toEqual(['closed', 'open']);
  });

  it('stays as it is when it is asked after the wait, and closes at successes', () => {
    const { manager, play, clock } = endpointsWith({ failureThreshold: 4, successThreshold: 2 });
    play('FFFF');
    clock.advance(60_000);

    expect([1, 2, 3].map(() => manager.isRequestAllowed(URL))).toEqual([true, true, true]);
    expect(play('SS')).toBe('closed');
  });

  it('opens and closes by force, and then counts from zero', () => {
    const { manager, play } = endpointsWith({ failureThreshold: 4 });
    const forced = [manager.forceOpen(URL), manager.getCircuitState(URL), manager.forceClose(URL)];

    expect([...forced, play('FFF'), play('F')]).toEqual([true, 'open', true, 'closed', 'open']);
    expect([manager.forceOpen('/unknown'), manager.forceClose('/unknown')]).toEqual([false, false]);
  });

  it('warns once when an endpoint is registered again, and changes nothing', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { manager, play } = endpointsWith({ failureThreshold: 4 });
    for (const failureThreshold of [100, 200]) manager.registerEndpoint(URL, { failureThreshold });
    const warnings = warned.mock.calls.filter(([, options]) => JSON.stringify(options).includes('UCB_CONFIG_CONFLICT'));
    warned.mockRestore();

    expect(warnings.map(([message]) => message))
      .toEqual(['Endpoint "/orders" is registered already. It keeps its first configuration.']);
    expect(play('FFFF')).toBe('open');
  });

  it('158: allows a registered endpoint, and shows state, figures, and a rate of enough requests', () => {
    const { manager, play, clock } = endpointsWith({ minimumRequests: 6 });
    clock.advance(1_000);
    play('SFSFF');
    expect([manager.isRequestAllowed(URL), manager.getAllCircuits()[URL]]).toMatchObject([true, {
      state: 'closed', failureRate: 0, stats: { totalRequests: 5, consecutiveFailures: 2, consecutiveSuccesses: 0 },
    }]);
    play('S');

    expect(manager.getAllCircuits()[URL]?.failureRate).toBe(0.5);
    expect(manager.getCircuitStats(URL)).toMatchObject({
      totalRequests: 6, failedRequests: 3, successfulRequests: 3, stateChanges: 0, lastFailureTime: new Date(1_000),
      lastSuccessTime: new Date(1_000), currentConsecutiveFailures: 0, currentConsecutiveSuccesses: 1,
    });
  });

  it('159: allows an endpoint that is not registered, and records nothing of it', () => {
    const manager = new EndpointCircuitBreakerManager(testRuntime());
    for (let failure = 0; failure < 100; failure += 1) manager.recordFailure(URL);
    manager.recordSuccess(URL);
    const seen = [manager.isRequestAllowed(URL), manager.getCircuitState(URL), manager.getCircuitStats(URL)];

    expect([...seen, manager.getAllCircuits()]).toEqual([true, null, null, {}]);
  });

  it.each<readonly [limit: number | undefined, hours: number, removed: number]>([
    [24, 23.9, 0], [24, 24, 1], [undefined, 24, 1], [1, 1, 1],
  ])('with a limit of %s hours, removes endpoints that were unused for %s hours: %s', (limit, hours, removed) => {
    const { manager, clock } = endpointsWith();
    manager.registerEndpoint('/users');
    clock.advance(hours * 3_600_000);
    manager.isRequestAllowed('/users');

    expect([manager.cleanupInactiveCircuits(limit), Object.keys(manager.getAllCircuits())])
      .toEqual([removed, removed === 1 ? ['/users'] : [URL, '/users']]);
  });

  it.each<readonly [title: string, use: (manager: EndpointCircuitBreakerManager) => unknown, removed: number]>([
    ['a question', (manager) => manager.isRequestAllowed(URL), 0],
    ['a success', (manager) => manager.recordSuccess(URL), 0],
    ['a failure', (manager) => manager.recordFailure(URL), 0],
    ['no use at all: a look', (manager) => manager.getAllCircuits(), 1],
  ])('counts as use %s', (_, use, removed) => {
    const { manager, clock } = endpointsWith();
    clock.advance(24 * 3_600_000);
    use(manager);

    expect(manager.cleanupInactiveCircuits()).toBe(removed);
  });

  it('has one for the process', () => {
    circuitBreakerManager.registerEndpoint('/process');

    expect([circuitBreakerManager.getCircuitState('/process'), circuitBreakerManager.cleanupInactiveCircuits(0)])
      .toEqual(['closed', 1]);
  });
});
