/** No node. */
const NONE = -1;
const INITIAL_SLOTS = 16;

/**
 * Where the links of recency lists are: those of a slot side by side in one array, because the neighbours of one node among a hundred thousand objects would each be
 * a cache miss. A node has a slot from `claim` to `release`; the older neighbour is at 2 · slot, the newer one after it.
 */
export class RecencyLinks<Node> {
  links = new Int32Array(2 * INITIAL_SLOTS);
  readonly #nodes: (Node | undefined)[] = [];
  readonly #free: number[] = [];

  claim(node: Node): number {
    const slot = this.#free.pop() ?? this.#nodes.length;
    this.#nodes[slot] = node;
    if (2 * slot >= this.links.length) {
      const links = new Int32Array(2 * this.links.length);
      links.set(this.links);
      this.links = links;
    }
    return slot;
  }

  release(slot: number): void {
    this.#nodes[slot] = undefined;
    this.#free.push(slot);
  }

  at(slot: number): Node {
    return this.#nodes[slot] as Node;
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
    const { links } = this.#links;
    links[2 * slot] = this.#newest;
    links[2 * slot + 1] = NONE;
    if (this.#newest === NONE) this.#oldest = slot;
    else links[2 * this.#newest + 1] = slot;
    this.#newest = slot;
  }

  remove(slot: number): void {
    const { links } = this.#links;
    const before = links[2 * slot] as number;
    const after = links[2 * slot + 1] as number;
    if (before === NONE) this.#oldest = after;
    else links[2 * before + 1] = after;
    if (after === NONE) this.#newest = before;
    else links[2 * after] = before;
  }

  touch(slot: number): void {
    if (slot === this.#newest) return;
    this.remove(slot);
    this.add(slot);
  }

  /** The nodes, the one unused for longest first. The list must not change meanwhile. */
  *[Symbol.iterator](): Generator<Node, void, undefined> {
    for (let slot = this.#oldest; slot !== NONE; slot = this.#links.links[2 * slot + 1] as number) yield this.#links.at(slot);
  }
}
