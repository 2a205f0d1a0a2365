import { describe, expect, it } from 'vitest';
import { BulkheadFullError, CircuitBreakerConfigError, CircuitBreakerDisposedError, CircuitBreakerFallbackError, CircuitBreakerOpenError, CircuitBreakerTimeoutError, RetryBudget } from '../../src/index.ts';
import type { RetryOptions } from '../../src/index.ts';
import { planRetry } from '../../src/retry/retry-plan.ts';
import { waitBeforeNext } from '../../src/retry/retry-wait.ts';
import { BOOM } from '../support/outcomes.ts';

/** The wait after an error, without jitter unless asked for; U is 0.5. */
function wait(error: unknown, options: RetryOptions = {}, { attempt = 1, leftMs = 30_000 } = {}): number | undefined {
  return waitBeforeNext(error, { attempt, leftMs }, planRetry({ jitter: false, random: () => 0.5, ...options }, () => new RetryBudget()));
}

const rejection = (retryAfterMs: number | undefined, cause?: unknown): CircuitBreakerOpenError =>
  new CircuitBreakerOpenError('orders', { state: 'open', reason: 'error_rate', retryAfterMs, cause });

describe('the wait before the next attempt', () => {
  it.each([[1, 100], [2, 200], [3, 400], [4, 800], [5, 1_600], [6, 2_000], [99, 2_000], [2_000, 2_000]])('after attempt %i is %i ms', (attempt, expected) => {
    expect(wait(BOOM, { attempts: 10_000 }, { attempt })).toBe(expected);
  });

  it.each([['none', 400], ['equal', 300], ['proportional', 360], ['full', 200], [true, 200]] as const)('with jitter %s is %i of 400 ms', (jitter, expected) => {
    expect(wait(BOOM, { jitter }, { attempt: 2, leftMs: 30_000 }) as number * 2).toBe(expected);
  });

  it('is whole milliseconds and at least one', () => {
    expect([wait(BOOM, { jitter: 'full', random: () => 0 }), wait(BOOM, { jitter: 'full', random: () => 0.001 }), wait(BOOM, { backoff: () => 2.1 })]).toEqual([1, 1, 3]);
  });

  it('comes from backoff(n), capped', () => {
    const backoff = (n: number): number => n * 700;

    expect([1, 2, 3].map((attempt) => wait(BOOM, { backoff, attempts: 9 }, { attempt }))).toEqual([700, 1_400, 2_000]);
  });

  it.each([['throws', () => { throw BOOM; }], ['gives NaN', () => Number.NaN], ['gives 0', () => 0], ['gives a promise', (async () => 5) as never]])(
    'is the built-in one when backoff %s, which is reported',
    (_title, backoff) => {
      const sources: string[] = [];

      const waitMs = wait(BOOM, { backoff, onInternalError: (_error, { source }) => void sources.push(source) });

      expect([waitMs, sources]).toEqual([100, ['backoff']]);
    },
  );

  it('is unjittered when random gives no share of 1, which is reported', () => {
    const sources: string[] = [];

    const waitMs = wait(BOOM, { jitter: true, random: () => 7, onInternalError: (_error, { source }) => void sources.push(source) });

    expect([waitMs, sources]).toEqual([100, ['random']]);
  });

  it.each([[101, 100], [100, undefined], [99, undefined], [0, undefined], [-5, undefined]])('with %i ms left of the total is %s', (leftMs, expected) => {
    expect(wait(BOOM, {}, { leftMs })).toBe(expected);
  });

  it('is none after the last attempt', () => {
    expect([wait(BOOM, {}, { attempt: 2 }), wait(BOOM, {}, { attempt: 3 }), wait(BOOM, { attempts: 1 })]).toEqual([200, undefined, undefined]);
  });

  it('is none after an error that retryOn does not name', () => {
    expect([wait(BOOM, { retryOn: TypeError }), wait(new TypeError('x'), { retryOn: TypeError })]).toEqual([undefined, 100]);
  });

  it.each([['undefined', undefined], ['null', null], ['a text', 'no'], ['a frozen object', Object.freeze({})]])('is the usual one after %s is thrown', (_title, error) => {
    expect(wait(error)).toBe(100);
  });
});

describe('an error that asks for a pause', () => {
  it.each([
    ['a rejection', rejection(3_000)],
    ['a rejection of another copy of the package', { code: 'ERR_CIRCUIT_OPEN', retryAfterMs: 3_000 }],
    ['any error', Object.assign(new Error('429'), { retryAfterMs: 3_000 })],
    ['its wrapper', new Error('outer', { cause: new Error('inner', { cause: rejection(3_000) }) })],
    ['failed fallbacks', new CircuitBreakerFallbackError('orders', rejection(3_000), [BOOM])],
  ])('is waited out in full, and the usual wait on top: %s', (_title, error) => {
    expect(wait(error)).toBe(3_100);
  });

  it('is never answered early, whatever the jitter', () => {
    expect([0, 0.5, 0.999].map((share) => wait(rejection(3_000), { jitter: 'full', random: () => share }))).toEqual([3_001, 3_050, 3_100]);
  });

  it('may ask for longer than maxDelayMs', () => {
    expect(wait(rejection(9_000), { maxDelayMs: 100 })).toBe(9_100);
  });

  it.each([[3_101, 3_100], [3_100, undefined], [3_000, undefined], [50, undefined]])('with %i ms left is given %s', (leftMs, expected) => {
    expect(wait(rejection(3_000), {}, { leftMs })).toBe(expected);
  });

  it('is believed before what it was caused by', () => {
    const error = rejection(3_000, rejection(9_000));

    expect(wait(error)).toBe(3_100);
  });

  it.each([Number.NaN, -1, '5', null, {}])('asks for nothing by %s', (retryAfterMs) => {
    expect(wait({ retryAfterMs })).toBe(100);
  });

  it('asks for nothing by 0', () => {
    expect([wait(rejection(0)), wait({ retryAfterMs: 0 })]).toEqual([100, 100]);
  });

  it('asks in vain for an endless pause, even without a total', () => {
    expect(wait(rejection(Number.POSITIVE_INFINITY), { totalTimeoutMs: null }, { leftMs: Number.POSITIVE_INFINITY })).toBeUndefined();
  });

  it('is not retried when retryOn does not name it', () => {
    expect(wait(rejection(3_000), { retryOn: 'ECONNRESET' })).toBeUndefined();
  });
});

describe('an error that no attempt can mend', () => {
  const config = new CircuitBreakerConfigError('orders', ['bad']);

  it.each([
    ['a forced-open rejection', rejection(undefined)],
    ['one of another copy', { code: 'ERR_CIRCUIT_OPEN' }],
    ['a disposed breaker', new CircuitBreakerDisposedError('orders')],
    ['a bad configuration', config],
    ['its wrapper', new Error('outer', { cause: config })],
    ['fallbacks that failed after one', new CircuitBreakerFallbackError('orders', rejection(undefined), [BOOM])],
  ])('is never retried: %s', (_title, error) => {
    expect(wait(error, { retryOn: () => true, totalTimeoutMs: null }, { leftMs: Number.POSITIVE_INFINITY })).toBeUndefined();
  });

  it.each([
    ['a full bulkhead', new BulkheadFullError('orders', 5)],
    ['a timeout', new CircuitBreakerTimeoutError('orders', 5)],
    ['a TypeError, which is what fetch throws', new TypeError('fetch failed')],
  ])('is not %s', (_title, error) => {
    expect(wait(error)).toBe(100);
  });
});
