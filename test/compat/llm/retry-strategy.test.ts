import { describe, expect, it } from 'vitest';
import {
  ANTHROPIC_RETRY,
  ApiSpecificRetryStrategy,
  FAST_LLM_RETRY,
  OPENAI_RETRY,
  RetryStrategy,
  SLOW_LLM_RETRY,
  STANDARD_LLM_RETRY,
  withEnhancedRetry,
} from '../../../src/compat/llm/index.ts';
import { CircuitBreakerTimeoutError, UnifiedCircuitBreaker } from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { errorOf } from '../../support/outcomes.ts';

const half = { random: (): number => 0.5 };
const delaysOf = (strategy: RetryStrategy, count: number): number[] => Array.from({ length: count }, (_, index) => strategy.calculateDelay(index + 1));

describe('RetryStrategy', () => {
  it('has the legacy numbers', () => {
    expect({ ...new RetryStrategy() }).toEqual({ maxAttempts: 5, baseDelay: 1, maxDelay: 60, backoffFactor: 2, jitterRange: [0.5, 1.5] });
  });

  it('doubles the wait, up to the longest', () => {
    expect(delaysOf(new RetryStrategy({}, half), 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it.each([
    [0, 0.5],
    [0.25, 0.75],
    [1, 1.5],
  ])('at a random number of %s waits for %s of the base', (share, delay) => {
    expect(new RetryStrategy({}, { random: () => share }).calculateDelay(1)).toBe(delay);
  });

  it('caps the wait after the jitter', () => {
    expect(new RetryStrategy({ maxDelay: 1, baseDelay: 0.9 }, { random: () => 1 }).calculateDelay(1)).toBe(1);
  });

  it.each(['The model is OVERLOADED', 'Rate limit reached', 'connection timeout', 'HTTP 429', '503 Service Unavailable', 'status 504', 'temporarily out of order'])(
    'retries "%s"',
    (message) => {
      expect(new RetryStrategy().shouldRetry(new Error(message))).toBe(true);
    },
  );

  it('retries a timeout by its class, though its text does not say so', () => {
    expect(new RetryStrategy().shouldRetry(new CircuitBreakerTimeoutError('model', 10_000))).toBe(true);
    expect(new RetryStrategy().shouldRetry(new DOMException('', 'TimeoutError'))).toBe(true);
  });

  it.each([new Error('invalid prompt'), new Error('500'), null, undefined, 42])('does not retry %s', (error) => {
    expect(new RetryStrategy().shouldRetry(error)).toBe(false);
  });

  it('does not retry a rejection, whatever numbers are in its text', async () => {
    const breaker = new UnifiedCircuitBreaker({ name: 'model', clock: new FakeClock(), jitter: false, recoveryTimeoutMs: 50_300 });
    breaker.trip();
    const rejection = (await errorOf(breaker.call(() => 1))) as Error;

    expect(rejection.message).toContain('503');
    expect(new RetryStrategy().shouldRetry(rejection)).toBe(false);
  });

  it('refuses options that are none', () => {
    expect(() => new RetryStrategy({ maxAttempts: 0 })).toThrow('Expected `maxAttempts` to be a whole number, 1 or more, got 0');
  });
});

describe('ApiSpecificRetryStrategy', () => {
  it.each([
    ['openai', { maxAttempts: 5, baseDelay: 2, maxDelay: 120, backoffFactor: 2.5 }],
    ['anthropic', { maxAttempts: 4, baseDelay: 1.5, maxDelay: 90, backoffFactor: 2 }],
    ['standard', { maxAttempts: 3, baseDelay: 1, maxDelay: 60, backoffFactor: 2 }],
    ['unheard of', { maxAttempts: 3, baseDelay: 1, maxDelay: 60, backoffFactor: 2 }],
    ['constructor', { maxAttempts: 3, baseDelay: 1, maxDelay: 60, backoffFactor: 2 }],
  ])('of %s has its numbers', (apiType, numbers) => {
    const strategy = new ApiSpecificRetryStrategy(apiType);

    expect(strategy).toMatchObject({ ...numbers, apiType, jitterRange: [0.5, 1.5] });
    expect(strategy).toBeInstanceOf(RetryStrategy);
  });

  it('takes what is given instead, the jitter too', () => {
    expect(new ApiSpecificRetryStrategy('openai', { maxAttempts: 2, jitterRange: [1, 1] })).toMatchObject({ maxAttempts: 2, baseDelay: 2, jitterRange: [1, 1] });
  });

  it('keeps the numbers of the provider where undefined is given', () => {
    expect(new ApiSpecificRetryStrategy('anthropic', { maxAttempts: undefined, maxDelay: undefined, jitterRange: undefined })).toMatchObject({ maxAttempts: 4, maxDelay: 90, jitterRange: [0.5, 1.5] });
  });

  it.each(['401: rate limit', 'Unauthorized, try again: timeout', '400 timeout', 'bad request: overloaded'])('does not retry "%s"', (message) => {
    expect(new ApiSpecificRetryStrategy().shouldRetry(new Error(message))).toBe(false);
  });

  it('retries what the base does', () => {
    expect(new ApiSpecificRetryStrategy().shouldRetry(new Error('HTTP 429'))).toBe(true);
    expect(new ApiSpecificRetryStrategy().shouldRetry(new Error('invalid prompt'))).toBe(false);
  });
});

describe('the prepared strategies', () => {
  it.each([
    ['FAST_LLM_RETRY', FAST_LLM_RETRY, 3, 0.5],
    ['STANDARD_LLM_RETRY', STANDARD_LLM_RETRY, 5, 1],
    ['SLOW_LLM_RETRY', SLOW_LLM_RETRY, 7, 2],
    ['OPENAI_RETRY', OPENAI_RETRY, 5, 2],
    ['ANTHROPIC_RETRY', ANTHROPIC_RETRY, 4, 1.5],
  ])('%s has its attempts and its first wait', (_name, strategy, attempts, base) => {
    expect(strategy.maxAttempts).toBe(attempts);
    expect(strategy.calculateDelay(1)).toBeGreaterThanOrEqual(base * 0.5);
    expect(strategy.calculateDelay(1)).toBeLessThanOrEqual(base * 1.5);
    expect([strategy.shouldRetry(new Error('429')), strategy.shouldRetry(new Error('401: 429'))]).toEqual([true, false]);
  });
});

describe('withEnhancedRetry', () => {
  /** Moments of the attempts, in milliseconds, of a function that always fails with that message. */
  async function attemptsOf(message: string, strategy?: RetryStrategy): Promise<{ moments: number[]; error: unknown }> {
    const clock = new FakeClock();
    const moments: number[] = [];
    const run = withEnhancedRetry(strategy, { clock, ...half })(async (_question: string): Promise<string> => {
      moments.push(clock.now());
      throw new Error(message);
    });
    const settled = errorOf(run('why'));
    await clock.advanceAsync(600_000);
    return { moments, error: await settled };
  }

  it('waits exactly as its strategy says, and throws the last error', async () => {
    const { moments, error } = await attemptsOf('HTTP 503');

    expect(moments).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    expect(error).toEqual(new Error('HTTP 503'));
  });

  it('by a strategy of its own waits as that says', async () => {
    const { moments } = await attemptsOf('HTTP 503', new RetryStrategy({ maxAttempts: 4, baseDelay: 0.1, maxDelay: 0.3 }, half));

    expect(moments).toEqual([0, 100, 300, 600]);
  });

  it('does not repeat what is not worth it', async () => {
    expect((await attemptsOf('invalid prompt')).moments).toEqual([0]);
  });

  it('passes arguments and this, and decorates methods', async () => {
    class Model {
      readonly name = 'gpt';
      calls: string[] = [];
      async ask(question: string): Promise<string> {
        this.calls.push(question);
        return `${this.name}: ${question}`;
      }
    }
    const model = new Model();
    const ask = withEnhancedRetry()(Model.prototype.ask, { kind: 'method', name: 'ask' });

    expect(await ask.call(model, 'why')).toBe('gpt: why');
    expect(model.calls).toEqual(['why']);
  });
});
