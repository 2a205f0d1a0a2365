import { describe, expect, it } from 'vitest';
import { CircuitBreaker, CircuitBreakerConfig, CircuitBreakerOpenException } from '../../../src/compat/agents-base/index.ts';
import { isCircuitBreakerOpenError, isCircuitBreakerTimeoutError } from '../../../src/index.ts';
import { BOOM, deferred, errorOf } from '../../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { either, inARow, rate } from '../support/reference.ts';

const half = (failed: number, all: number): boolean => failed / all >= 0.5;
const RULES = { opensWhen: either(inARow(3), rate(half, 10, 5)), waitMs: 60_000, longestMs: 300_000, closesAfter: 3 };
const make = (runtime: TestRuntime): CircuitBreaker => new CircuitBreaker({ name: 'agent', failureThreshold: 3 }, runtime);
const failing = (): Promise<never> => Promise.reject(BOOM);
const executed = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  return {
    success: () => breaker.execute(() => 'fine').catch(() => {}),
    failure: () => breaker.execute(failing).catch(() => {}),
    state: () => breaker.state,
  };
};
const open: readonly Step[] = ['failure', 'failure', 'failure'];

describe('the agents CircuitBreaker', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the third failure in a row', sequence: open },
    { title: 'opens at half of its window, once that holds 5 outcomes', sequence: ['failure', 'success', 'failure', 'success', 'failure'] },
    { title: 'closes after three successes', sequence: [...open, 60_000, 'success', 'success', 'success'] },
    { title: 'opens again at a failed probe, for twice as long', sequence: [...open, 60_000, 'failure', 60_000, 60_000] },
  ])('$title', ({ sequence }) => expect(agreeOn(sequence, executed, RULES)).resolves.toBeUndefined());

  it('does what its rules say for any sequence of calls', () => expect(agreeAlways(executed, RULES)).resolves.toBeUndefined());

  it('has the legacy defaults, in seconds', () => {
    const config = new CircuitBreakerConfig({ name: 'agent' });

    expect({ ...config }).toEqual({ name: 'agent', failureThreshold: 5, recoveryTimeout: 60, successThreshold: 3, timeoutSeconds: 30, halfOpenMaxCalls: 3 });
    expect(config.toUnifiedConfig()).toMatchObject({ failureThreshold: 5, recoveryTimeoutMs: 60_000, successThreshold: 3, timeoutMs: 30_000, halfOpenMaxCalls: 3 });
    expect(new CircuitBreaker(config).legacyConfig).toBe(config);
  });

  it('is its own, whatever others are called, and nobody lists it', () => {
    const runtime = testRuntime();
    make(runtime).forceOpen();

    expect(make(runtime).state).toBe('closed');
    expect(runtime.manager.size).toBe(0);
  });

  it('rejects in the error that was never raised, with the message of the one that was', async () => {
    const breaker = make(testRuntime());
    breaker.forceOpen();
    const error = await errorOf(breaker.execute(() => 'never'));

    expect(error).toBeInstanceOf(CircuitBreakerOpenException);
    expect(isCircuitBreakerOpenError(error)).toBe(true);
    expect(error).toMatchObject({ message: "Circuit breaker 'agent' is OPEN", circuitName: 'agent' });
  });

  it('bounds a call by `timeoutSeconds`', async () => {
    const runtime = testRuntime();
    const call = errorOf(new CircuitBreaker({ name: 'agent', timeoutSeconds: 2 }, runtime).execute(() => deferred().promise));
    await Promise.resolve();
    runtime.clock.advance(2_000);

    expect(isCircuitBreakerTimeoutError(await call)).toBe(true);
  });

  it('shows its status before the first call', () => {
    expect(make(testRuntime()).getStatus()).toEqual({
      name: 'agent',
      state: 'closed',
      failureThreshold: 3,
      recoveryTimeout: 60,
      metrics: { totalCalls: 0, successfulCalls: 0, failedCalls: 0, circuitBreakerOpens: 0, stateChanges: 0, lastFailure: null },
    });
  });

  it('shows its status after failures, each counted once, openings too, and no rejected call among the failed', async () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    await breaker.execute(() => 'fine');
    for (let failure = 0; failure < 3; failure += 1) await errorOf(breaker.execute(failing));
    await errorOf(breaker.execute(() => 'never'));

    expect(breaker.getStatus()).toMatchObject({
      state: 'open',
      metrics: { totalCalls: 5, successfulCalls: 1, failedCalls: 3, circuitBreakerOpens: 1, stateChanges: 1, lastFailure: new Date(runtime.clock.wall()).toISOString() },
    });
  });

  it('closes at a reset, and forgets what it has seen', () => {
    const breaker = make(testRuntime());
    for (let failure = 0; failure < 3; failure += 1) breaker.recordFailure();
    breaker.reset();

    expect([breaker.canExecute(), breaker.isClosed]).toEqual([true, true]);
    expect(breaker.getStatus().metrics).toMatchObject({ failedCalls: 0, circuitBreakerOpens: 0 });
  });
});
