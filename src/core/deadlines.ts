import { wholeMs, type Timeline, type Timer } from './clock.ts';
import { DeadlineHeap } from './deadline-heap.ts';

/** An entry of a `DeadlineList`, which sets the links. */
export class DeadlineNode {
  deadline = 0;
  previous: DeadlineNode | null = null;
  next: DeadlineNode | null = null;
  listed = false;
  /** The place in the heap of nodes that are out of order. −1 for the others. */
  place = -1;
}

export function isDue({ deadline }: DeadlineNode, now: number): boolean {
  return wholeMs(deadline - now) === 0;
}

/**
 * Nodes in order of their deadlines. With equal delays, adding appends. A node is out of order if its operation called
 * the breaker before it returned, or if it is a stream whose source opened late. A heap holds those.
 */
export class DeadlineList<Node extends DeadlineNode> {
  #head: Node | null = null;
  #tail: Node | null = null;
  readonly #outOfOrder = new DeadlineHeap<Node>();

  get head(): Node | null {
    const head = this.#head;
    const { first } = this.#outOfOrder;
    return first === undefined || (head !== null && head.deadline <= first.deadline) ? head : first;
  }

  add(node: Node): void {
    const tail = this.#tail;
    node.listed = true;
    if (tail === null) {
      this.#head = this.#tail = node;
    } else if (tail.deadline <= node.deadline) {
      node.previous = tail;
      tail.next = this.#tail = node;
    } else this.#outOfOrder.add(node);
  }

  remove(node: Node): void {
    if (!node.listed) return;
    node.listed = false;
    if (node.place < 0) this.#unlink(node);
    else this.#outOfOrder.remove(node);
  }

  #unlink(node: Node): void {
    const { previous, next } = node;
    if (previous === null) this.#head = next as Node | null;
    else previous.next = next;
    if (next === null) this.#tail = previous as Node | null;
    else next.previous = previous;
    node.previous = node.next = null;
  }

  /** Visits the nodes whose deadline has passed. They must stay. */
  forEachDue(now: number, visit: (node: Node) => void): void {
    for (let node = this.#head; node !== null && isDue(node, now); node = node.next as Node | null) visit(node);
    this.#outOfOrder.forEachDue(now, visit);
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
  #firesAt = Number.POSITIVE_INFINITY;
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
    this.#firesAt = Number.POSITIVE_INFINITY;
    this.#onIdle();
  }

  #arm(deadline: number): void {
    this.#timer?.cancel();
    this.#firesAt = deadline;
    this.#timer = this.#timeline.until(deadline, () => this.#fire(), () => this.#delayed());
    if (this.#holding === 0) this.#timer.unref();
  }

  #delayed(): void {
    this.#list.forEachDue(this.#timeline.now(), (node) => node.delayed());
  }

  #fire(): void {
    this.#timer = null;
    this.#firesAt = Number.POSITIVE_INFINITY;
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
