import { afterEach, describe, expect, it } from 'vitest';
import { CircuitBreaker, circuitRegistry } from '../../src/compat/names/core.ts';
import { CircuitBreakerManager, DatabaseClientConfig, DatabaseManager } from '../../src/compat/names/database.ts';
import { CircuitBreakerConfigError, getUnifiedCircuitBreakerManager } from '../../src/index.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';
import { testRuntime } from './support/agreement.ts';

afterEach(() => getUnifiedCircuitBreakerManager().dispose());

describe.each([
  ['postgres', 'POSTGRES_CONFIG', 'getPostgresCircuit', [8, 20, 25, 5]],
  ['clickhouse', 'CLICKHOUSE_CONFIG', 'getClickhouseCircuit', [6, 30, 30, 3]],
  ['db_read', 'READ_CONFIG', 'getReadCircuit', [10, 15, 12, 5]],
  ['db_write', 'WRITE_CONFIG', 'getWriteCircuit', [5, 45, 20, 3]],
] as const)('%s', (name, key, getter, [failureThreshold, recoveryTimeout, timeoutSeconds, halfOpenMaxCalls]) => {
  const numbers = { failureThreshold, recoveryTimeout, timeoutSeconds, halfOpenMaxCalls, slowCallThreshold: 5 };

  it('has its numbers in seconds, which cannot be changed', () => {
    expect(DatabaseClientConfig[key]).toMatchObject({ name, ...numbers, slidingWindowSize: 100 });
    expect(DatabaseClientConfig[key].toUnifiedConfig()).toMatchObject({ recoveryTimeoutMs: recoveryTimeout * 1_000 });
    expect(() => Object.assign(DatabaseClientConfig, { [key]: null })).toThrow(TypeError);
  });

  it('has one breaker in the manager, with these numbers', async () => {
    const runtime = testRuntime();
    const breaker = await CircuitBreakerManager[getter](runtime);

    expect(breaker).toBeInstanceOf(CircuitBreaker);
    expect([breaker.config, runtime.manager.getCircuitBreakerNames()]).toMatchObject([numbers, [name]]);
    expect((await CircuitBreakerManager[getter](runtime)).breaker).toBe(breaker.breaker);
  });

  it('is in the process-wide default manager by default', async () => {
    const breaker = await CircuitBreakerManager[getter]();

    expect(await CircuitBreakerManager[getter]()).toBe(breaker);
    expect(circuitRegistry.getCircuitBreaker(name)).toBe(breaker);
  });
});

describe('the DatabaseManager', () => {
  const failing = (): Promise<never> => Promise.reject(BOOM);
  const made = () => {
    const runtime = testRuntime();
    const manager = new DatabaseManager(runtime);
    const fail = async (count: number): Promise<void> => {
      for (let call = 0; call < count; call += 1) await errorOf(manager.getConnection(failing));
    };
    return { ...runtime, database: manager, fail };
  };

  it('connects through the breaker `database_connection`, with the arguments', async () => {
    const { database, manager } = made();

    expect(await database.getConnection((url: string, port: number) => `${url}:${port}`, 'db', 5432)).toBe('db:5432');
    expect(manager.getCircuitBreakerNames()).toEqual(['database_connection']);
  });

  it('shows the status of its breaker and of all, in upper case', async () => {
    const { database, manager, clock, fail } = made();
    expect(database.getCircuitBreakerStatus())
      .toEqual({ state: 'CLOSED', failureCount: 0, totalCalls: 0, failedCalls: 0, successRate: 1 });
    await database.getConnection(() => 1);
    await fail(2);
    expect(await errorOf(database.getConnection(() => 1)))
      .toMatchObject({ message: "Circuit breaker 'database_connection' is OPEN" });
    manager.createCircuitBreaker('other').trip();
    manager.createCircuitBreaker('ready', { recoveryTimeoutMs: 1 }).trip();
    clock.advance(1);

    expect(database.getCircuitBreakerStatus())
      .toEqual({ state: 'OPEN', failureCount: 2, totalCalls: 4, failedCalls: 2, successRate: 1 / 3 });
    expect(database.getAllCircuitStatus()).toMatchObject({
      database_connection: { state: 'OPEN' }, other: { state: 'OPEN' }, ready: { state: 'HALF_OPEN' },
    });
  });

  it('changes the live breaker, which keeps its figures', async () => {
    const { database, fail } = made();
    await fail(2);
    database.configureCircuitBreaker({ failureThreshold: 5, recoveryTimeout: 0.5, testMode: true });
    await fail(2);
    expect(database.getCircuitBreakerStatus()).toMatchObject({ state: 'CLOSED', failureCount: 4 });
    await fail(1);
    expect([database.getCircuitBreakerStatus().state, database.breaker.retryAfterMs]).toEqual(['OPEN', 500]);
  });

  it('leaves a number that is zero as it is, and takes a long wait', () => {
    const { database } = made();
    database.configureCircuitBreaker({ failureThreshold: 0, recoveryTimeout: 400 });

    expect(database.breaker.getStatus().config).toMatchObject({ failureThreshold: 3, recoveryTimeoutMs: 400_000 });
  });

  it('changes nothing when one of the numbers is out of range', () => {
    const { database } = made();
    const configure = (): void => database.configureCircuitBreaker({ failureThreshold: 7, recoveryTimeout: -1 });

    expect(configure).toThrow(CircuitBreakerConfigError);
    expect(configure).toThrow('recoveryTimeout');
    expect(database.breaker.getStatus().config).toMatchObject({ failureThreshold: 3, recoveryTimeoutMs: 2_000 });
  });

  it('creates the breaker again when it was removed', async () => {
    const { database, manager } = made();
    database.breaker.trip();
    manager.removeCircuitBreaker('database_connection');

    expect([database.getCircuitBreakerStatus().state, await database.getConnection(() => 1)]).toEqual(['CLOSED', 1]);
  });
});
