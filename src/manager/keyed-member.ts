import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { Audience } from '../core/emitter.ts';
import type { CircuitEvents } from '../core/events.ts';
import type { HeapNode } from './deadline-heap.ts';
import { Member } from './member.ts';
import type { GivenOptions } from './options.ts';
import type { RecencyList } from './recency-list.ts';

/** Told when a member's circuit is another one now. */
interface Order {
  place(member: KeyedMember): void;
}

/** The breaker of one key, and where its group keeps it. */
export class KeyedMember extends Member implements HeapNode {
  readonly key: string;
  deadline = 0;
  place = -1;
  /** The list that it stands in; null while it is forced, or off the list. */
  list: RecencyList<KeyedMember> | null = null;
  /** Its slot in the links of the lists. */
  slot = -1;
  /** Rises with every use in the group. */
  use = 0;
  readonly #order: Order;

  constructor(key: string, breaker: UnifiedCircuitBreaker, given: GivenOptions, audience: Audience<CircuitEvents>, order: Order) {
    super(breaker, given, audience);
    this.key = key;
    this.#order = order;
  }

  override circuitChanged(): void {
    this.#order.place(this);
  }
}
