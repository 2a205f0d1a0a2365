import { outsideRequests } from './async-context.ts';
import { wholeMs, type Timeline, type Timer } from './clock.ts';

/** An entry of a `DeadlineHeap`, which sets the other fields. */
export class DeadlineNode {
  deadline = 0;
  /** Its place in the heap. −1 if it is in none. */
  place = -1;
  /** Decides between equal deadlines. */
  order = 0;
}

export function isDue({ deadline }: DeadlineNode, now: number): boolean {
  return wholeMs(deadline - now) === 0;
}

const isBefore = (a: DeadlineNode, b: DeadlineNode): boolean =>
  a.deadline < b.deadline || (a.deadline === b.deadline && a.order < b.order);

/** Nodes by their deadlines, as a binary heap: with equal delays, adding appends. */
export class DeadlineHeap<Node extends DeadlineNode> {
  readonly #nodes: Node[] = [];
  #added = 0;

  get head(): Node | null {
    return this.#nodes.length === 0 ? null : (this.#nodes[0] as Node);
  }

  add(node: Node): void {
    node.order = this.#added;
    this.#added += 1;
    this.#nodes.push(node);
    this.#rise(node, this.#nodes.length - 1);
  }

  remove(node: Node): void {
    const { place } = node;
    if (place < 0) return;
    node.place = -1;
    const last = this.#nodes.pop() as Node;
    if (this.#nodes.length === 0) this.#added = 0;
    if (last !== node) this.#rise(last, this.#sink(last, place));
  }

  /** Returns the nodes that are due, in no order. */
  due(now: number, place = 0, found: Node[] = []): Node[] {
    const node = this.#nodes[place];
    if (node === undefined || !isDue(node, now)) return found;
    found.push(node);
    this.due(now, 2 * place + 1, found);
    return this.due(now, 2 * place + 2, found);
  }

  /** Returns the earliest deadline that isn't due, or `Infinity`. */
  nextAfter(now: number, place = 0): number {
    const node = this.#nodes[place];
    if (node === undefined) return Infinity;
    if (!isDue(node, now)) return node.deadline;
    return Math.min(this.nextAfter(now, 2 * place + 1), this.nextAfter(now, 2 * place + 2));
  }

  #put(node: Node, place: number): void {
    this.#nodes[place] = node;
    node.place = place;
  }

  #rise(node: Node, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#nodes[above] as Node;
      if (!isBefore(node, parent)) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(node, place);
  }

  /** Moves what is due before `node` up, and returns the place that is free for it. */
  #sink(node: Node, from: number): number {
    const nodes = this.#nodes;
    let place = from;
    for (let below = 2 * place + 1; below < nodes.length; below = 2 * place + 1) {
      const right = below + 1;
      if (right < nodes.length && isBefore(nodes[right] as Node, nodes[below] as Node)) below = right;
      if (!isBefore(nodes[below] as Node, node)) break;
      this.#put(nodes[below] as Node, place);
      place = below;
    }
    return place;
  }
}

/** A call that ends at a deadline. */
export interface Expiring extends DeadlineNode {
  /** Whether the process must stay alive, because a caller waits. */
  readonly holdsProcess: boolean;
  /** Its own timer, on a platform where timers end with their request. */
  timer: Timer | null;
  /** Called if the process itself noticed the deadline late. An answer may still come before `expire()`. */
  delayed(): void;
  /** Called after the deadline. The heap has removed the node. */
  expire(): void;
}

/** A timer that is so late was dropped by the platform. */
export const LOST_MS = 1_000;
/** More calls than this end in separate turns of the event loop. */
const MOST_PER_TURN = 1_000;

/** In Cloudflare Workers, a timer that a request has started ends with it. */
const endsWithRequest = /* @__PURE__ */ (() => {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: string } };
  return navigator?.userAgent === 'Cloudflare-Workers';
})();

/** The deadlines of calls in flight, on one timer. It keeps the process alive only while callers wait. */
export class Deadlines {
  readonly #timeline: Timeline;
  readonly #heap = new DeadlineHeap<Expiring>();
  #timer: Timer | null = null;
  #firesAt = Infinity;
  #holding = 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** @param now when the call began, or later. */
  add(node: Expiring, now: number): void {
    this.#heap.add(node);
    if (node.holdsProcess) this.#holding += 1;
    if (endsWithRequest) {
      this.sweep(now);
      node.timer = this.#timeline.until(node.deadline, () => this.#expire(node));
    } else if (node.deadline < this.#firesAt || now - this.#firesAt > LOST_MS || this.#timer?.outdated) {
      this.#arm((this.#heap.head ?? node).deadline, now);
    } else if (node.holdsProcess && this.#holding === 1) this.#timer?.ref();
  }

  /** Keeps the timer for later calls, because stopping and starting it costs more than a whole call. */
  remove(node: Expiring): void {
    if (node.place < 0) return;
    this.#heap.remove(node);
    if (endsWithRequest) node.timer?.cancel();
    if (node.holdsProcess) {
      this.#holding -= 1;
      if (this.#holding === 0) this.#timer?.unref();
    }
    if (this.#timeline.stopsAtOnce) this.rest();
  }

  /** Stops the timer if no call waits for it. */
  rest(): void {
    if (this.#heap.head === null) this.#stop();
  }

  /** Ends the calls whose timers were dropped. */
  sweep(now: number): void {
    const { head } = this.#heap;
    if (head === null || now - head.deadline <= LOST_MS) return;
    if (endsWithRequest) this.#expireUntil(now - LOST_MS);
    else if (now - this.#firesAt > LOST_MS) this.#arm(head.deadline, now);
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#firesAt = Infinity;
  }

  #arm(deadline: number, now: number): void {
    this.#stop();
    this.#timer = outsideRequests(() =>
      this.#timeline.until(deadline, () => this.#fire(), () => this.#delayed()));
    // Without a timer, the next call tries again.
    if (this.#timer === null) return;
    this.#firesAt = Math.max(deadline, now);
    if (this.#holding === 0) this.#timer.unref();
  }

  #delayed(): void {
    for (const node of this.#heap.due(this.#timeline.now())) if (node.place >= 0) node.delayed();
  }

  #fire(): void {
    // Between two turns, a call may have started another timer.
    this.#stop();
    const now = this.#timeline.now();
    if (!this.#expireUntil(now)) {
      this.#timeline.afterTurn(() => this.#fire());
      return;
    }
    const { head } = this.#heap;
    if (head !== null && head.deadline < this.#firesAt) this.#arm(head.deadline, now);
  }

  /** Returns false if more calls are due than one turn should end. */
  #expireUntil(now: number): boolean {
    let ended = 0;
    for (let head = this.#heap.head; head !== null && isDue(head, now); head = this.#heap.head) {
      if (ended === MOST_PER_TURN) return false;
      ended += 1;
      this.#expire(head);
    }
    return true;
  }

  #expire(node: Expiring): void {
    this.remove(node);
    node.expire();
  }
}

const shared = /* @__PURE__ */ new WeakMap<Timeline, Deadlines>();

/** The deadlines of all breakers of one timeline. */
export function deadlinesOf(timeline: Timeline): Deadlines {
  const found = shared.get(timeline) ?? new Deadlines(timeline);
  shared.set(timeline, found);
  return found;
}
