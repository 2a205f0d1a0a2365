import { afterEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreaker as AgentsBaseBreaker } from '../../src/compat/agents-base/index.ts';
import { SystemCircuitBreaker } from '../../src/compat/agents-security/index.ts';
import { ApiCircuitBreaker, EndpointCircuitBreakerManager } from '../../src/compat/api-gateway/index.ts';
import { AsyncCircuitBreaker } from '../../src/compat/async-retry/index.ts';
import { ClickHouseCircuitBreaker } from '../../src/compat/clickhouse/index.ts';
import { CircuitBreaker, CircuitBreakerRegistry } from '../../src/compat/core/index.ts';
import { CircuitBreakerManager as DatabaseBreakers } from '../../src/compat/database/index.ts';
import { AuthCircuitBreaker } from '../../src/compat/domain/index.ts';
import { CircuitBreakerHealthChecker } from '../../src/compat/health-checks/index.ts';
import { CircuitBreakerRetryStrategy, RetryStrategy } from '../../src/compat/llm/index.ts';
import { CircuitBreakerManager as ServiceManager } from '../../src/compat/service-manager/index.ts';
import { CircuitBreakerService } from '../../src/compat/service-mesh/index.ts';
import { CircuitBreaker as ServicesBreaker } from '../../src/compat/services/index.ts';
import { presets } from '../../src/presets/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import type { TestRuntime } from '../compat/support/agreement.ts';
import { canonicalWith, failTimes } from '../support/legacy.ts';
import { managerWith } from '../support/manager.ts';
import { BOOM, errorOf, fail } from '../support/outcomes.ts';

afterEach(() => vi.restoreAllMocks());

/** Legacy breakers that can be opened by force, with a manager and a clock of their own. */
const legacyNames = [
  ['core', (runtime: TestRuntime) => new CircuitBreaker({ name: 'orders' }, runtime)],
  ['services', (runtime: TestRuntime) => new ServicesBreaker('orders', {}, runtime)],
  ['agents-base', (runtime: TestRuntime) => new AgentsBaseBreaker({ name: 'orders' }, runtime)],
  ['api-gateway', (runtime: TestRuntime) => new ApiCircuitBreaker('orders', {}, runtime)],
  ['clickhouse', (runtime: TestRuntime) => new ClickHouseCircuitBreaker({}, runtime)],
] as const;

const never = (): string => 'never';

/** Calls that an open circuit of a legacy name rejects. */
const rejecting: readonly (readonly [string, (runtime: TestRuntime) => () => Promise<unknown>])[] = [
  ...legacyNames.map(
    ([source, make]) =>
      [
        source,
        (runtime: TestRuntime) => {
          const breaker = make(runtime);
          breaker.breaker.trip();
          return () => breaker.call(never);
        },
      ] as const,
  ),
  [
    'async-retry',
    (runtime) => {
      const breaker = new AsyncCircuitBreaker({}, runtime);
      breaker.breaker.trip();
      return () => breaker.call(never);
    },
  ],
  [
    'llm',
    (runtime) => {
      const strategy = new CircuitBreakerRetryStrategy(new RetryStrategy(), runtime);
      strategy.breaker.trip();
      return () => strategy.executeWithRetry(never);
    },
  ],
  [
    'service-mesh',
    (runtime) => {
      const mesh = new CircuitBreakerService({}, runtime);
      mesh.registerService('orders');
      mesh.forceOpen('orders');
      return () => mesh.executeWithCircuitBreaker('orders', never);
    },
  ],
  [
    'service-manager',
    (runtime) => {
      const services = new ServiceManager(runtime);
      services.registerService({ name: 'orders', endpoint: 'https://orders.example' });
      services.forceOpen('orders');
      return () => services.callService('orders', never);
    },
  ],
];

/** LEGACY 6.13: what failed and told nobody. */
describe('silent failures', () => {
  it('6.13: when the cache that serves a failed SELECT crashes itself, the caller still learns why the query failed', async () => {
    const { breaker } = new ClickHouseCircuitBreaker({}, testRuntime());
    const fallback = (): never => {
      throw new ReferenceError('cache_key is not defined');
    };

    expect(await errorOf(breaker.call(() => Promise.reject(BOOM), { fallback }))).toMatchObject({ code: 'ERR_CIRCUIT_FALLBACK', cause: BOOM });
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, failureTypes: { Error: 1 } });
  });

  it('6.13: reading the status of the agents takes no permits and counts no requests', () => {
    const runtime = testRuntime();
    const system = new SystemCircuitBreaker({ failureThreshold: 1, maxHalfOpenCalls: 1, recoveryTimeout: 60 }, runtime);
    system.recordExecutionResult('data', false);
    runtime.clock.advance(60_000);
    const before = system.getOrCreateBreaker('data').getMetrics();
    for (let read = 0; read < 10; read += 1) system.getSystemStatus();

    expect(system.getOrCreateBreaker('data').getMetrics()).toEqual(before);
    expect(system.canExecuteAgent('data')).toEqual([true, null]);
  });

  it('6.13: an outage of authentication flags nobody, and the user logs in when it is over', async () => {
    const runtime = testRuntime();
    const auth = new AuthCircuitBreaker('login', { securityFailureThreshold: 2 }, runtime);
    const unavailable = Object.assign(new Error('unavailable'), { name: 'HTTPException', status: 503 });
    for (let login = 0; login < 20; login += 1) await errorOf(auth.authenticate(() => Promise.reject(unavailable), { userId: 'ada' }));
    const seen = [auth.state, auth.securityMonitor.isUserSuspicious('ada'), auth.getStatus().securityMetrics.failureCounts];
    runtime.clock.advance(auth.breaker.retryAfterMs as number);

    expect(await auth.authenticate(() => 'token', { userId: 'ada' })).toBe('token');
    expect(seen).toEqual(['open', false, {}]);
  });

  it('6.13: a service that the services manager opens by force is open, and its calls are rejected', async () => {
    const runtime = testRuntime();
    const services = new ServiceManager(runtime);
    services.registerService({ name: 'orders', endpoint: 'https://orders.example' });
    services.forceOpen('orders');

    expect([services.getCircuitBreakerState('orders'), services.getHealthSummary().unhealthy]).toEqual(['open', 1]);
    await expect(services.callService('orders', never)).rejects.toThrow("Circuit breaker 'orders' is OPEN");
  });

  it.each(legacyNames)('6.13: %s, opened by force, is open and rejects, and recovers by itself', async (_source, make) => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    await breaker.forceOpen();
    const seen = [breaker.state, breaker.isOpen, breaker.canExecute(), (await errorOf(breaker.call(() => 'never'))) instanceof Error];
    runtime.clock.advance(60_000);

    expect([...seen, breaker.canExecute(), await breaker.call(() => 'back')]).toEqual(['open', true, false, true, true, 'back']);
  });

  it('6.13: asking twice before the first outcome does not open an endpoint of the gateway again, and successes close it', () => {
    const runtime = testRuntime();
    const gateway = new EndpointCircuitBreakerManager(runtime);
    gateway.registerEndpoint('/orders', { failureThreshold: 2, recoveryTimeout: 60, successThreshold: 2 });
    gateway.recordFailure('/orders');
    gateway.recordFailure('/orders');
    runtime.clock.advance(60_000);
    const asked = [gateway.isRequestAllowed('/orders'), gateway.isRequestAllowed('/orders'), gateway.getCircuitState('/orders')];
    gateway.recordSuccess('/orders');
    gateway.recordSuccess('/orders');

    expect([...asked, gateway.getCircuitState('/orders')]).toEqual([true, true, 'half_open', 'closed']);
  });

  it.each(legacyNames)('6.13: a rejection of %s is no failure of its own: it is counted apart', async (_source, make) => {
    const breaker = make(testRuntime());
    await breaker.forceOpen();
    for (let call = 0; call < 10; call += 1) await errorOf(breaker.call(() => 'never'));

    expect(breaker.breaker.getMetrics()).toMatchObject({ rejectedCalls: 10, failedCalls: 0, consecutiveFailures: 0, successRate: 1 });
  });

  it.each(rejecting)('6.13: nor does a rejection of %s count against a breaker around it', async (_source, opened) => {
    const outer = canonicalWith({ failureThreshold: 1 }).breaker;
    const call = opened(testRuntime());

    expect(await errorOf(call())).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    for (let attempt = 0; attempt < 10; attempt += 1) await outer.tryCall(call);

    expect([outer.state, outer.getMetrics().ignoredCalls, outer.getMetrics().failedCalls]).toEqual(['closed', 10, 0]);
  });

  it('6.13: a health check that crashes is told as failed, and neither prolongs nor ends the wait', async () => {
    const runtime = testRuntime();
    const checkHealth = (): never => {
      throw new TypeError('HealthCheckResult() missing 4 required positional arguments');
    };
    const breaker = new CircuitBreaker({ name: 'orders', recoveryTimeout: 60 }, { ...runtime, healthChecker: { checkHealth } });
    breaker.forceOpen();
    await runtime.clock.advanceAsync(59_999);
    const before = [breaker.canExecute(), breaker.breaker.getStatus().health.lastHealthStatus];
    await runtime.clock.advanceAsync(1);

    expect([...before, breaker.canExecute()]).toEqual([false, 'failed', true]);
    expect(await new CircuitBreakerHealthChecker('api', { checkHealth }, runtime).checkHealth()).toMatchObject({ status: 'unhealthy', details: { componentName: 'cb_api', success: false } });
  });

  it('6.13: an opening is told once, however often the circuit is asked and called meanwhile', async () => {
    const { manager, events } = managerWith({ failureThreshold: 1 });
    const breaker = manager.createCircuitBreaker('orders');
    await fail(breaker, 100);
    for (let poll = 0; poll < 100; poll += 1) manager.getAllStatus();

    expect(events.filter(({ type }) => type === 'stateChange')).toEqual([expect.objectContaining({ name: 'orders', to: 'open' })]);
  });

  it('6.13: the registry shrinks: what is removed, cleaned up or idle leaves it', () => {
    const { manager, clock } = managerWith();
    const registry = new CircuitBreakerRegistry({ manager, clock });
    for (const name of ['removed', 'cleaned up', 'idle', 'used']) registry.getBreaker(name);
    registry.removeBreaker('removed');
    registry.getBreaker('cleaned up').cleanup();
    clock.advance(60_000);
    registry.getBreaker('used').recordSuccess();

    expect(manager.cleanupInactive(60_000)).toBe(1);
    expect(registry.getBreakerNames()).toEqual(['used']);
  });

  it('6.13: a second and a third configuration of clickhouse are told, not lost: the first one stands, and a breaker of its own is on no list', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { manager, clock, events } = managerWith();
    manager.createCircuitBreaker('clickhouse', presets.clickhouse);
    const second = await DatabaseBreakers.getClickhouseCircuit({ manager, clock });
    new ClickHouseCircuitBreaker({ failureThreshold: 5 }, { manager, clock });

    expect(second.breaker.getStatus().config.failureThreshold).toBe(4);
    expect(events.flatMap((event) => (event.type === 'configConflict' ? event.differences.map(({ option }) => option) : []))).toEqual(expect.arrayContaining(['failureThreshold', 'recoveryTimeoutMs']));
    expect(warned.mock.calls.flat()).toContainEqual(expect.objectContaining({ code: 'UCB_CONFIG_CONFLICT' }));
    expect(manager.getCircuitBreakerNames()).toEqual(['clickhouse']);
  });

  it('6.13: what routes read is public: the breakers of the registry one by one, with state, counts, slow calls and the last failure', async () => {
    const runtime = testRuntime();
    const registry = new CircuitBreakerRegistry(runtime);
    const agents = ['triage', 'data'].map((name) => registry.getBreaker(name, { failureThreshold: 1 }));
    runtime.clock.advance(5_000);
    await agents[0]?.call(() => 1);
    await failTimes(agents[1] as CircuitBreaker, 1);

    expect([...registry].map((breaker) => [breaker.name, breaker.state.toUpperCase(), breaker.failureCount, breaker.successCount, breaker.slowRequests, breaker.lastFailureTime, breaker.isOpen])).toEqual([
      ['triage', 'CLOSED', 0, 1, 0, null, false],
      ['data', 'OPEN', 1, 0, 0, 5, true],
    ]);
  });
});
