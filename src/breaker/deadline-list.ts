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
