import { describe, expect, it } from 'vitest';
import { AuthCircuitBreakerManager } from '../../../src/compat/auth-client/index.ts';
import { legacyState } from '../../../src/compat/legacy-view.ts';
import { CircuitBreakerOpenError } from '../../../src/index.ts';
import { BOOM, deferred, errorOf, fail, succeed } from '../../support/outcomes.ts';
import { agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { either, inARow, rate } from '../support/reference.ts';

const times = (count: number, step: Step): Step[] => Array.from({ length: count }, () => step);

describe('AuthCircuitBreakerManager', () => {
  it.each([
    ['development', 15, 10_000, 30_000, 1, 20, 0.8, 15, 8],
    ['Testing', 15, 10_000, 30_000, 1, 20, 0.8, 15, 8],
    ['docker', 15, 10_000, 30_000, 1, 20, 0.8, 15, 8],
    ['staging', 8, 30_000, 15_000, 2, 15, 0.7, 8, 5],
    [undefined, 8, 30_000, 15_000, 2, 15, 0.7, 8, 5],
  ])('has the numbers of %s', (environment, failureThreshold, recoveryTimeoutMs, timeoutMs, successThreshold, slidingWindowSize, errorRateThreshold, minRequestsThreshold, halfOpenMaxCalls) => {
    const { circuitBreaker } = new AuthCircuitBreakerManager(environment, testRuntime());

    expect(circuitBreaker.getStatus().config).toMatchObject({
      failureThreshold,
      recoveryTimeoutMs,
      timeoutMs,
      successThreshold,
      slidingWindowSize,
      errorRateThreshold,
      minRequestsThreshold,
      halfOpenMaxCalls,
      exponentialBackoff: true,
      maxBackoffMs: 300_000,
    });
  });

  it('has a circuit of its own, on no list', async () => {
    const runtime = testRuntime();
    const [one, other] = [new AuthCircuitBreakerManager('production', runtime), new AuthCircuitBreakerManager('production', runtime)];
    one.circuitBreaker.trip();

    expect([one.circuitBreaker.name, other.circuitBreaker.state, runtime.manager.size]).toEqual(['auth_service', 'closed', 0]);
  });

  const make = (runtime: TestRuntime): Driven => {
    const manager = new AuthCircuitBreakerManager('production', runtime);
    return {
      success: () => manager.callWithBreaker(() => 'user').catch(() => {}),
      failure: () => manager.callWithBreaker(() => Promise.reject(BOOM)).catch(() => {}),
      state: () => legacyState(manager.circuitBreaker),
    };
  };
  const RULES = { opensWhen: either(inARow(8), rate((failed, all) => failed / all >= 0.7, 15, 8)), waitMs: 30_000, closesAfter: 2 };

  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the eighth failure in a row, and not at the fifth', sequence: times(8, 'failure') },
    { title: 'opens at 70 % of the last calls', sequence: ['success', 'success', ...times(5, 'failure')] },
    { title: 'stays closed below that', sequence: ['failure', 'success', 'failure', 'failure', 'success', 'failure', 'failure', 'success', 'failure', 'failure', 'success'] },
    { title: 'closes after two successes', sequence: [...times(8, 'failure'), 29_999, 'success', 1, 'success', 'success'] },
  ])('$title', ({ sequence }) => expect(agreeOn(sequence, make, RULES)).resolves.toBeUndefined());

  it('waits twice as long after a failed probe', async () => {
    const runtime = testRuntime();
    const { circuitBreaker } = new AuthCircuitBreakerManager('production', runtime);
    await fail(circuitBreaker, 8);
    runtime.clock.advance(30_000);
    await fail(circuitBreaker);

    expect(circuitBreaker.retryAfterMs).toBe(60_000);
  });

  it('passes arguments, and errors unchanged', async () => {
    const manager = new AuthCircuitBreakerManager('production', testRuntime());

    expect(await manager.callWithBreaker(async (token: string, audience: string) => `${token} for ${audience}`, 'token', 'api')).toBe('token for api');
    expect(await errorOf(manager.callWithBreaker(() => Promise.reject(BOOM)))).toBe(BOOM);
  });

  it('gives up after its timeout', async () => {
    const runtime = testRuntime();
    const call = errorOf(new AuthCircuitBreakerManager('production', runtime).callWithBreaker(() => deferred().promise));
    await runtime.clock.advanceAsync(15_000);

    expect(await call).toMatchObject({ code: 'ERR_CIRCUIT_TIMEOUT' });
  });

  it('rejects with the legacy message and status 503', async () => {
    const manager = new AuthCircuitBreakerManager('production', testRuntime());
    await fail(manager.circuitBreaker, 8);
    const error = await errorOf(manager.callWithBreaker(() => 'never'));

    expect(error).toBeInstanceOf(CircuitBreakerOpenError);
    expect(error).toMatchObject({ message: "Circuit breaker 'auth_service' is OPEN", statusCode: 503, retryAfterMs: 30_000, headers: { 'retry-after': '30' } });
  });

  it.each([
    [400, 'closed'],
    [401, 'closed'],
    [403, 'closed'],
    [408, 'open'],
    [429, 'open'],
    [500, 'open'],
  ])('after answers with status %i is %s', async (status, state) => {
    const { circuitBreaker } = new AuthCircuitBreakerManager('production', testRuntime());
    await fail(circuitBreaker, 8, Object.assign(new Error('no'), { status }));

    expect(circuitBreaker.state).toBe(state);
  });

  it('is not kept closed by refused credentials, either', async () => {
    const { circuitBreaker } = new AuthCircuitBreakerManager('production', testRuntime());
    await fail(circuitBreaker, 7);
    await fail(circuitBreaker, 1, Object.assign(new Error('no'), { status: 401 }));
    await fail(circuitBreaker);
    const first = circuitBreaker.state;
    circuitBreaker.reset();
    await fail(circuitBreaker, 2);
    await succeed(circuitBreaker, 2);

    expect([first, circuitBreaker.state]).toEqual(['open', 'closed']);
  });
});
