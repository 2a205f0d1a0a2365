import type { SharedCircuitConfig, UnifiedCircuitConfig } from '../breaker/options/options.ts';

/**
 * The options of a breaker that a manager creates. Options that you leave out come from the base configuration, then
 * from the manager, then from the library.
 */
export interface ManagedCircuitConfig extends Omit<UnifiedCircuitConfig, 'name'> {
  /** Name of the base configuration to start from. @defaultValue none */
  readonly base?: string | undefined;
  /**
   * Lets you pass a whole `UnifiedCircuitConfig`. It must equal the name of the breaker. @defaultValue the name that
   * the breaker is created under
   */
  readonly name?: string | undefined;
}

/** The options of a manager: its own two, and defaults for its breakers. */
export interface ManagerOptions extends SharedCircuitConfig {
  /** Throws if a configuration contradicts the one in effect for its name, instead of a warning. @defaultValue false */
  readonly strict?: boolean | undefined;
  /** Named configurations that breakers can start from. `addBaseConfig()` adds more. @defaultValue none */
  readonly baseConfigs?: Readonly<Record<string, SharedCircuitConfig>> | undefined;
}

/** Selects breakers by their tags. */
export interface Selection {
  /** Selects breakers that have all of these tags. @defaultValue all breakers */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Options by name, each of them valid on its own. The object has no prototype. */
export type GivenOptions = Readonly<Record<string, unknown>>;
