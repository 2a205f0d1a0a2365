import { Duplex, Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import {
  BulkheadFullError,
  CircuitBreakerConfigError,
  CircuitBreakerDisposedError,
  CircuitBreakerFallbackError,
  CircuitBreakerOpenError,
  CircuitBreakerTimeoutError,
} from '../../src/core/errors.ts';
import { Judge, outcomeOf } from '../../src/core/judge.ts';
import type { Classifier, JudgeRules, Profile, Verdict } from '../../src/core/judge.ts';

const BOOM = new Error('boom');
const OPEN = new CircuitBreakerOpenError('inner',
  { state: 'open', reason: 'error_rate', retryAfterMs: 1, lastFailure: undefined, cause: undefined });
const NO_RULES: JudgeRules =
  { ignoreErrors: undefined, countErrors: undefined, isFailure: undefined, classify: undefined, profile: undefined };
const timeline = { now: () => 7, wallOf: (at: number) => 1_000 + at };

/** A judge by these rules, and what it reported. */
function judgeBy(rules: Partial<JudgeRules>): { judge: Judge; reports: unknown[] } {
  const reports: unknown[] = [];
  const report = (_source: unknown, error: unknown): void => void reports.push(error);
  return { judge: new Judge({ ...NO_RULES, ...rules }, { report, timeline }), reports };
}

const ignoresAll: Profile = { name: 'own', judge: () => 'ignored' };
const failsAll: Profile = { name: 'own', judge: () => 'failure' };
const decidesNothing: Profile = { name: 'own', judge: () => undefined };

const throwing = (): never => {
  throw BOOM;
};

/** User code that returns anything, typed as if it were right. */
const answering = <T>(answer: unknown): T => (() => answer) as T;

const notBoolean = (shown: string): TypeError =>
  new TypeError(`A predicate must return a boolean. It returned ${shown}.`);

describe('a judge without rules', () => {
  it('counts values as successes and errors as failures', () => {
    const { judge } = judgeBy({});

    expect([judge.value(undefined), judge.value(BOOM), judge.error(BOOM), judge.error(undefined)]).toEqual([
      'success',
      'success',
      'failure',
      'failure',
    ]);
    const looks = Array.from({ length: 100 }, () => judge.judges('a value'));
    expect([judge.judgesValues, looks.includes(true)]).toEqual([false, false]);
  });
});

describe('a judge with ignoreErrors and countErrors', () => {
  it.each([
    [{ ignoreErrors: TypeError }, 'ignored', 'failure', 'failure'],
    [{ countErrors: TypeError }, 'failure', 'ignored', 'ignored'],
    [{ ignoreErrors: TypeError, countErrors: [TypeError, RangeError] }, 'ignored', 'failure', 'ignored'],
    [{ ignoreErrors: TypeError, countErrors: TypeError }, 'ignored', 'ignored', 'ignored'],
    [{ ignoreErrors: [], countErrors: Error }, 'failure', 'failure', 'failure'],
    [{ countErrors: [] }, 'ignored', 'ignored', 'ignored'],
  ])('judges errors by the filters: %#', (rules, ofType, ofRange, ofOther) => {
    const { judge, reports } = judgeBy(rules);

    const verdicts = [judge.error(new TypeError('x')), judge.error(new RangeError('x')), judge.error(new Error('x'))];

    expect([verdicts, reports]).toEqual([[ofType, ofRange, ofOther], []]);
    expect([judge.judges(new TypeError('x')), judge.value(new TypeError('x'))]).toEqual([false, 'success']);
  });

  it.each([
    [{ ignoreErrors: throwing }, BOOM],
    [{ countErrors: throwing }, BOOM],
    [{ ignoreErrors: answering<() => boolean>(Promise.resolve(true)) }, notBoolean('a promise')],
  ])('counts a failure and reports the mistake when a filter is wrong: %#', (rules, report) => {
    const { judge, reports } = judgeBy(rules);

    expect([judge.error(BOOM), reports]).toEqual(['failure', [report]]);
  });
});

describe('a judge of timeouts', () => {
  const timeout = new CircuitBreakerTimeoutError('orders', 10);

  it.each<[string, Partial<JudgeRules>, Verdict]>([
    ['there is no filter', {}, 'failure'],
    ['its class is ignored', { ignoreErrors: CircuitBreakerTimeoutError }, 'ignored'],
    ['its name is ignored', { ignoreErrors: ['CircuitBreakerTimeoutError'] }, 'ignored'],
    ['timeouts are ignored', { ignoreErrors: ['TimeoutError'] }, 'ignored'],
    ['its code is ignored', { ignoreErrors: 'ERR_CIRCUIT_TIMEOUT' }, 'ignored'],
    ['another error is ignored', { ignoreErrors: [TypeError] }, 'failure'],
    ['other errors count', { countErrors: [503] }, 'failure'],
    ['other errors count, and it is ignored', { countErrors: [503], ignoreErrors: () => true }, 'ignored'],
    ['values are judged', { isFailure: () => false }, 'failure'],
    ['classify says ignored', { classify: () => 'ignored' }, 'ignored'],
    ['classify asks for a pause', { classify: () => ({ failure: true, retryAfterMs: 9 }) },
      { failure: true, retryAfterMs: 9 }],
    ['classify says success, because there was no answer', { classify: () => 'success' }, 'ignored'],
  ])('answers by the rules when %s', (_when, rules, verdict) => {
    expect(judgeBy(rules).judge.timeout(timeout)).toEqual(verdict);
  });

  it('counts a failure and reports the mistake when the filter throws', () => {
    const { judge, reports } = judgeBy({ ignoreErrors: throwing });

    expect([judge.timeout(timeout), reports]).toEqual(['failure', [BOOM]]);
  });
});

describe('a judge with isFailure', () => {
  it('judges values by it, and errors by the filters', () => {
    const isFailure = vi.fn<(value: unknown) => boolean>((value) => value === 'bad');
    const { judge } = judgeBy({ isFailure, ignoreErrors: TypeError });

    const verdicts = [judge.value('bad'), judge.value('good'), judge.error(new TypeError('x')), judge.error(BOOM)];

    expect([judge.judges('good'), verdicts]).toEqual([true, ['failure', 'success', 'ignored', 'failure']]);
    expect(isFailure.mock.calls).toEqual([['bad'], ['good']]);
  });

  it.each([
    ['throws', throwing, BOOM],
    ['returns a promise', answering<() => boolean>(Promise.resolve(true)), notBoolean('a promise')],
    ['returns 1', answering<() => boolean>(1), notBoolean('1')],
  ])('counts a success and reports the mistake when it %s', (_, isFailure, report) => {
    const { judge, reports } = judgeBy({ isFailure });

    expect([judge.value('bad'), reports]).toEqual(['success', [report]]);
  });
});

describe('a judge with classify', () => {
  it('passes it how the operation ended', () => {
    const classify = vi.fn<Classifier>(() => 'success');
    const { judge } = judgeBy({ classify });

    judge.value('fine');
    judge.error(BOOM);

    expect([judge.judges('fine'), judge.judges('fine'), judge.judgesValues]).toEqual([true, true, true]);
    expect(classify.mock.calls).toEqual([[{ status: 'success', value: 'fine' }], [{ status: 'failure', error: BOOM }]]);
  });

  it.each([
    ['success', 'success', 'success'],
    ['failure', 'failure', 'failure'],
    ['ignored', 'ignored', 'ignored'],
    [{ failure: true }, { failure: true, retryAfterMs: undefined }, 'failure'],
    [{ failure: true, retryAfterMs: 250, opens: false }, { failure: true, retryAfterMs: 250, opens: false }, 'failure'],
    [{ failure: true, retryAfterMs: 250 }, { failure: true, retryAfterMs: 250 }, 'failure'],
    [{ failure: true, retryAfterMs: 'soon', more: 1 }, { failure: true, retryAfterMs: 'soon' }, 'failure'],
  ])('accepts the answer %j for errors and values', (answer, expected, outcome) => {
    const { judge, reports } = judgeBy({ classify: answering(answer) });

    const verdicts = [judge.error(BOOM), judge.value('fine')];

    expect([verdicts, reports]).toEqual([[expected, expected], []]);
    expect(verdicts.map(outcomeOf)).toEqual([outcome, outcome]);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'true'],
    [false, 'false'],
    ['', '""'],
    ['Failure', '"Failure"'],
    [{}, 'an object'],
    [{ failure: false }, 'an object'],
    [{ failure: 1 }, 'an object'],
    [{ retryAfterMs: 250 }, 'an object'],
    [[], 'an array'],
    [Promise.resolve('failure'), 'a promise'],
    [Object.assign(() => {}, { failure: true }), 'a function'],
  ])('uses the default judgment and reports the mistake when it returns %o', (answer, shown) => {
    const { judge, reports } = judgeBy({ classify: answering(answer) });
    const rule = "`classify()` must return 'success', 'failure', 'ignored' or { failure: true }";

    expect([judge.value('fine'), judge.error(BOOM)]).toEqual(['success', 'failure']);
    const report = new TypeError(`${rule}. It returned ${shown}.`);
    expect(reports).toEqual([report, report]);
  });

  it.each<[string, Partial<JudgeRules>, Verdict, Verdict, Verdict]>([
    ['filters', { ignoreErrors: TypeError, isFailure: (value: unknown) => value === 'bad' },
      'ignored', 'failure', 'failure'],
    ['a profile', { profile: ignoresAll }, 'ignored', 'ignored', 'ignored'],
    ['filters and a profile', { countErrors: RangeError, profile: ignoresAll }, 'ignored', 'failure', 'ignored'],
  ])('leaves what it returns nothing for to %s', (_title, rules, ofType, ofRange, ofValue) => {
    const { judge, reports } = judgeBy({ ...rules, classify: () => undefined });

    expect([judge.error(new TypeError('x')), judge.error(new RangeError('x')), judge.value('bad')])
      .toEqual([ofType, ofRange, ofValue]);
    expect(reports).toEqual([]);
  });

  it('comes before the filters and the profile', () => {
    const classify: Classifier = ({ status }) => (status === 'failure' ? 'failure' : 'ignored');
    const { judge } = judgeBy({ classify, ignoreErrors: () => true, isFailure: () => true, profile: ignoresAll });

    expect([judge.error(BOOM), judge.value('fine')]).toEqual(['failure', 'ignored']);
  });

  it('handles the rejection when it returns a promise', async () => {
    const answer = { then: vi.fn<(onValue: unknown, onError: unknown) => void>() };

    judgeBy({ classify: answering(answer) }).judge.error(BOOM);
    await Promise.resolve();

    expect(answer.then).toHaveBeenCalledWith(expect.anything(), expect.any(Function));
  });

  it('uses the default judgment and reports the error when it throws', () => {
    const { judge, reports } = judgeBy({ classify: throwing });

    expect([judge.value('fine'), judge.error(new Error('other'))]).toEqual(['success', 'failure']);
    expect(reports).toEqual([BOOM, BOOM]);
  });
});

describe('rejections', () => {
  it.each([
    OPEN,
    new BulkheadFullError('inner', 7),
    new CircuitBreakerDisposedError('inner'),
    Object.assign(new Error('of another copy'), { code: 'ERR_CIRCUIT_OPEN' }),
  ])('are ignored before any rule is asked: $code', (rejection) => {
    const classify = vi.fn<Classifier>(() => 'failure');
    const countErrors = vi.fn<(error: unknown) => boolean>(() => true);

    const verdicts = [{}, { classify }, { countErrors }].map((rules) => judgeBy(rules).judge.error(rejection));

    expect(verdicts).toEqual(['ignored', 'ignored', 'ignored']);
    expect([...classify.mock.calls, ...countErrors.mock.calls]).toEqual([]);
  });

  it.each([new CircuitBreakerTimeoutError('inner', 500), new CircuitBreakerConfigError('inner', [])])(
    'do not include $name',
    (error) => {
      expect(judgeBy({}).judge.error(error)).toBe('failure');
    },
  );
});

describe('a chain of errors', () => {
  const broken = (fields: object, cause?: unknown): Error => Object.assign(new Error('broken', { cause }), fields);
  const inner = broken({ status: 404, code: 'E_INNER' });

  it.each<[string, Partial<JudgeRules>, unknown, Verdict]>([
    ['the first status', { ignoreErrors: [404], countErrors: [503] }, broken({ status: 503 }, inner), 'failure'],
    ['the first status, also if no filter selects it', { ignoreErrors: [404] },
      broken({ status: 500 }, inner), 'failure'],
    ['an inner status, if the outer error has none', { ignoreErrors: [404] }, broken({}, inner), 'ignored'],
    ['the first code', { ignoreErrors: ['E_INNER'] }, broken({ code: 'E_OUTER' }, inner), 'failure'],
    ['an inner code, if the outer error has none', { ignoreErrors: ['E_INNER'] },
      broken({ status: 500 }, inner), 'ignored'],
    ['the outer name', { ignoreErrors: [RangeError], countErrors: ['TypeError'] },
      new TypeError('x', { cause: new RangeError('y') }), 'failure'],
    ['an inner class, if no filter selects the outer one', { ignoreErrors: [RangeError] },
      new TypeError('x', { cause: new RangeError('y') }), 'ignored'],
  ])('is judged by %s', (_title, rules, error, verdict) => {
    expect(judgeBy(rules).judge.error(error)).toBe(verdict);
  });
});

describe('a filter by status', () => {
  const failing = (judge: Judge, times: number, error: unknown): void => {
    for (let time = 0; time < times; time += 1) judge.error(error);
  };

  it.each<[string, Partial<JudgeRules>]>([
    ['a number', { ignoreErrors: [TypeError, 404] }],
    ['a number as text', { countErrors: ['404'] }],
  ])('is reported once when none of a hundred errors had a status or a code: %s', (_title, rules) => {
    const { judge, reports } = judgeBy(rules);

    failing(judge, 99, BOOM);
    expect(reports).toEqual([]);
    failing(judge, 200, BOOM);

    expect(reports).toEqual([new TypeError(
      'A filter has a number, but none of 100 errors had a status or a code. Use a predicate.',
    )]);
  });

  it.each<[string, Partial<JudgeRules>, unknown]>([
    ['an error has had a status', { ignoreErrors: 404 }, { status: 500 }],
    ['an error has had a code', { countErrors: 404 }, { cause: { code: 'ECONNRESET' } }],
    ['an error was selected', { ignoreErrors: [404, 'ValidationError'] }, { name: 'ValidationError' }],
    ['no filter is a number', { ignoreErrors: ['ENOENT', TypeError] }, BOOM],
  ])('is not reported when %s', (_title, rules, first) => {
    const { judge, reports } = judgeBy(rules);

    judge.error(first);
    failing(judge, 300, BOOM);

    expect(reports).toEqual([]);
  });
});

describe('a filter beside a profile', () => {
  const pause = { failure: true, retryAfterMs: 5, opens: false } as const;
  const pauses: Profile = { name: 'own', judge: () => pause };

  it.each<[string, Partial<JudgeRules>, Verdict]>([
    ['keeps the wait of what it counts', { countErrors: [TypeError] }, pause],
    ['drops that of what it ignores', { ignoreErrors: [TypeError] }, 'ignored'],
  ])('%s', (_title, rules, verdict) => {
    expect(judgeBy({ ...rules, profile: pauses }).judge.error(new TypeError('x'))).toEqual(verdict);
  });
});

describe('a profile', () => {
  it.each<[string, Partial<JudgeRules>, Verdict, Verdict]>([
    ['ignored ones', { ignoreErrors: TypeError, profile: failsAll }, 'ignored', 'failure'],
    ['counted ones', { countErrors: TypeError, profile: ignoresAll }, 'failure', 'ignored'],
    ['counted ones, and decides nothing', { countErrors: TypeError, profile: decidesNothing }, 'failure', 'failure'],
  ])('judges the errors that filters leave: %s', (_title, rules, ofType, ofRange) => {
    const { judge } = judgeBy(rules);

    expect([judge.error(new TypeError('x')), judge.error(new RangeError('x'))]).toEqual([ofType, ofRange]);
  });

  it('receives the result and the wall time, and never a timeout', () => {
    const judged = vi.fn<Profile['judge']>(() => ({ failure: true, retryAfterMs: 5, opens: false }));
    const { judge } = judgeBy({ profile: { name: 'own', judge: judged } });

    const verdicts = [judge.error(BOOM), judge.value('fine'), judge.timeout(BOOM)];

    const verdict = { failure: true, retryAfterMs: 5, opens: false };
    expect(verdicts).toEqual([verdict, verdict, 'failure']);
    expect(judged.mock.calls)
      .toEqual([[{ status: 'failure', error: BOOM }, 1_007], [{ status: 'success', value: 'fine' }, 1_007]]);
  });

  it.each([
    ['throws', throwing, BOOM],
    ['returns something else', answering<Profile['judge']>(5),
      new TypeError(
        "`profile.judge()` must return 'success', 'failure', 'ignored' or { failure: true }. It returned 5.",
      )],
  ])('is reported, and the usual judgment applies, when it %s', (_title, judgeResult, report) => {
    const { judge, reports } = judgeBy({ profile: { name: 'own', judge: judgeResult } });

    expect([judge.error(BOOM), judge.value('fine')]).toEqual(['failure', 'success']);
    expect(reports).toEqual([report, report]);
  });

  it('says what items of a stream are', () => {
    const item = vi.fn<Required<Profile>['item']>().mockReturnValueOnce('other').mockImplementation(throwing);
    const { judge, reports } = judgeBy({ profile: { ...ignoresAll, item } });

    expect([judge.judgesItems, judge.item(1), judge.item(2), reports]).toEqual([true, 'other', 'content', [BOOM]]);
    expect([judgeBy({}).judge.judgesItems, judgeBy({ profile: ignoresAll }).judge.item(3)]).toEqual([false, 'content']);
  });
});

/** An error with a list of rejections that throws when it is read. */
const errorsThatThrow = (): Error => {
  const errors = Object.defineProperty([OPEN], 1, { get: throwing });
  return Object.assign(new Error('x'), { errors });
};

describe('a returned response', () => {
  const unavailable = { status: 501, headers: {} };

  it.each<[string, Partial<JudgeRules>, unknown, Verdict]>([
    ['a status that is ignored', { profile: failsAll, ignoreErrors: [501] }, unavailable, 'ignored'],
    ['a status that counts', { profile: ignoresAll, countErrors: ['501'] }, unavailable, 'failure'],
    ['other statuses', { profile: ignoresAll, countErrors: [404], ignoreErrors: [403] }, unavailable, 'ignored'],
    ['a predicate, which is for errors', { profile: ignoresAll, countErrors: () => true }, unavailable, 'ignored'],
    ['isFailure first', { profile: ignoresAll, isFailure: () => true, ignoreErrors: [501] }, unavailable, 'failure'],
    ['no profile', { ignoreErrors: [501], isFailure: () => false }, unavailable, 'success'],
    ['data that is no response', { profile: ignoresAll, countErrors: [501] }, { status: 501 }, 'ignored'],
  ])('is judged by the filters before the profile: %s', (_title, rules, value, verdict) => {
    expect(judgeBy(rules).judge.value(value)).toBe(verdict);
  });
});

describe('a value that is no outcome', () => {
  const observable = { subscribe: () => {}, pipe: () => {} };
  async function* items(): AsyncGenerator<number> {
    yield 1;
  }

  it.each([
    ['an observable', observable, /firstValueFrom/],
    ['an async generator', items(), /Use `stream\(\)`/],
    ['a generator', (function* () {})(), /Use `stream\(\)`/],
    ['a stream of an SDK', { tee: () => {}, [Symbol.asyncIterator]: () => {} }, /Use `stream\(\)`/],
    ['a Node stream', Readable.from([1]), /Use `stream\(\)`/],
    ['a web stream', new ReadableStream(), /Use `stream\(\)`/],
  ])('is reported once when it is %s', (_title, value, message) => {
    const { judge, reports } = judgeBy({});

    expect([judge.judges('a text'), judge.judges(value), judge.judges(value)]).toEqual([false, false, false]);
    expect(reports).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })]);
  });

  it('may be one that can not be read', () => {
    const trap = new Proxy({}, { get: throwing, has: throwing });

    expect([judgeBy({}).judge.judges(trap), judgeBy({}).judge.error(errorsThatThrow())]).toEqual([false, 'failure']);
  });

  it.each([
    ['a response', new Response('fine')],
    ['an array', [1]],
    ['a map', new Map()],
    ['an iterator', [1].values()],
    ['a page of an SDK', { data: [], next: () => {}, [Symbol.asyncIterator]: () => {} }],
    ['a socket', new Duplex()],
    ['a stream that was read', Object.defineProperty(Readable.from([]), 'readableEnded', { value: true })],
    ['a subscription', { subscribe: () => {} }],
    ['null', null],
  ])('is not reported when it is %s', (_title, value) => {
    const { judge, reports } = judgeBy({});

    judge.judges(value);

    expect(reports).toEqual([]);
  });
});

describe('a failed fallback', () => {
  it('is judged by the error of the call', () => {
    const classify = vi.fn<Classifier>(() => 'ignored');
    const fallenBack = (error: unknown): unknown =>
      new CircuitBreakerFallbackError('inner', new CircuitBreakerFallbackError('inner', error, []), []);

    judgeBy({ classify }).judge.error(fallenBack(BOOM));

    expect([OPEN, BOOM].map((error) => judgeBy({}).judge.error(fallenBack(error)))).toEqual(['ignored', 'failure']);
    expect(classify.mock.calls).toEqual([[{ status: 'failure', error: BOOM }]]);
  });
});
