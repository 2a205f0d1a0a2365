import type { ManagedCircuitConfig } from './options.ts';

/** The options of a group of keyed breakers: how keys are found and bounded, and the options that its breakers share. */
export interface KeyedOptions<Input> extends Omit<ManagedCircuitConfig, 'name'> {
  /** The key of an input: which tenant, host or model it is for. Required, unless inputs are strings, which are their own keys. */
  readonly by?: ((input: Input) => string) | undefined;
  /** Keys that may have a breaker at once. Whole number, 1 to 1 000 000. Default 10 000. */
  readonly maxKeys?: number | undefined;
  /** A key that was not called for so long makes room when new keys come, and at `cleanupInactive()`. Milliseconds, 1 to Infinity. Default Infinity. */
  readonly idleMs?: number | undefined;
}
