import { hasTrait, type OptionRow, OPTIONS } from '../breaker/options/table.ts';
import type { Emitter } from '../core/emitter.ts';
import { CircuitBreakerConfigError } from '../core/errors.ts';
import { describe, tryOrUndefined } from '../core/untrusted.ts';
import type { ConfigDifference, ManagerEvents } from './manager-events.ts';
import type { GivenOptions } from './options.ts';
import { warn } from './warn.ts';

/** A name is reported at most this often, so that generated configurations can't flood the log. */
const MAX_WARNINGS = 10;
/** Fits a list of codes, and still fits a log line. */
const MAX_VALUE_LENGTH = 120;
/** No option nests deeper. */
const MAX_DEPTH = 4;

/** Reports configurations that contradict the one in effect. */
export class Conflicts {
  readonly #emitter: Emitter<ManagerEvents>;
  readonly #strict: boolean;
  readonly #warned = new WeakMap<object, Set<string>>();

  constructor(emitter: Emitter<ManagerEvents>, strict: boolean) {
    this.#emitter = emitter;
    this.#strict = strict;
  }

  /**
   * Reports what a second configuration sets to another value than the first one did.
   * @param owner holds the first configuration. Each contradiction is reported once per owner.
   * @param title starts the message, if the configurations aren't for one breaker.
   * @throws CircuitBreakerConfigError if the manager is strict and the configurations differ.
   */
  check(owner: object, name: string, differences: readonly ConfigDifference[], title?: string): void {
    if (differences.length === 0) return;
    const subject = title ?? `Circuit breaker "${name}"`;
    const problem = conflictProblem(differences);
    if (this.#strict) throw new CircuitBreakerConfigError(name, [problem], subject);
    const warned = this.#warned.get(owner) ?? new Set<string>();
    this.#warned.set(owner, warned);
    if (warned.has(problem) || warned.size === MAX_WARNINGS) return;
    warned.add(problem);
    warn(`${subject}: ${problem}`, 'UCB_CONFIG_CONFLICT');
    this.#emitter.emit('configConflict', { name, differences });
  }
}

/** Returns the options that `second` sets to another value. Two trip policies count as equal. */
export function differencesBetween(first: GivenOptions, second: GivenOptions): readonly ConfigDifference[] {
  return Object.entries(joined(first, second))
    .filter(([option, value]) => value !== undefined && option !== 'base' && !hasTrait(option, 'uncompared'))
    .map(([option, value]) => ({ option, first: first[option], second: resolved(option, value) }))
    .filter(({ option, first: one, second: other }) =>
      !isEqual(one, other) && (option !== 'tripPolicy' || one === undefined));
}

/** Adds the tags of `first`, because tags are joined. */
function joined(first: GivenOptions, second: GivenOptions): GivenOptions {
  if (second['tags'] === undefined) return second;
  return { ...second, tags: { ...(first['tags'] as object), ...(second['tags'] as object) } };
}

/** The bounds of keyed breakers are not in the table of options. */
function resolved(option: string, value: unknown): unknown {
  const row = (OPTIONS as Readonly<Record<string, OptionRow | undefined>>)[option];
  return row === undefined ? value : row.resolve(value as never);
}

function conflictProblem(differences: readonly ConfigDifference[]): string {
  const list = differences
    .map(({ option, first, second }) => `\`${option}\` is ${format(first)}, not ${format(second)}`)
    .join('; ');
  const hint = 'Leave these options out, or choose another name.';
  return `A second configuration differs and is not applied: ${list}. ${hint}`;
}

/** A fallback value may be anything, also an object that JSON can't represent. */
function format(value: unknown): string {
  const text = tryOrUndefined(() => (isPlain(value) ? JSON.stringify(value, functionsAsText) : undefined));
  return text === undefined || text.length > MAX_VALUE_LENGTH ? describe(value) : text;
}

function functionsAsText(_key: string, part: unknown): unknown {
  return typeof part === 'function' ? 'a function' : part;
}

function isEqual(one: unknown, other: unknown, depth = 0): boolean {
  if (Object.is(one, other)) return true;
  // Callers write functions inline, so each call passes a new one with the same source.
  if (typeof one === 'function' && typeof other === 'function') return sourceOf(one) === sourceOf(other);
  if (depth > MAX_DEPTH || !isPlain(one) || !isPlain(other)) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isEqual(one[key], other[key], depth + 1))
  );
}

const sourceOf = (fn: object): string => Function.prototype.toString.call(fn);

/** Returns true if a configuration has exactly the values of one that was read before. */
export function hasValues(config: unknown, read: GivenOptions | undefined): boolean {
  if (read === undefined || !isPlain(config)) return false;
  const keys = Object.keys(config);
  return keys.length === Object.keys(read).length && keys.every((key) => Object.is(config[key], read[key]));
}

function isPlain(value: unknown): value is GivenOptions {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || prototype === Array.prototype;
}
