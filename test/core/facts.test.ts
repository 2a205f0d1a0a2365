import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showsAnswer } from '../../src/core/answer.ts';
import { along, codesOf, copied, failureFacts, innerOf, namesOf, statusOf } from '../../src/core/facts.ts';
import { isRejected } from '../../src/core/rejected.ts';
import { readRetryAfter } from '../../src/core/retry-after.ts';
import { HOSTILE_RUNS, hostileSubjects } from '../support/hostile-subjects.ts';

class RequestError extends Error {}
class HttpError extends RequestError {}

const error = (fields: object = {}, cause?: unknown): Error =>
  Object.assign(cause === undefined ? new Error('x') : new Error('x', { cause }), fields);

describe('a chain of errors', () => {
  it.each(['cause', 'parent', 'original', 'driverError', 'lastError'])('goes on at `%s`', (key) => {
    const inner = error();

    expect(innerOf({ [key]: inner })).toBe(inner);
  });

  it('goes on at the first error of an AggregateError', () => {
    expect(innerOf(new AggregateError([1, 2]))).toBe(1);
    expect(innerOf({ errors: 'none' })).toBeUndefined();
  });

  it('is visited from the outside in, six errors at most, also in a circle', () => {
    const circle = error();
    circle.cause = circle;
    const seen: unknown[] = [];

    along(circle, (each) => void seen.push(each));

    expect(seen).toEqual(Array.from({ length: 6 }, () => circle));
  });

  it.each([undefined, null, 0, 'text'])('of %o is that value alone', (value) => {
    const seen: unknown[] = [];

    along(value, (each) => void seen.push(each));

    expect(seen).toEqual([value]);
  });
});

describe('the status', () => {
  it.each<[string, unknown, number | undefined]>([
    ['of an error', { status: 404 }, 404],
    ['of ofetch', { statusCode: 503 }, 503],
    ['of got', { response: { statusCode: 500 } }, 500],
    ['of AWS', { $metadata: { httpStatusCode: 400 } }, 400],
    ['as text', { status: '429' }, 429],
    ['of no network', { status: 0 }, 0],
    ['of a service with numbers of its own', { statusCode: 10_042 }, 10_042],
    ['that is no whole number', { status: 1.5 }, undefined],
    ['that is negative', { status: -1 }, undefined],
    ['as a word', { status: 'error' }, undefined],
    ['of a word', 'status', undefined],
    ['of null', null, undefined],
  ])('%s is found', (_title, subject, status) => {
    expect(statusOf(subject)).toBe(status);
  });
});

describe('the codes', () => {
  it.each<[string, unknown, readonly unknown[]]>([
    ['of a system error', { code: 'ECONNRESET', errno: -104 }, ['ECONNRESET', -104]],
    ['of MySQL', { code: 'ER_X', errno: 1062, sqlState: '23000' }, ['ER_X', 1062, '23000']],
    ['of gRPC', { code: 14 }, [14]],
    ['that are empty', { code: '' }, []],
    ['that are objects', { code: {} }, []],
    ['of a DOMException', new DOMException('late', 'TimeoutError'), []],
    ['of a copy of one', { name: 'TimeoutError', code: 23, errno: 'ETIME' }, ['ETIME']],
    ['of undefined', undefined, []],
  ])('%s are found', (_title, subject, codes) => {
    expect(codesOf(subject)).toEqual(codes);
  });
});

describe('the names', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['of an error', new Error('x'), ['Error']],
    ['of a class', new HttpError('x'), ['Error', 'HttpError', 'RequestError']],
    ['of a name', Object.assign(new TypeError('x'), { name: 'Own' }), ['Own', 'TypeError']],
    ['of an object', { name: 'Own' }, ['Own']],
    ['of a text', 'text', []],
    ['of a function', () => 5, []],
  ])('%s are those along its classes', (_title, subject, names) => {
    expect(namesOf(subject).filter((name) => name !== '')).toEqual(names);
  });
});

describe('the facts of a failure', () => {
  it.each<[string, unknown, object]>([
    ['a plain error', error(), { name: 'Error' }],
    ['an error that is only called Error', new HttpError('x'), { name: 'HttpError' }],
    ['an error with a name', new TypeError('x'), { name: 'TypeError' }],
    ['a code of a cause', new TypeError('x', { cause: { code: 'ECONNREFUSED' } }),
      { name: 'TypeError', code: 'ECONNREFUSED' }],
    ['a status of a cause', error({ code: 'E_HTTP' }, { status: 503 }), { name: 'Error', code: 'E_HTTP', status: 503 }],
    ['nothing', undefined, { name: 'undefined' }],
    ['a text', 'broken', { name: 'string' }],
    ['an object', {}, { name: 'Object' }],
  ])('name %s', (_title, thrown, facts) => {
    expect(failureFacts(thrown)).toEqual({ code: undefined, status: undefined, ...facts });
  });

  it.each<[string, unknown, object]>([
    ['a response', new Response('', { status: 503 }), { name: 'Response', status: 503 }],
    ['data with a name and a code', { name: 'Alice', code: 'of alice' }, { name: 'Object' }],
    ['a class', new Map(), { name: 'Map' }],
    ['a text', 'of alice', { name: 'string' }],
  ])('name only the class and the status of what is returned: %s', (_title, value, facts) => {
    expect(failureFacts(value, false)).toEqual({ code: undefined, status: undefined, ...facts });
  });
});

describe('hostile errors and responses', () => {
  it('never make the facts throw', () => {
    fc.assert(
      fc.property(hostileSubjects(), (subject) => {
        const facts = failureFacts(subject);
        isRejected(subject);
        showsAnswer(subject);
        readRetryAfter(subject, 0);

        expect([typeof facts.name, copied(facts.name).length <= 100]).toEqual(['string', true]);
      }),
      { numRuns: HOSTILE_RUNS },
    );
  });
});
