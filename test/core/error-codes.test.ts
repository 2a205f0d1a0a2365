import { describe, expect, it } from 'vitest';
import { BulkheadFullError, CircuitBreakerConfigError, CircuitBreakerDisposedError, CircuitBreakerFallbackError, CircuitBreakerOpenError, CircuitBreakerTimeoutError, isBulkheadFullError, isCircuitBreakerConfigError, isCircuitBreakerDisposedError, isCircuitBreakerError, isCircuitBreakerFallbackError, isCircuitBreakerOpenError, isCircuitBreakerTimeoutError, isDeadlineReason, isRejection } from '../../src/core/errors.ts';
import { codeOf, nameOf, peek } from '../../src/core/untrusted.ts';

/** One of each, by its code. */
const ERRORS = {
  ERR_CIRCUIT_OPEN: new CircuitBreakerOpenError('orders', { state: 'open', reason: 'error_rate', retryAfterMs: 1, cause: undefined }),
  ERR_CIRCUIT_TIMEOUT: new CircuitBreakerTimeoutError('orders', 500),
  ERR_BULKHEAD_FULL: new BulkheadFullError('orders', 7),
  ERR_CIRCUIT_CONFIG: new CircuitBreakerConfigError('orders', []),
  ERR_CIRCUIT_DISPOSED: new CircuitBreakerDisposedError('orders'),
  ERR_CIRCUIT_FALLBACK: new CircuitBreakerFallbackError('orders', undefined, []),
};
const CODES = Object.keys(ERRORS) as (keyof typeof ERRORS)[];

/** What is no error of this package. */
const STRANGERS: readonly unknown[] = [undefined, null, 0, '', 'ERR_CIRCUIT_OPEN', Symbol('x'), new Error('ERR_CIRCUIT_OPEN'), { code: 'ECONNREFUSED' }, { code: undefined }, {}, []];

describe('peek', () => {
  it.each([
    [{ code: 7 }, 7],
    [Object.create({ code: 7 }), 7],
    [Object.assign(() => {}, { code: 7 }), 7],
    [{}, undefined],
    [undefined, undefined],
    [null, undefined],
    ['text', undefined],
    [7, undefined],
  ])('reads from %o a property, if it has one', (value, expected) => {
    expect(peek(value, 'code')).toBe(expected);
  });

  it('reads nothing from primitives, also where their prototypes have it', () => {
    expect(peek('text', 'length')).toBeUndefined();
  });

  it('reads nothing where reading throws', () => {
    const trapped = {
      get code(): never {
        throw new Error('trap');
      },
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();

    expect([peek(trapped, 'code'), peek(proxy, 'code')]).toEqual([undefined, undefined]);
  });
});

describe.each([
  ['code', codeOf],
  ['name', nameOf],
])('the %s of', (key, of) => {
  it.each([
    ['an object', { [key]: 'ECONNREFUSED' }, 'ECONNREFUSED'],
    ['an object, whatever it is', { [key]: 7 }, 7],
    ['an object that inherits it', Object.create({ [key]: 'EPIPE' }), 'EPIPE'],
    ['an object without it', Object.create(null), undefined],
    ['a function, which is no error', Object.defineProperty(() => {}, key, { value: 'EPIPE' }), undefined],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['text', 'text', undefined],
  ])('%s is read', (_, value, expected) => {
    expect(of(value)).toBe(expected);
  });

  it('what throws when it is read is nothing', () => {
    const trapped = Object.defineProperty({}, key, {
      get: () => {
        throw new Error('trap');
      },
    });

    expect(of(trapped)).toBeUndefined();
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
])('%s', (_, guard, accepted) => {
  it.each(CODES)('knows of an error with the code %s whether it is one', (code) => {
    expect(guard(ERRORS[code])).toBe(accepted.includes(code));
  });

  it.each(CODES)('knows an error of another copy of the package by its code %s', (code) => {
    expect(guard(Object.assign(new Error('from elsewhere'), { code }))).toBe(accepted.includes(code));
  });

  it('takes nothing else for one, and never throws', () => {
    expect(STRANGERS.filter((stranger) => guard(stranger))).toEqual([]);
  });
});

describe('isDeadlineReason', () => {
  it.each([
    ['what AbortSignal.timeout() gives', new DOMException('late', 'TimeoutError'), true],
    ['an error with that name', Object.assign(new Error('late'), { name: 'TimeoutError' }), true],
    ['the timeout of an outer breaker', ERRORS.ERR_CIRCUIT_TIMEOUT, true],
    ['that of another copy of the package', { code: 'ERR_CIRCUIT_TIMEOUT' }, true],
    ['what abort() gives', new DOMException('gone', 'AbortError'), false],
    ['a rejection', ERRORS.ERR_CIRCUIT_OPEN, false],
    ['text', 'TimeoutError', false],
    ['nothing', undefined, false],
  ])('knows of %s whether a deadline has passed', (_, reason, expected) => {
    expect(isDeadlineReason(reason)).toBe(expected);
  });
});
