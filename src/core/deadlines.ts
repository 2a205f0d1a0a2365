import { wholeMs, type Timeline, type Timer } from './clock.ts';

/** An entry of a `DeadlineList`, which sets the links. */
export class DeadlineNode {
  deadline = 0;
  previous: DeadlineNode | null = null;
  next: DeadlineNode | null = null;
  listed = false;
}

export function isDue({ deadline }: DeadlineNode, now: number): boolean {
  return wholeMs(deadline - now) === 0;
}

/**
 * Nodes in order of their deadlines. With equal delays, adding appends. A node is out of order if its operation called
 * the breaker before it returned, or if it is a stream whose source opened late. The place of such a node is searched
 * from the last one, because they come in series.
 */
export class DeadlineList<Node extends DeadlineNode> {
  head: Node | null = null;
  #tail: Node | null = null;
  /** The last node that was out of order. */
  #inserted: Node | null = null;

  add(node: Node): void {
    const tail = this.#tail;
    node.listed = true;
    if (tail === null) {
      this.head = this.#tail = node;
    } else if (tail.deadline <= node.deadline) {
      node.previous = tail;
      tail.next = this.#tail = node;
    } else this.#insert(node, this.#inserted ?? tail);
  }

  #insert(node: Node, near: Node): void {
    let after = near;
    while (after.deadline <= node.deadline) after = after.next as Node;
    while (after.previous !== null && after.previous.deadline > node.deadline) after = after.previous as Node;
    node.previous = after.previous;
    node.next = after;
    if (after.previous === null) this.head = node;
    else after.previous.next = node;
    after.previous = this.#inserted = node;
  }

  remove(node: Node): void {
    if (!node.listed) return;
    const { previous, next } = node;
    node.listed = false;
    if (node === this.#inserted) this.#inserted = previous as Node | null;
    if (previous === null) this.head = next as Node | null;
    else previous.next = next;
    if (next === null) this.#tail = previous as Node | null;
    else next.previous = previous;
    node.previous = node.next = null;
  }
}

/** A call that ends at a deadline. */
export interface Expiring extends DeadlineNode {
  /** Whether the process must stay alive, because a caller waits. */
  readonly holdsProcess: boolean;
  /** Called if the process itself noticed the deadline late. An answer may still come before `expire()`. */
  delayed(): void;
  /** Called after the deadline. The list has removed the node. */
  expire(): void;
}

/** The deadlines of calls in flight, on one timer. It keeps the process alive only while callers wait. */
export class Deadlines {
  readonly #timeline: Timeline;
  readonly #onIdle: () => void;
  readonly #list = new DeadlineList<Expiring>();
  #timer: Timer | null = null;
  #firesAt = Infinity;
  #holding = 0;

  /** @param onIdle called when no call is left and the timer has stopped. */
  constructor(timeline: Timeline, onIdle: () => void) {
    this.#timeline = timeline;
    this.#onIdle = onIdle;
  }

  add(node: Expiring): void {
    this.#list.add(node);
    if (node.holdsProcess) this.#holding += 1;
    const timer = this.#timer;
    if (timer === null || node.deadline < this.#firesAt || timer.outdated) {
      this.#arm((this.#list.head ?? node).deadline);
    } else if (node.holdsProcess && this.#holding === 1) timer.ref();
  }

  /** Keeps the timer for later calls, because stopping and starting it costs more than a whole call. */
  remove(node: Expiring): void {
    if (!node.listed) return;
    this.#list.remove(node);
    if (!node.holdsProcess) return;
    this.#holding -= 1;
    if (this.#holding === 0) this.#timer?.unref();
  }

  /** Stops the timer if no call waits for it. */
  rest(): void {
    if (this.#list.head !== null) return;
    this.#timer?.cancel();
    this.#timer = null;
    this.#firesAt = Infinity;
    this.#onIdle();
  }

  #arm(deadline: number): void {
    this.#timer?.cancel();
    this.#firesAt = deadline;
    this.#timer = this.#timeline.until(deadline, () => this.#fire(), () => this.#delayed());
    if (this.#holding === 0) this.#timer.unref();
  }

  #delayed(): void {
    const now = this.#timeline.now();
    let next: Expiring | null;
    for (let node = this.#list.head; node !== null && isDue(node, now); node = next) {
      // The call of a disposed breaker ends, which takes it out.
      next = node.next as Expiring | null;
      node.delayed();
    }
  }

  #fire(): void {
    this.#timer = null;
    this.#firesAt = Infinity;
    const now = this.#timeline.now();
    for (let head = this.#list.head; head !== null && isDue(head, now); head = this.#list.head) {
      this.remove(head);
      head.expire();
    }
    const { head } = this.#list;
    if (head === null) this.#onIdle();
    else if (head.deadline < this.#firesAt) this.#arm(head.deadline);
  }
}

const shared = /* @__PURE__ */ new WeakMap<Timeline, Map<number, Deadlines>>();

/** The deadlines of one timeout. Breakers of one timeline that are created while it is in use share it. */
export function deadlinesOf(timeline: Timeline, timeoutMs: number): Deadlines {
  const byTimeout = shared.get(timeline) ?? new Map<number, Deadlines>();
  shared.set(timeline, byTimeout);
  // Calls may compute their timeouts, so unused lists are deleted.
  const forget = (): void => {
    if (byTimeout.get(timeoutMs) === deadlines) byTimeout.delete(timeoutMs);
  };
  const deadlines: Deadlines = byTimeout.get(timeoutMs) ?? new Deadlines(timeline, forget);
  byTimeout.set(timeoutMs, deadlines);
  return deadlines;
}
