import { type BreakerEvent, type CircuitEvents, EVENT_NAMES } from '../core/events.ts';
import type { Protection } from './condition.ts';

/** Where a keyed breaker belongs. */
export interface KeyedPlace {
  /** The name of the group. */
  readonly group: string;
  /** The key in the group. */
  readonly key: string;
}

/** An option that two configurations with the same name set to different values. */
export interface ConfigDifference {
  /** The name of the option. */
  readonly option: string;
  /** The value in effect, or `undefined` if the first configuration has none. */
  readonly first: unknown;
  /** The value in the second configuration. */
  readonly second: unknown;
}

/** The events of breakers, as a manager passes them on. */
type PlacedEvents = {
  [Name in keyof CircuitEvents]: CircuitEvents[Name] & {
    /** The labels given as `tags`. */
    readonly tags: Readonly<Record<string, string>>;
    /** The group and key of a keyed breaker. */
    readonly keyed: KeyedPlace | undefined;
  };
};

/** The events of a manager: those of all its breakers with their `tags` and `keyed`, and its own. */
export interface ManagerEvents extends PlacedEvents {
  /** A breaker was registered. `keyed` is the group and key of a keyed breaker. */
  added: BreakerEvent & { readonly keyed: KeyedPlace | undefined };
  /**
   * A breaker was removed. The reason is `removed` for `removeCircuitBreaker()` and `remove()`, `inactive` for
   * `cleanupInactive()`, and `disposed` if the breaker had been disposed.
   */
  removed: BreakerEvent & {
    readonly reason: 'removed' | 'inactive' | 'disposed';
    readonly keyed: KeyedPlace | undefined;
  };
  /**
   * A keyed breaker was evicted. The reason is `idle` if it wasn't called for `idleMs`, and `full` if the group had
   * `maxKeys` keys. `despite` is what protected it, if all examined keys were protected.
   */
  evicted: BreakerEvent & {
    readonly reason: 'idle' | 'full';
    readonly keyed: KeyedPlace;
    readonly despite: Protection | null;
  };
  /** A second configuration contradicts the one in effect and was not applied. */
  configConflict: BreakerEvent & { readonly differences: readonly ConfigDifference[] };
  /** Options of a breaker were changed. `options` are their names. */
  reconfigured: BreakerEvent & { readonly options: readonly string[] };
  /** A new key got an unregistered breaker, because all the examined keys were forced. */
  unlisted: BreakerEvent & { readonly keyed: KeyedPlace };
}

/** Every event of a manager. */
export const MANAGER_EVENT_NAMES: readonly (keyof ManagerEvents)[] = /* @__PURE__ */ (() =>
  [...EVENT_NAMES, 'added', 'removed', 'evicted', 'configConflict', 'reconfigured', 'unlisted'] as const)();
