import { OPTIONS } from '../breaker/options/table.ts';
import {
  aBoolean, anObject, aRate, aString, assertNone, aWholeNumber, problemWith, readOptions, type Requirement,
} from '../core/validation.ts';
import { isErrorClass, type ErrorClass } from '../core/error-filter.ts';
import type { ManagedCircuitConfig } from '../manager/options.ts';
import { UNKNOWN_FAILURE } from './call.ts';
import {
  canonicalNumbers, type LegacyKind, type LegacyOption, type LegacyOptions, type LegacyTable,
} from './option-tables.ts';

type KindTypes = Record<'name' | 'text', string> & Record<'count' | 'seconds' | 'milliseconds' | 'share', number> &
  { flag: boolean; names: readonly string[]; classes: readonly ErrorClass[] };
type ValueOf<Option extends LegacyOption> = KindTypes[Option['kind']];
type Required<Table extends LegacyOptions> = {
  [Key in keyof Table]: Table[Key]['kind'] extends 'name' ? Key : never;
}[keyof Table];

/** Legacy options as a caller passes them. Only a `name` is required. */
export type GivenLegacy<Table extends LegacyOptions> = { readonly [Key in Required<Table>]: string } & {
  readonly [Key in keyof Table as Exclude<Key, Required<Table>>]?: ValueOf<Table[Key]> | undefined;
};

/** Legacy options with their defaults. */
export type HeldLegacy<Table extends LegacyOptions> = {
  readonly [Key in keyof Table]: Table[Key] extends { readonly default: unknown } | { readonly kind: 'name' }
    ? ValueOf<Table[Key]>
    : ValueOf<Table[Key]> | undefined;
};

const aTime = (unit: string): Requirement =>
  ({ rule: `a number of ${unit} greater than 0`, fits: (value) => typeof value === 'number' && value > 0 });
const listOf = (rule: string, fits: (item: unknown) => boolean): Requirement =>
  ({ rule, fits: (value) => Array.isArray(value) && value.every(fits) });

const createKindRules = (): Readonly<Record<LegacyKind, Requirement>> => ({
  name: aString, text: aString, flag: aBoolean, count: aWholeNumber(1), share: aRate,
  seconds: aTime('seconds'),
  milliseconds: aTime('milliseconds'),
  names: listOf('a list of error names', (item) => typeof item === 'string'),
  classes: listOf('a list of error classes', isErrorClass),
});

const KIND_RULES = /* @__PURE__ */ createKindRules();

type Values = Readonly<Record<string, unknown>>;

/** Legacy options, read once: with defaults, and only those that the caller passed. */
type ReadLegacy = { readonly held: Values; readonly explicit: Values };

/**
 * Reads the options of a legacy name by its table.
 * @throws CircuitBreakerConfigError that lists every problem. Options of this library are problems, too.
 */
export function readLegacy(table: LegacyTable, given: unknown): ReadLegacy {
  const entries = Object.entries(table.options);
  const rules = Object.fromEntries(entries.map(([key, { kind }]) => [key, KIND_RULES[kind]]));
  const { values, problems } = readOptions(given, rules);
  const foreign = anObject.fits(given) ? Object.keys(given as object).flatMap((key) => foreignProblem(table, key)) : [];
  const missing = entries
    .filter(([key, { kind }]) => kind === 'name' && !(key in values))
    .map(([key]) => problemWith(key, undefined, aString))
    .filter((problem) => !problems.includes(problem as string));
  const kept = problems.filter((problem) => !foreign.some(([key]) => problem.startsWith(`Unknown option \`${key}\``)));
  assertNone(table.name, [...missing, ...foreign.map(([, problem]) => problem), ...kept], table.name);
  const held = entries.map(([key, option]) => [key, values[key] ?? option.default] as const);
  return { held: Object.fromEntries(held), explicit: values };
}

/** Returns the problem with a key that is removed, or spelled as in Python or in this library. */
function foreignProblem(table: LegacyTable, key: string): (readonly [key: string, problem: string])[] {
  const { name, options, removed = {} } = table;
  if (key in options) return [];
  if (Object.hasOwn(removed, key)) return [[key, `\`${key}\` was removed. ${removed[key]}`]];
  if (key.includes('_')) {
    return [[key, `\`${key}\` is spelled as in Python. Convert the object with \`fromPythonConfig()\` first.`]];
  }
  if (!(key in OPTIONS)) return [];
  const [own, option] = Object.entries(options).find(([, { to }]) => to === key) ?? [];
  const unit = option?.kind === 'seconds' || option?.kind === 'milliseconds' ? `, in ${option.kind}` : '';
  const hint = own === undefined ? 'Leave it out, or use UnifiedCircuitBreaker.' : `Use \`${own}\`${unit}.`;
  return [[key, `\`${key}\` is an option of UnifiedCircuitConfig, not of ${name}. ${hint}`]];
}

/** Checks what a legacy name is made with. @throws CircuitBreakerConfigError that lists what was removed. */
export function assertNotRemoved({ name, removed = {} }: LegacyTable, parts: object): void {
  const keys = Object.keys(parts).filter((key) => Object.hasOwn(removed, key));
  assertNone(name, keys.map((key) => `\`${key}\` was removed. ${removed[key]}`), name);
}

/** Returns a legacy value in the unit of the option that it becomes. Durations become whole milliseconds. */
export function convertValue({ kind }: LegacyOption, value: unknown): unknown {
  // A filter by names would ignore a failure of which only "it failed" is known.
  if (kind === 'names') return [...(value as readonly string[]), UNKNOWN_FAILURE];
  return kind === 'seconds' && typeof value === 'number' ? Math.max(1, Math.round(value * 1_000)) : value;
}

/** Returns the values that become options of this library, under their new names. */
function converted(options: LegacyOptions, values: Values): Partial<ManagedCircuitConfig> {
  const entries = Object.entries(options).filter(([key, { to, kind }]) => {
    const value = values[key];
    // Legacy code took an empty list of names for "all errors".
    const isEmpty = value === undefined || (kind === 'names' && (value as readonly string[]).length === 0);
    return to !== null && to !== 'name' && !isEmpty;
  });
  return Object.fromEntries(entries.map(([key, option]) => [option.to, convertValue(option, values[key])]));
}

type Numbers = { readonly [Option in keyof typeof canonicalNumbers]: number };

/**
 * Converts legacy options. A window and a minimum that the caller didn't pass follow `failureThreshold`. With fewer
 * calls the error rate would open the circuit before the threshold is reached.
 */
export function unifiedFrom(table: LegacyTable, { held, explicit }: ReadLegacy): ManagedCircuitConfig {
  const { options, usual, fixed = {} } = table;
  const given = converted(options, explicit);
  const merged = { ...canonicalNumbers, ...usual, ...converted(options, held) } as ManagedCircuitConfig & Numbers;
  const { failureThreshold, slidingWindowSize, minRequestsThreshold, ...rest } = merged;
  const most = given.slidingWindowSize ?? Number.POSITIVE_INFINITY;
  const minimum = given.minRequestsThreshold ?? Math.min(most, Math.max(minRequestsThreshold, failureThreshold));
  const window = given.slidingWindowSize ?? Math.max(slidingWindowSize, minimum, failureThreshold);
  // Without a rule for rates, a minimum would only contradict the one of another configuration.
  const adapts = fixed.adaptiveThreshold ?? rest.adaptiveThreshold ?? false;
  const noRate = fixed.errorRateThreshold === null && adapts === false && given.minRequestsThreshold === undefined;
  return Object.freeze({
    ...rest,
    failureThreshold,
    slidingWindowSize: window,
    ...(noRate ? {} : { minRequestsThreshold: minimum }),
    maxBackoffMs: Math.max(rest.maxBackoffMs, rest.recoveryTimeoutMs),
    ...fixed,
  });
}

/** Returns the numbers of a breaker in legacy options. A rule that is off is left out. */
export function legacyOptionsOf(options: LegacyOptions, config: object): Record<string, unknown> {
  const entries = Object.entries(options).flatMap(([key, { to, kind }]) => {
    const value = (config as Values)[to ?? ''];
    return typeof value === 'number' ? [[key, kind === 'seconds' ? value / 1_000 : value]] : [];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}
