import { afterEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreakerManager, DatabaseClientConfig } from '../../../src/compat/database/index.ts';
import { CircuitBreaker, circuitRegistry } from '../../../src/compat/core/index.ts';
import { clickhouse } from '../../../src/presets/services.ts';
import { BOOM, errorOf } from '../../support/outcomes.ts';
import { agreeAlways, testRuntime } from '../support/agreement.ts';
import type { Driven, TestRuntime } from '../support/agreement.ts';
import { inARow } from '../support/reference.ts';

afterEach(() => vi.restoreAllMocks());

const conflicts = (warned: { readonly mock: { readonly calls: readonly unknown[][] } }): readonly string[] =>
  warned.mock.calls.filter(([, options]) => (options as { readonly code?: string }).code === 'UCB_CONFIG_CONFLICT').map(([message]) => String(message));

describe('the DatabaseClientConfig', () => {
  it.each([
    ['POSTGRES_CONFIG', { name: 'postgres', failureThreshold: 8, recoveryTimeout: 20, timeoutSeconds: 25, halfOpenMaxCalls: 5 }],
    ['CLICKHOUSE_CONFIG', { name: 'clickhouse', failureThreshold: 6, recoveryTimeout: 30, timeoutSeconds: 30, halfOpenMaxCalls: 3 }],
    ['READ_CONFIG', { name: 'db_read', failureThreshold: 10, recoveryTimeout: 15, timeoutSeconds: 12, halfOpenMaxCalls: 5 }],
    ['WRITE_CONFIG', { name: 'db_write', failureThreshold: 5, recoveryTimeout: 45, timeoutSeconds: 20, halfOpenMaxCalls: 3 }],
  ] as const)('holds the numbers of %s, in seconds', (key, numbers) => {
    const config = DatabaseClientConfig[key];

    expect(config).toMatchObject({ ...numbers, slowCallThreshold: 5, slidingWindowSize: 100 });
    expect(config.toUnifiedConfig()).toMatchObject({ failureThreshold: numbers.failureThreshold, recoveryTimeoutMs: numbers.recoveryTimeout * 1_000, timeoutMs: numbers.timeoutSeconds * 1_000 });
    expect(DatabaseClientConfig[key]).toBe(config);
  });

  it('holds the numbers of retries and caches', () => {
    expect(DatabaseClientConfig.RETRY_CONFIG).toEqual({ maxRetries: 3, baseDelay: 1, maxDelay: 10, exponentialBase: 2, jitter: true });
    expect(DatabaseClientConfig.CACHE_CONFIG).toEqual({ queryCacheTtl: 300, healthCacheTtl: 60, maxCacheSize: 1_000 });
  });

  it('cannot be changed', () => {
    expect(() => Object.assign(DatabaseClientConfig, { READ_CONFIG: null })).toThrow(TypeError);
    expect(() => Object.assign(DatabaseClientConfig.READ_CONFIG, { failureThreshold: 1 })).toThrow(TypeError);
    expect(() => Object.assign(DatabaseClientConfig.RETRY_CONFIG, { maxRetries: 1 })).toThrow(TypeError);
  });
});

describe('the CircuitBreakerManager of databases', () => {
  it.each([
    ['getPostgresCircuit', 'postgres', 8],
    ['getReadCircuit', 'db_read', 10],
    ['getWriteCircuit', 'db_write', 5],
    ['getClickhouseCircuit', 'clickhouse', 6],
  ] as const)('%s gives the breaker %s of the registry, which opens at %s failures', async (getter, name, threshold) => {
    const runtime = testRuntime();
    const breaker = await CircuitBreakerManager[getter](runtime);
    for (let failure = 1; failure < threshold; failure += 1) breaker.recordFailure();
    const before = breaker.state;
    await errorOf((await CircuitBreakerManager[getter](runtime)).call(() => Promise.reject(BOOM)));

    expect(breaker).toBeInstanceOf(CircuitBreaker);
    expect(runtime.manager.getCircuitBreakerNames()).toEqual([name]);
    expect([before, breaker.state]).toEqual(['closed', 'open']);
  });

  it('gives the breakers of the process when nothing else is said, each time the same', async () => {
    try {
      expect(await CircuitBreakerManager.getReadCircuit()).toBe(await CircuitBreakerManager.getReadCircuit());
      expect(circuitRegistry.getCircuitBreaker('db_read')).toBe(await CircuitBreakerManager.getReadCircuit());
    } finally {
      circuitRegistry.cleanupAll();
    }
  });

  it('does what its rules say for any sequence of outcomes', async () => {
    const rules = { opensWhen: inARow(5), waitMs: 45_000, closesAfter: 1 };
    const make = (runtime: TestRuntime): Driven => {
      const breaker = new CircuitBreaker(DatabaseClientConfig.WRITE_CONFIG, runtime);
      return { success: () => breaker.recordSuccess(), failure: () => breaker.recordFailure(), state: () => breaker.state };
    };

    await expect(agreeAlways(make, rules, 100)).resolves.toBeUndefined();
  });

  it('warns where `clickhouse` has another configuration already, which stands', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const runtime = testRuntime();
    runtime.manager.createCircuitBreaker('clickhouse', clickhouse.preset);

    const breaker = await CircuitBreakerManager.getClickhouseCircuit(runtime);

    expect(breaker.breaker.getStatus().config.failureThreshold).toBe(4);
    expect(conflicts(warned)).toEqual([expect.stringContaining('failureThreshold is 4, not 6')]);
  });

  it('keeps the key `clickhouse` for the client, and another configuration warns', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const runtime = testRuntime();
    const { breaker } = await CircuitBreakerManager.getClickhouseCircuit(runtime);

    expect(runtime.manager.createCircuitBreaker('clickhouse', clickhouse.preset)).toBe(breaker);
    expect(breaker.getStatus().config.failureThreshold).toBe(6);
    expect(conflicts(warned)).toEqual([expect.stringContaining('failureThreshold is 6, not 4')]);
  });
});
