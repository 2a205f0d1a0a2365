import { describe, expect, it } from 'vitest';
import { DatabaseManager } from '../../../src/compat/database/index.ts';
import { isCircuitBreakerConfigError, isCircuitBreakerOpenError } from '../../../src/index.ts';
import { BOOM, errorOf } from '../../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { either, inARow, rate } from '../support/reference.ts';

const RULES = { opensWhen: either(inARow(3), rate((failed, all) => failed / all >= 0.6, 5, 3)), waitMs: 2_000, closesAfter: 2 };
const driven = (runtime: TestRuntime, manager = new DatabaseManager(runtime)): Driven => ({
  success: () => manager.getConnection(() => 'connection').catch(() => {}),
  failure: () => manager.getConnection(() => Promise.reject(BOOM)).catch(() => {}),
  state: () => manager.getCircuitBreakerStatus().state.toLowerCase(),
});

describe('the DatabaseManager', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the third failure in a row', sequence: ['failure', 'failure', 'failure'] },
    { title: 'opens at 3 failures of 5', sequence: ['success', 'failure', 'success', 'failure', 'failure'] },
    { title: 'opens at 2 failures of 3', sequence: ['failure', 'success', 'failure'] },
    { title: 'stays closed at 2 failures of 5', sequence: ['success', 'success', 'success', 'failure', 'failure', 'success'] },
    { title: 'closes after two successes, 2 seconds later', sequence: ['failure', 'failure', 'failure', 1_999, 1, 'success', 'success', 'failure'] },
    { title: 'waits no longer the second time', sequence: ['failure', 'failure', 'failure', 2_000, 'failure', 2_000, 'success', 'success'] },
  ])('$title', ({ sequence }) => expect(agreeOn(sequence, driven, RULES)).resolves.toBeUndefined());

  it('does what its rules say for any sequence of connections', () => expect(agreeAlways(driven, RULES)).resolves.toBeUndefined());

  it('connects through the breaker `database_connection`, with the arguments given', async () => {
    const runtime = testRuntime();
    const manager = new DatabaseManager(runtime);

    expect(await manager.getConnection((url: string, port: number) => `${url}:${port}`, 'db', 5432)).toBe('db:5432');
    expect(runtime.manager.getCircuitBreakerNames()).toEqual(['database_connection']);
    expect(manager.breaker.getStatus().config).toMatchObject({ timeoutMs: 10_000, successThreshold: 2, slidingWindowSize: 5, minRequestsThreshold: 3, exponentialBackoff: false, adaptiveThreshold: null });
  });

  it('shows the status of its breaker and of all, in upper case', async () => {
    const runtime = testRuntime();
    const manager = new DatabaseManager(runtime);
    expect(manager.getCircuitBreakerStatus()).toEqual({ state: 'CLOSED', failureCount: 0, totalCalls: 0, failedCalls: 0, successRate: 1 });
    await manager.getConnection(() => 1);
    for (let failure = 0; failure < 2; failure += 1) await errorOf(manager.getConnection(() => Promise.reject(BOOM)));
    const error = await errorOf(manager.getConnection(() => 1));
    runtime.manager.createCircuitBreaker('other').trip();
    runtime.manager.createCircuitBreaker('ready', { recoveryTimeoutMs: 1 }).trip();
    runtime.clock.advance(1);

    expect(isCircuitBreakerOpenError(error)).toBe(true);
    expect((error as Error).message).toBe("Circuit breaker 'database_connection' is OPEN");
    expect(manager.getCircuitBreakerStatus()).toEqual({ state: 'OPEN', failureCount: 2, totalCalls: 4, failedCalls: 2, successRate: 1 / 3 });
    expect(Object.entries(manager.getAllCircuitStatus()).map(([name, { state }]) => [name, state])).toEqual([
      ['database_connection', 'OPEN'],
      ['other', 'OPEN'],
      ['ready', 'HALF_OPEN'],
    ]);
  });

  it('changes a live breaker, which keeps what it has seen', async () => {
    const manager = new DatabaseManager(testRuntime());
    for (let failure = 0; failure < 2; failure += 1) await errorOf(manager.getConnection(() => Promise.reject(BOOM)));

    manager.configureCircuitBreaker({ failureThreshold: 5, recoveryTimeout: 0.5, testMode: true });

    expect(manager.breaker.getStatus().config).toMatchObject({ failureThreshold: 5, recoveryTimeoutMs: 500 });
    for (let failure = 0; failure < 2; failure += 1) await errorOf(manager.getConnection(() => Promise.reject(BOOM)));
    expect(manager.getCircuitBreakerStatus()).toMatchObject({ state: 'CLOSED', failureCount: 4 });
    await errorOf(manager.getConnection(() => Promise.reject(BOOM)));
    expect(manager.getCircuitBreakerStatus()).toMatchObject({ state: 'OPEN', failureCount: 5 });
    expect(manager.breaker.retryAfterMs).toBe(500);
  });

  it('takes zero for a number that stays, and a long wait as it is', () => {
    const manager = new DatabaseManager(testRuntime());

    manager.configureCircuitBreaker({ failureThreshold: 0, recoveryTimeout: 0 });
    expect(manager.breaker.getStatus().config).toMatchObject({ failureThreshold: 3, recoveryTimeoutMs: 2_000 });
    manager.configureCircuitBreaker({ recoveryTimeout: 400 });
    expect(manager.breaker.getStatus().config).toMatchObject({ failureThreshold: 3, recoveryTimeoutMs: 400_000 });
  });

  it('refuses numbers that make no sense, and then nothing has changed', () => {
    const manager = new DatabaseManager(testRuntime());
    const configure = (): void => manager.configureCircuitBreaker({ failureThreshold: 7, recoveryTimeout: -1 });

    expect(configure).toThrow(/recoveryTimeout/);
    expect(manager.breaker.getStatus().config).toMatchObject({ failureThreshold: 3, recoveryTimeoutMs: 2_000 });
    let error: unknown;
    try {
      configure();
    } catch (caught) {
      error = caught;
    }
    expect(isCircuitBreakerConfigError(error)).toBe(true);
  });

  it('makes the breaker anew when somebody took it off the list', async () => {
    const runtime = testRuntime();
    const manager = new DatabaseManager(runtime);
    manager.breaker.trip();
    runtime.manager.removeCircuitBreaker('database_connection');

    expect(manager.getCircuitBreakerStatus().state).toBe('CLOSED');
    expect(await manager.getConnection(() => 1)).toBe(1);
  });
});
