import { describe, expect, it } from 'vitest';
import { CircuitBreakerConfig, ClickHouseCircuitBreaker, ConnectionError } from '../../../src/compat/clickhouse/index.ts';
import { isCircuitBreakerFallbackError, isCircuitBreakerOpenError, UnifiedCircuitBreaker } from '../../../src/index.ts';
import { BOOM, deferred, errorOf } from '../../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { inARow } from '../support/reference.ts';

const RULES = { opensWhen: inARow(3), waitMs: 30_000, closesAfter: 1 };
const make = (runtime: TestRuntime): ClickHouseCircuitBreaker => new ClickHouseCircuitBreaker({ failureThreshold: 3 }, runtime);
const recorded = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  return { success: () => breaker.recordSuccess(), failure: () => breaker.recordFailure(), state: () => breaker.state };
};
const asked = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  const askThen = (record: () => void) => () => breaker.canExecute() && record();
  return { success: askThen(() => breaker.recordSuccess()), failure: askThen(() => breaker.recordFailure()), state: () => breaker.state };
};
const called = (runtime: TestRuntime): Driven => {
  const breaker = make(runtime);
  return {
    success: () => breaker.call(() => 'rows').catch(() => {}),
    failure: () => breaker.call(() => Promise.reject(BOOM)).catch(() => {}),
    state: () => breaker.state,
  };
};

describe('the ClickHouseCircuitBreaker', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the third failure in a row, and a success begins anew', sequence: ['failure', 'failure', 'success', 'failure', 'failure', 'failure'] },
    { title: 'closes at the first success after the wait', sequence: ['failure', 'failure', 'failure', 30_000, 'success', 'failure'] },
    { title: 'is ready when the wait is over, and not a moment before or after', sequence: ['failure', 'failure', 'failure', 29_999, 1] },
    { title: 'opens again at a failed probe, for the same wait', sequence: ['failure', 'failure', 'failure', 30_000, 'failure', 29_999, 1, 'success'] },
    { title: 'keeps its wait whatever is recorded meanwhile', sequence: ['failure', 'failure', 'failure', 20_000, 'failure', 'success', 10_000, 'success'] },
  ])('$title', async ({ sequence }) => {
    await expect(agreeOn(sequence, recorded, RULES)).resolves.toBeUndefined();
    await expect(agreeOn(sequence, asked, RULES)).resolves.toBeUndefined();
    await expect(agreeOn(sequence, called, RULES)).resolves.toBeUndefined();
  });

  it('does what its rules say for any sequence of recorded outcomes', () => expect(agreeAlways(recorded, RULES)).resolves.toBeUndefined());

  it('does what its rules say for code that asks, does and records', () => expect(agreeAlways(asked, RULES)).resolves.toBeUndefined());

  it('does what its rules say for any sequence of calls', () => expect(agreeAlways(called, RULES)).resolves.toBeUndefined());

  it('has 5 failures, 30 s, 3 probes, no timeout and no growing waits unless told otherwise', () => {
    const { config } = new ClickHouseCircuitBreaker(undefined, testRuntime());

    expect({ ...config }).toEqual({ failureThreshold: 5, recoveryTimeout: 30, halfOpenMaxCalls: 3 });
    expect(config.toUnifiedConfig()).toMatchObject({
      failureThreshold: 5,
      recoveryTimeoutMs: 30_000,
      halfOpenMaxCalls: 3,
      successThreshold: 1,
      errorRateThreshold: null,
      timeoutMs: null,
      exponentialBackoff: false,
      jitter: false,
    });
    expect(() => Object.assign(config, { failureThreshold: 1 })).toThrow(TypeError);
  });

  it('is in no registry', () => {
    const runtime = testRuntime();
    make(runtime).forceOpen();

    expect(runtime.manager.size).toBe(0);
  });

  it('rejects with the ConnectionError of its callers, which outer breakers ignore', async () => {
    const breaker = new ClickHouseCircuitBreaker(new CircuitBreakerConfig({ failureThreshold: 1 }), testRuntime());
    const outer = new UnifiedCircuitBreaker({ name: 'outer', failureThreshold: 1 });
    await errorOf(breaker.call(() => Promise.reject(BOOM)));

    const error = (await errorOf(outer.call(() => breaker.call(() => 'never')))) as ConnectionError;

    expect(error).toBeInstanceOf(ConnectionError);
    expect(isCircuitBreakerOpenError(error)).toBe(true);
    expect({ name: error.name, message: error.message, cause: error.cause }).toEqual({
      name: 'ConnectionError',
      message: 'ClickHouse circuit breaker is open - too many failures',
      cause: BOOM,
    });
    expect(outer.state).toBe('closed');
  });

  it('counts one failure for a call that fails', async () => {
    const breaker = make(testRuntime());
    await errorOf(breaker.call(() => Promise.reject(BOOM)));

    expect([breaker.failureCount, breaker.breaker.getMetrics().failedCalls]).toEqual([1, 1]);
  });

  it('runs at most so many probes at once', async () => {
    const runtime = testRuntime();
    const breaker = new ClickHouseCircuitBreaker({ failureThreshold: 1, halfOpenMaxCalls: 2 }, runtime);
    breaker.recordFailure();
    runtime.clock.advance(30_000);
    const query = deferred<string>();
    const probes = [breaker.call(() => query.promise), breaker.call(() => query.promise)];

    expect([breaker.canExecute(), ((await errorOf(breaker.call(() => 'never'))) as ConnectionError).reason]).toEqual([false, 'half_open_full']);
    query.resolve('rows');
    expect(await Promise.all(probes)).toEqual(['rows', 'rows']);
    expect(breaker.state).toBe('closed');
  });

  it('gives the cached rows of a SELECT, and when the cache fails too, why the query did', async () => {
    const { breaker } = make(testRuntime());
    const cached = breaker.call(() => Promise.reject(BOOM), { fallback: () => ['cached row'] });
    const broken = breaker.call(() => Promise.reject(BOOM), {
      fallback: () => {
        throw new ReferenceError('cache is not defined');
      },
    });

    expect(await cached).toEqual(['cached row']);
    const error = await errorOf(broken);
    expect(isCircuitBreakerFallbackError(error)).toBe(true);
    expect((error as Error).cause).toBe(BOOM);
  });
});
