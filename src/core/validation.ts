import { CircuitBreakerConfigError } from './errors.ts';
import { describe, quietly } from './untrusted.ts';

/** Says whether a value fits a rule, and the rule in words. */
export interface Requirement {
  readonly rule: string;
  readonly fits: (value: unknown) => boolean;
}

/** The rule of each key of an options object. */
export type Requirements = Readonly<Record<string, Requirement>>;

const isNumber = (value: unknown): value is number => typeof value === 'number';

/** A time to wait. */
export const aDuration: Requirement = { rule: 'milliseconds, 1 to Infinity', fits: (value) => isNumber(value) && value >= 1 };
/** A share that can be reached. */
export const aRate: Requirement = { rule: 'a rate above 0, to 1', fits: (value) => isNumber(value) && value > 0 && value <= 1 };
/** A switch. */
export const aBoolean: Requirement = { rule: 'true or false', fits: (value) => typeof value === 'boolean' };
/** A text. */
export const aString: Requirement = { rule: 'a string', fits: (value) => typeof value === 'string' };
/** Something to call. */
export const aFunction: Requirement = { rule: 'a function', fits: (value) => typeof value === 'function' };
/** Something with keys. */
export const anObject: Requirement = { rule: 'an object', fits: (value) => typeof value === 'object' && value !== null && !Array.isArray(value) };

/** A count within bounds. */
export function aWholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Requirement {
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  return { rule: `a whole number, ${range}`, fits: (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most };
}

/** One of the values listed. */
export function oneOf(...values: readonly unknown[]): Requirement {
  return { rule: values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(' or '), fits: (value) => values.includes(value) };
}

/** The same, or null. */
export function orNull({ rule, fits }: Requirement): Requirement {
  return { rule: `${rule}, or null`, fits: (value) => value === null || fits(value) };
}

/** What is wrong with `value`, in one sentence, or undefined. */
export function problemWith(option: string, value: unknown, { rule, fits }: Requirement): string | undefined {
  return quietly(() => fits(value)) === true ? undefined : `Expected \`${option}\` to be ${rule}, got ${describe(value)}`;
}

/**
 * Throws the problems, if there are any.
 *
 * @throws CircuitBreakerConfigError that lists them.
 */
export function assertNone(breakerName: string, problems: readonly (string | undefined)[]): void {
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) throw new CircuitBreakerConfigError(breakerName, found);
}

/** What is wrong with a subscription. */
export function listenerProblems(event: unknown, listener: unknown, names: readonly string[]): (string | undefined)[] {
  return [problemWith('event', event, oneOf(...names)), problemWith('listener', listener, aFunction)];
}

/** Options read once: the values that fit, and what is wrong with the others. */
export interface ReadOptions {
  /** Without a prototype: what somebody put on every object is no option. */
  readonly values: Record<string, unknown>;
  readonly problems: string[];
}

/** Reads options, own and inherited, each once. A key that nobody knows is a problem; `undefined` means not given. */
export function readOptions(options: unknown, requirements: Requirements, prefix = ''): ReadOptions {
  const values = Object.create(null) as Record<string, unknown>;
  const problems: string[] = [];
  if (problemWith('', options, anObject) !== undefined) return { values, problems: [`Expected the options to be an object, got ${describe(options)}`] };
  for (const [key, requirement] of Object.entries(requirements)) {
    const value = given(options as Readonly<Record<string, unknown>>, key);
    const problem = value === undefined ? undefined : problemWith(prefix + key, value, requirement);
    if (problem !== undefined) problems.push(problem);
    else if (value !== undefined) values[key] = value;
  }
  const own = quietly(() => Object.keys(options as object)) ?? [];
  const known = Object.keys(requirements);
  for (const key of own) if (!known.includes(key)) problems.push(unknownKey(prefix + key, key, known));
  return { values, problems };
}

/** What stands in for an option whose getter threw: it fits no rule. */
const UNREADABLE = Symbol('a getter that throws');

/** An option of a class or a prototype counts; what somebody put on every object does not. */
function given(options: Readonly<Record<string, unknown>>, key: string): unknown {
  try {
    return Object.hasOwn(options, key) || !Object.hasOwn(Object.prototype, key) ? options[key] : undefined;
  } catch {
    return UNREADABLE;
  }
}

/**
 * Options that must be right.
 *
 * @throws CircuitBreakerConfigError that lists every problem.
 */
export function requireOptions(breakerName: string, options: unknown, requirements: Requirements): ReadOptions['values'] {
  const { values, problems } = readOptions(options, requirements);
  assertNone(breakerName, problems);
  return values;
}

function unknownKey(shown: string, key: string, known: readonly string[]): string {
  const nearest = nearestName(key, known);
  return `Unknown option \`${shown}\`${nearest === undefined ? '' : `; did you mean \`${nearest}\`?`}`;
}

/** The known name with the fewest edits, if no more than three letters or a quarter of it, and half of a short one, would have to change. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest && edits <= Math.min(candidate.length / 2, Math.max(3, candidate.length / 4))) {
      nearest = candidate;
      fewest = edits;
    }
  }
  return nearest;
}

/** Levenshtein's distance, one row at a time. */
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
