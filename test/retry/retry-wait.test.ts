import { describe, expect, it } from 'vitest';
import {
  BulkheadFullError,
  CircuitBreakerConfigError,
  CircuitBreakerDisposedError,
  CircuitBreakerFallbackError,
  CircuitBreakerOpenError,
  CircuitBreakerTimeoutError,
  RetryBudget,
} from '../../src/index.ts';
import type { RetryOptions } from '../../src/index.ts';
import { planRetry } from '../../src/retry/retry-options.ts';
import { waitBeforeNext } from '../../src/retry/retry-wait.ts';
import { BOOM } from '../support/outcomes.ts';
import { FakeClock } from '../../src/testing/index.ts';

/** The wait after an error, without jitter unless asked for. Random numbers are 0.5. */
function wait(error: unknown, options: RetryOptions = {}, { attempt = 1, leftMs = 30_000 } = {}): number | undefined {
  const plan = planRetry({ jitter: false, random: () => 0.5, ...options }, () => new RetryBudget());
  return waitBeforeNext(error, { attempt, leftMs }, plan);
}

const FOREVER = { leftMs: Number.POSITIVE_INFINITY };
const rejection = (retryAfterMs: number | undefined, cause?: unknown): CircuitBreakerOpenError =>
  new CircuitBreakerOpenError('orders',
    { state: 'open', reason: 'error_rate', retryAfterMs, lastFailure: undefined, cause });

describe('the wait before the next attempt', () => {
  it.each([
    [1, 100],
    [2, 200],
    [3, 400],
    [5, 1_600],
    [6, 2_000],
    [2_000, 2_000],
  ])('after attempt %i is %i ms', (attempt, expected) => {
    expect(wait(BOOM, { attempts: 10_000 }, { attempt })).toBe(expected);
  });

  it.each([
    ['none', 200],
    ['equal', 150],
    ['proportional', 180],
    ['full', 100],
    [true, 100],
  ] as const)('with jitter %s is %i of 200 ms', (jitter, expected) => {
    expect(wait(BOOM, { jitter }, { attempt: 2 })).toBe(expected);
  });

  it.each<[title: string, options: RetryOptions, expected: number]>([
    ['at least 1 ms', { jitter: 'full', random: () => 0 }, 1],
    ['rounded up', { backoff: () => 2.1 }, 3],
    ['that of backoff(n)', { backoff: (n) => n * 700 }, 700],
    ['at most maxDelayMs', { backoff: () => 2_100 }, 2_000],
  ])('is %s', (_title, options, expected) => {
    expect(wait(BOOM, options)).toBe(expected);
  });

  it.each<[title: string, source: string, options: RetryOptions]>([
    ['backoff throws', 'backoff', { backoff: () => { throw BOOM; } }],
    ['backoff returns NaN', 'backoff', { backoff: () => Number.NaN }],
    ['backoff returns 0', 'backoff', { backoff: () => 0 }],
    ['backoff returns a promise', 'backoff', { backoff: (async () => 5) as never }],
    ['random returns an invalid number', 'random', { jitter: true, random: () => 7 }],
  ])('is the default without jitter when %s, which is reported', (_title, expected, options) => {
    const sources: string[] = [];

    const waitMs = wait(BOOM, { ...options, onInternalError: (_error, { source }) => void sources.push(source) });

    expect([waitMs, sources]).toEqual([100, [expected]]);
  });

  it.each([
    [101, 'an error', 100, BOOM],
    [100, 'an error', undefined, BOOM],
    [0, 'an error', undefined, BOOM],
    [-5, 'an error', undefined, BOOM],
    [3_101, 'a rejection', 3_100, rejection(3_000)],
    [3_100, 'a rejection', undefined, rejection(3_000)],
    [50, 'a rejection', undefined, rejection(3_000)],
  ])('with %i ms left of the total, after %s, is %s ms', (leftMs, _title, expected, error) => {
    expect(wait(error, {}, { leftMs })).toBe(expected);
  });

  it.each<[title: string, error: object, expected: number | undefined]>([
    ['in seconds', { status: 429, headers: new Headers({ 'retry-after': '2' }) }, 2_100],
    ['in milliseconds', { response: { status: 503, headers: { 'retry-after-ms': '250' } } }, 350],
    ['as a date, by the clock of the retry', { headers: { 'retry-after': new Date(3_000).toUTCString() } }, 3_100],
    ['of a cause', { cause: { responseHeaders: { 'retry-after': '2' } } }, 2_100],
    ['for longer than the total timeout', { status: 429, headers: { 'retry-after': '86400' } }, undefined],
    ['after a rejection that comes first', rejection(3_000, { headers: { 'retry-after': '2' } }), 3_100],
  ])('is what the server asks for and the usual wait: %s', (_title, error, expected) => {
    expect(wait(error, { clock: new FakeClock() })).toBe(expected);
  });

  it('is none after the last attempt', () => {
    const waits = [wait(BOOM, {}, { attempt: 2 }), wait(BOOM, {}, { attempt: 3 }), wait(BOOM, { attempts: 1 })];

    expect(waits).toEqual([200, undefined, undefined]);
  });

  it('is none when retryOn does not select the error', () => {
    const errors = [BOOM, new TypeError('x'), rejection(3_000)];

    expect(errors.map((error) => wait(error, { retryOn: TypeError }))).toEqual([undefined, 100, undefined]);
  });
});

describe('an error', () => {
  it.each<[title: string, error: unknown]>([
    ['a rejection', rejection(3_000)],
    ['a rejection of another copy', { code: 'ERR_CIRCUIT_OPEN', retryAfterMs: 3_000 }],
    ['any error with retryAfterMs', Object.assign(new Error('429'), { retryAfterMs: 3_000 })],
    ['a wrapper of a rejection', new Error('outer', { cause: new Error('inner', { cause: rejection(3_000) }) })],
    ['a rejection whose cause asks for more', rejection(3_000, rejection(9_000))],
    ['failed fallbacks', new CircuitBreakerFallbackError('orders', rejection(3_000), [BOOM])],
  ])('adds the pause that it asks for to the usual wait when it is %s', (_title, error) => {
    expect(wait(error)).toBe(3_100);
  });

  it('is never retried before its pause ends', () => {
    const shares = [0, 0.5, 0.999];

    expect(shares.map((share) => wait(rejection(3_000), { jitter: 'full', random: () => share }))).toEqual([
      3_001, 3_050, 3_100,
    ]);
  });

  it('may ask for longer than maxDelayMs', () => {
    expect(wait(rejection(9_000), { maxDelayMs: 100 })).toBe(9_100);
  });

  const config = new CircuitBreakerConfigError('orders', ['bad']);

  it.each<[title: string, error: unknown]>([
    ['a rejection without an end', rejection(Number.POSITIVE_INFINITY)],
    ['a forced-open rejection', rejection(undefined)],
    ['a forced-open rejection of another copy', { code: 'ERR_CIRCUIT_OPEN' }],
    ['a disposed breaker', new CircuitBreakerDisposedError('orders')],
    ['an invalid configuration', config],
    ['a wrapper of an invalid configuration', new Error('outer', { cause: config })],
    ['fallbacks that failed after one', new CircuitBreakerFallbackError('orders', rejection(undefined), [BOOM])],
  ])('is never retried when it is %s', (_title, error) => {
    expect(wait(error, { retryOn: () => true, totalTimeoutMs: null }, FOREVER)).toBeUndefined();
  });

  it.each<[title: string, error: unknown]>([
    ['a full bulkhead', new BulkheadFullError('orders', 5)],
    ['a timeout', new CircuitBreakerTimeoutError('orders', 5)],
    ['a TypeError, which is what fetch throws', new TypeError('fetch failed')],
    ['a rejection without a pause', rejection(0)],
    ['undefined', undefined],
    ['null', null],
    ['a string', 'no'],
    ['a frozen object', Object.freeze({})],
    ...[Number.NaN, -1, '5', null, {}, 0].map((pause): [string, unknown] => [
      `an object whose retryAfterMs is ${JSON.stringify(pause)}`,
      { retryAfterMs: pause },
    ]),
  ])('is retried after the usual wait when it is %s', (_title, error) => {
    expect(wait(error)).toBe(100);
  });
});
