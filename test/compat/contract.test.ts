import { describe, expect, it } from 'vitest';
import { CircuitBreaker as AgentsBaseBreaker } from '../../src/compat/names/agents-base.ts';
import { AgentCircuitBreaker } from '../../src/compat/names/agents-security.ts';
import { ApiCircuitBreaker, EndpointCircuitBreakerManager } from '../../src/compat/names/api-gateway.ts';
import { AsyncCircuitBreaker } from '../../src/compat/names/async-retry.ts';
import { AdaptiveCircuitBreaker, CircuitBreaker, CircuitBreakerRegistry } from '../../src/compat/names/core.ts';
import { ClickHouseCircuitBreaker, DatabaseManager } from '../../src/compat/names/database.ts';
import { AuthCircuitBreaker } from '../../src/compat/names/domain.ts';
import { CircuitBreaker as FrontendBreaker } from '../../src/compat/names/frontend.ts';
import { CircuitBreakerConfig as LlmConfig, CircuitBreakerRetryStrategy } from '../../src/compat/names/llm.ts';
import { CircuitBreaker as ReliabilityBreaker } from '../../src/compat/names/reliability.ts';
import { CircuitBreaker as ServicesBreaker } from '../../src/compat/names/services.ts';
import { FallbackManager } from '../../src/compat/names/supervisor.ts';
import { optionTables } from '../../src/compat/option-tables.ts';
import type { LegacyTable } from '../../src/compat/option-tables.ts';
import { readLegacy, unifiedFrom } from '../../src/compat/options.ts';
import { legacyState } from '../../src/compat/status.ts';
import { UnifiedCircuitBreaker } from '../../src/index.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from './support/agreement.ts';
import type { Driven, Maker, Step, TestRuntime } from './support/agreement.ts';
import { either, inAll, inARow, rate, ReferenceCircuit, within } from './support/reference.ts';
import type { LegacyRules, Reference } from './support/reference.ts';

/** A legacy breaker with the members of `LegacyBreaker`. */
interface Shim {
  readonly breaker: UnifiedCircuitBreaker;
  readonly state: string;
  canExecute(): boolean;
  recordSuccess(): void;
  recordFailure(kind: never): void;
  call(operation: () => unknown): Promise<unknown>;
  callSync(operation: () => unknown): unknown;
}

/** Runs a step. Failures and rejections are expected. */
const quietly = (run: () => unknown) => async (): Promise<void> => {
  try {
    await run();
  } catch {}
};

const failing = (): never => {
  throw BOOM;
};
const failure = 'timeout' as never;

/** The ways to drive a legacy breaker. */
const WAYS: Readonly<Record<string, (shim: Shim) => Omit<Driven, 'state'>>> = {
  records: (shim) => ({ success: () => shim.recordSuccess(), failure: () => shim.recordFailure(failure) }),
  'asks, runs and records': (shim) => ({
    success: () => void (shim.canExecute() && shim.recordSuccess()),
    failure: () => void (shim.canExecute() && shim.recordFailure(failure)),
  }),
  calls: (shim) => ({ success: quietly(() => shim.call(() => 1)), failure: quietly(() => shim.call(failing)) }),
  'calls synchronously': (shim) => ({
    success: quietly(() => shim.callSync(() => 1)),
    failure: quietly(() => shim.callSync(failing)),
  }),
};

type ShimMaker = (runtime: TestRuntime) => unknown;
const driven = (make: ShimMaker, way: string): Maker => (runtime) => {
  const shim = make(runtime) as Shim;
  return { ...(WAYS[way] as (typeof WAYS)[string])(shim), state: () => shim.state };
};

const half = (least: number) => rate((share) => share >= 0.5, 10, least);
const growing = { waitMs: 60_000, longestMs: 300_000, closesAfter: 3 };
const growingWithHalf = { opensWhen: either(inARow(3), half(5)), ...growing };

/** How each legacy breaker opens, waits and closes. */
const SHIMS: Readonly<Record<string, readonly [make: ShimMaker, rules: LegacyRules]>> = {
  core: [(runtime) => new CircuitBreaker({ name: 'orders', failureThreshold: 3 }, runtime),
    { opensWhen: inARow(3), waitMs: 30_000, closesAfter: 1 }],
  adaptive: [(runtime) => new AdaptiveCircuitBreaker({ name: 'x', failureThreshold: 3, timeoutSeconds: 5 }, runtime),
    { opensWhen: inARow(3), waitMs: 5_000, closesAfter: 3 }],
  services: [(runtime) => new ServicesBreaker('orders', { failureThreshold: 3 }, runtime),
    { opensWhen: either(inARow(3), half(3)), ...growing }],
  'agents-base': [(runtime) => new AgentsBaseBreaker({ name: 'agent', failureThreshold: 3 }, runtime), growingWithHalf],
  reliability: [(runtime) => new ReliabilityBreaker({ failureThreshold: 3, maxWaitDuration: 240 }, runtime),
    { ...growingWithHalf, longestMs: 240_000 }],
  'agents-security': [(runtime) => new AgentCircuitBreaker('data', {}, runtime),
    { opensWhen: within(3, 300_000), waitMs: 60_000, closesAfter: 2 }],
  clickhouse: [(runtime) => new ClickHouseCircuitBreaker({ failureThreshold: 3 }, runtime),
    { opensWhen: inARow(3), waitMs: 30_000, closesAfter: 1 }],
  'api-gateway': [(runtime) => new ApiCircuitBreaker('/orders', { failureThreshold: 3, successThreshold: 2 }, runtime),
    { opensWhen: inAll(3), waitMs: 60_000, closesAfter: 2 }],
  authentication: [(runtime) => new AuthCircuitBreaker('users', { maxBackoffSeconds: 600 }, runtime), {
    opensWhen: either(inARow(2), rate((share) => share >= 0.5, 12, 3)), waitMs: 300_000, longestMs: 600_000,
    closesAfter: 2,
  }],
  'a model in the core registry': [
    (runtime) => new CircuitBreakerRegistry(runtime).getBreaker('gpt', new LlmConfig({ failureThreshold: 3 })),
    growingWithHalf,
  ],
};

describe.each(Object.entries(SHIMS))('%s opens, waits and closes as its reference', (_, [make, rules]) => {
  it.each(Object.keys(WAYS))('when code %s', async (way) => {
    const gaps = [Math.floor(rules.waitMs / 3), rules.waitMs, rules.waitMs * 2];

    await expect(agreeAlways(driven(make, way), () => new ReferenceCircuit(rules), gaps)).resolves.toBeUndefined();
  });
});

it.each(Object.entries(SHIMS))('%s counts each of the failures that come together', (_, [make]) => {
  expect((make(testRuntime()) as Shim).breaker.getStatus().config.burstMs).toBe(0);
});

const FAILED: readonly Step[] = ['failure', 'failure', 'failure'];

it.each<readonly [shim: string, title: string, sequence: readonly Step[]]>([
  ['core', 'reopens for the same wait', [...FAILED, 30_000, 'failure', 29_999, 1, 'success']],
  ['services', 'reopens for twice the wait', [...FAILED, 60_000, 'success', 'failure', 119_999, 1]],
  ['agents-security', 'counts a failure for five minutes', ['failure', 'failure', 300_000, 'failure']],
  ['agents-security', 'forgets a failure after five minutes', ['failure', 'failure', 300_001, ...FAILED]],
])('%s %s', async (name, _, sequence) => {
  const [make, rules] = SHIMS[name] as (typeof SHIMS)[string];
  for (const way of Object.keys(WAYS)) {
    await expect(agreeOn(sequence, driven(make, way), new ReferenceCircuit(rules))).resolves.toBeUndefined();
  }
});

describe.each<readonly [shim: string, message: string, errorName: string, shared: boolean]>([
  ['core', "Circuit breaker 'orders' is OPEN", 'CircuitBreakerOpenError', true],
  ['services', "Circuit breaker 'orders' is OPEN", 'CircuitOpenException', true],
  ['agents-base', "Circuit breaker 'agent' is OPEN", 'CircuitBreakerOpenError', false],
  ['reliability', "Circuit breaker 'default' is OPEN", 'CircuitBreakerOpenError', false],
  ['clickhouse', 'ClickHouse circuit breaker is open - too many failures', 'ConnectionError', false],
  ['api-gateway', 'Circuit breaker /orders is open', 'CircuitBreakerOpenError', false],
  ['authentication', "Circuit breaker 'auth_users' is OPEN", 'CircuitBreakerOpenError', true],
])('a breaker of %s', (name, message, errorName, shared) => {
  const [make] = SHIMS[name] as (typeof SHIMS)[string];
  const made = () => {
    const runtime = testRuntime();
    return { runtime, shim: make(runtime) as CircuitBreaker };
  };

  it('12, 13: passes arguments, and returns results and errors unchanged', async () => {
    const { shim } = made();

    expect(await shim.call((a: number, b: number) => a + b, 1, 2)).toBe(3);
    expect(shim.callSync((a: string) => a.toUpperCase(), 'a')).toBe('A');
    expect(await errorOf(shim.call(() => Promise.reject(BOOM)))).toBe(BOOM);
  });

  it('39: rejects with its message, in an error that outer breakers ignore, and recovers', async () => {
    const { shim, runtime } = made();
    const outer = new UnifiedCircuitBreaker({ name: 'outer', failureThreshold: 1 });
    shim.forceOpen();
    const settled = await outer.tryCall(() => shim.call(() => 'never'));
    const circuitName = shim.breaker.name;
    const error = { message, name: errorName, circuitName, code: 'ERR_CIRCUIT_OPEN', statusCode: 503 };

    expect(settled).toMatchObject({ status: 'ignored', error });
    expect(() => shim.callSync(() => 'never')).toThrow(message);
    runtime.clock.advance(shim.breaker.retryAfterMs ?? 0);
    expect([shim.state, await shim.call(() => 'back')]).toEqual(['half_open', 'back']);
  });

  it('leaves the rejection of an inner breaker as it is', async () => {
    const inner = new UnifiedCircuitBreaker({ name: 'inner' });
    inner.trip();

    expect(await errorOf(made().shim.call(() => inner.call(() => 1)))).toMatchObject({ breakerName: 'inner' });
  });

  it('throws a TypeError when the operation is not a function, and counts nothing', async () => {
    const { shim } = made();
    const error = new TypeError('`call()` expects a function but received undefined.');

    expect(await errorOf(shim.call(undefined as never))).toEqual(error);
    expect(() => shim.callSync(undefined as never)).toThrow(error);
    expect(shim.breaker.getMetrics()).toMatchObject({ totalCalls: 0, failedCalls: 0 });
  });

  it('shares its circuit with others of its name if legacy code listed it, and only then', () => {
    const { shim, runtime } = made();
    shim.forceOpen();

    expect([(make(runtime) as CircuitBreaker).isOpen, runtime.manager.size]).toEqual([shared, shared ? 1 : 0]);
  });

  it('shows every legacy key in its status', () => {
    expect(made().shim.getStatus()).toMatchObject({
      state: 'closed', isHealthy: true, health: 'healthy', failureCount: 0, successRate: 1, consecutiveFailures: 0,
      metrics: { totalCalls: 0, totalRequests: 0, circuitBreakerOpens: 0, slowRequests: 0, lastFailure: null },
      unifiedStatus: { state: 'closed' },
    });
  });
});

it.each<readonly [source: string, name: string, numbers: readonly unknown[]]>([
  // Failures, wait, successes, timeout, window, error rate, its minimum, probes, and whether waits grow.
  ['core', 'CircuitConfig', [5, 30_000, 1, 10_000, 100, null, undefined, 3, false]],
  ['core', 'AdaptiveCircuitBreaker', [5, 10_000, 3, null, 100, null, 5, 3, false]],
  ['services', 'CircuitBreakerConfig', [5, 60_000, 3, 30_000, 10, 0.5, 5, 3, undefined]],
  ['agents-base', 'CircuitBreakerConfig', [5, 60_000, 3, 30_000, 10, 0.5, 5, 3, undefined]],
  ['agents-security', 'CircuitBreakerConfig', [3, 60_000, 2, null, 10, null, undefined, 3, false]],
  ['async-retry', 'AsyncCircuitBreaker', [5, 60_000, 1, null, 10, null, undefined, 3, false]],
  ['database', 'CircuitBreakerConfig', [5, 30_000, 1, null, 10, null, undefined, 3, false]],
  ['database', 'DatabaseManager', [3, 2_000, 2, 10_000, 5, 0.6, 3, 3, false]],
  ['api-gateway', 'CircuitBreakerConfig', [5, 60_000, 3, null, 10, null, undefined, 3, false]],
  ['api-gateway', 'EndpointCircuitBreakerConfig', [5, 60_000, 3, null, 100, 0.5, 10, 3, false]],
  ['llm', 'CircuitBreakerConfig', [5, 60_000, 3, 60_000, 10, 0.5, 5, 3, undefined]],
  ['reliability', 'CircuitBreakerConfig', [5, 60_000, 3, 60_000, 10, 0.5, 5, 3, undefined]],
  ['supervisor', 'FallbackManager', [3, 60_000, 1, 30_000, 10, null, undefined, 3, false]],
  ['frontend', 'CircuitBreaker', [10, 30_000, 1, null, 10, null, undefined, 3, false]],
  ['domain', 'DatabaseCircuitBreakerConfig', [3, 30_000, 2, 10_000, 8, 0.6, 3, 3, undefined]],
  ['domain', 'LlmCircuitBreakerConfig', [10, 10_000, 2, 60_000, 10, 0.4, 10, 3, undefined]],
  ['domain', 'AuthCircuitBreakerConfig', [2, 300_000, 2, 15_000, 12, 0.5, 3, 3, undefined]],
  ['domain', 'AgentCircuitBreakerConfig', [4, 60_000, 3, 300_000, 10, 0.5, 4, 3, undefined]],
])('the numbers of %s %s are those of the legacy code', (source, name, numbers) => {
  const table = optionTables.find((each) => each.source === source && each.name === name) as LegacyTable;
  const config = unifiedFrom(table, readLegacy(table, 'name' in table.options ? { name: 'x' } : {}));

  expect([
    config.failureThreshold, config.recoveryTimeoutMs, config.successThreshold, config.timeoutMs,
    config.slidingWindowSize, config.errorRateThreshold, config.minRequestsThreshold, config.halfOpenMaxCalls,
    config.exponentialBackoff,
  ]).toEqual(numbers);
});

/** Opens at 3 failures in 60 s. Closes 30 s later, or at a success. */
function frontendReference(): Reference {
  let failedAt: number[] = [];
  let openedAt: number | null = null;
  const close = (): void => {
    openedAt = null;
    failedAt = [];
  };
  const state = (now: number) => {
    if (openedAt !== null && now - openedAt >= 30_000) close();
    return openedAt === null ? 'closed' : 'open';
  };
  const record = (failed: boolean, now: number): void => {
    if (state(now) === 'open') return failed ? undefined : close();
    if (!failed) return;
    failedAt.push(now);
    if (failedAt.filter((at) => now - at <= 60_000).length >= 3) openedAt = now;
  };
  return { state, record };
}

const by = (rules: LegacyRules) => () => new ReferenceCircuit(rules);

describe('a legacy name with members of its own opens, waits and closes as its reference', () => {
  it.each<readonly [name: string, make: Maker, reference: () => Reference]>([
    ['AsyncCircuitBreaker', (runtime) => {
      const breaker = new AsyncCircuitBreaker({ failureThreshold: 3, expectedException: [TypeError] }, runtime);
      // Errors of other classes come before each result and must not count.
      const after = (operation: () => unknown) => async (): Promise<void> => {
        await quietly(() => breaker.call(failing))();
        await quietly(() => breaker.call(operation))();
      };
      const typeError = () => Promise.reject(new TypeError('no'));
      return { success: after(() => 1), failure: after(typeError), state: () => legacyState(breaker.breaker) };
    }, by({ opensWhen: inARow(3), waitMs: 60_000, closesAfter: 1 })],
    ['EndpointCircuitBreakerManager', (runtime) => {
      const manager = new EndpointCircuitBreakerManager(runtime);
      const options = { failureThreshold: 4, rollingWindowSize: 8, minimumRequests: 6, successThreshold: 2 };
      manager.registerEndpoint('/x', options);
      const ask = (): boolean => manager.isRequestAllowed('/x') && manager.isRequestAllowed('/x');
      return {
        success: () => void (ask() && manager.recordSuccess('/x')),
        failure: () => void (ask() && manager.recordFailure('/x')),
        state: () => String(manager.getCircuitState('/x')),
      };
    }, by({ opensWhen: either(inARow(4), rate((share) => share > 0.5, 8, 6)), waitMs: 60_000, closesAfter: 2 })],
    ['DatabaseManager', (runtime) => {
      const manager = new DatabaseManager(runtime);
      return {
        success: quietly(() => manager.getConnection(() => 1)),
        failure: quietly(() => manager.getConnection(failing)),
        state: () => manager.getCircuitBreakerStatus().state.toLowerCase(),
      };
    }, by({ opensWhen: either(inARow(3), rate((share) => share >= 0.6, 5, 3)), waitMs: 2_000, closesAfter: 2 })],
    ['CircuitBreakerRetryStrategy', (runtime) => {
      const once = { maxAttempts: 1, calculateDelay: () => 0, shouldRetry: () => false };
      const strategy = new CircuitBreakerRetryStrategy(once, runtime);
      return {
        success: quietly(() => strategy.executeWithRetry(() => 1)),
        failure: quietly(() => strategy.executeWithRetry(failing)),
        state: () => legacyState(strategy.breaker),
      };
    }, by({ opensWhen: inARow(5), waitMs: 30_000, closesAfter: 1 })],
    ['FallbackManager', (runtime) => {
      const manager = new FallbackManager({}, runtime);
      return {
        success: () => manager.executeWithFallback('triage', () => 1),
        failure: () => manager.executeWithFallback('triage', failing),
        state: () => {
          const breaker = runtime.manager.getCircuitBreaker('agent_triage');
          return breaker === null ? 'closed' : legacyState(breaker);
        },
      };
    }, by({ opensWhen: inARow(3), waitMs: 60_000, closesAfter: 1 })],
    ['CircuitBreaker of frontend', (runtime) => {
      const breaker = new FrontendBreaker({ failureThreshold: 3 }, runtime);
      return {
        success: () => breaker.recordSuccess(),
        failure: () => breaker.recordFailure(),
        state: () => (breaker.isOpen() ? 'open' : 'closed'),
      };
    }, frontendReference],
  ])('%s', async (_, make, reference) => {
    await expect(agreeAlways(make, reference, [1_000, 2_000, 20_000, 30_000, 60_000])).resolves.toBeUndefined();
  });
});
