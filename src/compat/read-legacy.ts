import { OPTION_RULES } from '../breaker/options/rules.ts';
import { isErrorClass } from '../core/error-filter.ts';
import type { ErrorClass } from '../core/error-filter.ts';
import { aBoolean, anObject, assertNone, aString, aWholeNumber, problemWith, readOptions } from '../core/validation.ts';
import type { Requirement } from '../core/validation.ts';
import { unitFactors } from './legacy-name.ts';
import type { LegacyKind, LegacyOption, LegacyOptions } from './legacy-name.ts';

interface KindTypes {
  readonly name: string;
  readonly text: string;
  readonly count: number;
  readonly number: number;
  readonly seconds: number;
  readonly milliseconds: number;
  readonly share: number;
  readonly flag: boolean;
  readonly names: readonly string[];
  readonly classes: readonly ErrorClass[];
  readonly any: unknown;
}

type Required<Table extends LegacyOptions> = { [Key in keyof Table]: Table[Key]['kind'] extends 'name' ? Key : never }[keyof Table];

/** Legacy options as a caller gives them; only a `name` is required. */
export type GivenLegacy<Table extends LegacyOptions> = { readonly [Key in Required<Table>]: string } & {
  readonly [Key in keyof Table as Exclude<Key, Required<Table>>]?: KindTypes[Table[Key]['kind']] | undefined;
};

/** Legacy options with their defaults. */
export type HeldLegacy<Table extends LegacyOptions> = {
  readonly [Key in keyof Table]: Table[Key] extends { readonly default: unknown } | { readonly kind: 'name' } ? KindTypes[Table[Key]['kind']] : KindTypes[Table[Key]['kind']] | undefined;
};

const aPositiveNumber = (rule: string): Requirement => ({ rule, fits: (value) => typeof value === 'number' && value > 0 });
const listOf = (rule: string, fits: (item: unknown) => boolean): Requirement => ({ rule, fits: (value) => Array.isArray(value) && value.every(fits) });

const createKindRules = (): Readonly<Record<LegacyKind, Requirement>> => ({
  name: aString,
  text: aString,
  count: aWholeNumber(1),
  number: { rule: 'a number, 0 or more', fits: (value) => typeof value === 'number' && value >= 0 },
  seconds: aPositiveNumber('seconds, above 0'),
  milliseconds: aPositiveNumber('milliseconds, above 0'),
  share: { rule: 'a rate above 0, to 1', fits: (value) => typeof value === 'number' && value > 0 && value <= 1 },
  flag: aBoolean,
  names: listOf('a list of names of errors', (item) => typeof item === 'string'),
  classes: listOf('a list of error classes', isErrorClass),
  any: { rule: 'anything', fits: () => true },
});

const KIND_RULES = /* @__PURE__ */ createKindRules();

/** Legacy options, read once. */
interface ReadLegacy<Table extends LegacyOptions> {
  readonly held: HeldLegacy<Table>;
  /** Those that the caller gave. */
  readonly explicit: Readonly<Record<string, unknown>>;
}

/**
 * Reads the options of a legacy name by its table.
 *
 * @throws CircuitBreakerConfigError that lists every problem; options of the legacy name and of `UnifiedCircuitConfig` in one object are one.
 */
export function readLegacy<Table extends LegacyOptions>(title: string, table: Table, given: unknown): ReadLegacy<Table> {
  const { values, problems } = readOptions(given, Object.fromEntries(Object.entries(table).map(([key, { kind }]) => [key, KIND_RULES[kind]])));
  const foreign = foreignProblems(title, table, given);
  const missing = Object.entries(table).flatMap(([key, { kind }]) => (kind === 'name' && !(key in values) ? [problemWith(key, undefined, aString)] : []));
  const kept = problems.filter((problem) => !foreign.some(({ key }) => problem.startsWith(`Unknown option \`${key}\``)));
  assertNone(title, [...missing.filter((problem) => !problems.includes(problem as string)), ...foreign.map(({ problem }) => problem), ...kept]);
  const held = Object.fromEntries(Object.entries(table).map(([key, option]) => [key, values[key] ?? option.default]));
  return { held: held as HeldLegacy<Table>, explicit: values };
}

/** Keys in the words of Python or of this library: telling which is meant is the caller's. */
function foreignProblems(title: string, table: LegacyOptions, given: unknown): readonly { readonly key: string; readonly problem: string }[] {
  if (!anObject.fits(given)) return [];
  return Object.keys(given as object).flatMap((key) => {
    if (key in table) return [];
    if (key.includes('_')) return [{ key, problem: `\`${key}\` is spelled as in Python; pass the object through fromPythonConfig() first` }];
    if (!(key in OPTION_RULES)) return [];
    const [own] = Object.entries(table).find(([, { to }]) => to === key) ?? [];
    const instead = own === undefined ? '' : `, whose own option is \`${own}\`${unitOf(table[own] as LegacyOption)}`;
    return [{ key, problem: `\`${key}\` is an option of UnifiedCircuitConfig and not of ${title}${instead}; give options of one kind` }];
  });
}

function unitOf({ kind }: LegacyOption): string {
  return kind in unitFactors ? ` in ${kind}` : '';
}
