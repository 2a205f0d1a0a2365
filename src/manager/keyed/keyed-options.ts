import type { SharedCircuitConfig } from '../../breaker/options/options.ts';

/** The options of a group of keyed breakers: how to find and limit keys, and the breaker options. */
export interface KeyedOptions<Input> extends SharedCircuitConfig {
  /** Name of the base configuration to start from. @defaultValue none */
  readonly base?: string | undefined;
  /**
   * Returns the key of an input, for example its tenant, host or model. Required unless inputs are strings.
   * @defaultValue the input itself
   * @example `({ tenant }) => tenant`
   */
  readonly by?: ((input: Input) => string) | undefined;
  /** Limits the keys that have a breaker. Whole number from 1 to 1,000,000. @defaultValue 10,000 */
  readonly maxKeys?: number | undefined;
  /**
   * Evicts keys that haven't been called for this long. Checked when a key is added and by `cleanupInactive()`.
   * Milliseconds, 1 or more. @defaultValue Infinity
   */
  readonly idleMs?: number | undefined;
}
