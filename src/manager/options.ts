import type { UnifiedCircuitConfig } from '../breaker/options/options.ts';

/** The options of a breaker that a manager makes. What is not given comes from its base, then from the manager, then from the library. */
export interface ManagedCircuitConfig extends Omit<UnifiedCircuitConfig, 'name'> {
  /** The base configuration to start from, by the name under which the manager knows it. Default: none. */
  readonly base?: string | undefined;
  /** Only so that a whole `UnifiedCircuitConfig` may be given: it must be the name that the breaker is created under. */
  readonly name?: string | undefined;
}

/** The options of a manager: its own two, and any option that its breakers shall inherit. */
export interface ManagerOptions extends Omit<UnifiedCircuitConfig, 'name'> {
  /** Whether a configuration that contradicts an earlier one for the same name is an error, and not only a warning. Default false. */
  readonly strict?: boolean | undefined;
  /** Named configurations for breakers to start from. More can follow by `addBaseConfig()`. Default: none. */
  readonly baseConfigs?: Readonly<Record<string, Omit<UnifiedCircuitConfig, 'name'>>> | undefined;
}

/** Which breakers a question is about. */
export interface Selection {
  /** Only breakers that have all of these tags. Default: all breakers. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Options by their names, each valid by itself; without a prototype. */
export type GivenOptions = Readonly<Record<string, unknown>>;
