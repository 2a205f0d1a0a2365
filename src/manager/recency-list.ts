/** No node. */
const NONE = -1;
const INITIAL_SLOTS = 16;

/**
 * Where the links of recency lists are: side by side in two arrays, because the neighbours of one node among a hundred thousand objects would each be a cache miss.
 * A node has a slot from `claim` to `release`.
 */
export class RecencyLinks<Node> {
  newer = new Int32Array(INITIAL_SLOTS);
  older = new Int32Array(INITIAL_SLOTS);
  readonly #nodes: (Node | undefined)[] = [];
  readonly #free: number[] = [];

  claim(node: Node): number {
    const slot = this.#free.pop() ?? this.#nodes.length;
    this.#nodes[slot] = node;
    if (slot >= this.newer.length) this.#grow();
    return slot;
  }

  release(slot: number): void {
    this.#nodes[slot] = undefined;
    this.#free.push(slot);
  }

  at(slot: number): Node {
    return this.#nodes[slot] as Node;
  }

  #grow(): void {
    const [newer, older] = [new Int32Array(2 * this.newer.length), new Int32Array(2 * this.older.length)];
    newer.set(this.newer);
    older.set(this.older);
    this.newer = newer;
    this.older = older;
  }
}

/** Slots in the order of their last use. All operations take constant time. */
export class RecencyList<Node> {
  readonly #links: RecencyLinks<Node>;
  #newest = NONE;
  #oldest = NONE;

  constructor(links: RecencyLinks<Node>) {
    this.#links = links;
  }

  add(slot: number): void {
    const { newer, older } = this.#links;
    older[slot] = this.#newest;
    newer[slot] = NONE;
    if (this.#newest === NONE) this.#oldest = slot;
    else newer[this.#newest] = slot;
    this.#newest = slot;
  }

  remove(slot: number): void {
    const { newer, older } = this.#links;
    const before = older[slot] as number;
    const after = newer[slot] as number;
    if (before === NONE) this.#oldest = after;
    else newer[before] = after;
    if (after === NONE) this.#newest = before;
    else older[after] = before;
  }

  touch(slot: number): void {
    if (slot === this.#newest) return;
    this.remove(slot);
    this.add(slot);
  }

  /** The nodes, the one unused for longest first. The list must not change meanwhile. */
  *[Symbol.iterator](): Generator<Node, void, undefined> {
    for (let slot = this.#oldest; slot !== NONE; slot = this.#links.newer[slot] as number) yield this.#links.at(slot);
  }
}
