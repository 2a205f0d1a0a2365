import { afterEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreakerConfigError, retry, RetryBudget, systemClock, withRetry } from '../../src/index.ts';
import type { Clock, InternalErrorHandler, RetryOptions } from '../../src/index.ts';
import { planRetry } from '../../src/retry/retry-options.ts';
import type { RetryPlan } from '../../src/retry/retry-options.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { BOOM, errorOf } from '../support/outcomes.ts';

const plan = (options: unknown = {}): RetryPlan => planRetry(options as RetryOptions, () => new RetryBudget());

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the options of a retry', () => {
  it.each<[title: string, options: RetryOptions]>([
    ['none', {}],
    ['undefined', { attempts: undefined, budget: undefined }],
    ['null where that means no limit', { totalTimeoutMs: null, budget: null }],
    [
      'valid and frozen',
      Object.freeze({
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
      }),
    ],
  ])('are accepted when they are %s', (_title, options) => {
    expect(() => plan(options)).not.toThrow();
  });

  it.each<[option: string, value: unknown, rule: string, received: string]>([
    ['attempts', 0, 'a whole number (1 or more)', '0'],
    ['totalTimeoutMs', 0, 'a number of milliseconds (1 or more), or null', '0'],
    ['baseDelayMs', '1s', 'a number of milliseconds (1 or more)', 'the string "1s"'],
    ['maxDelayMs', -1, 'a number of milliseconds (1 or more)', '-1'],
    ['jitter', 'half', "true, false, 'none', 'equal', 'proportional' or 'full'", 'the string "half"'],
    ['backoff', 5, 'a function', '5'],
    ['retryOn', /x/, 'an error class, a name or code, a status, a predicate, or a list of these', 'an object'],
    ['budget', 0.1, 'a RetryBudget, or null', '0.1'],
    ['signal', {}, 'an AbortSignal', 'an object'],
    ['onRetry', true, 'a function', 'true'],
    ['clock', Date, 'a clock with now(), wall() and after()', 'a function'],
    ['random', 0.5, 'a function', '0.5'],
    ['onInternalError', null, 'a function', 'null'],
  ])('are rejected when %s is invalid', (option, value, rule, received) => {
    expect(() => plan({ [option]: value })).toThrow(
      new CircuitBreakerConfigError('retry', [`\`${option}\` must be ${rule}. Received ${received}.`], '`retry()`'),
    );
  });

  it.each([
    ['retries', 'Use `attempts`, which includes the first one: 2 becomes 3.'],
    ['minTimeout', 'Use `baseDelayMs`, in milliseconds.'],
    ['initialDelay', 'Use `baseDelayMs`, in milliseconds.'],
    ['maxTimeout', 'Use `maxDelayMs`, in milliseconds.'],
    ['maxRetryTime', 'Use `totalTimeoutMs`, in milliseconds.'],
    ['timeout', 'Use `totalTimeoutMs`, in milliseconds.'],
    ['timeoutMs', 'Use `totalTimeoutMs`, in milliseconds.'],
    ['factor', 'Use `backoff`, a function. Without it, each wait doubles.'],
    ['exponent', 'Use `backoff`, a function. Without it, each wait doubles.'],
    ['randomize', 'Use `jitter`.'],
    ['onFailedAttempt', 'Use `onRetry`.'],
    ['shouldRetry', 'Use `retryOn`.'],
    ['maxAttempts', 'Did you mean `attempts`?'],
  ])('are rejected with what to write instead of %s, an option of another library', (option, advice) => {
    expect(() => plan({ [option]: 2 })).toThrow(
      new CircuitBreakerConfigError('retry', [`Unknown option \`${option}\`. ${advice}`], '`retry()`'),
    );
  });

  it('are rejected with all problems', () => {
    expect(() => plan({ attempts: 0, strategy: 'fast', maxDelay: 5, baseDelayMs: 500, maxDelayMs: 499 })).toThrow(
      '`retry()`: `attempts` must be a whole number (1 or more). Received 0. Unknown option `strategy`. ' +
        'Unknown option `maxDelay`. Did you mean `maxDelayMs`? ' +
        '`maxDelayMs` must be at least `baseDelayMs` (500). Received 499.',
    );
  });

  it.each([[null], [7], ['fast'], [[]]])('are rejected when they are %j', (options) => {
    expect(() => plan(options)).toThrow('`retry()`: The options must be an object. Received ');
  });

  it('make retry reject without an attempt, and withRetry throw, when they are invalid', async () => {
    const operation = vi.fn<() => Promise<void>>();

    expect(await errorOf(retry(operation, { attempts: 0 }))).toBeInstanceOf(CircuitBreakerConfigError);
    expect(() => withRetry(operation, { attempts: 0 })).toThrow(CircuitBreakerConfigError);
    expect(operation).not.toHaveBeenCalled();
  });

  it('are read once', async () => {
    let reads = 0;
    const get = withRetry(async () => 'fine', { get attempts() { reads += 1; return 2; } });

    await get();
    await get();

    expect(reads).toBe(1);
  });
});

describe('planRetry', () => {
  it('adds the defaults', () => {
    expect(plan()).toMatchObject({ attempts: 3, totalTimeoutMs: 30_000, signal: undefined, onRetry: undefined });
    expect(plan().isRetryable(BOOM)).toBe(true);
    expect(plan().waits).toMatchObject({ exponentialBackoff: true, jitter: 'full', backoff: undefined });
    expect(plan({ totalTimeoutMs: null }).totalTimeoutMs).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    [{}, 100, 2_000],
    [{ baseDelayMs: 5_000 }, 5_000, 5_000],
    [{ maxDelayMs: 20 }, 20, 20],
    [{ maxDelayMs: 9_000 }, 100, 9_000],
    [{ baseDelayMs: 1, maxDelayMs: 2 }, 1, 2],
  ])('for %j makes waits from %i to %i ms', (options, recoveryTimeoutMs, maxBackoffMs) => {
    expect(plan(options).waits).toMatchObject({ recoveryTimeoutMs, maxBackoffMs });
  });

  it.each([
    [true, 'full'],
    [false, 'none'],
    ['equal', 'equal'],
    [undefined, 'full'],
  ] as const)('resolves jitter %s to %s', (jitter, expected) => {
    expect(plan({ jitter }).waits.jitter).toBe(expected);
  });

  it('asks for the default budget of the clock when it receives no budget', () => {
    const clocks: Clock[] = [];
    const own = new RetryBudget();
    const clock = new FakeClock();
    const ask = (of: Clock): RetryBudget => (clocks.push(of), own);

    const budgets = [{ clock }, {}, { budget: null }, { budget: own }].map((options) => planRetry(options, ask).budget);

    expect(budgets).toEqual([own, own, null, own]);
    expect(clocks).toEqual([clock, systemClock]);
  });

  it.each([
    ['a class', TypeError, new TypeError('x'), true],
    ['another class', TypeError, BOOM, false],
    ['a code of a cause', 'ECONNRESET', new Error('fetch failed', { cause: { code: 'ECONNRESET' } }), true],
    ['a list of statuses', [429, 503], { status: 503 }, true],
    ['a predicate', (error: unknown) => error === BOOM, BOOM, true],
  ])('selects errors when the filter is %s', (_title, retryOn, error, expected) => {
    expect(plan({ retryOn }).isRetryable(error)).toBe(expected);
  });

  it.each([
    ['throws', () => { throw new Error('mine'); }, 'mine'],
    ['returns a promise', async () => true, 'A predicate must return a boolean. It returned a promise.'],
    ['returns no boolean', () => 1, 'A predicate must return a boolean. It returned 1.'],
  ])('rejects errors and reports it when the predicate %s', (_title, retryOn, message) => {
    const onInternalError = vi.fn<InternalErrorHandler>();

    expect(plan({ retryOn, onInternalError }).isRetryable(BOOM)).toBe(false);
    expect(onInternalError.mock.calls).toEqual([
      [expect.objectContaining({ message }), { name: 'retry', source: 'classifier' }],
    ]);
  });

  it('copies the list of filters', () => {
    const retryOn = ['A'];
    const { isRetryable } = plan({ retryOn });

    retryOn.push('B');

    expect([isRetryable({ code: 'A' }), isRetryable({ code: 'B' })]).toEqual([true, false]);
  });

  it('prints internal errors of all retries once per second', () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    const clock = new FakeClock({ now: 1e12 });
    const [one, other] = [plan({ clock }), plan({ clock })];

    one.report('listener', BOOM);
    other.report('listener', BOOM);
    clock.advance(1_000);
    other.report('listener', BOOM);

    const line = ['`retry()`: listener failed', BOOM];
    expect(printed.mock.calls).toEqual([line, line]);
  });
});
