import { disarm, quietly } from '../../core/untrusted.ts';

/** Functions that are told of something. What they throw, or reject with, reaches nobody. */
export class Listeners<Args extends readonly unknown[]> {
  readonly #listeners = new Set<(...args: Args) => unknown>();

  /** Gives the way to take it away again. */
  add(listener: (...args: Args) => unknown): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells all, in the order in which they came. */
  tell(...args: Args): void {
    // A listener may add and take away others.
    const listeners = [...this.#listeners];
    for (const listener of listeners) disarm(quietly(() => listener(...args)));
  }
}
