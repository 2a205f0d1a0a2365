import { describe, expect, it } from 'vitest';
import { legacyState } from '../../../src/compat/legacy-view.ts';
import {
  AGENT_RETRY_POLICY,
  API_RETRY_POLICY,
  DATABASE_RETRY_POLICY,
  FILE_RETRY_POLICY,
  LLM_RETRY_POLICY,
  RetryConfig,
  UnifiedRetryHandler,
  WEBSOCKET_RETRY_POLICY,
} from '../../../src/compat/retry-handler/index.ts';
import type { RetryConfigOptions } from '../../../src/compat/retry-handler/index.ts';
import { CircuitBreakerOpenError, UnifiedCircuitBreaker } from '../../../src/index.ts';
import { BOOM, deferred } from '../../support/outcomes.ts';
import { agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { either, inARow, rate } from '../support/reference.ts';

/** A handler, and a run of it up to its end. */
function handlerWith(config: RetryConfigOptions = {}, share = 0.5) {
  const { clock, manager } = testRuntime();
  const handler = new UnifiedRetryHandler('orders', config, { clock, manager, random: () => share });
  const run = async (operation: () => unknown) => {
    const result = handler.executeWithRetry(operation);
    await clock.advanceAsync(1_000_000);
    return result;
  };
  return { clock, manager, handler, run };
}

const failing = (): Promise<never> => Promise.reject(BOOM);
const waitsOf = async (config: RetryConfigOptions, share?: number): Promise<number[]> => {
  const { run } = handlerWith(config, share);
  return (await run(failing)).attempts.map(({ delayBefore }) => delayBefore);
};

describe('RetryConfig', () => {
  it('has the legacy numbers', () => {
    expect(new RetryConfig()).toMatchObject({
      maxAttempts: 3,
      baseDelay: 1,
      maxDelay: 60,
      strategy: 'exponential',
      backoffMultiplier: 2,
      jitterRange: 0.1,
      circuitBreakerEnabled: false,
      circuitBreakerFailureThreshold: 5,
      circuitBreakerRecoveryTimeout: 30,
      metricsEnabled: true,
    });
  });
});

describe('the policies', () => {
  it.each([
    ['database', DATABASE_RETRY_POLICY, 5, 60_000],
    ['llm', LLM_RETRY_POLICY, 3, 180_000],
    ['api', API_RETRY_POLICY, 3, 30_000],
  ])('for %s have a circuit of %i failures and %i ms', (service, policy, failureThreshold, recoveryTimeoutMs) => {
    const { manager, clock } = testRuntime();
    const { breaker } = new UnifiedRetryHandler(service, policy, { manager, clock });

    expect(manager.getCircuitBreaker(`${service}_retry_circuit`)).toBe(breaker);
    expect(breaker?.getStatus().config).toMatchObject({ failureThreshold, recoveryTimeoutMs, successThreshold: 3, errorRateThreshold: 0.5, exponentialBackoff: true, timeoutMs: null });
  });

  it.each([
    ['agents', AGENT_RETRY_POLICY],
    ['web sockets', WEBSOCKET_RETRY_POLICY],
    ['files', FILE_RETRY_POLICY],
    ['everything else', {}],
  ])('for %s have none', (service, policy) => {
    const { manager } = testRuntime();
    const handler = new UnifiedRetryHandler(service, policy, { manager });

    expect([handler.breaker, handler.getCircuitBreakerStatus(), manager.size]).toEqual([null, null, 0]);
  });

  it.each([
    ['database', DATABASE_RETRY_POLICY, [0, 0.5, 1, 2, 4]],
    ['llm', { ...LLM_RETRY_POLICY, circuitBreakerEnabled: false }, [0, 2, 5, 12.5]],
    ['api', API_RETRY_POLICY, [0, 1, 2]],
    ['agents', AGENT_RETRY_POLICY, [0, 1, 2]],
    ['web sockets', WEBSOCKET_RETRY_POLICY, [0, 0.5]],
    ['files', FILE_RETRY_POLICY, [0, 0.2, 0.3]],
  ])('for %s wait, in the middle of the jitter, as long as they did', async (_service, policy, waits) => {
    expect(await waitsOf(policy)).toEqual(waits);
  });
});

describe('the waits', () => {
  it.each([
    ['fixed', [0, 1, 1, 1, 1, 1]],
    ['linear', [0, 1, 2, 3, 4, 5]],
    ['exponential', [0, 1, 2, 4, 8, 10]],
    ['adaptive', [0, 1, 2, 4, 8, 10]],
    ['fibonacci', [0, 1, 1, 2, 3, 5]],
    ['of their own', [0, 1, 1, 1, 1, 1]],
  ])('that are %s', async (strategy, waits) => {
    expect(await waitsOf({ strategy, maxAttempts: 6, maxDelay: 10 })).toEqual(waits);
  });

  it.each([
    [0, [0, 0.9, 1.8]],
    [1, [0, 1.1, 2.2]],
  ])('with jitter, at a random number of %i', async (share, waits) => {
    expect(await waitsOf({ strategy: 'exponential_jitter' }, share)).toEqual(waits);
  });
});

describe('UnifiedRetryHandler', () => {
  it('passes arguments, and tells of a success', async () => {
    const { handler } = handlerWith();

    expect(await handler.executeWithRetry(async (a: number, b: number) => a + b, 1, 2)).toEqual({
      success: true,
      result: 3,
      attempts: [{ attemptNumber: 1, delayBefore: 0, exception: null, timestamp: new Date(0), elapsedTime: 0 }],
      finalException: null,
      totalAttempts: 1,
      totalTime: 0,
    });
    expect(await handler.executeWithRetryAsync(() => 'also')).toMatchObject({ success: true, result: 'also' });
  });

  it('tells of each attempt, and of what failed at last', async () => {
    const { clock, handler } = handlerWith({ maxAttempts: 2 });
    const operation = async (): Promise<never> => {
      await new Promise<void>((resolve) => void clock.after(500, resolve));
      throw BOOM;
    };
    const run = handler.executeWithRetry(operation);
    await clock.advanceAsync(10_000);

    expect(await run).toEqual({
      success: false,
      result: undefined,
      attempts: [
        { attemptNumber: 1, delayBefore: 0, exception: BOOM, timestamp: new Date(500), elapsedTime: 0.5 },
        { attemptNumber: 2, delayBefore: 1, exception: BOOM, timestamp: new Date(2_000), elapsedTime: 0.5 },
      ],
      finalException: BOOM,
      totalAttempts: 2,
      totalTime: 1,
    });
  });

  it.each([
    ['all but those that are excepted', { nonRetryableExceptions: [RangeError] }, new TypeError('no'), 3],
    ['none that is excepted', { nonRetryableExceptions: [RangeError] }, new RangeError('no'), 1],
    ['those that are named', { retryableExceptions: [TypeError] }, new TypeError('no'), 3],
    ['no others', { retryableExceptions: [TypeError] }, new RangeError('no'), 1],
    ['none that is both', { retryableExceptions: [TypeError], nonRetryableExceptions: [TypeError] }, new TypeError('no'), 1],
  ])('retries %s', async (_what, config, error, attempts) => {
    expect(await handlerWith(config).run(() => Promise.reject(error))).toMatchObject({ totalAttempts: attempts, finalException: error });
  });

  it.each([true, false])('ends in the middle of an attempt when all of it has taken too long, with a circuit: %s', async (circuitBreakerEnabled) => {
    const { clock, handler } = handlerWith({ timeoutSeconds: 5, circuitBreakerEnabled });
    const run = handler.executeWithRetry(() => deferred().promise);
    await clock.advanceAsync(5_000);
    const { attempts, ...result } = await run;

    expect(result).toMatchObject({ success: false, totalAttempts: 1, totalTime: 5, finalException: { code: 'ERR_CIRCUIT_TIMEOUT' } });
    expect(attempts).toMatchObject([{ attemptNumber: 1, exception: { code: 'ERR_CIRCUIT_TIMEOUT' } }]);
    expect(handler.getCircuitBreakerStatus()?.metrics.timeouts).toBe(circuitBreakerEnabled ? 1 : undefined);
  });

  it('makes others of its kind, for the same service', async () => {
    const { handler, manager } = handlerWith({ baseDelay: 0.5 });
    const others = [handler.withTimeout(7), handler.withMaxAttempts(9), handler.withCircuitBreaker(), handler.withCircuitBreaker(true, 5, 30), handler.withCircuitBreaker(false)];

    expect(others.map(({ serviceName, config }) => [serviceName, config.baseDelay, config.timeoutSeconds, config.maxAttempts, config.circuitBreakerEnabled])).toEqual([
      ['orders', 0.5, 7, 3, false],
      ['orders', 0.5, undefined, 9, false],
      ['orders', 0.5, undefined, 3, true],
      ['orders', 0.5, undefined, 3, true],
      ['orders', 0.5, undefined, 3, false],
    ]);
    expect(manager.getCircuitBreaker('orders_retry_circuit')?.getStatus().config).toMatchObject({ failureThreshold: 5, recoveryTimeoutMs: 30_000 });
  });
});

describe('its circuit', () => {
  const ONCE: RetryConfigOptions = { maxAttempts: 1, circuitBreakerEnabled: true };

  it('counts each attempt', async () => {
    const { run, handler } = handlerWith({ maxAttempts: 3, circuitBreakerEnabled: true });
    await run(failing);

    expect(handler.getCircuitBreakerStatus()).toMatchObject({ state: 'closed', metrics: { failedCalls: 3 } });
  });

  const make = (runtime: TestRuntime): Driven => {
    const handler = new UnifiedRetryHandler('orders', ONCE, runtime);
    return { success: () => handler.executeWithRetry(() => 'fine'), failure: () => handler.executeWithRetry(failing), state: () => legacyState(handler.breaker as UnifiedCircuitBreaker) };
  };
  const RULES = { opensWhen: either(inARow(5), rate((failed, all) => failed / all >= 0.5, 10, 5)), waitMs: 30_000, closesAfter: 3 };

  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at five failures in a row', sequence: ['failure', 'failure', 'failure', 'failure', 'failure'] },
    { title: 'opens at half of the outcomes', sequence: ['failure', 'success', 'failure', 'success', 'failure'] },
    { title: 'closes after three successes', sequence: ['failure', 'failure', 'failure', 'failure', 'failure', 30_000, 'success', 'success', 'success'] },
  ])('$title', ({ sequence }) => expect(agreeOn(sequence, make, RULES)).resolves.toBeUndefined());

  it('while open gives a result with the legacy error and no attempts, and runs nothing', async () => {
    const { run, handler } = handlerWith({ circuitBreakerEnabled: true });
    handler.breaker?.trip();
    const { finalException, ...result } = await run(() => 'never');

    expect(result).toEqual({ success: false, result: undefined, attempts: [], totalAttempts: 0, totalTime: 0 });
    expect(finalException).toBeInstanceOf(CircuitBreakerOpenError);
    expect(finalException).toMatchObject({ message: 'Circuit breaker is open', breakerName: 'orders_retry_circuit' });
  });

  it('ends the attempts when it opens between them', async () => {
    const { run } = handlerWith({ maxAttempts: 9, circuitBreakerEnabled: true, circuitBreakerFailureThreshold: 5 });

    expect(await run(failing)).toMatchObject({ success: false, totalAttempts: 5, finalException: { message: 'Circuit breaker is open', cause: BOOM } });
  });

  it('does not stay open for ever', async () => {
    const { run, handler, clock } = handlerWith(ONCE);
    handler.breaker?.trip();
    clock.advance(30_000);
    const results = [await run(() => 1), await run(() => 2), await run(() => 3)];

    expect([results.map(({ success }) => success), handler.breaker?.state]).toEqual([[true, true, true], 'closed']);
  });

  it('is shared by the handlers of a service', () => {
    const runtime = testRuntime();

    expect(new UnifiedRetryHandler('orders', ONCE, runtime).breaker).toBe(new UnifiedRetryHandler('orders', ONCE, runtime).breaker);
  });

  it('takes the rejection of a breaker inside for no failure, and does not wait for it', async () => {
    const inner = new UnifiedCircuitBreaker({ name: 'inner' });
    inner.trip();
    const { run, handler } = handlerWith({ circuitBreakerEnabled: true });

    expect(await run(() => inner.call(() => 1))).toMatchObject({ success: false, totalAttempts: 1, finalException: { breakerName: 'inner' } });
    expect(handler.getCircuitBreakerStatus()?.metrics).toMatchObject({ failedCalls: 0, ignoredCalls: 1 });
  });
});
