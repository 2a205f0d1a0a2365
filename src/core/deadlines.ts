import type { Timeline, Timer } from './clock.ts';

/** What waits for a moment. The links belong to the list. */
export interface DeadlineNode {
  deadline: number;
  previous: DeadlineNode | null;
  next: DeadlineNode | null;
  listed: boolean;
}

/**
 * Nodes in order of their deadlines. Equal delays arrive in order, so adding is an append; one that arrives out of
 * order, because an operation called the breaker before it returned, walks back from the tail.
 */
export class DeadlineList<Node extends DeadlineNode> {
  #head: Node | null = null;
  #tail: Node | null = null;

  get head(): Node | null {
    return this.#head;
  }

  add(node: Node): void {
    let before = this.#tail;
    while (before !== null && before.deadline > node.deadline) before = before.previous as Node | null;
    const after = before === null ? this.#head : (before.next as Node | null);
    node.previous = before;
    node.next = after;
    node.listed = true;
    if (before === null) this.#head = node;
    else before.next = node;
    if (after === null) this.#tail = node;
    else after.previous = node;
  }

  remove(node: Node): void {
    if (!node.listed) return;
    const { previous, next } = node;
    if (previous === null) this.#head = next as Node | null;
    else previous.next = next;
    if (next === null) this.#tail = previous as Node | null;
    else next.previous = previous;
    node.previous = null;
    node.next = null;
    node.listed = false;
  }
}

/** A call that ends at a deadline. */
export interface Expiring extends DeadlineNode {
  /** Whether somebody waits for the call, so that the process must not end before. */
  readonly holdsProcess: boolean;
  /** The deadline has passed; the node is off the list. */
  expire(): void;
}

/** The deadlines of calls in flight, on one timer. It holds the process only while calls wait for it. */
export class Deadlines {
  readonly #timeline: Timeline;
  readonly #onIdle: () => void;
  readonly #list = new DeadlineList<Expiring>();
  #timer: Timer | null = null;
  #firesAt = Number.POSITIVE_INFINITY;
  #holding = 0;

  /** @param onIdle told when no call is left and no timer runs. */
  constructor(timeline: Timeline, onIdle: () => void) {
    this.#timeline = timeline;
    this.#onIdle = onIdle;
  }

  add(node: Expiring): void {
    this.#list.add(node);
    if (node.holdsProcess) this.#holding += 1;
    if (this.#timer === null || node.deadline < this.#firesAt || this.#timer.outdated) this.#arm((this.#list.head ?? node).deadline);
    else if (node.holdsProcess && this.#holding === 1) this.#timer.ref();
  }

  /** The timer stays for the calls to come: stopping and starting it costs more than a whole call. */
  remove(node: Expiring): void {
    if (!node.listed) return;
    this.#list.remove(node);
    this.#release(node);
  }

  #release(node: Expiring): void {
    if (!node.holdsProcess) return;
    this.#holding -= 1;
    if (this.#holding === 0) this.#timer?.unref();
  }

  /** Stops the timer if no call waits for it. */
  rest(): void {
    if (this.#list.head !== null) return;
    this.#timer?.cancel();
    this.#timer = null;
    this.#firesAt = Number.POSITIVE_INFINITY;
    this.#onIdle();
  }

  #arm(deadline: number): void {
    this.#timer?.cancel();
    this.#firesAt = deadline;
    // From now and not from the call's start: its operation may have run for a while before it gave its promise.
    this.#timer = this.#timeline.after(deadline - this.#timeline.now(), () => this.#fire());
    if (this.#holding === 0) this.#timer.unref();
  }

  #fire(): void {
    this.#timer = null;
    this.#firesAt = Number.POSITIVE_INFINITY;
    const now = this.#timeline.now();
    for (let head = this.#list.head; head !== null && head.deadline <= now; head = this.#list.head) {
      this.#list.remove(head);
      this.#release(head);
      head.expire();
    }
    const { head } = this.#list;
    if (head === null) this.#onIdle();
    else if (head.deadline < this.#firesAt) this.#arm(head.deadline);
  }
}

const shared = /* @__PURE__ */ new WeakMap<Timeline, Map<number, Deadlines>>();

/** The deadlines of one timeout. Breakers of one timeline share them: a hundred thousand breakers need one timer. */
export function deadlinesOf(timeline: Timeline, timeoutMs: number): Deadlines {
  const byTimeout = shared.get(timeline) ?? new Map<number, Deadlines>();
  shared.set(timeline, byTimeout);
  // Timeouts may be computed, each another one: those that nobody uses any more are forgotten.
  const deadlines = byTimeout.get(timeoutMs) ?? new Deadlines(timeline, () => byTimeout.delete(timeoutMs));
  byTimeout.set(timeoutMs, deadlines);
  return deadlines;
}
