import { describe, expect, it, vi } from 'vitest';
import { compileFilters, isErrorClass, strictBoolean } from '../../src/core/error-filter.ts';
import type { ErrorFilter } from '../../src/core/error-filter.ts';

class NetworkError extends Error {}
class DnsError extends NetworkError {}

/** `depth` errors around a root. */
const chain = (depth: number, root: unknown): unknown =>
  depth === 0 ? root : new Error(`level ${depth}`, { cause: chain(depth - 1, root) });

const withFields = (fields: object): Error => Object.assign(new Error('failed'), fields);

const trapped = (key: string, fields: object = {}): object =>
  Object.defineProperty(fields, key, {
    get: () => {
      throw new Error('trap');
    },
  });

describe('compileFilters', () => {
  it.each<[string, ErrorFilter, unknown, boolean]>([
    ['a class', NetworkError, new NetworkError('x'), true],
    ['the parent of a class', NetworkError, new DnsError('x'), true],
    ['a subclass', DnsError, new NetworkError('x'), false],
    ['the class of all errors', Error, new TypeError('x'), true],
    ['the class of a lookalike', NetworkError, { name: 'NetworkError' }, false],
    ['a name', 'TypeError', new TypeError('x'), true],
    ['another name', 'TypeError', new RangeError('x'), false],
    ['a part of a name', 'Type', new TypeError('x'), false],
    ['a code', 'ECONNREFUSED', withFields({ code: 'ECONNREFUSED' }), true],
    ['another code', 'ECONNREFUSED', withFields({ code: 'ETIMEDOUT' }), false],
    ['a code when `code` throws but a cause has it', 'ENOTFOUND', trapped('code', { cause: { code: 'ENOTFOUND' } }),
      true],
    ['the message', 'failed', new Error('failed'), false],
    ['a status', 404, withFields({ status: 404 }), true],
    ['a statusCode', 404, withFields({ statusCode: 404 }), true],
    ['another status', 404, withFields({ status: 500, statusCode: 500 }), false],
    ['a status as text', 404, withFields({ status: '404' }), true],
    ['a text that is a status', '404', withFields({ status: 404 }), true],
    ['a numeric code', 5, withFields({ code: 5 }), true],
    ['the text of a numeric code', '5', withFields({ code: 5 }), true],
    ['a number that is a code as text', 62, withFields({ code: '62' }), true],
    ['a code of MongoDB', 11_000, withFields({ code: 11_000 }), true],
    ['an errno of MySQL', 1_062, withFields({ code: 'ER_DUP_ENTRY', errno: 1_062 }), true],
    ['an SQLSTATE of MySQL', '23000', withFields({ code: 'ER_DUP_ENTRY', errno: 1_062, sqlState: '23000' }), true],
    ['a status of got', 404, withFields({ response: { statusCode: 404 } }), true],
    ['a status of ky', 404, withFields({ response: { status: 404 } }), true],
    ['a status of AWS', 404, withFields({ $metadata: { httpStatusCode: 404 } }), true],
    ['a code of Sequelize', '23505', withFields({ parent: { code: '23505' } }), true],
    ['a code of TypeORM', '23505', withFields({ driverError: { code: '23505' } }), true],
    ['a status of an AI SDK retry', 529, withFields({ lastError: { statusCode: 529 } }), true],
    ['a code in an AggregateError', 'ECONNREFUSED', new AggregateError([withFields({ code: 'ECONNREFUSED' })]), true],
    ['the number of a DOMException', 20, new DOMException('aborted', 'AbortError'), false],
    ['the name of a class', 'DnsError', new DnsError('x'), true],
    ['the name of a parent class', 'NetworkError', new DnsError('x'), true],
    ['the name of all errors', 'Error', new TypeError('x'), false],
    ['the name Error', 'Error', new Error('x'), true],
    ['a predicate that returns true', () => true, new Error('x'), true],
    ['a predicate that returns false', () => false, new Error('x'), false],
  ])('picks errors when the filter is %s', (_, filter, error, expected) => {
    expect(compileFilters(filter)(error)).toBe(expected);
  });

  it.each<[string, ErrorFilter]>([
    ['class', NetworkError],
    ['name', 'NetworkError'],
    ['code', 'ENOTFOUND'],
    ['status', 503],
  ])('looks for a %s on the error and on five causes', (_, filter) => {
    const root = Object.assign(new NetworkError('root'), { name: 'NetworkError', code: 'ENOTFOUND', status: 503 });

    expect([0, 1, 5, 6].map((depth) => compileFilters(filter)(chain(depth, root)))).toEqual([true, true, true, false]);
  });

  it('shows a predicate the error and no cause', () => {
    const predicate = vi.fn<(error: unknown) => boolean>(() => false);
    const error = chain(2, new Error('root'));

    compileFilters(predicate)(error);

    expect(predicate.mock.calls).toEqual([[error]]);
  });

  it('ends when an error is its own cause', () => {
    const error = new Error('round');
    error.cause = error;

    expect(compileFilters('ENOTFOUND')(error)).toBe(false);
  });

  it.each([undefined, null, 0, '', 'ENOTFOUND', Symbol('x')])('does not pick %o when that was thrown', (thrown) => {
    expect(compileFilters(['ENOTFOUND', 503, NetworkError])(thrown)).toBe(false);
  });

  it.each([
    [new TypeError('x'), true],
    [withFields({ code: 'ENOTFOUND' }), true],
    [withFields({ status: 404 }), true],
    [withFields({ size: 7 }), true],
    [new Error('x'), false],
  ])('picks what any filter of a list picks: %o', (error, expected) => {
    const picks = compileFilters([TypeError, 'ENOTFOUND', 404,
      (candidate) => (candidate as { size?: number }).size === 7]);

    expect([picks(error), compileFilters([])(error)]).toEqual([expected, false]);
  });

  it('asks no further filter when one has picked', () => {
    const second = vi.fn<(error: unknown) => boolean>(() => true);

    compileFilters([Error, second])(new Error('x'));

    expect(second).not.toHaveBeenCalled();
  });

  it('throws when a predicate does not return a boolean', () => {
    const picks = compileFilters((() => 'yes') as unknown as ErrorFilter);

    expect(() => picks(new Error('x'))).toThrow(new TypeError('A predicate must return a boolean. It returned "yes".'));
  });
});

describe('isErrorClass', () => {
  it.each([
    ['Error', Error, true],
    ['a built-in subclass', TypeError, true],
    ['a subclass of a subclass', DnsError, true],
    ['another class', Map, false],
    ['a function', function plain() {}, false],
    ['an arrow function', () => true, false],
    ['an error', new Error('x'), false],
    ['an object with that prototype', { prototype: Error.prototype }, false],
    ['text', 'Error', false],
    ['undefined', undefined, false],
  ])('recognizes %s', (_, candidate, expected) => {
    expect(isErrorClass(candidate)).toBe(expected);
  });
});

describe('strictBoolean', () => {
  const answering = (answer: unknown): ((subject: string) => boolean) => strictBoolean((() => answer) as () => boolean);

  it.each([true, false])('returns %s when the predicate does', (answer) => {
    const predicate = vi.fn<(subject: string) => boolean>(() => answer);

    expect([strictBoolean(predicate)('subject'), predicate.mock.calls]).toEqual([answer, [['subject']]]);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [1, '1'],
    ['true', '"true"'],
    [{}, 'an object'],
    [[], 'an array'],
  ])('throws when the predicate returns %j', (answer, shown) => {
    expect(() => answering(answer)('subject'))
      .toThrow(new TypeError(`A predicate must return a boolean. It returned ${shown}.`));
  });

  it('throws when the predicate is async, and handles the rejection', async () => {
    const answer = { then: vi.fn<(onValue: unknown, onError: unknown) => void>() };

    expect(() => answering(answer)('subject')).toThrow('It returned a promise.');
    await Promise.resolve();
    expect(answer.then).toHaveBeenCalledWith(expect.anything(), expect.any(Function));
  });
});
