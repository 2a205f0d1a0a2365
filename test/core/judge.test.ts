import { describe, expect, it, vi } from 'vitest';
import {
  BulkheadFullError,
  CircuitBreakerConfigError,
  CircuitBreakerDisposedError,
  CircuitBreakerFallbackError,
  CircuitBreakerOpenError,
  CircuitBreakerTimeoutError,
} from '../../src/core/errors.ts';
import { createJudge, outcomeOf } from '../../src/core/judge.ts';
import type { Classifier, Judge, JudgeRules, Verdict } from '../../src/core/judge.ts';

const BOOM = new Error('boom');
const OPEN = new CircuitBreakerOpenError('inner',
  { state: 'open', reason: 'error_rate', retryAfterMs: 1, cause: undefined });
const NO_RULES: JudgeRules =
  { ignoreErrors: undefined, countErrors: undefined, isFailure: undefined, classify: undefined };

/** A judge by these rules, and what it reported. */
function judgeBy(rules: Partial<JudgeRules>): { judge: Judge; reports: unknown[] } {
  const reports: unknown[] = [];
  return { judge: createJudge({ ...NO_RULES, ...rules }, { report: (_, error) => void reports.push(error) }), reports };
}

const throwing = (): never => {
  throw BOOM;
};

/** User code that returns anything, typed as if it were right. */
const answering = <T>(answer: unknown): T => (() => answer) as T;

const notBoolean = (shown: string): TypeError =>
  new TypeError(`A predicate must return a boolean. It returned ${shown}.`);

describe('a judge without rules', () => {
  it('counts values as successes and errors as failures, and is shared by all breakers', () => {
    const { judge } = judgeBy({});

    expect([judge.value(undefined), judge.value(BOOM), judge.error(BOOM), judge.error(undefined)]).toEqual([
      'success',
      'success',
      'failure',
      'failure',
    ]);
    expect([judge.judgesValues, judgeBy({}).judge === judge]).toEqual([false, true]);
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
    expect([judge.judgesValues, judge.value(new TypeError('x'))]).toEqual([false, 'success']);
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

    expect([judge.judgesValues, verdicts]).toEqual([true, ['failure', 'success', 'ignored', 'failure']]);
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

    expect(judge.judgesValues).toBe(true);
    expect(classify.mock.calls).toEqual([[{ status: 'success', value: 'fine' }], [{ status: 'failure', error: BOOM }]]);
  });

  it.each([
    ['success', 'success', 'success'],
    ['failure', 'failure', 'failure'],
    ['ignored', 'ignored', 'ignored'],
    [{ failure: true }, { failure: true, retryAfterMs: undefined }, 'failure'],
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
