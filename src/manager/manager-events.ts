import { EVENT_NAMES } from '../core/events.ts';
import type { BreakerEvent, CircuitEvents } from '../core/events.ts';
import type { ConfigDifference } from './config-conflict.ts';
import type { Protection } from './protection.ts';

/** A breaker was put on the list. */
export interface AddedEvent extends BreakerEvent {
  /** The group and the key of a keyed breaker. */
  readonly keyed: KeyedPlace | undefined;
}

/** A breaker was taken off the list. */
export interface RemovedEvent extends BreakerEvent {
  /** `removed` and `inactive`: by `removeCircuitBreaker()` and `cleanupInactive()`. `disposed`: it was found disposed. */
  readonly reason: 'removed' | 'inactive' | 'disposed';
  /** The group and the key of a keyed breaker. */
  readonly keyed: KeyedPlace | undefined;
}

/** A keyed breaker had to make room. */
export interface EvictedEvent extends BreakerEvent {
  /** The group and the key. */
  readonly keyed: KeyedPlace;
  /** `idle`: unused for `idleMs`. `full`: there were `maxKeys` keys. */
  readonly reason: 'idle' | 'full';
  /** What should have protected it, where every key was protected; else null. */
  readonly despite: Protection | null;
}

/** Where a keyed breaker belongs. */
export interface KeyedPlace {
  /** The name of the group. */
  readonly group: string;
  /** The key within it. */
  readonly key: string;
}

/** A second configuration for a name contradicts the first, which stands. */
export interface ConfigConflictEvent extends BreakerEvent {
  /** Every option that differs. */
  readonly differences: readonly ConfigDifference[];
}

/** A breaker was reconfigured. */
export interface ReconfiguredEvent extends BreakerEvent {
  /** The names of the options that were given. */
  readonly options: readonly string[];
}

/** All keys of a group are forced, so that a new one got a breaker that is on no list. */
export interface UnlistedEvent extends BreakerEvent {
  /** The group and the key. */
  readonly keyed: KeyedPlace;
}

/** The events of a manager: those of all its breakers, and its own. */
export interface ManagerEvents extends CircuitEvents {
  /** A breaker was put on the list. */
  added: AddedEvent;
  /** A breaker was taken off the list. */
  removed: RemovedEvent;
  /** A keyed breaker had to make room. */
  evicted: EvictedEvent;
  /** A second configuration contradicts the first. */
  configConflict: ConfigConflictEvent;
  /** A breaker was reconfigured. */
  reconfigured: ReconfiguredEvent;
  /** A key got a breaker that is on no list. */
  unlisted: UnlistedEvent;
}

const createNames = (): readonly (keyof ManagerEvents)[] => [...EVENT_NAMES, 'added', 'removed', 'evicted', 'configConflict', 'reconfigured', 'unlisted'];

/** Every event of a manager. */
export const MANAGER_EVENT_NAMES = /* @__PURE__ */ createNames();
