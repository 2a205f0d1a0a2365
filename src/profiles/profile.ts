import type { ItemVerdict, OperationResult, Profile, Verdict } from '../core/judge.ts';
import { codesOf, innerOf, statusOf } from '../core/facts.ts';
import { isRejected } from '../core/rejected.ts';
import { safeGet, tryOrUndefined } from '../core/untrusted.ts';
import { aDuration, oneOf, requireOptions, type Requirements } from '../core/validation.ts';
import { type Facts, factsOf } from './facts.ts';

/** How a profile hears that a server asks to wait. */
export interface ProfileOptions {
  /**
   * The effect of a wait that a server asks for, for example with `Retry-After`. `wait`: it is the least wait if the
   * circuit opens by its rules, or if a probe fails. The third in a row, without a success between them, opens it, too.
   * `open`: the first one opens the circuit.
   * @defaultValue 'wait'
   */
  readonly onRetryAfter?: 'wait' | 'open' | undefined;
  /** The longest wait that is heard. Milliseconds, 1 or more. @defaultValue 300,000 (5 minutes) */
  readonly maxRetryAfterMs?: number | undefined;
}

/** One rule of a profile. The first rule that fits decides. */
export interface ProfileRule {
  /** What fits, in words. A row of the table in docs/profiles.md. */
  readonly when: string;
  /** Whether the rule is about this error or response. */
  readonly fits: (facts: Facts) => boolean;
  /** What a call counts as that fits. */
  readonly verdict: 'failure' | 'ignored';
  /** Whether it shows that the dependency answered. Of ignored errors only. */
  readonly answers?: true;
  /** `asked`: as long as the server asks for. `quota`: the `quotaWaitMs` of the profile. */
  readonly waits?: 'asked' | 'quota';
}

/** A profile, and the rules that it consists of. */
export interface RuleProfile extends Profile {
  /** The rules, in the order in which they are asked. */
  readonly rules: readonly ProfileRule[];
  /** The options in effect. `quotaWaitMs` is only for `llm()`. */
  readonly options: ProfileOptions & { readonly quotaWaitMs?: number | undefined };
  /** Returns name and options, for warnings and logs. */
  toJSON(): object;
}

interface Parts {
  readonly name: string;
  readonly rules: readonly ProfileRule[];
  /** The responses and errors that a value holds. If one fits no rule, and none is a failure, it is a success. */
  readonly held?: (value: unknown) => readonly unknown[];
  readonly item?: (item: unknown) => ItemVerdict;
}

const RULES: Requirements = /* @__PURE__ */ (() => ({
  onRetryAfter: oneOf('wait', 'open'),
  maxRetryAfterMs: aDuration,
}))();

const DEFAULT_MAX_MS = 300_000;

/** Reads the options of a profile. @throws CircuitBreakerConfigError that lists every problem. */
export function profileOptions<Options extends ProfileOptions>(
  name: string, options: Options | undefined, rules: Requirements = {},
): Options {
  return requireOptions(name, options === undefined ? {} : options, { ...RULES, ...rules }, `\`${name}()\``) as Options;
}

/** The errors of an `AggregateError` that says nothing itself. Rejections by breakers among them are no failures. */
function membersOf(error: unknown): readonly unknown[] {
  const errors = safeGet(error, 'errors');
  // The errors of a validation are no errors of calls.
  const isList = Array.isArray(errors) && errors.length > 0 && errors.every((each) => each instanceof Error)
    && errors[0] === innerOf(error);
  if (!isList || codesOf(error).length > 0 || statusOf(error) !== undefined) return [error];
  return errors.filter((each) => !isRejected(each));
}

/** Makes a profile of its rules. An error that no rule fits is a failure. */
export function ruleProfile(
  { name, rules, held, item }: Parts, options: ProfileOptions & { readonly quotaWaitMs?: number | undefined },
): RuleProfile {
  const { onRetryAfter = 'wait', maxRetryAfterMs = DEFAULT_MAX_MS, quotaWaitMs } = options;
  const judgeOne = (subject: unknown, isThrown: boolean, wallMs: number): Verdict | undefined => {
    if (subject === undefined && !isThrown) return undefined;
    const facts = factsOf(subject, isThrown, wallMs);
    const rule = rules.find(({ fits }) => fits(facts));
    if (rule?.waits === undefined) return rule?.verdict;
    const asked = rule.waits === 'quota' ? quotaWaitMs : facts.retryAfterMs;
    if (asked === undefined) return rule.verdict;
    const retryAfterMs = rule.waits === 'quota' ? asked : Math.min(asked, maxRetryAfterMs);
    return { failure: true, retryAfterMs, opens: onRetryAfter === 'open' };
  };
  /** An `AggregateError` is a failure if one of its errors is. */
  const judgeThrown = (error: unknown, wallMs: number): Verdict => {
    const verdicts = membersOf(error).map((each) => judgeOne(each, true, wallMs) ?? 'failure');
    return verdicts.find((verdict) => verdict !== 'ignored') ?? 'ignored';
  };
  const judge = (result: OperationResult, wallMs: number): Verdict | undefined => {
    // What is judged may throw when it is read.
    if (result.status === 'failure') return tryOrUndefined(() => judgeThrown(result.error, wallMs)) ?? 'failure';
    const judgeHeld = () => (held?.(result.value) ?? []).map((each) => judgeOne(each, false, wallMs));
    const verdicts = tryOrUndefined(judgeHeld) ?? [];
    const failure = verdicts.find((verdict) => verdict !== 'ignored' && verdict !== undefined);
    return failure ?? (verdicts.includes(undefined) ? undefined : verdicts[0]);
  };
  const isAnswer = (subject: unknown): boolean => {
    const facts = factsOf(subject);
    return rules.find(({ fits }) => fits(facts))?.answers === true;
  };
  const answers = (subject: unknown): boolean => [subject, ...(held?.(subject) ?? [])].some(isAnswer);
  const own = { onRetryAfter, maxRetryAfterMs, quotaWaitMs };
  const toJSON = (): object => ({ name, ...own });
  const parts = { name, options: Object.freeze(own), rules, judge, answers, toJSON };
  return Object.freeze(item === undefined ? parts : { ...parts, item });
}
