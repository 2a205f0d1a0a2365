/** What can stand in a deadline heap. */
export interface HeapNode {
  /** A moment of the nodes' common timeline. */
  deadline: number;
  /** The node's place in the heap; −1 outside. */
  place: number;
}

/** Nodes by their deadlines, the nearest first: a binary heap in which any node can be moved, in logarithmic time. */
export class DeadlineHeap<Node extends HeapNode> {
  readonly #nodes: Node[] = [];

  /** The node with the nearest deadline, or undefined. */
  get nearest(): Node | undefined {
    return this.#nodes[0];
  }

  /** Puts a node in, or where its new deadline belongs. */
  set(node: Node, deadline: number): void {
    node.deadline = deadline;
    if (node.place === -1) this.#put(node, this.#nodes.length);
    this.#settle(node);
  }

  remove(node: Node): void {
    if (node.place === -1) return;
    const last = this.#nodes.pop() as Node;
    if (last !== node) {
      this.#put(last, node.place);
      this.#settle(last);
    }
    node.place = -1;
  }

  #put(node: Node, place: number): void {
    this.#nodes[place] = node;
    node.place = place;
  }

  #settle(node: Node): void {
    this.#rise(node);
    this.#sink(node);
  }

  #rise(node: Node): void {
    while (node.place > 0) {
      const above = this.#nodes[(node.place - 1) >> 1] as Node;
      if (above.deadline <= node.deadline) return;
      this.#swap(above, node);
    }
  }

  #sink(node: Node): void {
    for (;;) {
      const left = this.#nodes[2 * node.place + 1];
      const right = this.#nodes[2 * node.place + 2];
      const below = right !== undefined && left !== undefined && right.deadline < left.deadline ? right : left;
      if (below === undefined || below.deadline >= node.deadline) return;
      this.#swap(node, below);
    }
  }

  #swap(upper: Node, lower: Node): void {
    const { place } = lower;
    this.#put(lower, upper.place);
    this.#put(upper, place);
  }
}
