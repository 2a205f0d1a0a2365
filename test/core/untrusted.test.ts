import { describe as suite, expect, it, vi } from 'vitest';
import {
  codeOf,
  describe,
  ignoreRejection,
  isPrimitive,
  nameOf,
  safeGet,
  safeThen,
  tryOrUndefined,
} from '../../src/core/untrusted.ts';

const BOOM = new Error('boom');
const throwing = (): never => {
  throw BOOM;
};
const trapped = (key: string): object => Object.defineProperty({}, key, { get: throwing });
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

suite.each([
  ['safeGet', (value: unknown) => safeGet(value, 'code'), 'code'],
  ['codeOf', codeOf, 'code'],
  ['nameOf', nameOf, 'name'],
] as const)('%s', (_, read, key) => {
  it.each<[string, unknown, unknown]>([
    ['own property', { [key]: 7 }, 7],
    ['inherited property', Object.create({ [key]: 'EPIPE' }), 'EPIPE'],
    ['nothing when the property is missing', Object.create(null), undefined],
    ['nothing when the getter throws', trapped(key), undefined],
    ['nothing from a revoked proxy', revoked(), undefined],
    ['nothing from undefined', undefined, undefined],
    ['nothing from null', null, undefined],
    ['nothing from a string', 'text', undefined],
  ])('reads %s', (_case, value, expected) => {
    expect(read(value)).toBe(expected);
  });

  it('reads functions only when it is safeGet', () => {
    const fn = Object.defineProperty(() => {}, key, { value: 'EPIPE' });

    expect(read(fn)).toBe(read === codeOf || read === nameOf ? undefined : 'EPIPE');
  });
});

suite('safeGet', () => {
  it('reads nothing from the prototype of a primitive', () => {
    expect(safeGet('text', 'length')).toBeUndefined();
  });
});

suite('tryOrUndefined', () => {
  it.each([7, 'text', null, false])('returns %j when the function returns it', (value) => {
    expect(tryOrUndefined(() => value)).toBe(value);
  });

  it('returns undefined when the function throws', () => {
    expect(tryOrUndefined(throwing)).toBeUndefined();
  });
});

suite('isPrimitive', () => {
  it.each([undefined, null, 0, 7n, '', 'text', true, Symbol('x')])('is true for %o', (value) => {
    expect(isPrimitive(value)).toBe(true);
  });

  it.each([{}, [], () => {}, Promise.resolve(), Object('text')])('is false for %o', (value) => {
    expect(isPrimitive(value)).toBe(false);
  });
});

suite('safeThen', () => {
  /** How the value, promise or thenable ended. */
  const endOf = (result: unknown): Promise<unknown> =>
    safeThen<unknown>(result, (value) => ['value', value], (error) => ['error', error]);
  const thenable = (then: (onValue: (value: number) => void, onError: (error: unknown) => void) => void): object =>
    ({ then });

  it.each<[string, () => unknown, unknown]>([
    ['a value', () => 7, ['value', 7]],
    ['an error object', () => BOOM, ['value', BOOM]],
    ['a promise', () => Promise.resolve(7), ['value', 7]],
    ['a promise that rejects', () => Promise.reject(BOOM), ['error', BOOM]],
    ['a thenable', () => thenable((onValue) => onValue(7)), ['value', 7]],
    ['a thenable that rejects', () => thenable((_onValue, onError) => onError(BOOM)), ['error', BOOM]],
    ['a thenable whose `then` throws when it is read', () => trapped('then'), ['error', BOOM]],
    ['a thenable that settles twice', () => thenable((onValue, onError) => { onValue(7); onError(BOOM); }),
      ['value', 7]],
    ['a promise with a `then` of its own', () => Object.assign(Promise.reject(BOOM), { then: throwing }),
      ['error', BOOM]],
    [
      'a promise whose constructor throws when it is read',
      () => Object.defineProperty(Promise.resolve(7), 'constructor', { get: throwing }),
      ['error', BOOM],
    ],
  ])('waits for %s', async (_, make, expected) => {
    await expect(endOf(make())).resolves.toEqual(expected);
  });

  it('never calls back before it returns', async () => {
    const onValue = vi.fn<() => void>();

    const followed = safeThen(7, onValue, onValue);
    const early = onValue.mock.calls.length;
    await followed;

    expect([early, onValue.mock.calls.length]).toEqual([0, 1]);
  });
});

suite('ignoreRejection', () => {
  it.each([
    ['an object', (then: unknown) => ({ then })],
    ['a function', (then: unknown) => Object.assign(() => {}, { then })],
  ])('handles the rejection when the thenable is %s', async (_, make) => {
    const then = vi.fn<(onValue: unknown, onError: (error: unknown) => void) =>
      void>((_onValue, onError) => onError(BOOM));

    ignoreRejection(make(then));
    await Promise.resolve();

    expect(then).toHaveBeenCalledOnce();
  });

  it('handles the rejection when a promise has a `then` of its own', async () => {
    const unhandled = vi.fn<() => void>();
    process.once('unhandledRejection', unhandled);

    ignoreRejection(Object.assign(Promise.reject(BOOM), { then: () => {} }));
    await new Promise(setImmediate);
    process.off('unhandledRejection', unhandled);

    expect(unhandled).not.toHaveBeenCalled();
  });

  it.each([undefined, null, 7, 'text', {}, { then: 7 }])('does nothing for %j', (value) => {
    expect(() => ignoreRejection(value)).not.toThrow();
  });
});

suite('describe()', () => {
  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [7.5, '7.5'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [12n, '12'],
    [Symbol('mark'), 'Symbol(mark)'],
    ['text', '"text"'],
    ['a "quoted" line\n', '"a \\"quoted\\" line\\n"'],
    [{ a: 1 }, 'an object'],
    [Object.create(null), 'an object'],
    [[1, 2], 'an array'],
    [() => {}, 'a function'],
    [TypeError, 'a function'],
    [Promise.resolve(), 'a promise'],
    [{ then: () => {} }, 'a promise'],
    [Object.assign(() => {}, { then: () => {} }), 'a function'],
    [[Promise.resolve()], 'an array'],
    [{ then: 7 }, 'an object'],
  ])('describes %o', (value, expected) => {
    expect(describe(value)).toBe(expected);
  });

  it('describes an object when its getters throw', () => {
    expect(describe(trapped('then'))).toBe('an object');
  });
});
