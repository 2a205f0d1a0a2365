import { describe, expect, it } from 'vitest';
import { CircuitBreakerConfigError, retry, RetryBudget, withRetry } from '../../src/index.ts';
import type { RetryOptions } from '../../src/index.ts';
import { readRetryOptions } from '../../src/retry/retry-options.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { errorOf } from '../support/outcomes.ts';

const problemsOf = (options: unknown): readonly string[] => {
  try {
    readRetryOptions(options as RetryOptions);
    return [];
  } catch (error) {
    return (error as CircuitBreakerConfigError).problems;
  }
};

describe('the options of a retry', () => {
  it('are all optional', () => {
    expect({ ...readRetryOptions({}) }).toEqual({});
    expect(problemsOf({ attempts: undefined, signal: undefined, budget: undefined })).toEqual([]);
  });

  it('are kept as they were given', () => {
    const options = {
      attempts: 1,
      totalTimeoutMs: Number.POSITIVE_INFINITY,
      baseDelayMs: 5,
      maxDelayMs: 5,
      jitter: 'equal',
      backoff: () => 1,
      retryOn: [TypeError, 'ECONNRESET', 503, () => true],
      budget: new RetryBudget(),
      signal: new AbortController().signal,
      onRetry: () => {},
      clock: new FakeClock(),
      random: () => 0.5,
      onInternalError: () => {},
    } satisfies RetryOptions;

    expect({ ...readRetryOptions(Object.freeze(options)) }).toEqual(options);
  });

  it('may be null where that switches something off', () => {
    expect(problemsOf({ totalTimeoutMs: null, budget: null })).toEqual([]);
  });

  it('are refused with all their problems', () => {
    const problems = problemsOf({
      attempts: 0,
      totalTimeoutMs: 0,
      baseDelayMs: '1s',
      maxDelayMs: -1,
      jitter: 'half',
      backoff: 5,
      retryOn: /x/,
      budget: 0.1,
      signal: {},
      onRetry: true,
      clock: Date,
      random: 0.5,
      onInternalError: null,
      strategy: 'fast',
      maxDelay: 5,
    });

    expect(problems).toEqual([
      'Expected `attempts` to be a whole number, 1 or more, got 0',
      'Expected `totalTimeoutMs` to be milliseconds, 1 to Infinity, or null, got 0',
      'Expected `baseDelayMs` to be milliseconds, 1 to Infinity, got "1s"',
      'Expected `maxDelayMs` to be milliseconds, 1 to Infinity, got -1',
      "Expected `jitter` to be true or false or 'none' or 'equal' or 'proportional' or 'full', got \"half\"",
      'Expected `backoff` to be a function, got 5',
      'Expected `retryOn` to be an error class, a name or code, a status, a predicate, or a list of these, got an object',
      'Expected `budget` to be a RetryBudget, or null, got 0.1',
      'Expected `signal` to be an AbortSignal, got an object',
      'Expected `onRetry` to be a function, got true',
      'Expected `clock` to be a clock with now(), wall() and after(), got a function',
      'Expected `random` to be a function, got 0.5',
      'Expected `onInternalError` to be a function, got null',
      'Unknown option `strategy`',
      'Unknown option `maxDelay`; did you mean `maxDelayMs`?',
    ]);
  });

  it('are refused when the longest wait is below the first', () => {
    expect(problemsOf({ baseDelayMs: 500, maxDelayMs: 499 })).toEqual(['Expected `maxDelayMs` to be at least `baseDelayMs`, 500, got 499']);
  });

  it.each([[null], [7], ['fast'], [[]]])('are refused when they are %j', (options) => {
    expect(problemsOf(options)).toHaveLength(1);
  });

  it('reject the promise of retry, which runs nothing', async () => {
    let runs = 0;

    const error = await errorOf(retry(() => { runs += 1; }, { attempts: 0 }));

    expect([error instanceof CircuitBreakerConfigError, runs]).toEqual([true, 0]);
  });

  it('make withRetry throw at once', () => {
    expect(() => withRetry(async () => {}, { attempts: 0 })).toThrow(CircuitBreakerConfigError);
  });

  it('are read once', async () => {
    let reads = 0;
    const get = withRetry(async () => 'fine', { get attempts() { reads += 1; return 2; } });

    await get();
    await get();

    expect(reads).toBe(1);
  });
});
