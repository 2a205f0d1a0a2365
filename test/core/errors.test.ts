import { describe, expect, it } from 'vitest';
import {
  BulkheadFullError,
  CircuitBreakerConfigError,
  CircuitBreakerDisposedError,
  CircuitBreakerError,
  CircuitBreakerFallbackError,
  CircuitBreakerOpenError,
  CircuitBreakerTimeoutError,
} from '../../src/core/errors.ts';
import type { Rejection } from '../../src/core/errors.ts';

const BOOM = new Error('boom');

function rejectionWith(rejection: Partial<Rejection>): CircuitBreakerOpenError {
  return new CircuitBreakerOpenError('orders', { state: 'open', reason: 'error_rate', retryAfterMs: 250, cause: BOOM, ...rejection });
}

describe('every error', () => {
  it.each([
    [() => rejectionWith({}), 'CircuitBreakerOpenError', 'ERR_CIRCUIT_OPEN', 'Circuit "orders" is open; retry in 250 ms'],
    [() => new CircuitBreakerTimeoutError('orders', 500), 'CircuitBreakerTimeoutError', 'ERR_CIRCUIT_TIMEOUT', 'Call through circuit "orders" took longer than 500 ms'],
    [() => new BulkheadFullError('orders', 7), 'BulkheadFullError', 'ERR_BULKHEAD_FULL', 'Circuit "orders" runs 7 calls already, its maxConcurrent'],
    [() => new CircuitBreakerConfigError('orders', ['One', 'Two']), 'CircuitBreakerConfigError', 'ERR_CIRCUIT_CONFIG', 'Circuit breaker "orders": One; Two'],
    [() => new CircuitBreakerDisposedError('orders'), 'CircuitBreakerDisposedError', 'ERR_CIRCUIT_DISPOSED', 'Circuit breaker "orders" is disposed; create a new one'],
    [
      () => new CircuitBreakerFallbackError('orders', BOOM, [BOOM]),
      'CircuitBreakerFallbackError',
      'ERR_CIRCUIT_FALLBACK',
      'Circuit "orders": the call failed and so did its fallback',
    ],
  ])('says what it is: %s %s', (make, name, code, message) => {
    const error = make();

    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(CircuitBreakerError);
    expect([error.name, error.code, error.message, error.breakerName, String(error)]).toEqual([name, code, message, 'orders', `${name}: ${message}`]);
  });

  it('has a name also in a class of one’s own', () => {
    class OwnError extends CircuitBreakerError {
      readonly code = 'ERR_CIRCUIT_OPEN';
    }

    const error = new OwnError('text', 'orders', { cause: BOOM });

    expect([error.name, error.message, error.cause]).toEqual(['CircuitBreakerError', 'text', BOOM]);
  });
});

describe('CircuitBreakerOpenError', () => {
  it('knows the state, the reason, the wait and the last failure', () => {
    const error = rejectionWith({ state: 'half_open', reason: 'half_open_full', retryAfterMs: 10 });

    const known = [error.state, error.reason, error.retryAfterMs, error.cause];

    expect(known).toEqual(['half_open', 'half_open_full', 10, BOOM]);
  });

  it.each([
    ['open', { retryAfterMs: 250 }, 'Circuit "orders" is open; retry in 250 ms'],
    ['open and ready', { retryAfterMs: 0 }, 'Circuit "orders" is open; retry in 0 ms'],
    ['open without end', { retryAfterMs: Number.POSITIVE_INFINITY }, 'Circuit "orders" is open'],
    ['half-open', { state: 'half_open', retryAfterMs: 40 }, 'Circuit "orders" is half-open and all probes are taken; retry in 40 ms'],
    ['half-open without end', { state: 'half_open', retryAfterMs: Number.POSITIVE_INFINITY }, 'Circuit "orders" is half-open and all probes are taken'],
    ['forced open', { reason: 'deploy', retryAfterMs: undefined }, 'Circuit "orders" is forced open: deploy'],
  ] as const)('says in words that the circuit is %s', (_, rejection, expected) => {
    const { message } = rejectionWith(rejection);

    expect(message).toBe(expected);
  });

  it('has no cause when nothing has failed', () => {
    const error = rejectionWith({ cause: undefined });

    expect(Object.hasOwn(error, 'cause')).toBe(false);
  });

  it.each([null, 0, '', false])('has the cause %j, which is one', (cause) => {
    const error = rejectionWith({ cause });

    expect(error.cause).toBe(cause);
  });

  it('makes web frameworks answer 503', () => {
    const error = rejectionWith({});

    expect(error.statusCode).toBe(503);
  });

  it.each([
    [0, '0'],
    [1, '1'],
    [999, '1'],
    [1_000, '1'],
    [1_001, '2'],
    [7_200_000, '7200'],
  ])('makes web frameworks answer Retry-After in whole seconds, rounded up: %i ms are %s', (retryAfterMs, expected) => {
    const { headers } = rejectionWith({ retryAfterMs });

    expect(headers).toEqual({ 'retry-after': expected });
  });

  it.each([undefined, Number.POSITIVE_INFINITY])('leaves Retry-After out when the wait is %s', (retryAfterMs) => {
    const { headers } = rejectionWith({ retryAfterMs });

    expect(headers).toEqual({});
  });
});

describe('CircuitBreakerTimeoutError', () => {
  it('knows the limit', () => {
    const error = new CircuitBreakerTimeoutError('orders', 500);

    expect(error.timeoutMs).toBe(500);
  });

  it('takes another message', () => {
    const error = new CircuitBreakerTimeoutError('orders', 500, 'No item for 500 ms');

    expect([error.message, error.timeoutMs]).toEqual(['No item for 500 ms', 500]);
  });
});

describe('BulkheadFullError', () => {
  it('knows the limit, and makes web frameworks answer 503', () => {
    const error = new BulkheadFullError('orders', 7);

    expect([error.maxConcurrent, error.statusCode]).toEqual([7, 503]);
  });
});

describe('CircuitBreakerConfigError', () => {
  it('lists the problems', () => {
    const error = new CircuitBreakerConfigError('orders', ['One', 'Two']);

    expect(error.problems).toEqual(['One', 'Two']);
  });
});

describe('CircuitBreakerFallbackError', () => {
  it('has what asked for the fallback as its cause, and what each fallback threw', () => {
    const error = new CircuitBreakerFallbackError('orders', BOOM, ['first', 'second']);

    expect([error.cause, error.errors]).toEqual([BOOM, ['first', 'second']]);
  });

  it.each([
    [1, 'Circuit "orders": the call failed and so did its fallback'],
    [2, 'Circuit "orders": the call failed and so did all 2 fallbacks'],
  ])('counts its %i fallbacks in words', (count, expected) => {
    const { message } = new CircuitBreakerFallbackError('orders', BOOM, Array.from({ length: count }));

    expect(message).toBe(expected);
  });
});
