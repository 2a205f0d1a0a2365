import { describe, expect, it } from 'vitest';
import { CircuitBreakerHealthChecker } from '../../../src/compat/health-checks/index.ts';
import type { CheckedHealth } from '../../../src/compat/health-checks/index.ts';
import { UnifiedCircuitBreaker } from '../../../src/index.ts';
import { BOOM, deferred } from '../../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { inARow } from '../support/reference.ts';

const GOOD: CheckedHealth = { status: 'healthy' };
const BAD: CheckedHealth = { status: 'unhealthy' };
const RULES = { opensWhen: inARow(5), waitMs: 120_000, closesAfter: 1 };
const OPEN = { status: 'unhealthy', responseTime: 0, details: { componentName: 'cb_db', success: false, healthScore: 0, errorMessage: 'Circuit breaker open - service unavailable' } };

interface Checked {
  readonly checker: CircuitBreakerHealthChecker;
  /** What the check does from now on. */
  answer: () => CheckedHealth | PromiseLike<CheckedHealth>;
  /** How often it was asked. */
  asked: number;
}

function checked(runtime: TestRuntime, environment?: string): Checked {
  const self: { checker: CircuitBreakerHealthChecker; answer: Checked['answer']; asked: number } = {
    answer: () => GOOD,
    asked: 0,
    checker: new CircuitBreakerHealthChecker(
      'db',
      {
        checkHealth: () => {
          self.asked += 1;
          return self.answer();
        },
      },
      { ...runtime, environment },
    ),
  };
  return self;
}

async function failTimes(self: Checked, count: number): Promise<void> {
  self.answer = () => BAD;
  for (let check = 0; check < count; check += 1) await self.checker.checkHealth();
}

const driven = (fail: () => CheckedHealth) => (runtime: TestRuntime): Driven => {
  const self = checked(runtime);
  const check = (answer: () => CheckedHealth): Promise<unknown> => {
    self.answer = answer;
    return self.checker.checkHealth();
  };
  return { success: () => check(() => GOOD), failure: () => check(fail), state: () => self.checker.state };
};
const answering = driven(() => BAD);
const throwing = driven(() => {
  throw BOOM;
});

describe('the CircuitBreakerHealthChecker', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the fifth failed check in a row', sequence: ['failure', 'failure', 'failure', 'failure', 'success', 'failure', 'failure', 'failure', 'failure', 'failure'] },
    { title: 'closes at the first good check after the wait', sequence: ['failure', 'failure', 'failure', 'failure', 'failure', 119_999, 1, 'success'] },
    { title: 'opens again at one failed check after the wait', sequence: ['failure', 'failure', 'failure', 'failure', 'failure', 120_000, 'failure', 120_000, 'success'] },
  ])('$title', async ({ sequence }) => {
    await expect(agreeOn(sequence, answering, RULES)).resolves.toBeUndefined();
    await expect(agreeOn(sequence, throwing, RULES)).resolves.toBeUndefined();
  });

  it('does what its rules say for any sequence of answers', () => expect(agreeAlways(answering, RULES)).resolves.toBeUndefined());

  it('does what its rules say for any sequence of good answers and errors', () => expect(agreeAlways(throwing, RULES)).resolves.toBeUndefined());

  it.each([
    { environment: undefined, failures: 5, waitMs: 120_000 },
    { environment: 'PRODUCTION', failures: 5, waitMs: 120_000 },
    { environment: 'staging', failures: 8, waitMs: 60_000 },
    { environment: 'development', failures: 10, waitMs: 30_000 },
    { environment: 'testing', failures: 15, waitMs: 5_000 },
    { environment: 'mars', failures: 5, waitMs: 120_000 },
  ])('in the environment $environment opens after $failures failed checks for $waitMs ms', async ({ environment, failures, waitMs }) => {
    const self = checked(testRuntime(), environment);
    await failTimes(self, failures - 1);
    const before = self.checker.state;
    await failTimes(self, 1);

    expect([before, self.checker.state, self.checker.breaker.retryAfterMs]).toEqual(['closed', 'open', waitMs]);
  });

  it('answers unhealthy without checking while open', async () => {
    const self = checked(testRuntime());
    await failTimes(self, 5);

    expect(await self.checker.checkHealth()).toEqual(OPEN);
    expect(self.asked).toBe(5);
  });

  it.each([
    { what: 'an error', thrown: BOOM, message: 'Circuit breaker error: boom' },
    { what: 'a text', thrown: 'no route', message: 'Circuit breaker error: no route' },
    { what: 'something without text', thrown: Object.create(null) as unknown, message: 'Circuit breaker error: an object' },
  ])('answers unhealthy with what a check threw: $what', async ({ thrown, message }) => {
    const self = checked(testRuntime());
    self.answer = () => {
      throw thrown;
    };

    expect(await self.checker.checkHealth()).toEqual({ ...OPEN, details: { ...OPEN.details, errorMessage: message } });
  });

  it('passes on what the check answers, good or bad, as it is', async () => {
    const self = checked(testRuntime());
    self.answer = () => BAD;

    expect(await self.checker.checkHealth()).toBe(BAD);
    self.answer = () => GOOD;
    expect(await self.checker.checkHealth()).toBe(GOOD);
  });

  it.each<{ readonly answer: unknown; readonly failed: number }>([
    { answer: { status: 'HEALTHY' }, failed: 0 },
    { answer: { status: 'degraded' }, failed: 1 },
    { answer: { status: 'unknown' }, failed: 1 },
    { answer: { status: 'degraded', details: { success: true } }, failed: 0 },
    { answer: { status: 'healthy', details: { success: false } }, failed: 1 },
    { answer: { status: 'healthy', details: {} }, failed: 0 },
    { answer: undefined, failed: 1 },
    { answer: null, failed: 1 },
  ])('takes $answer for $failed failed checks', async ({ answer, failed }) => {
    const self = checked(testRuntime());
    self.answer = () => answer as CheckedHealth;

    expect(await self.checker.checkHealth()).toMatchObject({ status: expect.any(String) });
    expect(self.checker.breaker.getMetrics().failedCalls).toBe(failed);
  });

  it('takes a check that hangs for a failed one after the time of the environment', async () => {
    const runtime = testRuntime();
    const self = checked(runtime);
    self.answer = () => new Promise(() => {});
    const answer = self.checker.checkHealth();
    await runtime.clock.advanceAsync(10_000);

    expect(await answer).toMatchObject({ status: 'unhealthy', details: { errorMessage: 'Circuit breaker error: Call through circuit "cb_db" took longer than 10000 ms' } });
  });

  it('lets as many checks through after the wait as the environment says', async () => {
    const runtime = testRuntime();
    const self = checked(runtime);
    await failTimes(self, 5);
    runtime.clock.advance(120_000);
    const gate = deferred<CheckedHealth>();
    self.answer = () => gate.promise;
    const answers = Array.from({ length: 4 }, () => self.checker.checkHealth());
    gate.resolve(GOOD);

    expect(await Promise.all(answers)).toEqual([GOOD, GOOD, GOOD, OPEN]);
  });

  it('does not take the rejection of a breaker inside for a failed check', async () => {
    const inner = new UnifiedCircuitBreaker({ name: 'inner' });
    inner.forceOpen();
    const self = checked(testRuntime());
    self.answer = () => inner.call(() => GOOD);

    expect(await self.checker.checkHealth()).toMatchObject({ status: 'unhealthy' });
    expect(self.checker.breaker.getMetrics().failedCalls).toBe(0);
  });
});
