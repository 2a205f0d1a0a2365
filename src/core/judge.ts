import { compileFilters, type ErrorFilter, strictBoolean } from './error-filter.ts';
import { behindFallbacks, isRejection } from './errors.ts';
import type { ErrorReporter } from './reporter.ts';
import { codeOf, describe, ignoreRejection } from './untrusted.ts';

/** The outcome of a call. An `ignored` call says nothing about the dependency. */
export type Outcome = 'success' | 'failure' | 'ignored';

/** The result of an operation, as a classifier receives it. */
export type OperationResult =
  | { readonly status: 'success'; readonly value: unknown }
  | { readonly status: 'failure'; readonly error: unknown };

/** A failure after which the dependency asked for a pause. */
interface RetryAfter {
  /** Always true: only a failure can ask for a pause. */
  readonly failure: true;
  /** Milliseconds greater than 0. Opens the circuit immediately for that time, at most `maxRetryAfterMs`. */
  readonly retryAfterMs?: number | undefined;
}

/** The answer of a classifier. */
export type Verdict = Outcome | RetryAfter;

export function outcomeOf(verdict: Verdict): Outcome {
  return typeof verdict === 'string' ? verdict : 'failure';
}

/** Judges the result of an operation, or its timeout. A timeout that it calls a success is ignored. */
export type Classifier = (result: OperationResult) => Verdict;

/** Judges the results of a breaker's operations. Never throws. */
export interface Judge {
  /** Whether a returned value can be something else than a success. */
  readonly judgesValues: boolean;
  value(value: unknown): Verdict;
  error(error: unknown): Verdict;
  /** Judges a call that a deadline ended. Never a success, because the dependency didn't answer. */
  timeout(error: unknown): Verdict;
}

export interface JudgeRules {
  readonly ignoreErrors: ErrorFilter | readonly ErrorFilter[] | undefined;
  readonly countErrors: ErrorFilter | readonly ErrorFilter[] | undefined;
  readonly isFailure: ((value: never) => boolean) | undefined;
  readonly classify: Classifier | undefined;
}

/** Without filters, every value is a success and every error a failure, except rejections by a breaker. */
const DEFAULT_JUDGE: Judge = {
  judgesValues: false,
  value: () => 'success',
  error: (error) => (typeof codeOf(error) === 'string' && isRejection(behindFallbacks(error)) ? 'ignored' : 'failure'),
  timeout: () => 'failure',
};

/** Makes the judge of a breaker. If user code throws, the error is reported and the default verdict applies. */
export function createJudge(rules: JudgeRules, reporter: ErrorReporter): Judge {
  const { classify, ignoreErrors, countErrors, isFailure } = rules;
  if (classify !== undefined) return guarded(byClassifier(classify), reporter);
  const hasFilters = ignoreErrors !== undefined || countErrors !== undefined || isFailure !== undefined;
  return hasFilters ? guarded(byFilters(rules), reporter) : DEFAULT_JUDGE;
}

/** Rejections by a breaker are ignored, and a fallback error is judged by its cause, before user code is asked. */
function guarded(inner: Judge, reporter: ErrorReporter): Judge {
  const attempt = (judge: () => Verdict, otherwise: Verdict): Verdict => {
    try {
      return judge();
    } catch (error) {
      reporter.report('classifier', error);
      return otherwise;
    }
  };
  return {
    judgesValues: inner.judgesValues,
    value: (value) => attempt(() => inner.value(value), 'success'),
    error(error) {
      const subject = behindFallbacks(error);
      return isRejection(subject) ? 'ignored' : attempt(() => inner.error(subject), 'failure');
    },
    timeout(error) {
      const verdict = attempt(() => inner.timeout(error), 'failure');
      return verdict === 'success' ? 'ignored' : verdict;
    },
  };
}

function byFilters({ ignoreErrors, countErrors, isFailure }: JudgeRules): Judge {
  const ignores = ignoreErrors === undefined ? () => false : compileFilters(ignoreErrors);
  const counts = countErrors === undefined ? () => true : compileFilters(countErrors);
  const failed = isFailure === undefined ? () => false : strictBoolean(isFailure as (value: unknown) => boolean);
  return {
    judgesValues: isFailure !== undefined,
    value: (value) => (failed(value) ? 'failure' : 'success'),
    error: (error) => (ignores(error) || !counts(error) ? 'ignored' : 'failure'),
    // `countErrors` lists errors of the operation. A timeout is the breaker's.
    timeout: (error) => (ignores(error) ? 'ignored' : 'failure'),
  };
}

function byClassifier(classify: Classifier): Judge {
  const judge = (result: OperationResult): Verdict => checkedVerdict(classify(result));
  const judgeError = (error: unknown): Verdict => judge({ status: 'failure', error });
  return {
    judgesValues: true,
    value: (value) => judge({ status: 'success', value }),
    error: judgeError,
    timeout: judgeError,
  };
}

function checkedVerdict(answer: unknown): Verdict {
  if (answer === 'success' || answer === 'failure' || answer === 'ignored') return answer;
  if (typeof answer === 'object' && answer !== null && (answer as RetryAfter).failure === true) {
    return { failure: true, retryAfterMs: (answer as RetryAfter).retryAfterMs };
  }
  ignoreRejection(answer);
  const rule = "must return 'success', 'failure', 'ignored' or { failure: true }";
  throw new TypeError(`\`classify()\` ${rule}. It returned ${describe(answer)}.`);
}
