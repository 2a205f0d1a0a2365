import { resolved } from '../breaker/options/resolve.ts';
import type { ResolvedOptions } from '../breaker/options/resolve.ts';
import { describe, quietly } from '../core/untrusted.ts';
import type { GivenOptions } from './options.ts';

/** An option to which two configurations for one name give different values. */
export interface ConfigDifference {
  /** The name of the option. */
  readonly option: string;
  /** The value in force; `undefined` when the first configuration has none. */
  readonly first: unknown;
  /** The value that the second configuration asks for. */
  readonly second: unknown;
}

/** What somebody may well make anew each time, with the same effect. */
const NOT_COMPARED: ReadonlySet<string> = /* @__PURE__ */ new Set(['name', 'base', 'clock', 'random', 'onInternalError']);

/** The options that `second` names and the options in force answer otherwise. Functions are not told apart. */
export function differences(first: Readonly<Record<string, unknown>> | ResolvedOptions, second: GivenOptions): readonly ConfigDifference[] {
  return Object.entries(second)
    .filter(([option]) => !NOT_COMPARED.has(option))
    .map(([option, value]) => ({ option, first: (first as Readonly<Record<string, unknown>>)[option], second: resolved(option, value) }))
    .filter((difference) => quietly(() => alike(difference.first, difference.second)) !== true);
}

/** What is wrong, in one sentence. */
export function conflictMessage(what: string, found: readonly ConfigDifference[]): string {
  const list = found.map(({ option, first, second }) => `${option} is ${shown(first)}, not ${shown(second)}`).join('; ');
  return `A second configuration of ${what} differs, and the first stands: ${list}. Leave the options out, use reconfigure(), or take another name`;
}

/** Long enough for a list of codes, short enough for a log line. */
const LONGEST_VALUE = 120;

function shown(value: unknown): string {
  const text = quietly(() => (isPlain(value) ? JSON.stringify(value, (_key, part: unknown) => (typeof part === 'function' ? 'a function' : part)) : undefined));
  return text === undefined || text.length > LONGEST_VALUE ? describe(value) : text;
}

/** No option nests deeper. */
const DEEPEST = 4;

/** Equal by value; two functions are alike. */
function alike(one: unknown, other: unknown, depth = 0): boolean {
  if (typeof one === 'function' && typeof other === 'function') return true;
  if (Object.is(one, other)) return true;
  if (depth > DEEPEST || !isPlain(one) || !isPlain(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && alike(one[key], other[key], depth + 1));
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || prototype === Array.prototype;
}
