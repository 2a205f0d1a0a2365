import { describe, expect, it, vi } from 'vitest';
import { BulkheadFullError, CircuitBreakerConfigError, CircuitBreakerDisposedError, CircuitBreakerFallbackError, CircuitBreakerOpenError, CircuitBreakerTimeoutError } from '../../src/core/errors.ts';
import { createJudge } from '../../src/core/judge.ts';
import type { Classifier, Judge, JudgeRules } from '../../src/core/judge.ts';

const BOOM = new Error('boom');
const OPEN = new CircuitBreakerOpenError('inner', { state: 'open', reason: 'error_rate', retryAfterMs: 1, cause: undefined });

/** A judge by these rules, and what it reported. */
function judgeBy(rules: Partial<JudgeRules>): { judge: Judge; reports: unknown[] } {
  const reports: unknown[] = [];
  const judge = createJudge({ ignoreErrors: undefined, countErrors: undefined, isFailure: undefined, classify: undefined, ...rules }, (error) => void reports.push(error));
  return { judge, reports };
}

const throwing = (): never => {
  throw BOOM;
};

/** What user code may give instead of what it should; typed as if it were right. */
const answering = <T>(answer: unknown): T => (() => answer) as T;

describe('a judge without rules', () => {
  it('takes values for successes and errors for failures', () => {
    const { judge } = judgeBy({});

    const verdicts = [judge.value(undefined), judge.value(BOOM), judge.error(BOOM), judge.error(undefined)];

    expect(verdicts).toEqual(['success', 'success', 'failure', 'failure']);
  });

  it('is shared by all breakers', () => {
    const { judge } = judgeBy({});

    const other = judgeBy({}).judge;

    expect(other).toBe(judge);
  });

  it('need not be asked about values', () => {
    const { judge } = judgeBy({});

    expect(judge.judgesValues).toBe(false);
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
  ])('with %o judges a TypeError %s, a RangeError %s and another %s', (rules, ofType, ofRange, ofOther) => {
    const { judge, reports } = judgeBy(rules);

    const verdicts = [judge.error(new TypeError('x')), judge.error(new RangeError('x')), judge.error(new Error('x'))];

    expect(verdicts).toEqual([ofType, ofRange, ofOther]);
    expect(reports).toEqual([]);
  });

  it('takes every value for a success, and need not be asked', () => {
    const { judge, reports } = judgeBy({ ignoreErrors: TypeError, countErrors: Error });

    const verdict = judge.value(new TypeError('x'));

    expect([judge.judgesValues, verdict, reports]).toEqual([false, 'success', []]);
  });

  it.each([{ ignoreErrors: throwing }, { countErrors: throwing }])('takes an error for a failure when a filter of %o throws, and reports that', (rules) => {
    const { judge, reports } = judgeBy(rules);

    const verdict = judge.error(new TypeError('x'));

    expect(verdict).toBe('failure');
    expect(reports).toEqual([BOOM]);
  });

  it('takes an error for a failure when a filter answers with a promise, and reports that', () => {
    const { judge, reports } = judgeBy({ ignoreErrors: answering(Promise.resolve(true)) });

    const verdict = judge.error(BOOM);

    expect(verdict).toBe('failure');
    expect(reports).toEqual([new TypeError('Expected the predicate to return a boolean, got a promise')]);
  });
});

describe('a judge with isFailure', () => {
  it.each([
    ['bad', 'failure'],
    ['good', 'success'],
  ])('judges the value %s a %s', (value, expected) => {
    const { judge } = judgeBy({ isFailure: (candidate: unknown) => candidate === 'bad' });

    expect([judge.judgesValues, judge.value(value)]).toEqual([true, expected]);
  });

  it('takes errors for failures and does not show them', () => {
    const isFailure = vi.fn<() => boolean>(() => false);
    const { judge } = judgeBy({ isFailure });

    const verdict = judge.error(BOOM);

    expect(verdict).toBe('failure');
    expect(isFailure).not.toHaveBeenCalled();
  });

  it.each([
    ['throws', throwing, BOOM],
    ['answers with a promise', answering<() => boolean>(Promise.resolve(true)), new TypeError('Expected the predicate to return a boolean, got a promise')],
    ['answers 1', answering<() => boolean>(1), new TypeError('Expected the predicate to return a boolean, got 1')],
  ])('takes a value for a success when it %s, and reports that', (_, isFailure, report) => {
    const { judge, reports } = judgeBy({ isFailure });

    const verdict = judge.value('bad');

    expect(verdict).toBe('success');
    expect(reports).toEqual([report]);
  });

  it('goes together with filters', () => {
    const { judge } = judgeBy({ isFailure: () => true, ignoreErrors: TypeError });

    expect([judge.value('any'), judge.error(new TypeError('x')), judge.error(BOOM)]).toEqual(['failure', 'ignored', 'failure']);
  });
});

describe('a judge with classify', () => {
  it('shows it how the operation ended', () => {
    const classify = vi.fn<Classifier>(() => 'success');
    const { judge } = judgeBy({ classify });

    judge.value('fine');
    judge.error(BOOM);

    expect(judge.judgesValues).toBe(true);
    expect(classify.mock.calls).toEqual([[{ status: 'success', value: 'fine' }], [{ status: 'failure', error: BOOM }]]);
  });

  it.each([
    ['success', 'success'],
    ['failure', 'failure'],
    ['ignored', 'ignored'],
    [{ failure: true }, { failure: true, retryAfterMs: undefined }],
    [
      { failure: true, retryAfterMs: 250 },
      { failure: true, retryAfterMs: 250 },
    ],
    [
      { failure: true, retryAfterMs: 'soon', more: 1 },
      { failure: true, retryAfterMs: 'soon' },
    ],
  ])('takes its answer %j for errors and for values', (answer, expected) => {
    const { judge, reports } = judgeBy({ classify: answering(answer) });

    const verdicts = [judge.error(BOOM), judge.value('fine')];

    expect(verdicts).toEqual([expected, expected]);
    expect(reports).toEqual([]);
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
  ])('falls back to the default judgement when it answers %o, and reports that', (answer, shown) => {
    const { judge, reports } = judgeBy({ classify: answering(answer) });
    const report = new TypeError(`Expected classify to return 'success', 'failure', 'ignored' or { failure: true }, got ${shown}`);

    const verdicts = [judge.value('fine'), judge.error(BOOM)];

    expect(verdicts).toEqual(['success', 'failure']);
    expect(reports).toEqual([report, report]);
  });

  it('handles the rejection when it answers with a promise', async () => {
    const answer = { then: vi.fn<(onValue: unknown, onError: unknown) => void>() };
    const { judge } = judgeBy({ classify: answering(answer) });

    judge.error(BOOM);
    await Promise.resolve();

    expect(answer.then).toHaveBeenCalledWith(expect.anything(), expect.any(Function));
  });

  it('falls back to the default judgement when it throws, and reports that', () => {
    const { judge, reports } = judgeBy({ classify: throwing });

    const verdicts = [judge.value('fine'), judge.error(new Error('other'))];

    expect(verdicts).toEqual(['success', 'failure']);
    expect(reports).toEqual([BOOM, BOOM]);
  });
});

describe('rejections', () => {
  const rejections = [
    OPEN,
    new BulkheadFullError('inner', 7),
    new CircuitBreakerDisposedError('inner'),
    Object.assign(new Error('of another copy'), { code: 'ERR_CIRCUIT_OPEN' }),
  ];

  it.each(rejections)('are ignored without rules: %s', (rejection) => {
    const { judge } = judgeBy({});

    expect(judge.error(rejection)).toBe('ignored');
  });

  it.each(rejections)('are ignored before any rule is asked: %s', (rejection) => {
    const classify = vi.fn<Classifier>(() => 'failure');
    const counts = vi.fn<(error: unknown) => boolean>(() => true);

    const verdicts = [judgeBy({ classify }).judge.error(rejection), judgeBy({ countErrors: counts }).judge.error(rejection)];

    expect(verdicts).toEqual(['ignored', 'ignored']);
    expect([classify, counts].flatMap((mock) => mock.mock.calls)).toEqual([]);
  });

  it.each([new CircuitBreakerTimeoutError('inner', 500), new CircuitBreakerConfigError('inner', [])])('do not include %s', (error) => {
    const { judge } = judgeBy({});

    expect(judge.error(error)).toBe('failure');
  });
});

describe('a failed fallback', () => {
  /** The error of fallbacks inside each other, `depth` deep. */
  function fallenBack(depth: number, root: unknown): unknown {
    let error = root;
    for (let level = 0; level < depth; level += 1) error = new CircuitBreakerFallbackError('inner', error, []);
    return error;
  }

  it.each([1, 2, 5])('is judged by what asked for it, %i deep', (depth) => {
    const { judge } = judgeBy({});

    const verdicts = [judge.error(fallenBack(depth, OPEN)), judge.error(fallenBack(depth, BOOM))];

    expect(verdicts).toEqual(['ignored', 'failure']);
  });

  it('is a failure when it goes deeper than anybody would', () => {
    const { judge } = judgeBy({});

    expect(judge.error(fallenBack(6, OPEN))).toBe('failure');
  });

  it('shows a rule what asked for it', () => {
    const classify = vi.fn<Classifier>(() => 'ignored');
    const { judge } = judgeBy({ classify });

    judge.error(fallenBack(2, BOOM));

    expect(classify.mock.calls).toEqual([[{ status: 'failure', error: BOOM }]]);
  });
});
