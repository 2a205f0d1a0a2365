import { describe, expect, it } from 'vitest';
import { legacyState } from '../../../src/compat/legacy-view.ts';
import { FallbackConfig, LLMFallbackHandler } from '../../../src/compat/llm/index.ts';
import type { FallbackConfigOptions } from '../../../src/compat/llm/index.ts';
import { CircuitBreakerOpenError, UnifiedCircuitBreaker } from '../../../src/index.ts';
import { BOOM, deferred } from '../../support/outcomes.ts';
import { agreeAlways, testRuntime } from '../support/agreement.ts';
import type { Driven, TestRuntime } from '../support/agreement.ts';
import { inARow } from '../support/reference.ts';

const handlerWith = (config: FallbackConfigOptions = {}) => {
  const runtime = testRuntime();
  return { ...runtime, handler: new LLMFallbackHandler(config, runtime) };
};
const failing = (error: unknown) => (): Promise<never> => Promise.reject(error);

describe('FallbackConfig', () => {
  it('has the legacy numbers', () => {
    expect(new FallbackConfig()).toMatchObject({ maxRetries: 2, baseDelay: 0.5, maxDelay: 15, exponentialBase: 1.5, timeout: 30, useCircuitBreaker: true });
  });
});

describe('the waits of LLMFallbackHandler', () => {
  /** Moments of the attempts in milliseconds, at the least jitter. */
  async function momentsOf(message: string, config: FallbackConfigOptions, share = 0): Promise<number[]> {
    const { handler: _, clock, manager } = handlerWith();
    const handler = new LLMFallbackHandler({ useCircuitBreaker: false, ...config }, { clock, manager, random: () => share });
    const moments: number[] = [];
    const answer = handler.executeWithFallback(() => {
      moments.push(clock.now());
      return Promise.reject(new Error(message));
    }, 'ask');
    await clock.advanceAsync(600_000);
    await answer;
    return moments;
  }

  it.each([
    ['an error', 'boom', [0, 550, 1_375]],
    ['a rate limit', 'HTTP 429', [0, 5_500, 13_750]],
    ['a timeout', 'timeout', [0, 2_200, 5_500]],
  ])('after %s grow by half, with 10 %% on top', async (_what, message, moments) => {
    expect(await momentsOf(message, { maxRetries: 3 })).toEqual(moments);
  });

  it.each([
    ['rate limit', { baseDelay: 4 }, 8_800],
    ['timeout', { baseDelay: 4 }, 6_600],
    ['boom', { baseDelay: 20 }, 16_500],
  ])('after "%s" with %o take %i ms', async (message, config, wait) => {
    expect(await momentsOf(message, config)).toEqual([0, wait]);
  });

  it('have at most 30 % on top, and on top of the longest', async () => {
    expect(await momentsOf('boom', { baseDelay: 20 }, 1)).toEqual([0, 19_500]);
  });

  it('are two attempts by default', async () => {
    expect(await momentsOf('boom', {})).toHaveLength(2);
  });
});

describe('LLMFallbackHandler', () => {
  const RULES = { opensWhen: inARow(3), waitMs: 30_000, closesAfter: 1 };
  const make = (runtime: TestRuntime): Driven => {
    const handler = new LLMFallbackHandler({ maxRetries: 1 }, runtime);
    return {
      success: () => handler.executeWithFallback(() => 'fine', 'ask'),
      failure: () => handler.executeWithFallback(failing(BOOM), 'ask'),
      state: () => {
        const breaker = runtime.manager.getCircuitBreaker('llm_fallback_default');
        return breaker === null ? 'closed' : legacyState(breaker);
      },
    };
  };

  it('opens after three failed attempts in a row for 30 s, and closes at one success, for any sequence', () => expect(agreeAlways(make, RULES)).resolves.toBeUndefined());

  it.each([null, undefined, '', 0, 'an answer'])('gives the answer of the model: %s', async (answer) => {
    expect(await handlerWith().handler.executeWithFallback(() => answer, 'ask')).toBe(answer);
  });

  it('counts each failed attempt, under the name of its provider', async () => {
    const { handler, clock, manager } = handlerWith();
    const answer = handler.executeWithFallback(failing(BOOM), 'ask', 'openai');
    await clock.advanceAsync(1_000);
    await answer;

    expect(manager.getCircuitBreaker('llm_fallback_openai')?.getMetrics().failedCalls).toBe(2);
  });

  it('sees an open circuit as open: the model is not asked', async () => {
    const { handler, manager } = handlerWith();
    await handler.executeWithFallback(() => 'fine', 'ask');
    manager.getCircuitBreaker('llm_fallback_default')?.trip();
    let asked = false;
    const answer = await handler.executeWithFallback(
      () => {
        asked = true;
        return 'fine';
      },
      'ask',
      'default',
      'triage',
    );

    expect(asked).toBe(false);
    expect(answer).toEqual({
      category: 'System_Unavailable',
      confidenceScore: 0.1,
      priority: 'low',
      extractedEntities: {},
      toolRecommendations: [],
      metadata: { fallbackUsed: true, circuitBreakerTriggered: true, error: 'Circuit "llm_fallback_default" is open; retry in 30000 ms', timestamp: 0 },
    });
  });

  it.each([
    ['triage', true, { category: 'System_Unavailable', confidenceScore: 0.1 }],
    ['triage', false, { category: 'General Inquiry', confidenceScore: 0.5 }],
    ['data_analysis', true, { confidence: 0.1, metadata: { circuitBreakerTriggered: true } }],
    ['data_analysis', false, { confidence: 0.3, metadata: { circuitBreakerTriggered: false, error: 'boom' } }],
  ] as const)('has for a %s, rejected: %s, a body that says so', async (type, rejected, body) => {
    const { handler } = handlerWith({ maxRetries: 1 });
    const error = rejected ? new CircuitBreakerOpenError('inner', { state: 'open', reason: 'tripped', retryAfterMs: 60_000, cause: undefined }) : BOOM;

    expect(await handler.executeWithFallback(failing(error), 'ask', 'default', type)).toMatchObject(body);
  });

  it.each(['general', 'anything', 'constructor'])('has a text for "%s", another one when a circuit is open', async (type) => {
    const { handler, manager } = handlerWith({ maxRetries: 1 });
    const failed = await handler.executeWithFallback(failing(BOOM), 'ask', 'default', type);
    manager.getCircuitBreaker('llm_fallback_default')?.trip();
    const rejected = await handler.executeWithFallback(failing(BOOM), 'ask', 'default', type);

    expect([typeof failed, typeof rejected]).toEqual(['string', 'string']);
    expect(rejected).toContain('circuit breaker is open');
    expect(failed).not.toBe(rejected);
  });

  it('gives each body an object of its own', async () => {
    const { handler } = handlerWith({ maxRetries: 1 });
    const [one, other] = [await handler.executeWithFallback(failing(BOOM), 'ask', 'default', 'triage'), await handler.executeWithFallback(failing(new Error('later')), 'ask', 'default', 'triage')];

    expect([one.metadata.error, other.metadata.error]).toEqual(['boom', 'later']);
  });

  it('ends its attempts when the circuit opens between them', async () => {
    const { handler, clock } = handlerWith({ maxRetries: 9, baseDelay: 0.1 });
    let attempts = 0;
    const answer = handler.executeWithFallback(
      () => {
        attempts += 1;
        return Promise.reject(BOOM);
      },
      'ask',
      'default',
      'triage',
    );
    await clock.advanceAsync(1_000);

    expect([(await answer).category, attempts]).toEqual(['System_Unavailable', 3]);
  });

  it.each([true, false])('gives up an attempt after its timeout, with a circuit: %s', async (useCircuitBreaker) => {
    const { handler, clock } = handlerWith({ maxRetries: 1, timeout: 5, useCircuitBreaker });
    const answer = handler.executeWithFallback(() => deferred<string>().promise, 'ask', 'default', 'data_analysis');
    await clock.advanceAsync(5_000);

    expect((await answer as { readonly metadata: { readonly error: string } }).metadata.error).toContain('took longer than 5000 ms');
  });

  it('without a circuit goes on whatever happens, and lists none', async () => {
    const { handler, manager } = handlerWith({ maxRetries: 1, useCircuitBreaker: false });
    for (let call = 0; call < 9; call += 1) await handler.executeWithFallback(failing(BOOM), 'ask');

    expect(await handler.executeWithFallback(() => 'fine', 'ask')).toBe('fine');
    expect(manager.size).toBe(0);
  });

  it('refuses what is no operation, instead of hiding it', async () => {
    await expect(handlerWith().handler.executeWithFallback('ask' as never, 'ask')).rejects.toThrow(TypeError);
  });

  it('gives a fresh instance where the answer is none', async () => {
    class Triage {
      category = 'none';
    }
    const { handler } = handlerWith({ maxRetries: 1 });
    const own = Object.assign(new Triage(), { category: 'billing' });

    expect(await handler.executeStructuredWithFallback(() => own, Triage, 'ask')).toBe(own);
    expect(await handler.executeStructuredWithFallback<Triage>(failing(BOOM), Triage, 'ask')).toEqual(new Triage());
  });

  it('tells how it is doing', async () => {
    const { handler, clock } = handlerWith({ maxRetries: 1 });
    for (const message of ['timeout', 'HTTP 429', 'timeout', 'unauthorized']) {
      await handler.executeWithFallback(failing(new Error(message)), 'ask', message);
      clock.advance(150_000);
    }

    const { circuitBreakers, ...status } = handler.getHealthStatus();
    expect(status).toEqual({ totalRetries: 4, recentFailures: 2, failureTypes: { timeout: 1, auth_error: 1 } });
    expect(Object.keys(circuitBreakers)).toEqual(['HTTP 429', 'timeout', 'unauthorized']);
    expect(circuitBreakers['timeout']?.metrics.failedCalls).toBe(2);
  });

  it('keeps the newest 100 failed attempts', async () => {
    const { handler } = handlerWith({ maxRetries: 1, useCircuitBreaker: false });
    for (let call = 0; call < 120; call += 1) await handler.executeWithFallback(failing(BOOM), 'ask');

    expect(handler.getHealthStatus().totalRetries).toBe(100);
  });

  it.each([
    [400, 'closed'],
    [429, 'open'],
  ])('after attempts that failed with status %s is %s', async (status, state) => {
    const { handler, manager } = handlerWith({ maxRetries: 1 });
    for (let call = 0; call < 3; call += 1) await handler.executeWithFallback(failing(Object.assign(new Error('no'), { status })), 'ask');

    expect(manager.getCircuitBreaker('llm_fallback_default')?.state).toBe(state);
  });

  it('takes the rejection of a breaker inside for what it is, at once', async () => {
    const inner = new UnifiedCircuitBreaker({ name: 'inner' });
    inner.trip();
    const { handler, manager } = handlerWith();

    expect((await handler.executeWithFallback(() => inner.call(() => 1), 'ask', 'default', 'triage')) as unknown).toMatchObject({ category: 'System_Unavailable' });
    expect(manager.getCircuitBreaker('llm_fallback_default')?.getMetrics()).toMatchObject({ failedCalls: 0, ignoredCalls: 1 });
  });
});
