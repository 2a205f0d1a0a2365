import { afterEach, describe, expect, it, vi } from 'vitest';
import { DatabaseCircuitBreaker } from '../../../src/compat/domain/index.ts';
import type { DatabaseCircuitBreakerOptions, DatabaseCircuitBreakerParts } from '../../../src/compat/domain/index.ts';
import { LabelledFailure } from '../../../src/compat/failure-label.ts';
import { BOOM, deferred, errorOf } from '../../support/outcomes.ts';
import { testRuntime } from '../support/agreement.ts';

afterEach(() => vi.restoreAllMocks());

function databaseWith(parts: DatabaseCircuitBreakerParts = {}, options: DatabaseCircuitBreakerOptions = {}) {
  const runtime = testRuntime();
  const warnings: string[] = [];
  return { ...runtime, warnings, breaker: new DatabaseCircuitBreaker('orders', options, { ...runtime, warn: (message) => warnings.push(message), ...parts }) };
}

describe('the DatabaseCircuitBreaker', () => {
  it('passes arguments, and errors unchanged', async () => {
    const { breaker } = databaseWith();

    expect(await breaker.execute((a: number, b: number) => a + b, 1, 2)).toBe(3);
    expect(await errorOf(breaker.execute(() => Promise.reject(BOOM)))).toBe(BOOM);
  });

  it('warns each time that the pool passes its threshold, and not with every operation', async () => {
    const dbPool = { size: 80 };
    const { breaker, warnings } = databaseWith({ dbPool });
    for (const size of [80, 81, 85, 90, 70, 81]) {
      dbPool.size = size;
      await breaker.execute(() => 1);
    }

    expect(warnings).toEqual(['Database pool database_orders near capacity: 81', 'Database pool database_orders near capacity: 81']);
  });

  it('runs the operation whatever the pool and its warning do', async () => {
    const rejected = vi.fn<(error: unknown) => void>();
    process.on('unhandledRejection', rejected);
    const broken = {
      get size(): number {
        throw BOOM;
      },
    };
    const unsized = new DatabaseCircuitBreaker('orders', {}, { ...testRuntime(), dbPool: broken });
    const unwarned = new DatabaseCircuitBreaker('orders', {}, { ...testRuntime(), dbPool: { size: 99 }, warn: () => Promise.reject(BOOM) });

    expect([await unsized.execute(() => 1), await unwarned.execute(() => 2), unsized.getStatus().poolSize]).toEqual([1, 2, null]);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', rejected);
    expect(rejected).not.toHaveBeenCalled();
  });

  it('does not look at the pool when told not to', async () => {
    const { breaker, warnings } = databaseWith({ dbPool: { size: 99 } }, { checkPoolHealth: false });
    await breaker.execute(() => 1);

    expect(warnings).toEqual([]);
  });

  it('warns on the console unless told otherwise, and a warning that throws changes nothing', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await databaseWith({ dbPool: { size: 99 }, warn: undefined }).breaker.execute(() => 1);
    const { breaker } = databaseWith({
      dbPool: { size: 99 },
      warn: () => {
        throw BOOM;
      },
    });

    expect(await breaker.execute(() => 1)).toBe(1);
    expect(warned.mock.calls).toEqual([['Database pool database_orders near capacity: 99']]);
  });

  it.each([
    ['ConnectionError', 1],
    ['OperationalError', 1],
    ['TimeoutError', 0],
    ['IntegrityError', 0],
  ])('at a %s clears the pool %s times', async (name, times) => {
    const clear = vi.fn<() => void>();
    const { breaker } = databaseWith({ dbPool: { size: 1, clear } });
    await errorOf(breaker.execute(() => Promise.reject(new LabelledFailure(name))));

    expect(clear).toHaveBeenCalledTimes(times);
  });

  it('waits until the pool is clear before the caller gets the error', async () => {
    const cleared = deferred();
    const { breaker } = databaseWith({ dbPool: { size: 1, clear: () => cleared.promise } });
    let settled = false;
    const call = errorOf(breaker.execute(() => Promise.reject(new LabelledFailure('ConnectionError')))).then(() => (settled = true));
    await new Promise(setImmediate);
    const before = settled;
    cleared.resolve();
    await call;

    expect([before, settled]).toEqual([false, true]);
  });

  it('gives the error of the operation, not that of the pool', async () => {
    const error = new LabelledFailure('ConnectionError');
    const { breaker } = databaseWith({ dbPool: { size: 1, clear: () => Promise.reject(BOOM) } });

    expect(await errorOf(breaker.execute(() => Promise.reject(error)))).toBe(error);
  });

  it('does not clear the pool when the circuit refuses the call', async () => {
    const clear = vi.fn<() => void>();
    const { breaker } = databaseWith({ dbPool: { size: 1, clear } });
    breaker.forceOpen();
    await errorOf(breaker.execute(() => 1));

    expect(clear).not.toHaveBeenCalled();
  });

  it('counts a failed transaction down once', async () => {
    const { breaker } = databaseWith();
    const other = breaker.transactionContext();
    await errorOf(breaker.transactionContext(() => breaker.execute(() => Promise.reject(new LabelledFailure('TransactionError')))));
    const left = breaker.activeTransactions;
    other.end();
    other.end();

    expect([left, breaker.activeTransactions]).toEqual([1, 0]);
  });

  it('gives what the body of a transaction gives', async () => {
    const { breaker } = databaseWith();

    expect(await breaker.transactionContext(() => breaker.activeTransactions)).toBe(1);
    expect(await errorOf(breaker.transactionContext(() => Promise.reject(BOOM)))).toBe(BOOM);
    expect(breaker.activeTransactions).toBe(0);
  });

  it('asks its health checker while open', async () => {
    const checkHealth = vi.fn<() => { status: string }>(() => ({ status: 'healthy' }));
    const { breaker, clock } = databaseWith({ healthChecker: { checkHealth } }, { recoveryTimeoutSeconds: 100 });
    breaker.forceOpen();
    clock.advance(30_000);
    await new Promise(setImmediate);

    expect(breaker.canExecute()).toBe(true);
  });
});
