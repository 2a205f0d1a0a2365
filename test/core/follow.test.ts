import { describe, expect, it, vi } from 'vitest';
import { disarm, follow, isPrimitive } from '../../src/core/untrusted.ts';

const BOOM = new Error('boom');

/** How what was followed ended. */
const endOf = (result: unknown): Promise<unknown> => follow<unknown>(result, (value) => ['value', value], (error) => ['error', error]);

describe('isPrimitive', () => {
  it.each([undefined, null, 0, 7n, '', 'text', true, Symbol('x')])('is true of %o', (value) => {
    expect(isPrimitive(value)).toBe(true);
  });

  it.each([{}, [], () => {}, Promise.resolve(), Object('text')])('is false of %o', (value) => {
    expect(isPrimitive(value)).toBe(false);
  });
});

describe('follow', () => {
  it.each([
    ['a value', 7, ['value', 7]],
    ['an object', BOOM, ['value', BOOM]],
    ['a promise', Promise.resolve(7), ['value', 7]],
    ['a thenable', { then: (onValue: (value: number) => void) => onValue(7) }, ['value', 7]],
    ['a thenable that rejects', { then: (_: unknown, onError: (error: unknown) => void) => onError(BOOM) }, ['error', BOOM]],
    [
      'a thenable whose `then` cannot be read',
      {
        get then(): never {
          throw BOOM;
        },
      },
      ['error', BOOM],
    ],
    [
      'a thenable that settles twice',
      {
        then: (onValue: (value: number) => void, onError: (error: unknown) => void) => {
          onValue(7);
          onError(BOOM);
        },
      },
      ['value', 7],
    ],
  ])('waits for %s', async (_, result, expected) => {
    await expect(endOf(result)).resolves.toEqual(expected);
  });

  it('waits for a promise that rejects', async () => {
    await expect(endOf(Promise.reject(BOOM))).resolves.toEqual(['error', BOOM]);
  });

  it('does not call a `then` that somebody put on a promise', async () => {
    const own = vi.fn<() => void>();
    const result = Object.assign(Promise.reject(BOOM), { then: own });

    const end = await endOf(result);

    expect(end).toEqual(['error', BOOM]);
    expect(own).not.toHaveBeenCalled();
  });

  it('gives an error for a promise that cannot be followed', async () => {
    const result = Object.defineProperty(Promise.resolve(7), 'constructor', {
      get: () => {
        throw BOOM;
      },
    });

    await expect(endOf(result)).resolves.toEqual(['error', BOOM]);
  });

  it('never calls back before it returns', async () => {
    const onValue = vi.fn<() => void>();

    const followed = follow(7, onValue, onValue);
    const early = onValue.mock.calls.length;
    await followed;

    expect([early, onValue.mock.calls.length]).toEqual([0, 1]);
  });
});

describe('disarm', () => {
  it.each([
    ['an object', (then: unknown) => ({ then })],
    ['a function', (then: unknown) => Object.assign(() => {}, { then })],
  ])('handles the rejection of a thenable that is %s', async (_, make) => {
    const then = vi.fn<(onValue: unknown, onError: (error: unknown) => void) => void>((_onValue, onError) => onError(BOOM));

    disarm(make(then));
    await Promise.resolve();

    expect(then).toHaveBeenCalledOnce();
  });

  it('handles the rejection of a promise with a `then` of its own', async () => {
    const unhandled = vi.fn<() => void>();
    process.once('unhandledRejection', unhandled);
    const rejected = Object.assign(Promise.reject(BOOM), { then: () => {} });

    disarm(rejected);
    await new Promise(setImmediate);
    process.off('unhandledRejection', unhandled);

    expect(unhandled).not.toHaveBeenCalled();
  });

  it.each([undefined, null, 7, 'text', {}, { then: 7 }])('leaves %j alone', (value) => {
    expect(() => disarm(value)).not.toThrow();
  });
});
