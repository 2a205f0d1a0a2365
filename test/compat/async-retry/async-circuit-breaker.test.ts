import { describe, expect, it } from 'vitest';
import { AsyncCircuitBreaker, ServiceError } from '../../../src/compat/async-retry/index.ts';
import { CircuitBreakerOpenError, isCircuitBreakerOpenError } from '../../../src/index.ts';
import { BOOM, deferred, errorOf } from '../../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { inARow } from '../support/reference.ts';

const RULES = { opensWhen: inARow(3), waitMs: 60_000, closesAfter: 1 };
const make = (runtime: TestRuntime): AsyncCircuitBreaker => new AsyncCircuitBreaker({ failureThreshold: 3, expectedException: [TypeError] }, runtime);
const failing = (): Promise<never> => Promise.reject(new TypeError('no'));
/** The state as the rules have it: half open as soon as the wait is over. */
const stateOf = ({ state, breaker }: AsyncCircuitBreaker): string => (state === 'OPEN' && breaker.canExecute() ? 'half_open' : state.toLowerCase());
const called = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  return {
    success: () => breaker.call(() => 'fine').catch(() => {}),
    failure: () => breaker.call(failing).catch(() => {}),
    state: () => stateOf(breaker),
  };
};
/** The same, with errors that do not count before each outcome. */
const disturbed = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  const around = (operation: () => unknown) => async (): Promise<void> => {
    await breaker.call(() => Promise.reject(BOOM)).catch(() => {});
    await breaker.call(operation).catch(() => {});
  };
  return { success: around(() => 'fine'), failure: around(failing), state: () => stateOf(breaker) };
};
const opened = async (runtime: TestRuntime): Promise<AsyncCircuitBreaker> => {
  const breaker = make(runtime);
  for (let failure = 0; failure < 3; failure += 1) await errorOf(breaker.call(failing));
  return breaker;
};

describe('AsyncCircuitBreaker', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the third failure in a row', sequence: ['failure', 'failure', 'failure'] },
    { title: 'begins to count anew at each success', sequence: ['failure', 'failure', 'success', 'failure', 'failure'] },
    { title: 'closes at the first success after the wait, which it includes', sequence: ['failure', 'failure', 'failure', 59_999, 'success', 1, 'success'] },
    { title: 'opens again at one failed probe, for the same wait', sequence: ['failure', 'failure', 'failure', 60_000, 'failure', 59_999, 1, 'success'] },
  ])('$title', ({ sequence }) => expect(agreeOn(sequence, called, RULES)).resolves.toBeUndefined());

  it('does what its rules say for any sequence of calls', () => expect(agreeAlways(called, RULES)).resolves.toBeUndefined());

  it('does the same when errors of other classes come between', () => expect(agreeAlways(disturbed, RULES)).resolves.toBeUndefined());

  it('opens by default at 5 failures of any kind, for 60 s', async () => {
    const runtime = testRuntime();
    const breaker = new AsyncCircuitBreaker({}, runtime);
    for (let failure = 0; failure < 4; failure += 1) await errorOf(breaker.call(() => Promise.reject(BOOM)));
    const states = [breaker.state];
    await errorOf(breaker.call(() => Promise.reject(BOOM)));
    states.push(breaker.state);

    expect(states).toEqual(['CLOSED', 'OPEN']);
    expect(breaker.breaker.retryAfterMs).toBe(60_000);
  });

  it('shows itself in upper case, and the last failure until a success', async () => {
    const runtime = testRuntime();
    const breaker = await opened(runtime);
    const failedAt = runtime.clock.wall() / 1_000;

    expect(breaker.circuitInfo).toEqual({ state: 'OPEN', failureCount: 3, failureThreshold: 3, timeout: 60, lastFailureTime: failedAt });
    runtime.clock.advance(60_000);
    expect(breaker.state).toBe('OPEN');
    await errorOf(breaker.call(() => Promise.reject(BOOM)));
    expect(breaker.circuitInfo).toMatchObject({ state: 'HALF_OPEN', failureCount: 3 });
    await breaker.call(() => 'fine');
    expect(breaker.circuitInfo).toEqual({ state: 'CLOSED', failureCount: 0, failureThreshold: 3, timeout: 60, lastFailureTime: null });
  });

  it('rejects with a ServiceError that tells how often it failed, and that outer breakers know', async () => {
    const runtime = testRuntime();
    const breaker = await opened(runtime);
    const first = await errorOf(breaker.call(() => 'never'));
    runtime.clock.advance(60_000);
    await errorOf(breaker.call(failing));
    const second = await errorOf(breaker.call(() => 'never'));

    expect([first instanceof ServiceError, first instanceof CircuitBreakerOpenError, isCircuitBreakerOpenError(first)]).toEqual([true, true, true]);
    expect(first).toMatchObject({ name: 'ServiceError', message: 'Circuit breaker is OPEN (failed 3 times)', code: 'ERR_CIRCUIT_OPEN', retryAfterMs: 60_000 });
    expect(second).toMatchObject({ message: 'Circuit breaker is OPEN (failed 4 times)' });
  });

  it('passes arguments, and errors unchanged, also those of other classes', async () => {
    const breaker = make(testRuntime());

    expect(await breaker.call((a: number, b: number) => a + b, 1, 2)).toBe(3);
    expect(await errorOf(breaker.call(() => Promise.reject(BOOM)))).toBe(BOOM);
    expect(breaker.failureCount).toBe(0);
  });

  it('lets calls run side by side', async () => {
    const breaker = make(testRuntime());
    const slow = deferred<string>();
    const first = breaker.call(() => slow.promise);

    expect(await breaker.call(() => 'second')).toBe('second');
    slow.resolve('first');
    expect(await first).toBe('first');
  });

  it('runs a call inside a call, also as a probe', async () => {
    const runtime = testRuntime();
    const breaker = await opened(runtime);
    runtime.clock.advance(60_000);

    expect(await breaker.call(() => breaker.call(() => 'inner'))).toBe('inner');
    expect(breaker.state).toBe('CLOSED');
  });

  it('never gives a call up', async () => {
    const runtime = testRuntime();
    const slow = deferred<string>();
    const call = make(runtime).call(() => slow.promise);
    runtime.clock.advance(86_400_000);
    slow.resolve('late');

    expect(await call).toBe('late');
  });

  it('refuses options that break a rule, all problems together', () => {
    expect(() => new AsyncCircuitBreaker({ failureThreshold: 0, timeout: -1 })).toThrow(/failureThreshold[\s\S]*timeout/);
  });
});
