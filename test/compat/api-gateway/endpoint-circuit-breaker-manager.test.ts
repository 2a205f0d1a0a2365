import { afterEach, describe, expect, it, vi } from 'vitest';
import { circuitBreakerManager, EndpointCircuitBreakerConfig, EndpointCircuitBreakerManager } from '../../../src/compat/api-gateway/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { either, inARow, rate } from '../support/reference.ts';

afterEach(() => vi.restoreAllMocks());

const URL = '/orders';
const CONFIG = { failureThreshold: 4, recoveryTimeout: 60, successThreshold: 2, rollingWindowSize: 8, minimumRequests: 6 };
const RULES = { opensWhen: either(inARow(4), rate((failed, all) => failed / all > 0.5, 8, 6)), waitMs: 60_000, closesAfter: 2 };

const registered = (runtime: TestRuntime, config: typeof CONFIG = CONFIG): EndpointCircuitBreakerManager => {
  const manager = new EndpointCircuitBreakerManager(runtime);
  manager.registerEndpoint(URL, config);
  return manager;
};
const recorded = (runtime: TestRuntime): Driven => {
  const manager = registered(runtime);
  return { success: () => manager.recordSuccess(URL), failure: () => manager.recordFailure(URL), state: () => String(manager.getCircuitState(URL)) };
};
/** As gateways did: ask, ask again, do, record. */
const asked = (runtime: TestRuntime): Driven => {
  const manager = registered(runtime);
  const askThen = (record: (endpoint: string) => void) => () => manager.isRequestAllowed(URL) && manager.isRequestAllowed(URL) && record.call(manager, URL);
  return { success: askThen(manager.recordSuccess), failure: askThen(manager.recordFailure), state: () => String(manager.getCircuitState(URL)) };
};
const record = (manager: EndpointCircuitBreakerManager, outcomes: string): void => {
  for (const outcome of outcomes) {
    if (outcome === 'F') manager.recordFailure(URL);
    else manager.recordSuccess(URL);
  }
};

describe('the EndpointCircuitBreakerManager', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the fourth failure in a row', sequence: ['success', 'failure', 'failure', 'failure', 'failure'] },
    { title: 'stays closed at exactly half', sequence: ['failure', 'success', 'failure', 'success', 'failure', 'success', 'failure', 'success'] },
    { title: 'opens above half', sequence: ['failure', 'failure', 'success', 'failure', 'success', 'failure'] },
    { title: 'opens also at the success that makes the requests enough', sequence: ['failure', 'failure', 'success', 'failure', 'failure', 'success'] },
    { title: 'closes after two successes', sequence: ['failure', 'failure', 'failure', 'failure', 60_000, 'success', 'success', 'failure', 'failure', 'failure'] },
    { title: 'opens again at a failed probe', sequence: ['failure', 'failure', 'failure', 'failure', 60_000, 'success', 'failure', 59_999, 1] },
    { title: 'takes no notice of what is recorded while open', sequence: ['failure', 'failure', 'failure', 'failure', 30_000, 'success', 'success', 'failure', 30_000, 'success', 'success'] },
  ])('$title', async ({ sequence }) => {
    await expect(agreeOn(sequence, recorded, RULES)).resolves.toBeUndefined();
    await expect(agreeOn(sequence, asked, RULES)).resolves.toBeUndefined();
  });

  it('does what its rules say for any sequence of outcomes', () => expect(agreeAlways(recorded, RULES)).resolves.toBeUndefined());

  it('does what its rules say however often it is asked', () => expect(agreeAlways(asked, RULES)).resolves.toBeUndefined());

  it('stays as it is however often it is asked when the wait is over', () => {
    const runtime = testRuntime();
    const manager = registered(runtime);
    record(manager, 'FFFF');
    runtime.clock.advance(60_000);

    expect([1, 2, 3].map(() => manager.isRequestAllowed(URL))).toEqual([true, true, true]);
    record(manager, 'SS');
    expect(manager.getCircuitState(URL)).toBe('closed');
  });

  it('closes by force for good: nothing of before counts', () => {
    const manager = registered(testRuntime());
    record(manager, 'FFSFFF');
    expect(manager.getCircuitState(URL)).toBe('open');
    expect(manager.forceClose(URL)).toBe(true);
    record(manager, 'FFF');

    expect([manager.getCircuitState(URL), manager.isRequestAllowed(URL)]).toEqual(['closed', true]);
    record(manager, 'F');
    expect(manager.getCircuitState(URL)).toBe('open');
  });

  it('opens by force, and recovers by itself', () => {
    const runtime = testRuntime();
    const manager = registered(runtime);

    expect([manager.forceOpen(URL), manager.isRequestAllowed(URL), manager.forceOpen('/else'), manager.forceClose('/else')]).toEqual([true, false, false, false]);
    runtime.clock.advance(60_000);
    record(manager, 'SS');
    expect(manager.getCircuitState(URL)).toBe('closed');
  });

  it('holds one circuit an endpoint', () => {
    const manager = registered(testRuntime());
    manager.registerEndpoint('/users');
    record(manager, 'FFFF');

    expect([manager.isRequestAllowed(URL), manager.isRequestAllowed('/users')]).toEqual([false, true]);
  });

  it.each<[config: Partial<typeof CONFIG>, opensAt: number]>([
    [{}, 5],
    [{ failureThreshold: 20 }, 20],
    [{ failureThreshold: 200 }, 200],
    [{ failureThreshold: 20, minimumRequests: 10 }, 10],
    [{ failureThreshold: 20, rollingWindowSize: 8 }, 8],
  ])('with %j opens at failure %s of an outage', (config, opensAt) => {
    const manager = new EndpointCircuitBreakerManager(testRuntime());
    manager.registerEndpoint(URL, config);
    record(manager, 'F'.repeat(opensAt - 1));
    const before = manager.getCircuitState(URL);
    record(manager, 'F');

    expect([before, manager.getCircuitState(URL)]).toEqual(['closed', 'open']);
  });

  it('warns of a second registration, once, and changes nothing', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const manager = registered(testRuntime());
    record(manager, 'FFFF');
    manager.registerEndpoint(URL, { failureThreshold: 100 });
    manager.registerEndpoint(URL, { failureThreshold: 200 });

    const warnings = warned.mock.calls.map(([message, options]) => [message, (options as unknown as { readonly code: string }).code]);
    expect(warnings.filter(([, code]) => code === 'UCB_CONFIG_CONFLICT')).toEqual([['Endpoint "/orders" has a circuit already, and its first configuration stands', 'UCB_CONFIG_CONFLICT']]);
    expect(manager.getCircuitState(URL)).toBe('open');
  });

  it('shows figures, and a rate only of enough requests', () => {
    const clock = new FakeClock({ wall: 5_000 });
    const manager = registered({ ...testRuntime(), clock });
    record(manager, 'S');
    clock.advance(1_000);
    record(manager, 'FSFF');
    expect(manager.getAllCircuits()[URL]).toEqual({
      state: 'closed',
      failureRate: 0,
      stats: { totalRequests: 5, failedRequests: 3, successfulRequests: 2, consecutiveFailures: 2, consecutiveSuccesses: 0 },
    });
    record(manager, 'S');

    expect(manager.getAllCircuits()[URL]?.failureRate).toBe(0.5);
    expect(manager.getCircuitStats(URL)).toEqual({
      totalRequests: 6,
      failedRequests: 3,
      successfulRequests: 3,
      stateChanges: 0,
      lastFailureTime: new Date(6_000),
      lastSuccessTime: new Date(6_000),
      currentConsecutiveFailures: 0,
      currentConsecutiveSuccesses: 1,
    });
  });

  it('has 5 in a row, 60 s, 3 successes and a window of 100 with 10 at least unless told otherwise', () => {
    expect({ ...new EndpointCircuitBreakerConfig() }).toEqual({ failureThreshold: 5, recoveryTimeout: 60, testRequestTimeout: 5, successThreshold: 3, rollingWindowSize: 100, minimumRequests: 10 });
    expect(new EndpointCircuitBreakerConfig().toUnifiedConfig()).toMatchObject({ slidingWindowSize: 100, minRequestsThreshold: 10, timeoutMs: null, exponentialBackoff: false });
  });

  it.each([
    [24, 23.9, 0],
    [24, 24, 1],
    [undefined, 24, 1],
    [1, 1, 1],
  ])('with a limit of %s hours takes endpoints away that are unused for %s hours: %s', (limit, hours, removed) => {
    const runtime = testRuntime();
    const manager = registered(runtime);
    manager.registerEndpoint('/users');
    runtime.clock.advance(hours * 3_600_000);
    manager.isRequestAllowed('/users');

    expect(manager.cleanupInactiveCircuits(limit)).toBe(removed);
    expect(Object.keys(manager.getAllCircuits())).toEqual(removed === 1 ? ['/users'] : [URL, '/users']);
  });

  it.each([
    ['a question', (manager: EndpointCircuitBreakerManager) => manager.isRequestAllowed(URL), 0],
    ['a success', (manager: EndpointCircuitBreakerManager) => manager.recordSuccess(URL), 0],
    ['a failure', (manager: EndpointCircuitBreakerManager) => manager.recordFailure(URL), 0],
    ['a look', (manager: EndpointCircuitBreakerManager) => manager.getAllCircuits(), 1],
  ])('takes %s for use, or not', (_, use, removed) => {
    const runtime = testRuntime();
    const manager = registered(runtime);
    runtime.clock.advance(24 * 3_600_000);
    use(manager);

    expect(manager.cleanupInactiveCircuits()).toBe(removed);
  });

  it('keeps at most 10 000 endpoints: the one unused for longest makes room, and is allowed from then on', { timeout: 60_000 }, () => {
    const manager = new EndpointCircuitBreakerManager(testRuntime());
    const config = new EndpointCircuitBreakerConfig();
    for (let endpoint = 0; endpoint <= 10_000; endpoint += 1) manager.registerEndpoint(String(endpoint), config);

    expect([Object.keys(manager.getAllCircuits()).length, manager.getCircuitState('0'), manager.isRequestAllowed('0'), manager.getCircuitState('1')]).toEqual([10_000, null, true, 'closed']);
  });

  it('is one for the process', () => {
    circuitBreakerManager.registerEndpoint('/process');

    expect(circuitBreakerManager.getCircuitState('/process')).toBe('closed');
    expect(circuitBreakerManager.cleanupInactiveCircuits(0)).toBe(1);
  });
});
