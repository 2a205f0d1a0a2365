import { describe, expect, it, vi } from 'vitest';
import { LlmCircuitBreaker, LlmCircuitBreakerConfig, LlmCostLimitError, LLMCostLimitError, LlmRateLimitError, LLMRateLimitError, LlmValidationError, LLMValidationError, TokenUsageTracker } from '../../../src/compat/domain/index.ts';
import type { LlmCircuitBreakerOptions, LlmCircuitBreakerParts } from '../../../src/compat/domain/index.ts';
import { LabelledFailure } from '../../../src/compat/failure-label.ts';
import { presets } from '../../../src/presets/index.ts';
import { deferred, errorOf } from '../../support/outcomes.ts';
import { testRuntime } from '../support/agreement.ts';

function modelWith(options: LlmCircuitBreakerOptions = {}, parts: LlmCircuitBreakerParts = {}) {
  const runtime = testRuntime();
  return { ...runtime, breaker: new LlmCircuitBreaker('chat', options, { ...runtime, ...parts }) };
}

const answer = (): Promise<string> => Promise.resolve('an answer');

describe('the LlmCircuitBreaker', () => {
  it('passes arguments, and nothing else', async () => {
    const operation = vi.fn<(...args: readonly unknown[]) => number>(() => 1);
    await modelWith().breaker.callLlm(operation, { tokens: 5 }, 'prompt', 7);

    expect(operation.mock.calls).toEqual([['prompt', 7]]);
  });

  it.each([
    ['tokens', { tokens: 101 }, LlmRateLimitError, 'Token rate limit exceeded'],
    ['cost', { estimatedCost: 11 }, LlmCostLimitError, 'Cost threshold exceeded'],
  ])('refuses %s over budget before the breaker, which counts nothing', async (_, options, type, message) => {
    const { breaker } = modelWith({ tokenRateLimitPerMinute: 100, costThresholdDollars: 10 });
    const error = await errorOf(breaker.callLlm(answer, options));

    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ message, name: type.name });
    expect(breaker.breaker.getMetrics().totalCalls).toBe(0);
  });

  it('checks no budget for a call that says nothing of what it uses', async () => {
    const { breaker } = modelWith({ tokenRateLimitPerMinute: 10, costThresholdDollars: 1 });
    await breaker.callLlm(answer, { tokens: 10, estimatedCost: 1 });

    expect(await breaker.callLlm(answer)).toBe('an answer');
  });

  it('adds up cost until it is reset', async () => {
    const { breaker, clock } = modelWith({ costThresholdDollars: 10 });
    await breaker.callLlm(answer, { estimatedCost: 10 });
    clock.advance(3_600_000);
    const error = await errorOf(breaker.callLlm(answer, { estimatedCost: 1 }));
    breaker.tokenUsage.resetCost();

    expect(error).toBeInstanceOf(LlmCostLimitError);
    expect(await breaker.callLlm(answer, { estimatedCost: 1 })).toBe('an answer');
  });

  it('records a response that fails its validation as a failed call, and counts its tokens', async () => {
    const { breaker } = modelWith({ failureThreshold: 2 }, { responseValidator: (response: string) => response.length > 99 });
    const errors = [await errorOf(breaker.callLlm(answer, { tokens: 7 })), await errorOf(breaker.callLlm(answer, { tokens: 7 }))];

    expect(errors).toEqual([new LlmValidationError('Response validation failed'), new LlmValidationError('Response validation failed')]);
    expect(breaker.breaker.getMetrics()).toMatchObject({ successfulCalls: 0, failedCalls: 2, failureTypes: { LlmValidationError: 2 } });
    expect([breaker.state, breaker.tokenUsage.tokensUsedThisMinute]).toEqual(['open', 14]);
  });

  it('counts a failed validation also where a list says which errors count', async () => {
    const { breaker } = modelWith({ expectedLlmExceptions: ['ModelError'] }, { responseValidator: () => false });
    await errorOf(breaker.callLlm(answer));

    expect(breaker.breaker.getMetrics().failedCalls).toBe(1);
  });

  it('waits for validators that are asynchronous', async () => {
    const { breaker } = modelWith({}, { responseValidator: async () => false });

    expect(await errorOf(breaker.callLlm(answer))).toBeInstanceOf(LlmValidationError);
  });

  it('counts no tokens of a call that failed, and those of a response that came after the timeout', async () => {
    const { breaker, clock } = modelWith();
    await errorOf(breaker.callLlm(() => Promise.reject(new Error('no')), { tokens: 5 }));
    const late = deferred<string>();
    const call = errorOf(breaker.callLlm(() => late.promise, { tokens: 7 }));
    clock.advance(60_000);
    await call;
    late.resolve('late');
    await new Promise(setImmediate);

    expect(breaker.tokenUsage.tokensUsedThisMinute).toBe(7);
  });

  it('moves no clock of the budget at a rate limit of the provider', async () => {
    const { breaker, clock } = modelWith({ tokenRateLimitPerMinute: 10 });
    await breaker.callLlm(answer, { tokens: 10 });
    clock.advance(30_000);
    await errorOf(breaker.callLlm(() => Promise.reject(new LabelledFailure('RateLimitError'))));
    clock.advance(30_000);

    expect(await breaker.callLlm(answer, { tokens: 10 })).toBe('an answer');
  });

  it.each([
    ['gemini-2.5-flash', presets.llm.geminiFlash],
    ['gemini-2.5-pro', presets.llm.geminiPro],
  ])('has for %s the numbers of its preset', (model, preset) => {
    const { breaker } = modelWith({}, { model });
    const { ignoreErrors: _, ...numbers } = preset;

    expect(breaker.breaker.getStatus().config).toMatchObject(numbers);
  });

  it.each([
    ['gemini-ultra', 10_000],
    ['gpt-flash', 10_000],
    [null, 10_000],
    [undefined, 10_000],
  ])('has for %s the usual wait of %s ms', (model, recoveryTimeoutMs) => {
    expect(modelWith({}, { model }).breaker.breaker.getStatus().config).toMatchObject({ recoveryTimeoutMs, timeoutMs: 60_000 });
  });

  it('opens for Gemini Flash not at the first failure after nine successes', async () => {
    const { breaker } = modelWith({}, { model: 'gemini-2.5-flash' });
    for (let call = 0; call < 9; call += 1) await breaker.callLlm(answer);
    await errorOf(breaker.callLlm(() => Promise.reject(new Error('no'))));

    expect(breaker.state).toBe('closed');
  });

  it('lets options win over those of the model, and a whole configuration over all of them', () => {
    const model = 'gemini-2.5-flash';
    const tuned = modelWith({ failureThreshold: 4, requestTimeoutSeconds: undefined }, { model }).breaker;
    const runtime = testRuntime();
    const whole = new LlmCircuitBreaker('chat', new LlmCircuitBreakerConfig({ failureThreshold: 4 }), { ...runtime, model });

    expect(tuned.breaker.getStatus().config).toMatchObject({ failureThreshold: 4, timeoutMs: 5_000 });
    expect(whole.breaker.getStatus().config).toMatchObject({ failureThreshold: 4, timeoutMs: 60_000 });
  });

  it('opens at the tenth failure, which the legacy minimum of three never let happen', async () => {
    const { breaker } = modelWith();
    const states: string[] = [];
    for (let call = 0; call < 10; call += 1) {
      await errorOf(breaker.callLlm(() => Promise.reject(new Error('no'))));
      states.push(breaker.state);
    }

    expect(states.indexOf('open')).toBe(9);
  });

  it('has aliases of the errors by their legacy names', () => {
    expect([LLMRateLimitError, LLMCostLimitError, LLMValidationError]).toEqual([LlmRateLimitError, LlmCostLimitError, LlmValidationError]);
  });
});

describe('the TokenUsageTracker', () => {
  it.each([
    [59_999, 10],
    [60_000, 0],
  ])('after %s ms shows %s tokens of this minute', (ms, tokens) => {
    const { clock } = testRuntime();
    const tracker = new TokenUsageTracker({ tokenRateLimitPerMinute: 100 }, { clock });
    tracker.recordUsage(10);
    clock.advance(ms);

    expect(tracker.getStats()).toEqual({ tokensUsedThisMinute: tokens, currentCost: 0, rateLimitRemaining: 100 - tokens });
  });

  it('stays a number, and a budget, when it is told of none', () => {
    const tracker = new TokenUsageTracker({ tokenRateLimitPerMinute: 100 }, testRuntime());
    tracker.recordUsage(Number.NaN, Number.NaN);
    tracker.recordUsage(-5, -5);

    expect([tracker.getStats(), tracker.canMakeRequest(101)]).toEqual([{ tokensUsedThisMinute: 0, currentCost: 0, rateLimitRemaining: 100 }, false]);
  });

  it('begins a minute with its first use', () => {
    const { clock } = testRuntime();
    const tracker = new TokenUsageTracker({ tokenRateLimitPerMinute: 100 }, { clock });
    clock.advance(90_000);
    tracker.recordUsage(60);
    clock.advance(59_999);
    tracker.recordUsage(60);

    expect(tracker.getStats()).toMatchObject({ tokensUsedThisMinute: 120, rateLimitRemaining: 0 });
    clock.advance(1);
    expect(tracker.getStats()).toMatchObject({ tokensUsedThisMinute: 0, rateLimitRemaining: 100 });
  });
});
