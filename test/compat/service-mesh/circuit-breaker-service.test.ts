import { afterEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreakerService } from '../../../src/compat/service-mesh/index.ts';
import { isCircuitBreakerOpenError, UnifiedCircuitBreaker } from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { BOOM, deferred, errorOf } from '../../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { inARow } from '../support/reference.ts';

afterEach(() => vi.restoreAllMocks());

const RULES = { opensWhen: inARow(3), waitMs: 60_000, closesAfter: 2 };
const make = (runtime: TestRuntime): CircuitBreakerService => new CircuitBreakerService({ failureThreshold: 3, testRequests: 2 }, runtime);
const stateOf = (service: CircuitBreakerService, name = 'orders'): string => service.getCircuitStatus(name)?.state ?? 'closed';
const executed = (runtime: TestRuntime): Driven => {
  const service = make(runtime);
  return {
    success: () => service.executeWithCircuitBreaker('orders', () => 'fine').catch(() => {}),
    failure: () => service.executeWithCircuitBreaker('orders', () => Promise.reject(BOOM)).catch(() => {}),
    state: () => stateOf(service),
  };
};
const asked = (runtime: TestRuntime): Driven => {
  const service = make(runtime);
  const askThen = (record: () => void) => () => (service.canExecute('orders') ? record() : service.recordBlocked('orders'));
  return { success: askThen(() => service.recordSuccess('orders')), failure: askThen(() => service.recordFailure('orders', 'boom')), state: () => stateOf(service) };
};
const open = (service: CircuitBreakerService, name = 'orders'): void => {
  service.registerService(name);
  service.forceOpen(name);
};

describe('the CircuitBreakerService of the mesh', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the third failure in a row, and a success begins anew', sequence: ['failure', 'failure', 'success', 'failure', 'failure', 'failure'] },
    { title: 'closes after as many successes as there are test requests', sequence: ['failure', 'failure', 'failure', 60_000, 'success', 'success', 'failure', 'failure'] },
    { title: 'opens again at a failed probe, for the same wait', sequence: ['failure', 'failure', 'failure', 60_000, 'success', 'failure', 59_999, 1] },
    { title: 'keeps its wait whatever is recorded meanwhile', sequence: ['failure', 'failure', 'failure', 30_000, 'failure', 'success', 30_000, 'success', 'success'] },
  ])('$title', async ({ sequence }) => {
    await expect(agreeOn(sequence, executed, RULES)).resolves.toBeUndefined();
    await expect(agreeOn(sequence, asked, RULES)).resolves.toBeUndefined();
  });

  it('does what its rules say for any sequence of operations', () => expect(agreeAlways(executed, RULES)).resolves.toBeUndefined());

  it('does what its rules say for code that asks, does and records', () => expect(agreeAlways(asked, RULES)).resolves.toBeUndefined());

  it('has 5 failures, 60 s and 3 test requests unless told otherwise, for all or for one service', () => {
    const runtime = testRuntime();
    const service = new CircuitBreakerService(undefined, runtime);
    service.registerService('orders');
    service.registerService('users', { failureThreshold: 1, recoveryTimeout: 0.5, testRequests: 1 });
    service.recordFailure('users');
    const states = [stateOf(service, 'users')];
    for (const ms of [499, 1]) {
      runtime.clock.advance(ms);
      states.push(stateOf(service, 'users'));
    }
    service.recordSuccess('users');

    expect([...states, stateOf(service, 'users')]).toEqual(['open', 'open', 'half_open', 'closed']);
    expect(['orders', 'users'].map((name) => service.getCircuitStatus(name)?.failureThreshold)).toEqual([5, 1]);
    expect(() => new CircuitBreakerService({ failureThreshold: 0 })).toThrow(/failureThreshold/);
    expect(() => service.registerService('other', { testRequests: -1 })).toThrow(/testRequests/);
  });

  it('gives one service the numbers of all where it has none of its own', () => {
    const service = make(testRuntime());
    service.registerService('orders', { recoveryTimeout: 5, failureThreshold: undefined });

    expect(service.getCircuitStatus('orders')?.failureThreshold).toBe(3);
  });

  it('keeps the circuit of a service that is registered again, and warns of other numbers', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const service = make(testRuntime());
    open(service);
    const warnings = (): readonly unknown[] => warned.mock.calls.map(([message]) => message).filter((message) => String(message).startsWith('Service'));

    expect([service.registerService('orders'), service.registerService('orders', { failureThreshold: 3 }), warnings()]).toEqual([true, true, []]);
    service.registerService('orders', { failureThreshold: 9 });
    service.registerService('orders', { failureThreshold: 5 });
    expect([stateOf(service), service.getCircuitStatus('orders')?.failureThreshold, warnings()]).toEqual(['open', 3, ['Service "orders" has a circuit already, and its first configuration stands']]);
  });

  it('registers a service when it is asked about it, and not when something is recorded', async () => {
    const service = make(testRuntime());
    service.recordSuccess('one');
    service.recordFailure('one');
    service.recordBlocked('one');
    expect([service.getCircuitStatus('one'), service.forceOpen('one'), service.forceClose('one'), service.getAllCircuitStatus()]).toEqual([null, false, false, {}]);
    expect(service.canExecute('one')).toBe(true);
    await service.executeWithCircuitBreaker('other', () => 1);

    expect(Object.keys(service.getAllCircuitStatus())).toEqual(['one', 'other']);
  });

  it('rejects with its message, which outer breakers ignore, and passes errors and arguments unchanged', async () => {
    const service = make(testRuntime());
    const outer = new UnifiedCircuitBreaker({ name: 'outer', failureThreshold: 1 });
    expect(await service.executeWithCircuitBreaker('orders', (a: number, b: number) => a * b, 3, 4)).toBe(12);
    expect(await errorOf(service.executeWithCircuitBreaker('orders', () => Promise.reject(BOOM)))).toBe(BOOM);
    service.forceOpen('orders');

    const error = await errorOf(outer.call(() => service.executeWithCircuitBreaker('orders', () => 'never')));

    expect(isCircuitBreakerOpenError(error)).toBe(true);
    expect((error as Error).message).toBe('Circuit breaker is OPEN for service: orders');
    expect(outer.state).toBe('closed');
  });

  it('runs at most as many probes at once as there are test requests', async () => {
    const runtime = testRuntime();
    const service = make(runtime);
    open(service);
    runtime.clock.advance(60_000);
    const answer = deferred<string>();
    const probes = [1, 2].map(() => service.executeWithCircuitBreaker('orders', () => answer.promise));

    expect([service.canExecute('orders'), await errorOf(service.executeWithCircuitBreaker('orders', () => 'never'))]).toMatchObject([false, { reason: 'half_open_full' }]);
    answer.resolve('fine');
    await Promise.all(probes);
    expect(stateOf(service)).toBe('closed');
  });

  it('shows the status of a service, and the sums of all', async () => {
    const clock = new FakeClock({ wall: 0 });
    const service = new CircuitBreakerService({ failureThreshold: 2, testRequests: 2 }, { ...testRuntime(), clock });
    expect(service.getCircuitBreakerStats()).toEqual({ totalCircuits: 0, openCircuits: 0, halfOpenCircuits: 0, closedCircuits: 0, totalCalls: 0, totalFailures: 0, totalBlocked: 0, successRate: 0 });
    service.canExecute('calm');
    await service.executeWithCircuitBreaker('orders', () => 1);
    expect(service.getCircuitStatus('orders')).toMatchObject({ state: 'closed', testRequestCount: 0, lastFailureTime: null });
    clock.advance(1_500);
    service.recordFailure('orders', 'timed out after 3 s');
    service.recordFailure('orders', new TypeError('no'));
    await errorOf(service.executeWithCircuitBreaker('orders', () => 1));
    service.recordBlocked('orders');
    service.recordBlocked('calm');

    expect(service.getCircuitStatus('orders')).toEqual({
      serviceName: 'orders',
      state: 'open',
      failureCount: 2,
      failureThreshold: 2,
      lastFailureTime: '1970-01-01T00:00:01.500Z',
      testRequestCount: 0,
      statistics: { totalCalls: 3, successfulCalls: 1, failedCalls: 2, blockedCalls: 2 },
    });
    expect(service.getAllCircuitStatus()['calm']).toMatchObject({ state: 'closed', lastFailureTime: null, statistics: { blockedCalls: 0 } });
    expect(service.getCircuitBreakerStats()).toEqual({ totalCircuits: 2, openCircuits: 1, halfOpenCircuits: 0, closedCircuits: 1, totalCalls: 3, totalFailures: 2, totalBlocked: 2, successRate: 1 / 3 });
    clock.advance(60_000);
    service.recordSuccess('orders');
    expect(service.getCircuitStatus('orders')).toMatchObject({ state: 'half_open', testRequestCount: 1 });
    expect(service.getCircuitBreakerStats()).toMatchObject({ openCircuits: 0, halfOpenCircuits: 1 });
  });

  it('opens and closes by force; open, it recovers by itself', () => {
    const runtime = testRuntime();
    const service = make(runtime);
    open(service);
    expect([stateOf(service), service.forceClose('orders'), stateOf(service)]).toEqual(['open', true, 'closed']);
    service.forceOpen('orders');
    runtime.clock.advance(60_000);
    service.recordSuccess('orders');
    service.recordSuccess('orders');

    expect(stateOf(service)).toBe('closed');
  });

  it('keeps at most 10 000 services: the one unused for longest makes room', { timeout: 60_000 }, () => {
    const service = make(testRuntime());
    for (let name = 0; name <= 10_000; name += 1) service.canExecute(String(name));

    expect([service.getCircuitBreakerStats().totalCircuits, service.getCircuitStatus('0')]).toEqual([10_000, null]);
  });
});
