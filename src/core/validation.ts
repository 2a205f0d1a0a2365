import { CircuitBreakerConfigError } from './errors.ts';
import { describe, safeGet, tryOrUndefined } from './untrusted.ts';

/** A rule for a value. */
export interface Requirement {
  /** The rule in words. It completes "must be". */
  readonly rule: string;
  readonly fits: (value: unknown) => boolean;
  /** Suggests a correction, if there is one. */
  readonly hint?: ((value: unknown) => string | undefined) | undefined;
  /** Copies a value before it is checked, so that it can't change afterwards. */
  readonly copy?: ((value: unknown) => unknown) | undefined;
}

/** The rule of each key of an options object. */
export type Requirements = Readonly<Record<string, Requirement>>;

const isNumber = (value: unknown): value is number => typeof value === 'number';

export const aDuration: Requirement = {
  rule: 'a number of milliseconds (1 or more)',
  fits: (value) => isNumber(value) && value >= 1,
};
export const aRate: Requirement = {
  rule: 'a fraction greater than 0 and at most 1',
  fits: (value) => isNumber(value) && value > 0 && value <= 1,
  hint: (value) => (isNumber(value) && value > 1 && value <= 100 ? `Did you mean ${value / 100}?` : undefined),
};
export const aBoolean: Requirement = { rule: 'true or false', fits: (value) => typeof value === 'boolean' };
export const aString: Requirement = { rule: 'a string', fits: (value) => typeof value === 'string' };
export const aFunction: Requirement = { rule: 'a function', fits: (value) => typeof value === 'function' };
export const anObject: Requirement = {
  rule: 'an object',
  fits: (value) =>
    typeof value === 'object' && value !== null && tryOrUndefined(() => !Array.isArray(value)) === true,
};

/** Copies what an object has itself. */
export const copyOfObject = (value: unknown): unknown =>
  anObject.fits(value) ? Object.freeze({ ...(value as object) }) : value;

export function aWholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Requirement {
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  const fits = (value: unknown) => isNumber(value) && Number.isSafeInteger(value) && value >= least && value <= most;
  return { rule: `a whole number (${range})`, fits };
}

export function oneOf(...values: readonly unknown[]): Requirement {
  const shown = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
  const rule = shown.join(', ').replace(/, ([^,]*)$/, ' or $1');
  return { rule, fits: (value) => values.includes(value) };
}

export function orNull(requirement: Requirement): Requirement {
  const { rule, fits } = requirement;
  return { ...requirement, rule: `${rule}, or null`, fits: (value) => value === null || fits(value) };
}

/** Describes a value that breaks its rule. */
export function mustBe(option: string, rule: string, received: unknown, hint?: string): string {
  const value = typeof received === 'string' ? `the string ${describe(received)}` : describe(received);
  return withHint(`\`${option}\` must be ${rule}. Received ${value}.`, hint);
}

const withHint = (problem: string, hint: string | undefined): string => (hint ? `${problem} ${hint}` : problem);

/** Describes what is wrong with a value. Undefined if it fits. */
export function problemWith(option: string, value: unknown, { rule, fits, hint }: Requirement): string | undefined {
  return tryOrUndefined(() => fits(value)) === true ? undefined : mustBe(option, rule, value, hint?.(value));
}

/**
 * Throws if there are problems.
 * @param subject what the message is about, if it isn't a circuit breaker.
 * @throws CircuitBreakerConfigError that lists them.
 */
export function assertNone(breakerName: string, problems: readonly (string | undefined)[], subject?: string): void {
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) throw new CircuitBreakerConfigError(breakerName, found, subject);
}

/** Describes what is wrong with a subscription. */
export function listenerProblems(event: unknown, listener: unknown, names: readonly string[]): (string | undefined)[] {
  const anEvent: Requirement = {
    rule: 'the name of an event, such as `stateChange`',
    fits: (value) => names.includes(value as string),
    hint: (value) => (typeof value === 'string' ? didYouMean(value, names) : undefined),
  };
  return [problemWith('event', event, anEvent), problemWith('listener', listener, aFunction)];
}

/** The options that fit, and the problems of the others. */
export interface ReadOptions {
  /** Has no prototype, so that a polluted `Object.prototype` adds no option. */
  readonly values: Record<string, unknown>;
  readonly problems: string[];
}

/** What to write instead of unknown options, in sentences. */
export type OptionHints = Readonly<Record<string, string>>;

/** Reads options, own and inherited. An unknown key is a problem. `undefined` counts as not given. */
export function readOptions(
  options: unknown, requirements: Requirements, prefix = '', hints: OptionHints = {},
): ReadOptions {
  const values = Object.create(null) as Record<string, unknown>;
  const problems: string[] = [];
  if (!anObject.fits(options)) {
    problems.push(`The options must be an object. Received ${describe(options)}.`);
    return { values, problems };
  }
  const known = Object.keys(requirements);
  try {
    for (const [key, value] of entriesOf(options as Readonly<Record<string, unknown>>, known)) {
      if (value === undefined) continue;
      const requirement = requirements[key] as Requirement;
      const { copy, rule } = requirement;
      const copied = copy === undefined ? value : tryOrUndefined(() => copy(value));
      const isUnreadable = copied === undefined;
      const option = prefix + key;
      const problem = isUnreadable ? mustBe(option, rule, value) : problemWith(option, copied, requirement);
      if (problem === undefined) values[key] = copied;
      else problems.push(problem);
    }
    for (const key of Object.keys(options as object)) {
      if (known.includes(key)) continue;
      const hint = Object.hasOwn(hints, key) ? hints[key] : didYouMean(key, known);
      problems.push(withHint(`Unknown option \`${prefix}${key}\`.`, hint));
    }
  } catch (error) {
    problems.push(`The options must be readable. Reading them threw: ${String(safeGet(error, 'message'))}`);
  }
  return { values, problems };
}

/** Reads each known option once. */
function* entriesOf(given: Readonly<Record<string, unknown>>, known: readonly string[]): Iterable<[string, unknown]> {
  // Most options are plain objects. Only their own keys are read.
  const prototype: unknown = Object.getPrototypeOf(given);
  const isPlain = prototype === null || prototype === Object.prototype;
  // A class instance inherits options. Nothing inherited from `Object.prototype` is an option.
  const isGiven = (key: string): boolean => Object.hasOwn(given, key) || !Object.hasOwn(Object.prototype, key);
  const keys = isPlain ? Object.keys(given).filter((key) => known.includes(key)) : known.filter(isGiven);
  for (const key of keys) yield [key, given[key]];
}

/** Reads options that must be valid. @throws CircuitBreakerConfigError that lists every problem. */
export function requireOptions(name: string, options: unknown, rules: Requirements, subject?: string): object {
  const { values, problems } = readOptions(options, rules);
  assertNone(name, problems, subject);
  return values;
}

/** Suggests the known name with the fewest edits, if few letters would have to change. */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  let hint: string | undefined;
  let fewest = Infinity;
  for (const candidate of known) {
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest && edits <= Math.min(candidate.length / 2, Math.max(3, candidate.length / 4))) {
      hint = `Did you mean \`${candidate}\`?`;
      fewest = edits;
    }
  }
  return hint;
}

/** Levenshtein distance. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
