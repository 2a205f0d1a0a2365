import { anObject } from '../core/validation.ts';
import type { ManagedCircuitConfig } from '../manager/options.ts';
import { unifiedFrom } from './convert.ts';
import { insideLegacyName, warnOfLegacyName } from './deprecation.ts';
import type { LegacyOptions, LegacySettings } from './legacy-name.ts';
import { readLegacy } from './read-legacy.ts';
import type { GivenLegacy, HeldLegacy } from './read-legacy.ts';

/** A legacy configuration: frozen, in legacy names and units. */
export type LegacyConfig<Table extends LegacyOptions> = HeldLegacy<Table> & {
  /** The same in the words and units of this library. */
  toUnifiedConfig(): ManagedCircuitConfig;
};

/** The class of a legacy configuration. */
export interface LegacyConfigClass<Table extends LegacyOptions> {
  /** @internal Whether a value is a configuration with all its options: one of this class, of its copy in another bundle, or of a class that adds to it. */
  isHeldBy(value: unknown): boolean;
  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  new (...given: Record<string, never> extends GivenLegacy<Table> ? [given?: GivenLegacy<Table>] : [given: GivenLegacy<Table>]): LegacyConfig<Table>;
}

/** Whose configuration a class is. */
export interface LegacyOwner {
  readonly source: string;
  readonly name: string;
}

/** Makes the class of a legacy configuration from its table. */
export function legacyConfig<const Table extends LegacyOptions>({ source, name }: LegacyOwner, table: Table, settings: LegacySettings = {}): LegacyConfigClass<Table> {
  const config = class {
    static isHeldBy(value: unknown): boolean {
      return anObject.fits(value) && 'toUnifiedConfig' in (value as object) && Object.keys(table).every((option) => option in (value as object));
    }

    readonly #unified: ManagedCircuitConfig;

    constructor(given: unknown = {}) {
      warnOfLegacyName(source, name, 'UnifiedCircuitConfig');
      const { held, explicit } = readLegacy(name, table, given);
      this.#unified = unifiedFrom(table, held, explicit, settings);
      Object.freeze(Object.assign(this, held));
    }

    toUnifiedConfig(): ManagedCircuitConfig {
      return this.#unified;
    }
  };
  Object.defineProperty(config, 'name', { value: name });
  return config as unknown as LegacyConfigClass<Table>;
}

/**
 * A configuration as it was given, or made from plain legacy options. One of another legacy name that lacks an option is read as options, so that what does not fit is told.
 *
 * @throws CircuitBreakerConfigError that lists every problem.
 */
export function asConfig<Table extends LegacyOptions>(type: LegacyConfigClass<Table>, given: LegacyConfig<Table> | GivenLegacy<Table>): LegacyConfig<Table> {
  if (type.isHeldBy(given)) return given as LegacyConfig<Table>;
  return insideLegacyName(() => new (type as new (given: GivenLegacy<Table>) => LegacyConfig<Table>)(given as GivenLegacy<Table>));
}
