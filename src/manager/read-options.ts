import { OPTION_RULES, readPartialConfig } from '../breaker/options/rules.ts';
import { describe } from '../core/untrusted.ts';
import { aBoolean, aDuration, aFunction, anObject, assertNone, aString, aWholeNumber } from '../core/validation.ts';
import type { Requirements } from '../core/validation.ts';
import type { GivenOptions } from './options.ts';

const createRules = (): Readonly<Record<OptionSet, Requirements>> => {
  const { name, ...shared } = OPTION_RULES;
  const managed = { ...shared, name, base: aString };
  const keyed = { ...shared, base: aString, by: aFunction, maxKeys: aWholeNumber(1, 1_000_000), idleMs: aDuration };
  return { base: shared, managed, manager: { ...shared, strict: aBoolean, baseConfigs: anObject }, keyed };
};

const RULES = /* @__PURE__ */ createRules();

/** Which options somebody may give: a base configuration, a breaker of a manager, the manager itself, a group of keyed breakers. */
export type OptionSet = 'base' | 'managed' | 'manager' | 'keyed';

/**
 * Options, each valid by itself.
 *
 * @param of what they belong to, for the error.
 * @throws CircuitBreakerConfigError that lists every problem.
 */
export function readGiven(of: string, options: unknown, set: OptionSet): GivenOptions {
  const { values, problems } = readPartialConfig(options, RULES[set]);
  const named = values['name'];
  if (named !== undefined && named !== of) problems.push(`Expected \`name\` to be ${describe(of)}, the name that the breaker is created under, got ${describe(named)}`);
  assertNone(of, problems);
  delete values['name'];
  return values;
}
