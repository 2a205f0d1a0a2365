import { readConfig } from '../breaker/options/resolve.ts';
import { OPTIONS, SHARED_OPTIONS } from '../breaker/options/table.ts';
import { CircuitBreakerConfigError } from '../core/errors.ts';
import { describe } from '../core/untrusted.ts';
import { aBoolean, aDuration, aFunction, anObject, assertNone, aString, aWholeNumber } from '../core/validation.ts';
import { copyOfObject, didYouMean, mustBe, problemWith } from '../core/validation.ts';
import { differencesBetween } from './conflicts.ts';
import type { GivenOptions } from './options.ts';

/** What messages about a manager start with. */
export const MANAGER = 'Circuit breaker manager';

/** What messages about a group of keyed breakers start with. */
export const groupTitle = (name: string): string => `Keyed breakers "${name}"`;

/** The rules for the options of a base, a new breaker, a live one, the manager, or a group of keyed breakers. */
export const RULES = /* @__PURE__ */ (() => ({
  base: SHARED_OPTIONS,
  managed: { ...OPTIONS, base: aString },
  changes: { ...SHARED_OPTIONS, tripPolicy: OPTIONS.tripPolicy },
  keyedChanges: { ...SHARED_OPTIONS, maxKeys: aWholeNumber(1, 1_000_000), idleMs: aDuration },
  manager: { ...SHARED_OPTIONS, strict: aBoolean, baseConfigs: { ...anObject, copy: copyOfObject } },
  keyed: { ...SHARED_OPTIONS, base: aString, by: aFunction, maxKeys: aWholeNumber(1, 1_000_000), idleMs: aDuration },
}))();

/**
 * Reads options and validates each of them.
 * @param of names the owner of the options in the error.
 * @param title starts the message, if the options aren't for one breaker.
 * @throws CircuitBreakerConfigError that lists every problem.
 */
export function readGiven(of: string, options: unknown, set: keyof typeof RULES, title?: string): GivenOptions {
  const { values, problems } = readConfig(options, RULES[set]);
  const { name } = values;
  if (name !== undefined && name !== of) {
    problems.push(mustBe('name', `${describe(of)}, the name that the breaker is created under`, name));
  }
  assertNone(of, problems, title);
  delete values['name'];
  return values;
}

/** Options that express one setting in two ways. Setting one drops the inherited other. */
const ALTERNATIVES: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['slidingWindowMs'], ['slidingWindowSize']],
  [['backoff'], ['exponentialBackoff']],
];

/** Merges options. The later ones win, and tags are joined. */
export function inherit(...sources: readonly GivenOptions[]): GivenOptions {
  const merged = Object.create(null) as Record<string, unknown>;
  for (const given of sources) {
    // Without a prototype, a polluted one adds no option.
    const source = Object.assign(Object.create(null) as Record<string, unknown>, given);
    for (const option of replacedBy(source)) delete merged[option];
    const tags = { ...(merged['tags'] as object), ...(source['tags'] as object) };
    Object.assign(merged, source);
    if (source['tags'] !== undefined) merged['tags'] = tags;
  }
  return Object.freeze(merged);
}

function replacedBy(source: GivenOptions): readonly string[] {
  const sets = (options: readonly string[]): boolean => options.some((option) => source[option] !== undefined);
  return ALTERNATIVES.flatMap(([one, other]) => [...(sets(one) ? other : []), ...(sets(other) ? one : [])]);
}

/** Where the options of a breaker come from: the manager, a base configuration, and its own options. */
export class OptionSources {
  readonly #defaults: GivenOptions;
  readonly #bases = new Map<string, GivenOptions>();

  constructor(defaults: GivenOptions, bases: object = {}) {
    this.#defaults = defaults;
    for (const [name, config] of Object.entries(bases)) this.addBase(name, config);
  }

  addBase(name: string, config: unknown): void {
    assertNone('manager', [problemWith('name', name, aString)], MANAGER);
    const title = `Base configuration "${name}"`;
    const given = readGiven(name, config, 'base', title);
    const known = this.#bases.get(name);
    if (known !== undefined && differencesBetween(known, given).length + differencesBetween(given, known).length > 0) {
      throw new CircuitBreakerConfigError(name, ['Another configuration has this name. Choose another one.'], title);
    }
    this.#bases.set(name, given);
  }

  /**
   * Returns the options that a caller sets, including those of the base that they name.
   * @param title starts the message if the base is unknown and the options aren't for one breaker.
   */
  named(of: string, given: GivenOptions, title?: string): GivenOptions {
    const { base, ...own } = given;
    return inherit(base === undefined ? {} : this.#baseOf(of, base as string, title), own);
  }

  /** Returns the options that a caller sets on top of the defaults of the manager. */
  complete(named: GivenOptions): GivenOptions {
    return inherit(this.#defaults, named);
  }

  #baseOf(of: string, base: string, title: string | undefined): GivenOptions {
    const known = this.#bases.get(base);
    if (known !== undefined) return known;
    const hint = didYouMean(base, [...this.#bases.keys()]) ?? 'Add it with `addBaseConfig()`.';
    throw new CircuitBreakerConfigError(of, [`Unknown base configuration \`${base}\`. ${hint}`], title);
  }
}
