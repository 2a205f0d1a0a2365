import { showsAnswer } from './answer.ts';
import { alongLinks, type ErrorFilter, factWatch, linkFilter, strictBoolean } from './error-filter.ts';
import { behindFallbacks } from './errors.ts';
import { isResponse } from './facts.ts';
import { isRejected } from './rejected.ts';
import { type ErrorReporter, tryOrReport } from './reporter.ts';
import { isUnfinished } from './results.ts';
import { describe, ignoreRejection, tryOrUndefined } from './untrusted.ts';

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
  /**
   * `false`: the pause is only the least wait if the circuit opens now, by its rules or because a probe failed. The
   * third such answer without a success between them opens it, too. @defaultValue true
   */
  readonly opens?: boolean | undefined;
}

/** The answer of a classifier. */
export type Verdict = Outcome | RetryAfter;

export function outcomeOf(verdict: Verdict): Outcome {
  return typeof verdict === 'string' ? verdict : 'failure';
}

/**
 * Judges the result of an operation, or its timeout. A timeout that it calls a success is ignored. `undefined` leaves
 * the result to the filters and the profile.
 */
export type Classifier = (result: OperationResult) => Verdict | undefined;

/** What a client throws and returns means. `./profiles` has some, such as `http()`. */
export interface Profile {
  readonly name: string;
  /**
   * Judges a result. A value that it returns nothing for is a success, an error is a failure.
   * @param wallMs the time, in milliseconds since the Unix epoch.
   */
  judge(result: OperationResult, wallMs: number): Verdict | undefined;
  /** Whether an ignored error shows that the dependency answered. Statuses are seen without this method. */
  answers?(error: unknown): boolean;
  /**
   * Judges an item of a stream. `other` is neither content nor an error, such as a ping. An error makes the stream
   * fail, even if it goes on. Without this method, every item is content.
   */
  item?(item: unknown): ItemVerdict;
}

/** What an item of a stream is. */
export type ItemVerdict = 'content' | 'other' | { readonly error: unknown };

export interface JudgeRules {
  readonly ignoreErrors: ErrorFilter | readonly ErrorFilter[] | undefined;
  readonly countErrors: ErrorFilter | readonly ErrorFilter[] | undefined;
  readonly isFailure: ((value: never) => boolean) | undefined;
  readonly classify: Classifier | undefined;
  readonly profile: Profile | undefined;
}

/** Judges an error or a value. Predicates are only asked about what was thrown. */
type Filter = (subject: unknown, isThrown?: boolean) => Outcome | undefined;

/** What a judge needs of its circuit. */
interface JudgeContext extends ErrorReporter {
  readonly timeline: { now(): number; wallOf(at: number): number };
}

/** Values of a breaker that are looked at. Breakers of a group share their rules, and so what they were told. */
const MOST_LOOKS = 100;
const told = /* @__PURE__ */ new WeakSet<JudgeRules>();
const UNFINISHED = 'The operation returned a stream, a generator or an observable, so its errors are not seen. '
  + 'Use `stream()`, or `firstValueFrom()` for an observable.';

/**
 * Judges the results of a breaker's operations: by the classifier, then by the filters, then by the profile. If user
 * code throws, the error is reported and the default verdict applies. Never throws.
 */
export class Judge {
  /** Whether values may be judged. If not, `judges` needn't be asked. */
  judgesValues = true;
  readonly #rules: JudgeRules;
  readonly #context: JudgeContext;
  readonly #filter: Filter | undefined;
  readonly #hasRules: boolean;
  #looks = MOST_LOOKS;

  constructor(rules: JudgeRules, context: JudgeContext) {
    this.#rules = rules;
    this.#context = context;
    this.#filter = errorFilter(rules, context);
    this.#hasRules = (rules.classify ?? this.#filter ?? rules.isFailure ?? rules.profile) !== undefined;
  }

  /** Whether rules judge this value. Looks at the first ones, which may be no outcomes. */
  judges(value: unknown): boolean {
    const { classify, isFailure, profile } = this.#rules;
    const isJudged = (classify ?? isFailure ?? profile) !== undefined;
    if (this.#looks === 0) return isJudged;
    this.#looks -= 1;
    if (!told.has(this.#rules) && tryOrUndefined(() => isUnfinished(value)) === true) {
      told.add(this.#rules);
      this.#context.report('operation', new TypeError(UNFINISHED));
    }
    this.judgesValues = isJudged || this.#looks > 0;
    return isJudged;
  }

  value(value: unknown): Verdict {
    const { isFailure, profile } = this.#rules;
    const filter = (): Outcome | undefined => {
      if (isFailure !== undefined && strictBoolean(isFailure as (value: unknown) => boolean)(value)) return 'failure';
      // Filters by status are for responses, too.
      return profile !== undefined && isResponse(value) ? this.#filter?.(value, false) : undefined;
    };
    return this.#judge({ status: 'success', value }, filter, profile) ?? 'success';
  }

  error(thrown: unknown): Verdict {
    if (isRejected(thrown)) return 'ignored';
    if (!this.#hasRules) return 'failure';
    const error = behindFallbacks(thrown);
    return this.#judge({ status: 'failure', error }, () => this.#filter?.(error), this.#rules.profile) ?? 'failure';
  }

  /** Judges a call that a deadline ended. Never a success, because the dependency didn't answer. */
  timeout(error: unknown): Verdict {
    // `countErrors` and the profile are for errors of the operation. A timeout is the breaker's.
    const ignores = errorFilter({ ignoreErrors: this.#rules.ignoreErrors }, this.#context);
    const verdict = this.#judge({ status: 'failure', error }, () => ignores?.(error)) ?? 'failure';
    return verdict === 'success' ? 'ignored' : verdict;
  }

  /** Whether a result that is ignored shows that the dependency answered. */
  answers(subject: unknown): boolean {
    return showsAnswer(subject) || this.#ask((profile) => profile.answers?.(subject)) === true;
  }

  /** Whether items of streams must be judged. */
  get judgesItems(): boolean {
    return this.#rules.profile?.item !== undefined;
  }

  /** What a stream's item is. */
  item(item: unknown): ItemVerdict {
    return this.#ask((profile) => profile.item?.(item)) ?? 'content';
  }

  #ask<T>(ask: (profile: Profile) => T): T | undefined {
    const { profile } = this.#rules;
    return profile && tryOrReport(this.#context, 'classifier', () => ask(profile));
  }

  #judge(result: OperationResult, filter: () => Outcome | undefined, profile?: Profile): Verdict | undefined {
    const { classify } = this.#rules;
    const { timeline } = this.#context;
    return tryOrReport(this.#context, 'classifier', () => {
      // Alone, a classifier must decide.
      const mayPass = (this.#filter ?? this.#rules.isFailure ?? this.#rules.profile) !== undefined;
      const classified = classify && checkedVerdict('classify', classify(result), mayPass);
      if (classified !== undefined) return classified;
      const filtered = filter();
      if (filtered === 'ignored' || profile === undefined) return filtered;
      const known = checkedVerdict('profile.judge', profile.judge(result, timeline.wallOf(timeline.now())), true);
      // The profile also knows how long to wait after what a filter counts.
      return filtered === undefined || typeof known === 'object' ? known : filtered;
    });
  }
}

function checkedVerdict(source: string, answer: unknown, mayPass: boolean): Verdict | undefined {
  if (answer === 'success' || answer === 'failure' || answer === 'ignored') return answer;
  if (answer === undefined && mayPass) return undefined;
  if (typeof answer === 'object' && answer !== null && (answer as RetryAfter).failure === true) {
    const { retryAfterMs, opens } = answer as RetryAfter;
    return { failure: true, retryAfterMs, opens };
  }
  ignoreRejection(answer);
  const rule = "must return 'success', 'failure', 'ignored' or { failure: true }";
  throw new TypeError(`\`${source}()\` ${rule}. It returned ${describe(answer)}.`);
}

/** The first error of a chain that a filter selects decides. `ignoreErrors` takes precedence. */
function errorFilter(
  { ignoreErrors, countErrors, profile }: Partial<JudgeRules>, reporter: ErrorReporter,
): Filter | undefined {
  if (ignoreErrors === undefined && countErrors === undefined) return undefined;
  const ignores = linkFilter(ignoreErrors ?? []);
  const counts = linkFilter(countErrors ?? []);
  const others = countErrors === undefined || profile !== undefined ? undefined : 'ignored';
  const watch = factWatch([ignoreErrors, countErrors].flat(), reporter);
  return (error, isThrown = true) => {
    let hasFacts = false;
    const outcome = alongLinks(error, isThrown, (link) => {
      hasFacts ||= link.facts.length > 0;
      return ignores(link) ? 'ignored' : counts(link) ? 'failure' : undefined;
    });
    watch(hasFacts || outcome !== undefined);
    return outcome ?? others;
  };
}
