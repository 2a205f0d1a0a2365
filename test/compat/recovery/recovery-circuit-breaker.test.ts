import { describe, expect, it } from 'vitest';
import { CircuitBreaker, RecoveryCircuitBreaker } from '../../../src/compat/recovery/index.ts';
import { CircuitBreakerConfigError } from '../../../src/index.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { inAll } from '../support/reference.ts';

const RULES = { opensWhen: inAll(3), waitMs: 60_000, closesAfter: 1 };
const make = (runtime: TestRuntime): RecoveryCircuitBreaker => new RecoveryCircuitBreaker('worker', 3, 60, runtime);
const recorded = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  return { success: () => breaker.recordSuccess(), failure: () => breaker.recordFailure(), state: () => breaker.state.replace('-', '_') };
};
/** Ask, do, record: what is not allowed is not done. */
const asked = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  const unless = (record: () => void): void => (breaker.isOpen() ? undefined : record());
  return { success: () => unless(() => breaker.recordSuccess()), failure: () => unless(() => breaker.recordFailure()), state: () => breaker.state.replace('-', '_') };
};

describe('the RecoveryCircuitBreaker', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the third failure, whatever succeeds in between', sequence: ['failure', 'success', 'failure', 'success', 'success', 'failure'] },
    { title: 'closes at the first success after the wait', sequence: ['failure', 'failure', 'failure', 59_999, 1, 'success'] },
    { title: 'opens again at a failure after the wait, for the same wait', sequence: ['failure', 'failure', 'failure', 60_000, 'failure', 59_999, 1, 'success'] },
    { title: 'needs three failures again once it has closed', sequence: ['failure', 'failure', 'failure', 60_000, 'success', 'failure', 'failure', 'failure'] },
    { title: 'does not wait longer for late failures', sequence: ['failure', 'failure', 'failure', 30_000, 'failure', 30_000] },
  ])('$title', async ({ sequence }) => {
    await expect(agreeOn(sequence, recorded, RULES)).resolves.toBeUndefined();
    await expect(agreeOn(sequence, asked, RULES)).resolves.toBeUndefined();
  });

  it('does what its rules say for any sequence', () => expect(agreeAlways(recorded, RULES)).resolves.toBeUndefined());

  it('does the same for code that asks first', () => expect(agreeAlways(asked, RULES)).resolves.toBeUndefined());

  it('takes five failures and sixty seconds for granted', () => {
    const runtime = testRuntime();
    const breaker = new CircuitBreaker('worker', undefined, undefined, runtime);
    for (let failure = 0; failure < 4; failure += 1) breaker.recordFailure();
    const before = breaker.isOpen();
    breaker.recordFailure('timeout');

    expect({ name: breaker.name, threshold: breaker.threshold, timeout: breaker.timeout, before, after: breaker.isOpen() }).toEqual({ name: 'worker', threshold: 5, timeout: 60, before: false, after: true });
    expect(breaker.breaker.retryAfterMs).toBe(60_000);
    expect(breaker.breaker.getMetrics().failureTypes).toEqual({ generic_error: 4, timeout: 1 });
  });

  it('spells half-open with a hyphen, and lets the work through then', () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    for (let failure = 0; failure < 3; failure += 1) breaker.recordFailure();
    runtime.clock.advance(60_000);

    expect({ state: breaker.state, isOpen: breaker.isOpen(), failureCount: breaker.failureCount }).toEqual({ state: 'half-open', isOpen: false, failureCount: 3 });
  });

  it('shows its status, with seconds since the last failure', () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    const fresh = breaker.getStatus();
    runtime.clock.advance(1_500);
    breaker.recordFailure();
    breaker.recordSuccess();
    runtime.clock.advance(2_500);

    expect([fresh, make(testRuntime()).lastFailureTime]).toEqual([{ state: 'closed', failureCount: 0, threshold: 3, timeSinceLastFailure: null }, 0]);
    expect([breaker.getStatus(), breaker.lastFailureTime]).toEqual([{ state: 'closed', failureCount: 1, threshold: 3, timeSinceLastFailure: 2.5 }, 1.5]);
  });

  it('counts from 0 again once it has closed', () => {
    const runtime = testRuntime();
    const breaker = make(runtime);
    for (let failure = 0; failure < 3; failure += 1) breaker.recordFailure();
    runtime.clock.advance(60_000);
    breaker.recordSuccess();

    expect(breaker.getStatus()).toMatchObject({ state: 'closed', failureCount: 0 });
  });

  it('refuses arguments that can be no threshold and no time, together', () => {
    expect(() => new RecoveryCircuitBreaker('worker', 0, -1)).toThrow(CircuitBreakerConfigError);
    expect(() => new RecoveryCircuitBreaker('worker', 0, -1)).toThrow(/`threshold`.*`timeout`/);
  });
});
