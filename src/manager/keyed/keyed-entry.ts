import type { Observer } from '../../breaker/circuit/observer.ts';
import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { Entry } from '../entry.ts';
import type { GivenOptions } from '../options.ts';

/** The breaker of one key. */
export class KeyedEntry extends Entry {
  readonly key: string;
  /** The number of the latest use. The uses of a group are numbered in order. */
  used: number;
  /** The number of the latest use in the group when the entry was added or last examined. */
  examined: number;
  /** The index in the eviction ring. */
  slot = -1;

  constructor(key: string, breaker: UnifiedCircuitBreaker, given: GivenOptions, observer: Observer, use: number) {
    super(breaker, given, observer, key);
    this.key = key;
    this.used = use;
    this.examined = use;
  }
}
