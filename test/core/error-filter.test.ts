import { describe, expect, it, vi } from 'vitest';
import { compileFilters, isErrorClass, strictBoolean } from '../../src/core/error-filter.ts';
import type { ErrorFilter } from '../../src/core/error-filter.ts';

class NetworkError extends Error {}
class DnsError extends NetworkError {}

/** An error with `depth` causes, the last of which is `root`. */
function chain(depth: number, root: unknown): unknown {
  let error = root;
  for (let level = 0; level < depth; level += 1) error = new Error(`level ${level}`, { cause: error });
  return error;
}

const withFields = (fields: object): Error => Object.assign(new Error('failed'), fields);

describe('compileFilters', () => {
  it.each<[string, ErrorFilter, unknown, boolean]>([
    ['a class', NetworkError, new NetworkError('x'), true],
    ['a class, by a subclass', NetworkError, new DnsError('x'), true],
    ['a class, not by its parent', DnsError, new NetworkError('x'), false],
    ['the class of all errors', Error, new TypeError('x'), true],
    ['a class, not by a lookalike', NetworkError, { name: 'NetworkError' }, false],
    ['a name', 'TypeError', new TypeError('x'), true],
    ['another name', 'TypeError', new RangeError('x'), false],
    ['a name, exactly', 'Type', new TypeError('x'), false],
    ['a code', 'ECONNREFUSED', withFields({ code: 'ECONNREFUSED' }), true],
    ['another code', 'ECONNREFUSED', withFields({ code: 'ETIMEDOUT' }), false],
    ['a name or code, not by the message', 'failed', new Error('failed'), false],
    ['a status', 404, withFields({ status: 404 }), true],
    ['a statusCode', 404, withFields({ statusCode: 404 }), true],
    ['another status', 404, withFields({ status: 500, statusCode: 500 }), false],
    ['a status, not by its text', 404, withFields({ status: '404' }), false],
    ['a status, not by a code', 404, withFields({ code: 404 }), false],
    ['a predicate that says yes', () => true, new Error('x'), true],
    ['a predicate that says no', () => false, new Error('x'), false],
  ])('picks by %s', (_, filter, error, expected) => {
    const picks = compileFilters(filter);

    expect(picks(error)).toBe(expected);
  });

  it.each<[string, ErrorFilter]>([
    ['class', NetworkError],
    ['name', 'NetworkError'],
    ['code', 'ENOTFOUND'],
    ['status', 503],
  ])('looks a %s up on the error and on five causes, and no deeper', (_, filter) => {
    const root = Object.assign(new NetworkError('root'), { name: 'NetworkError', code: 'ENOTFOUND', status: 503 });
    const picks = compileFilters(filter);

    const found = [0, 1, 2, 3, 4, 5, 6, 7].map((depth) => picks(chain(depth, root)));

    expect(found).toEqual([true, true, true, true, true, true, false, false]);
  });

  it('shows a predicate the error itself and no cause', () => {
    const predicate = vi.fn<(error: unknown) => boolean>(() => false);
    const error = chain(2, new Error('root'));

    compileFilters(predicate)(error);

    expect(predicate.mock.calls).toEqual([[error]]);
  });

  it('comes to an end when an error is its own cause', () => {
    const error = new Error('round');
    error.cause = error;

    expect(compileFilters('ENOTFOUND')(error)).toBe(false);
  });

  it.each([undefined, null, 0, '', 'ENOTFOUND', Symbol('x')])('does not trip over %o, thrown as it is', (thrown) => {
    const picks = compileFilters(['ENOTFOUND', 503, NetworkError]);

    expect(picks(thrown)).toBe(false);
  });

  it.each([undefined, null])('does not ask about the cause %s, which is none', (cause) => {
    const picked: unknown[] = [];
    const any = class extends Error {
      static override [Symbol.hasInstance](error: unknown): boolean {
        picked.push(error);
        return false;
      }
    };
    const error = Object.assign(new Error('x'), { cause });

    compileFilters(any)(error);

    expect(picked).toEqual([error]);
  });

  it('follows causes that are no errors', () => {
    const error = { cause: { cause: { code: 'ENOTFOUND' } } };

    expect(compileFilters('ENOTFOUND')(error)).toBe(true);
  });

  it('does not trip over an error that throws when it is read', () => {
    const trapped = {
      get code(): never {
        throw new Error('trap');
      },
      cause: { code: 'ENOTFOUND' },
    };

    expect(compileFilters('ENOTFOUND')(trapped)).toBe(true);
  });

  it.each([
    [new TypeError('x'), true],
    [withFields({ code: 'ENOTFOUND' }), true],
    [withFields({ status: 404 }), true],
    [withFields({ size: 7 }), true],
    [new Error('x'), false],
  ])('picks by a list what any of it picks: %s', (error, expected) => {
    const picks = compileFilters([TypeError, 'ENOTFOUND', 404, (candidate) => (candidate as { size?: number }).size === 7]);

    expect(picks(error)).toBe(expected);
  });

  it('picks nothing by an empty list', () => {
    expect(compileFilters([])(new Error('x'))).toBe(false);
  });

  it('asks no further filter once one has picked', () => {
    const second = vi.fn<(error: unknown) => boolean>(() => true);

    compileFilters([Error, second])(new Error('x'));

    expect(second).not.toHaveBeenCalled();
  });

  it('throws when a predicate gives anything but a boolean', () => {
    const picks = compileFilters((() => 'yes') as unknown as ErrorFilter);

    expect(() => picks(new Error('x'))).toThrow(new TypeError('Expected the predicate to return a boolean, got "yes"'));
  });
});

describe('isErrorClass', () => {
  it.each([
    ['Error', Error, true],
    ['a built-in subclass', TypeError, true],
    ['a subclass of a subclass', DnsError, true],
    ['a class with nothing of an error', Map, false],
    ['a function', function plain() {}, false],
    ['an arrow function', () => true, false],
    ['an error', new Error('x'), false],
    ['something with the prototype of one', { prototype: Error.prototype }, false],
    ['text', 'Error', false],
    ['nothing', undefined, false],
  ])('knows of %s whether it is one', (_, candidate, expected) => {
    expect(isErrorClass(candidate)).toBe(expected);
  });
});

describe('strictBoolean', () => {
  it.each([true, false])('passes %s on', (answer) => {
    const predicate = vi.fn<(subject: string) => boolean>(() => answer);

    const given = strictBoolean(predicate)('subject');

    expect(given).toBe(answer);
    expect(predicate.mock.calls).toEqual([['subject']]);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [1, '1'],
    ['true', '"true"'],
    [{}, 'an object'],
    [[], 'an array'],
  ])('throws at %j, which is none', (answer, shown) => {
    const ask = strictBoolean((() => answer) as unknown as () => boolean);

    expect(() => ask('subject')).toThrow(new TypeError(`Expected the predicate to return a boolean, got ${shown}`));
  });

  it('throws at a promise, and handles its rejection', async () => {
    const answer = { then: vi.fn<(onValue: unknown, onError: unknown) => void>() };
    const ask = strictBoolean((() => answer) as unknown as () => boolean);

    expect(() => ask('subject')).toThrow(new TypeError('Expected the predicate to return a boolean, got a promise'));
    await Promise.resolve();
    expect(answer.then).toHaveBeenCalledWith(expect.anything(), expect.any(Function));
  });
});
