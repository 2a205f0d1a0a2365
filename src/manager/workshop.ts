import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { Emitter } from '../core/emitter.ts';
import type { CircuitSnapshot } from '../core/snapshot.ts';
import type { ManagerEvents } from './manager-events.ts';
import type { GivenOptions } from './options.ts';

/** What a group of keyed breakers needs of its manager. */
export interface Workshop {
  readonly emitter: Emitter<ManagerEvents>;
  /** Makes a breaker, from a snapshot if there is one that fits. */
  make(name: string, given: GivenOptions, saved: CircuitSnapshot | undefined): UnifiedCircuitBreaker;
}
