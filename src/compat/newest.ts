/** The newest items of a list that is never longer than `most`. */
export class Newest<Item> {
  readonly #most: number;
  #items: Item[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** The oldest first. */
  get items(): readonly Item[] {
    return this.#items;
  }

  /** Adds an item; the oldest leaves when there are too many. */
  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length > this.#most) this.#items.shift();
  }

  /** Keeps only the items that fit. */
  keep(fits: (item: Item) => boolean): void {
    this.#items = this.#items.filter(fits);
  }

  /** Forgets all. */
  clear(): void {
    this.#items = [];
  }
}
