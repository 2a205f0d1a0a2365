import { describe, expect, it } from 'vitest';
import { CircuitBreakerData, unifiedRetry } from '../../../src/compat/retry-decorator/index.ts';
import type { UnifiedRetryOptions } from '../../../src/compat/retry-decorator/index.ts';
import { CircuitBreakerOpenError, UnifiedCircuitBreaker } from '../../../src/index.ts';
import { BOOM, deferred, errorOf } from '../../support/outcomes.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { decaying } from '../support/reference.ts';

const RULES = { opensWhen: decaying(3), waitMs: 60_000, closesAfter: 1 };

const recorded = (runtime: TestRuntime): Driven => {
  const circuit = new CircuitBreakerData({ failureThreshold: 3 }, runtime);
  return { success: () => circuit.recordSuccess(), failure: () => circuit.recordFailure(BOOM), state: () => circuit.state };
};

describe('CircuitBreakerData', () => {
  it('has the legacy numbers', () => {
    const circuit = new CircuitBreakerData({}, testRuntime());

    expect(circuit.breaker.getStatus().config).toMatchObject({ failureThreshold: 5, recoveryTimeoutMs: 60_000, halfOpenMaxCalls: 3, successThreshold: 1, timeoutMs: null, exponentialBackoff: false });
    expect([circuit.state, circuit.failureCount, circuit.lastFailureTime]).toEqual(['closed', 0, null]);
  });

  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at three failures', sequence: ['failure', 'failure', 'failure'] },
    { title: 'takes one failure back for each success', sequence: ['failure', 'failure', 'success', 'failure', 'failure'] },
    { title: 'takes back no more than there are', sequence: ['success', 'success', 'failure', 'failure', 'failure'] },
    { title: 'stays closed while successes are as many', sequence: ['failure', 'success', 'failure', 'success', 'failure', 'success', 'failure'] },
    { title: 'closes at the first success when the wait is over, and not before', sequence: ['failure', 'failure', 'failure', 59_999, 'success', 1, 'success'] },
    { title: 'opens again at a failed probe, for the same wait', sequence: ['failure', 'failure', 'failure', 60_000, 'failure', 59_999, 'success', 1, 'success'] },
  ])('$title', ({ sequence }) => expect(agreeOn(sequence, recorded, RULES)).resolves.toBeUndefined());

  it('does what its rules say for any sequence', () => expect(agreeAlways(recorded, RULES)).resolves.toBeUndefined());

  it('rejects with the legacy message, in an error that outer breakers know', async () => {
    const circuit = new CircuitBreakerData({}, testRuntime());
    circuit.forceOpen();
    const error = await errorOf(circuit.call(() => 'never'));

    expect(error).toBeInstanceOf(CircuitBreakerOpenError);
    expect(error).toMatchObject({ message: 'Circuit breaker is open', retryAfterMs: 60_000 });
  });

  it('lets no more probes run at once than it may', async () => {
    const runtime = testRuntime();
    const circuit = new CircuitBreakerData({ halfOpenMaxCalls: 2 }, runtime);
    circuit.forceOpen();
    runtime.clock.advance(60_000);
    const probe = deferred<string>();
    const calls = [1, 2, 3, 4].map(() => circuit.call(() => probe.promise).catch((error: unknown) => (error as Error).message));
    probe.resolve('back');

    expect(await Promise.all(calls)).toEqual(['back', 'back', 'Circuit breaker is open', 'Circuit breaker is open']);
  });
});

describe('unifiedRetry', () => {
  /** Moments of the attempts of a function that always fails. */
  async function momentsOf(options: UnifiedRetryOptions, share = 1, error: unknown = BOOM): Promise<number[]> {
    const { clock } = testRuntime();
    const moments: number[] = [];
    const call = unifiedRetry(options, { clock, random: () => share })(() => {
      moments.push(clock.now());
      return Promise.reject(error);
    });
    const settled = errorOf(call());
    await clock.advanceAsync(1_000_000);
    expect(await settled).toBe(error);
    return moments;
  }

  it.each([
    ['three attempts with growing waits by default', {}, 1, [0, 1_000, 3_000]],
    ['half of each wait at the least', {}, 0, [0, 500, 1_500]],
    ['whole waits without jitter', { jitter: false }, 0, [0, 1_000, 3_000]],
    ['waits up to the longest', { maxAttempts: 4, baseDelay: 4, maxDelay: 6 }, 1, [0, 4_000, 10_000, 16_000]],
    ['waits of one length', { strategy: 'fixed' }, 1, [0, 1_000, 2_000]],
    ['waits by numbers', { strategy: 'linear', maxAttempts: 4 }, 1, [0, 1_000, 3_000, 6_000]],
    ['waits by the sequence of Fibonacci from its second number', { strategy: 'fibonacci', maxAttempts: 5 }, 1, [0, 1_000, 3_000, 6_000, 11_000]],
    ['waits by a factor', { backoffFactor: 3 }, 1, [0, 1_000, 4_000]],
  ])('makes %s', async (_what, options, share, moments) => {
    expect(await momentsOf(options, share)).toEqual(moments);
  });

  it('does not retry what is excepted, nor a rejection', async () => {
    const inner = new UnifiedCircuitBreaker({ name: 'inner' });
    inner.trip();

    expect(await momentsOf({ nonRetryableExceptions: [TypeError] }, 1, new TypeError('no'))).toEqual([0]);
    expect(await momentsOf({}, 1, await errorOf(inner.call(() => 1)))).toEqual([0]);
  });

  it('passes arguments and this', async () => {
    const client = { base: 'https://orders', get: unifiedRetry()(async function (this: { readonly base: string }, id: number) {
      return `${this.base}/${id}`;
    }) };

    expect(await client.get(42)).toBe('https://orders/42');
  });

  it('with a circuit counts a whole run as one, and rejects while it is open', async () => {
    const { clock } = testRuntime();
    let calls = 0;
    const call = unifiedRetry({ circuitBreaker: true, failureThreshold: 2, recoveryTimeout: 30, jitter: false }, { clock })(() => {
      calls += 1;
      return Promise.reject(BOOM);
    });
    const runToEnd = async (): Promise<unknown> => {
      const settled = errorOf(call());
      await clock.advanceAsync(3_000);
      return settled;
    };

    expect([await runToEnd(), await runToEnd(), calls]).toEqual([BOOM, BOOM, 6]);
    expect([((await runToEnd()) as Error).message, calls]).toEqual(['Circuit breaker is open', 6]);
    clock.advance(30_000);
    expect([await runToEnd(), calls]).toEqual([BOOM, 9]);
  });

  it('without one has none', async () => {
    const call = unifiedRetry({ maxAttempts: 1, failureThreshold: 1 }, testRuntime())(() => Promise.reject(BOOM));

    expect([await errorOf(call()), await errorOf(call())]).toEqual([BOOM, BOOM]);
  });
});
