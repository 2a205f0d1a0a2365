import { readyAt } from '../../core/state.ts';
import { type Protection, protectionOf } from '../condition.ts';
import type { KeyedEntry } from './keyed-entry.ts';

/** Bounds the work of adding a key if all keys are protected or in use. */
const MAX_EXAMINED = 32;

/** The entry that a new key replaces. */
export interface Victim {
  readonly entry: KeyedEntry;
  /** What protects the entry, if every examined entry was protected. */
  readonly despite: Protection | null;
}

/** Which examined entry to prefer if none is free. A forced entry is never evicted. */
const RANKS = { free: 0, waiting: 1, in_flight: 2 } as const;

/**
 * The entries of a group in a ring that is examined in turn: the clock algorithm, also called second chance. All
 * operations take constant time.
 */
export class EvictionRing {
  readonly #entries: KeyedEntry[] = [];
  #hand = 0;
  #idleHand = 0;

  add(entry: KeyedEntry): void {
    entry.slot = this.#entries.length;
    this.#entries.push(entry);
  }

  /** Puts a new entry in the place of an evicted one, where it is examined last. */
  replace(evicted: KeyedEntry, entry: KeyedEntry): void {
    entry.slot = evicted.slot;
    this.#entries[entry.slot] = entry;
  }

  remove(entry: KeyedEntry): void {
    const last = this.#entries.pop() as KeyedEntry;
    if (last !== entry) this.replace(entry, last);
  }

  /** Returns the next entry to check for `idleMs`. */
  next(): KeyedEntry | undefined {
    if (this.#idleHand >= this.#entries.length) this.#idleHand = 0;
    return this.#entries[this.#idleHand++];
  }

  /**
   * Chooses an entry to evict from at most 32 that it examines. It is the first one that nothing protects and that
   * wasn't used since it was last examined. If there is none, it is the least recently used unprotected one, else the
   * open one whose wait ends first, else the least recently used one with calls in flight. Returns null if all of them
   * are forced.
   * @param uses the number of the latest use in the group.
   */
  victim(uses: number, now: number): Victim | null {
    let best: (Victim & { readonly rank: number; readonly order: number }) | null = null;
    for (let left = Math.min(MAX_EXAMINED, this.#entries.length); left > 0; left -= 1) {
      const entry = this.#advance();
      const despite = protectionOf(entry.circuit, now);
      if (despite === null && entry.used <= entry.examined) return { entry, despite };
      entry.examined = uses;
      if (despite === 'forced') continue;
      const rank = RANKS[despite ?? 'free'];
      const { state } = entry.circuit;
      const order = despite === 'waiting' && state.name === 'open' ? readyAt(state) : entry.used;
      if (best === null || rank < best.rank || (rank === best.rank && order < best.order)) {
        best = { entry, despite, rank, order };
      }
    }
    return best;
  }

  #advance(): KeyedEntry {
    if (this.#hand >= this.#entries.length) this.#hand = 0;
    return this.#entries[this.#hand++] as KeyedEntry;
  }
}
