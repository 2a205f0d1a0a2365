import { describe, expect, it } from 'vitest';
import {
  behindFallbacks,
  BulkheadFullError,
  CircuitBreakerConfigError,
  CircuitBreakerDisposedError,
  CircuitBreakerError,
  CircuitBreakerFallbackError,
  CircuitBreakerOpenError,
  CircuitBreakerTimeoutError,
  isBulkheadFullError,
  isCircuitBreakerConfigError,
  isCircuitBreakerDisposedError,
  isCircuitBreakerError,
  isCircuitBreakerFallbackError,
  isCircuitBreakerOpenError,
  isCircuitBreakerTimeoutError,
  isDeadlineReason,
  isRejection,
} from '../../src/core/errors.ts';
import type { Rejection } from '../../src/core/errors.ts';

const BOOM = new Error('boom');
const NEVER = Number.POSITIVE_INFINITY;

function rejectionWith(rejection: Partial<Rejection> = {}): CircuitBreakerOpenError {
  return new CircuitBreakerOpenError('orders',
    { state: 'open', reason: 'error_rate', retryAfterMs: 250, lastFailure: undefined, cause: BOOM, ...rejection });
}

/** One of each, by its code, with its name and its message. */
const ERRORS = {
  ERR_CIRCUIT_OPEN: [rejectionWith(), 'CircuitBreakerOpenError', 'Circuit breaker "orders" is open. Retry in 250 ms.'],
  ERR_CIRCUIT_TIMEOUT: [
    new CircuitBreakerTimeoutError('orders', 500),
    'CircuitBreakerTimeoutError',
    'Circuit breaker "orders": the call took longer than 500 ms.',
  ],
  ERR_BULKHEAD_FULL: [
    new BulkheadFullError('orders', 7),
    'BulkheadFullError',
    'Circuit breaker "orders" rejected the call: all 7 concurrent calls are running (`maxConcurrent`).',
  ],
  ERR_CIRCUIT_CONFIG: [
    new CircuitBreakerConfigError('orders', ['One.', 'Two.']),
    'CircuitBreakerConfigError',
    'Circuit breaker "orders": One. Two.',
  ],
  ERR_CIRCUIT_DISPOSED: [
    new CircuitBreakerDisposedError('orders'),
    'CircuitBreakerDisposedError',
    'Circuit breaker "orders" is disposed. Create a new one.',
  ],
  ERR_CIRCUIT_FALLBACK: [
    new CircuitBreakerFallbackError('orders', BOOM, [BOOM]),
    'CircuitBreakerFallbackError',
    'Circuit breaker "orders": the call failed, and so did its fallback.',
  ],
} as const;
const CODES = Object.keys(ERRORS) as (keyof typeof ERRORS)[];

describe('every error', () => {
  it.each(CODES)('has a code, a name, a message and the name of the breaker: %s', (code) => {
    const [error, name, message] = ERRORS[code];

    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(CircuitBreakerError);
    expect([error.name, error.code, error.message, error.breakerName, String(error)]).toEqual([
      name,
      code,
      message,
      'orders',
      `${name}: ${message}`,
    ]);
  });

  it('has a name when user code derives a class', () => {
    class OwnError extends CircuitBreakerError {
      readonly code = 'ERR_CIRCUIT_OPEN';
    }

    const error = new OwnError('text', 'orders', { cause: BOOM });

    expect([error.name, error.message, error.cause]).toEqual(['CircuitBreakerError', 'text', BOOM]);
  });
});

describe('CircuitBreakerOpenError', () => {
  it.each<[Partial<Rejection>, string]>([
    [{ retryAfterMs: 0 }, 'open. Retry in 0 ms.'],
    [{ retryAfterMs: NEVER }, 'open.'],
    [{ state: 'half_open', retryAfterMs: 40 }, 'half-open, and all probes are running. Retry in 40 ms.'],
    [{ state: 'half_open', retryAfterMs: NEVER }, 'half-open, and all probes are running.'],
    [{ reason: 'deploy', retryAfterMs: undefined }, 'forced open (deploy) until `release()` is called.'],
  ])('keeps the facts and says what they mean: %j', (rejection, expected) => {
    const error = rejectionWith(rejection);

    expect(error).toMatchObject({ message: `Circuit breaker "orders" is ${expected}`, ...rejection, cause: BOOM,
      statusCode: 503 });
  });

  it('has no cause when nothing has failed', () => {
    expect(Object.hasOwn(rejectionWith({ cause: undefined }), 'cause')).toBe(false);
  });

  it.each([null, 0, '', false])('has the cause %j when that was thrown', (cause) => {
    expect(rejectionWith({ cause }).cause).toBe(cause);
  });

  it.each([
    [0, { 'retry-after': '0' }],
    [1, { 'retry-after': '1' }],
    [1_000, { 'retry-after': '1' }],
    [1_001, { 'retry-after': '2' }],
    [7_200_000, { 'retry-after': '7200' }],
    [undefined, {}],
    [NEVER, {}],
  ])('sets Retry-After in whole seconds, rounded up, when the wait is %s ms', (retryAfterMs, expected) => {
    expect(rejectionWith({ retryAfterMs }).headers).toEqual(expected);
  });
});

describe('the other errors', () => {
  it('keep their facts', () => {
    const timeout = new CircuitBreakerTimeoutError('orders', 500, 'No item for 500 ms', { cause: BOOM });
    const fallback = new CircuitBreakerFallbackError('orders', BOOM, ['first', 'second']);

    expect(timeout).toMatchObject({ timeoutMs: 500, message: 'No item for 500 ms', cause: BOOM });
    expect(fallback).toMatchObject({ cause: BOOM, errors: ['first', 'second'] });
    expect(fallback.message).toBe('Circuit breaker "orders": the call failed, and so did all 2 fallbacks.');
    expect(ERRORS.ERR_BULKHEAD_FULL[0]).toMatchObject({ maxConcurrent: 7, statusCode: 503 });
    expect(ERRORS.ERR_CIRCUIT_CONFIG[0].problems).toEqual(['One.', 'Two.']);
    expect(new CircuitBreakerConfigError('orders', ['One.'], 'Manager').message).toBe('Manager: One.');
    expect(new CircuitBreakerDisposedError('orders', 'Gone.').message).toBe('Gone.');
  });
});

describe.each([
  ['isCircuitBreakerOpenError', isCircuitBreakerOpenError, ['ERR_CIRCUIT_OPEN']],
  ['isCircuitBreakerTimeoutError', isCircuitBreakerTimeoutError, ['ERR_CIRCUIT_TIMEOUT']],
  ['isBulkheadFullError', isBulkheadFullError, ['ERR_BULKHEAD_FULL']],
  ['isCircuitBreakerConfigError', isCircuitBreakerConfigError, ['ERR_CIRCUIT_CONFIG']],
  ['isCircuitBreakerDisposedError', isCircuitBreakerDisposedError, ['ERR_CIRCUIT_DISPOSED']],
  ['isCircuitBreakerFallbackError', isCircuitBreakerFallbackError, ['ERR_CIRCUIT_FALLBACK']],
  ['isCircuitBreakerError', isCircuitBreakerError, CODES],
  ['isRejection', isRejection, ['ERR_CIRCUIT_OPEN', 'ERR_BULKHEAD_FULL', 'ERR_CIRCUIT_DISPOSED']],
] as const)('%s', (_, guard, accepted) => {
  it('accepts errors with its codes, even from another copy of the package', () => {
    const own = CODES.filter((code) => guard(ERRORS[code][0]));
    const foreign = CODES.filter((code) => guard(Object.assign(new Error('from elsewhere'), { code })));

    expect([own, foreign]).toEqual([accepted, accepted]);
  });

  it.each([
    undefined,
    null,
    0,
    '',
    'ERR_CIRCUIT_OPEN',
    Symbol('x'),
    new Error('ERR_CIRCUIT_OPEN'),
    { code: 'EPIPE' },
    {},
    [],
  ])('rejects %o', (stranger) => {
    expect(guard(stranger)).toBe(false);
  });
});

describe('isDeadlineReason', () => {
  it.each([
    ['AbortSignal.timeout()', new DOMException('late', 'TimeoutError'), true],
    ['an error with that name', Object.assign(new Error('late'), { name: 'TimeoutError' }), true],
    ['the timeout of an outer breaker', ERRORS.ERR_CIRCUIT_TIMEOUT[0], true],
    ['a timeout of another copy', { code: 'ERR_CIRCUIT_TIMEOUT' }, true],
    ['abort()', new DOMException('gone', 'AbortError'), false],
    ['a rejection', ERRORS.ERR_CIRCUIT_OPEN[0], false],
    ['text', 'TimeoutError', false],
    ['undefined', undefined, false],
  ])('tells whether a deadline has passed when the reason comes from %s', (_, reason, expected) => {
    expect(isDeadlineReason(reason)).toBe(expected);
  });
});

describe('behindFallbacks', () => {
  /** `depth` fallback errors around `boom`. */
  const fallenBack = (depth: number): unknown =>
    depth === 0 ? BOOM : new CircuitBreakerFallbackError('inner', fallenBack(depth - 1), []);

  it.each([0, 1, 2, 5])('returns the error of the call when %i fallback errors surround it', (depth) => {
    expect(behindFallbacks(fallenBack(depth))).toBe(BOOM);
  });

  it('stops when there are more than five', () => {
    expect(isCircuitBreakerFallbackError(behindFallbacks(fallenBack(6)))).toBe(true);
  });
});
