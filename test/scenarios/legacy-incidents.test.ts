import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  circuitBreaker as legacyDecorator, CircuitBreaker, circuitRegistry, CircuitStates,
} from '../../src/compat/names/core.ts';
import { CircuitBreakerManager as DatabaseBreakers } from '../../src/compat/names/database.ts';
import { getUnifiedCircuitBreakerManager, UnifiedCircuitBreaker, withBreaker } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { breakerWith } from '../support/breaker.ts';
import { canonicalWith, failTimes, legacyWith } from '../support/legacy.ts';
import { managerWith } from '../support/manager.ts';
import { BOOM, deferred, errorOf, fail, hang, succeed } from '../support/outcomes.ts';

const warned = vi.spyOn(process, 'emitWarning');
beforeEach(() => void warned.mockReset().mockImplementation(() => {}));
afterEach(() => {
  vi.useRealTimers();
  getUnifiedCircuitBreakerManager().dispose();
});

describe('wrong figures and states', () => {
  it('6.4: state, flags and status agree in every state', () => {
    const { breaker, clock } = legacyWith({ failureThreshold: 1, recoveryTimeout: 10 });
    const { CLOSED, OPEN, HALF_OPEN } = CircuitStates;
    const seen = () => [breaker.state, breaker.getStatus().state, breaker.isClosed, breaker.isOpen, breaker.isHalfOpen];
    const closed = seen();
    breaker.recordFailure();
    const open = seen();
    clock.advance(10_000);
    const ready = seen();
    hang(breaker.breaker);

    expect([closed, open, ready, seen()]).toEqual([
      [CLOSED, CLOSED, true, false, false],
      [OPEN, OPEN, false, true, false],
      [HALF_OPEN, HALF_OPEN, false, false, true],
      [HALF_OPEN, HALF_OPEN, false, false, true],
    ]);
  });

  it('124: legacy names of one circuit show its figures, and have none of their own', async () => {
    const runtime = testRuntime();
    const make = () => new CircuitBreaker({ name: 'orders' }, runtime);
    const [one, other] = [make(), make()];
    await one.call(() => 1);
    await failTimes(other, 2);
    await fail(one.breaker);

    expect(one.getStatus()).toEqual(other.getStatus());
    expect(one.getMetrics()).toMatchObject({ totalCalls: 4, successfulCalls: 1, failedCalls: 3 });
  });

  it('6.7: calls, permits, wrappers, decorators, manager and legacy names use one breaker', async () => {
    const manager = getUnifiedCircuitBreakerManager();
    const breaker = manager.createCircuitBreaker('orders');
    await breaker.call(() => 1);
    breaker.tryAcquire()?.success();
    await withBreaker(() => 1, { name: 'orders' })();
    await legacyDecorator('orders')(() => 1)();
    await manager.callWithCircuitBreaker('orders', () => 1);
    await circuitRegistry.getBreaker('orders').call(() => 1);

    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 6, successfulCalls: 6 });
    expect(manager.getCircuitBreakerNames()).toEqual(['orders']);
  });
});

describe('outages', () => {
  it.each<readonly [string, unknown]>([
    ['an error', new Error('SERVICE_SECRET is missing')],
    ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['a status 503', Object.assign(new Error('unavailable'), { status: 503 })],
    ['a string', 'failed'],
    ['undefined', undefined],
  ])('59: %s opens a circuit with a threshold of 1, and time and successes close it', async (_, error) => {
    const { breaker, clock } = canonicalWith({ failureThreshold: 1 });
    await failTimes(breaker, 1, error);
    const before = breaker.state;
    clock.advance(60_000);
    await succeed(breaker, 3);

    expect([before, breaker.state]).toEqual(['open', 'closed']);
  });

  it('6.8: a server replies 503 to valid tokens while the circuit is open, and never 401', async () => {
    const { breaker, clock } = breakerWith(presets.authService);
    const reply = async (validate: () => Promise<string>): Promise<unknown> => {
      const settled = await breaker.tryCall(validate);
      if (settled.status === 'success') return 200;
      const { status, statusCode } = settled.error as { readonly status?: number; readonly statusCode?: number };
      return status ?? statusCode;
    };
    const invalid = Object.assign(new Error('Invalid or expired token'), { status: 401 });
    const replies = async () => [await reply(async () => 'user'), await reply(() => Promise.reject(invalid))];
    const before = await replies();
    await fail(breaker, 5);
    const during = await replies();
    clock.advance(60_000);

    expect([before, during, await replies()]).toEqual([[200, 401], [503, 503], [200, 401]]);
  });
});

describe('waiting', () => {
  it('6.10: fake timers of a test runner move waits, timeouts and health checks', async () => {
    vi.useFakeTimers();
    const check = vi.fn<() => 'degraded'>(() => 'degraded');
    const breaker = new UnifiedCircuitBreaker({
      ...presets.canonical, name: 'orders', jitter: false, timeoutMs: 1_000, failureThreshold: 1,
      healthCheck: { check, intervalMs: 25_000 },
    });
    const late = errorOf(breaker.call(() => deferred().promise));
    await vi.advanceTimersByTimeAsync(60_000);
    const open = [breaker.state, breaker.canExecute()];
    // The platform clock has fractions, so nothing is checked at a boundary.
    await vi.advanceTimersByTimeAsync(2_000);

    expect(await late).toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT' });
    expect([...open, breaker.canExecute(), check.mock.calls.length]).toEqual(['open', false, true, 2]);
    breaker.dispose();
  });
});

describe('silent failures', () => {
  it('6.13: a health check that crashes is reported as failed, and changes no wait', async () => {
    const { clock, ...runtime } = testRuntime();
    const healthChecker = { checkHealth: (): never => { throw BOOM; } };
    const parts = { ...runtime, clock, healthChecker };
    const breaker = new CircuitBreaker({ name: 'orders', recoveryTimeout: 60 }, parts);
    breaker.forceOpen();
    await clock.advanceAsync(59_999);
    const before = [breaker.canExecute(), breaker.breaker.getStatus().health.lastHealthStatus];
    await clock.advanceAsync(1);

    expect([...before, breaker.canExecute()]).toEqual([false, 'failed', true]);
  });

  it('6.13: clickhouse keeps the configuration of a preset, and warns of the legacy one', async () => {
    const { manager, clock } = managerWith();
    manager.createCircuitBreaker('clickhouse', presets.clickhouse);
    const circuit = await DatabaseBreakers.getClickhouseCircuit({ manager, clock });
    const conflicts = warned.mock.calls.map(String).filter((message) => message.includes('differs'));

    expect(circuit.breaker.getStatus().config.failureThreshold).toBe(4);
    expect(conflicts).toEqual([expect.stringContaining('`failureThreshold` is 4, not 6')]);
  });
});
