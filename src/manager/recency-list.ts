/** What can stand in a recency list. */
export interface RecencyNode {
  newer: RecencyNode | null;
  older: RecencyNode | null;
}

/** Nodes in the order of their last use. All operations take constant time. */
export class RecencyList<Node extends RecencyNode> {
  #newest: Node | null = null;
  #oldest: Node | null = null;

  /** The node unused for longest, or null. */
  get oldest(): Node | null {
    return this.#oldest;
  }

  add(node: Node): void {
    node.older = this.#newest;
    node.newer = null;
    if (this.#newest === null) this.#oldest = node;
    else this.#newest.newer = node;
    this.#newest = node;
  }

  remove(node: Node): void {
    const older = node.older as Node | null;
    const newer = node.newer as Node | null;
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
    if (newer === null) this.#newest = older;
    else newer.older = older;
  }

  touch(node: Node): void {
    if (node === this.#newest) return;
    this.remove(node);
    this.add(node);
  }
}
