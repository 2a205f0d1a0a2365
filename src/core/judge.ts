import { compileFilters, strictBoolean } from './error-filter.ts';
import type { ErrorFilter } from './error-filter.ts';
import { behindFallbacks, isRejection } from './errors.ts';
import { describe, disarm } from './untrusted.ts';

/** What a call says about the dependency. `ignored`: nothing. */
export type Outcome = 'success' | 'failure' | 'ignored';

/** How an operation ended, as a classifier sees it. */
export type OperationResult = { readonly status: 'success'; readonly value: unknown } | { readonly status: 'failure'; readonly error: unknown };

/** A failure after which the dependency asked for a pause. */
export interface RetryAfter {
  /** Always true: only a failure can ask for a pause. */
  readonly failure: true;
  /** Milliseconds above 0; opens the circuit at once for that long, at most `maxRetryAfterMs`. */
  readonly retryAfterMs?: number | undefined;
}

/** What a classifier may answer. */
export type Verdict = Outcome | RetryAfter;

/** Judges how an operation ended. */
export type Classifier = (result: OperationResult) => Verdict;

/** The outcome that a verdict means. */
export function outcomeOf(verdict: Verdict): Outcome {
  return typeof verdict === 'string' ? verdict : 'failure';
}

/** Decides what the end of an operation says about the dependency. Never throws. */
export interface Judge {
  /** Whether a returned value can be anything but a success. */
  readonly judgesValues: boolean;
  value(value: unknown): Verdict;
  error(error: unknown): Verdict;
}

/** The options that a judge is made from. */
export interface JudgeRules {
  readonly ignoreErrors: ErrorFilter | readonly ErrorFilter[] | undefined;
  readonly countErrors: ErrorFilter | readonly ErrorFilter[] | undefined;
  readonly isFailure: ((value: never) => boolean) | undefined;
  readonly classify: Classifier | undefined;
}

const DEFAULT_JUDGE: Judge = { judgesValues: false, value: () => 'success', error: () => 'failure' };

/** The judge of a breaker. What user code does wrong is reported, and the default judgement holds. */
export function createJudge(rules: JudgeRules, report: (error: unknown) => void): Judge {
  const chosen = rules.classify ? byClassifier(rules.classify) : byFilters(rules);
  return chosen === DEFAULT_JUDGE ? RESPECTING_DEFAULT : respectingRejections(guarded(chosen, report));
}

/** Rejections are nobody's failure, and a failed fallback is judged by what asked for it: before any filter. */
function respectingRejections(inner: Judge): Judge {
  return {
    judgesValues: inner.judgesValues,
    value: inner.value,
    error(error) {
      const subject = behindFallbacks(error);
      return isRejection(subject) ? 'ignored' : inner.error(subject);
    },
  };
}

const RESPECTING_DEFAULT = /* @__PURE__ */ respectingRejections(DEFAULT_JUDGE);

function guarded(inner: Judge, report: (error: unknown) => void): Judge {
  const attempt = (judge: () => Verdict, fallback: Verdict): Verdict => {
    try {
      return judge();
    } catch (error) {
      report(error);
      return fallback;
    }
  };
  return {
    judgesValues: inner.judgesValues,
    value: (value) => attempt(() => inner.value(value), 'success'),
    error: (error) => attempt(() => inner.error(error), 'failure'),
  };
}

function byFilters({ ignoreErrors, countErrors, isFailure }: JudgeRules): Judge {
  if (ignoreErrors === undefined && countErrors === undefined && isFailure === undefined) return DEFAULT_JUDGE;
  const ignores = ignoreErrors === undefined ? () => false : compileFilters(ignoreErrors);
  const counts = countErrors === undefined ? () => true : compileFilters(countErrors);
  const failed = isFailure === undefined ? () => false : strictBoolean(isFailure as (value: unknown) => boolean);
  return {
    judgesValues: isFailure !== undefined,
    value: (value) => (failed(value) ? 'failure' : 'success'),
    error: (error) => (ignores(error) || !counts(error) ? 'ignored' : 'failure'),
  };
}

function byClassifier(classify: Classifier): Judge {
  const judge = (result: OperationResult): Verdict => checkedVerdict(classify(result));
  return {
    judgesValues: true,
    value: (value) => judge({ status: 'success', value }),
    error: (error) => judge({ status: 'failure', error }),
  };
}

function checkedVerdict(answer: unknown): Verdict {
  if (answer === 'success' || answer === 'failure' || answer === 'ignored') return answer;
  if (typeof answer === 'object' && answer !== null && (answer as RetryAfter).failure === true) {
    return { failure: true, retryAfterMs: (answer as RetryAfter).retryAfterMs };
  }
  disarm(answer);
  throw new TypeError(`Expected classify to return 'success', 'failure', 'ignored' or { failure: true }, got ${describe(answer)}`);
}
