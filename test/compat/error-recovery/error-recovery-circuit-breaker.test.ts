import { describe, expect, it } from 'vitest';
import { CircuitBreaker, ErrorRecoveryCircuitBreaker } from '../../../src/compat/error-recovery/index.ts';
import { BOOM, errorOf } from '../../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { inARow } from '../support/reference.ts';

const RULES = { opensWhen: inARow(3), waitMs: 60_000, closesAfter: 1 };
const make = (runtime: TestRuntime): ErrorRecoveryCircuitBreaker => new ErrorRecoveryCircuitBreaker({ failureThreshold: 3 }, runtime);
const recorded = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  return { success: () => breaker.recordSuccess(), failure: () => breaker.recordFailure(), state: () => breaker.state };
};
/** Ask, do, record: what is not allowed is not done. */
const asked = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  const ifAllowed = (record: () => void): void => (breaker.shouldAllowRequest() ? record() : undefined);
  return { success: () => ifAllowed(() => breaker.recordSuccess()), failure: () => ifAllowed(() => breaker.recordFailure()), state: () => breaker.state };
};

describe('the ErrorRecoveryCircuitBreaker', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the third failure in a row', sequence: ['failure', 'failure', 'success', 'failure', 'failure', 'failure'] },
    { title: 'recovers by ask, do, record: the first success after the wait closes', sequence: ['failure', 'failure', 'failure', 59_999, 1, 'success'] },
    { title: 'opens again at a failure after the wait, for the same wait', sequence: ['failure', 'failure', 'failure', 60_000, 'failure', 59_999, 1, 'success'] },
    { title: 'stays closed at any error rate', sequence: ['failure', 'failure', 'success', 'failure', 'failure', 'success', 'failure', 'failure', 'success'] },
  ])('$title', async ({ sequence }) => {
    await expect(agreeOn(sequence, recorded, RULES)).resolves.toBeUndefined();
    await expect(agreeOn(sequence, asked, RULES)).resolves.toBeUndefined();
  });

  it('does what its rules say for any sequence', () => expect(agreeAlways(recorded, RULES)).resolves.toBeUndefined());

  it('does the same for code that asks first', () => expect(agreeAlways(asked, RULES)).resolves.toBeUndefined());

  it('takes five failures, sixty seconds and its name for granted', () => {
    const runtime = testRuntime();
    const breaker = new CircuitBreaker(undefined, runtime);
    for (let failure = 0; failure < 4; failure += 1) breaker.recordFailure();
    const before = breaker.shouldAllowRequest();
    breaker.recordFailure('timeout');

    expect({ name: breaker.name, before, after: breaker.shouldAllowRequest(), waitMs: breaker.breaker.retryAfterMs }).toEqual({ name: 'error_recovery_circuit', before: true, after: false, waitMs: 60_000 });
    expect(breaker.getMetrics().failureTypes).toEqual({ ErrorRecoveryFailure: 4, timeout: 1 });
  });

  it('gives a call as long as the wait', async () => {
    const runtime = testRuntime();
    const breaker = new ErrorRecoveryCircuitBreaker({ timeout: 2 }, runtime);
    const call = errorOf(breaker.call(() => new Promise(() => {})));
    await runtime.clock.advanceAsync(2_000);

    expect(await call).toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT', timeoutMs: 2_000 });
  });

  it('shares nothing with others of its name, and is on no list', () => {
    const runtime = testRuntime();
    const other = make(runtime);
    make(runtime).forceOpen();

    expect({ open: other.isOpen, listed: runtime.manager.size }).toEqual({ open: false, listed: 0 });
  });

  it('shows the status of the core breaker', async () => {
    const breaker = make(testRuntime());
    await breaker.call(() => 1);
    for (let failure = 0; failure < 3; failure += 1) await errorOf(breaker.call(() => Promise.reject(BOOM)));

    expect(breaker.getStatus()).toMatchObject({
      name: 'error_recovery_circuit',
      state: 'open',
      failureCount: 3,
      successRate: 0.25,
      config: { failureThreshold: 3, recoveryTimeout: 60, timeoutSeconds: 60 },
      health: 'unhealthy',
    });
  });
});
