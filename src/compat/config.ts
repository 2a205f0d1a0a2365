import { anObject, assertNone, problemWith } from '../core/validation.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { ManagedCircuitConfig } from '../manager/options.ts';
import { insideLegacyName, warnOfLegacyName } from './deprecation.ts';
import type { LegacyOptions, LegacyTable } from './option-tables.ts';
import { legacyOptionsOf, readLegacy, unifiedFrom, type GivenLegacy, type HeldLegacy } from './options.ts';

/** A legacy configuration: frozen, in legacy names and units. */
export type LegacyConfig<Options extends LegacyOptions = LegacyOptions> = HeldLegacy<Options> & {
  /** Returns the options in the words and units of this library. */
  toUnifiedConfig(): ManagedCircuitConfig;
  /** Returns the legacy options as a plain object. */
  toDict(): HeldLegacy<Options>;
};

type ConfigArguments<Given> = Record<string, never> extends Given ? [given?: Given] : [given: Given];

/** The class of a legacy configuration. */
export interface LegacyConfigClass<Options extends LegacyOptions = LegacyOptions> {
  /** @internal */ readonly table: LegacyTable;
  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  new (...given: ConfigArguments<GivenLegacy<Options>>): LegacyConfig<Options>;
}

/** Makes the class of a legacy configuration from its table. `derive` adds options that a table can't express. */
export function legacyConfig<const Table extends LegacyTable>(
  table: Table, derive?: (held: HeldLegacy<Table['options']>) => Partial<ManagedCircuitConfig>,
): LegacyConfigClass<Table['options']> {
  const config = class {
    static readonly table = table;
    readonly #unified: ManagedCircuitConfig;

    constructor(given: unknown = {}) {
      warnOfLegacyName(table.source, table.name, 'UnifiedCircuitConfig');
      const read = readLegacy(table, given);
      const derived = derive?.(read.held as HeldLegacy<Table['options']>);
      this.#unified = Object.freeze({ ...unifiedFrom(table, read), ...derived });
      Object.freeze(Object.assign(this, read.held));
    }

    toUnifiedConfig(): ManagedCircuitConfig { return this.#unified; }
    toDict(): unknown { return { ...this }; }
  };
  Object.defineProperty(config, 'name', { value: table.name });
  return config as unknown as LegacyConfigClass<Table['options']>;
}

/** Returns whether a value is a configuration with all options of the class, maybe from another copy of the package. */
export function isConfigOf<Options extends LegacyOptions>(
  { table }: LegacyConfigClass<Options>, value: unknown,
): value is LegacyConfig<Options> {
  if (!anObject.fits(value) || !('toUnifiedConfig' in (value as object))) return false;
  return Object.keys(table.options).every((key) => key in (value as object));
}

/** Returns a configuration as it is, or makes one. @throws CircuitBreakerConfigError that lists every problem. */
export function asConfig<Options extends LegacyOptions>(
  type: LegacyConfigClass<Options>, given: unknown,
): LegacyConfig<Options> {
  if (isConfigOf(type, given)) return given;
  return insideLegacyName(() => new (type as new (given: unknown) => LegacyConfig<Options>)(given));
}

/** Returns the configuration in effect of a breaker that other code made. A rule that is off shows its default. */
export function configInEffect<Options extends LegacyOptions>(
  type: LegacyConfigClass<Options>, breaker: UnifiedCircuitBreaker,
): LegacyConfig<Options> {
  const { options } = type.table;
  const named = 'name' in options ? { name: breaker.name } : {};
  return asConfig(type, { ...named, ...legacyOptionsOf(options, breaker.getStatus().config) });
}

type CamelCase<Text> = Text extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : Text;

/** An object with its keys in camelCase. `null` is Python's `None`, and left out. */
export type FromPython<Config> = { readonly [Key in keyof Config as CamelCase<Key>]: Exclude<Config[Key], null> };

/**
 * Converts a legacy configuration in snake_case, as Python or JSON has it. Units stay: seconds are seconds.
 * @example `new CircuitConfig(fromPythonConfig({ name: 'orders', failure_threshold: 3 }))`
 * @throws CircuitBreakerConfigError if two keys become one, or the argument isn't an object.
 */
export function fromPythonConfig<const Config extends object>(config: Config): FromPython<Config> {
  const title = '`fromPythonConfig()`';
  assertNone('fromPythonConfig', [problemWith('config', config, anObject)], title);
  const given = Object.entries(config).filter(([, value]) => value !== null);
  const entries = given.map(([key, value]) => [camelCase(key), value as unknown, key] as const);
  const problems = entries.map(([key, , spelled]) => {
    const [, , first] = entries.find(([other]) => other === key) ?? [];
    return first === spelled ? undefined : `\`${key}\` is spelled \`${first}\` and \`${spelled}\`. Keep one of them.`;
  });
  assertNone('fromPythonConfig', problems, title);
  return Object.fromEntries(entries) as FromPython<Config>;
}

const camelCase = (key: string): string =>
  key.replace(/(?<=[a-z0-9])_+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
