import { timelineOf } from '../../core/clock.ts';
import type { Clock, Timeline, Timer } from '../../core/clock.ts';
import { BoundedMap } from '../bounded-map.ts';
import { Newest } from '../newest.ts';

/** What tells events apart. */
export interface GTMEventKey {
  /** The event. */
  readonly event: string;
  /** With `action` the type, by which the rate is limited. */
  readonly category: string;
  /** With `category` the type. */
  readonly action: string;
  /** Where it happened; without it, or empty, `default`. */
  readonly context?: string | undefined;
}

/** Two events of one key less than this apart are one. */
const SAME_MS = 2_000;
/** How long sent events are remembered, and the time that the rate is measured in. */
const MEMORY_MS = 60_000;
const MOST_OF_A_TYPE = 100;
const MOST_KEYS = 1_000;
const MOST_TYPES = 200;

/** The events sent in the last minute: at most 1 000 keys and 200 types are kept, the newest, and 100 moments of a type. Knows nothing of a circuit. */
export class SentEvents {
  readonly #timeline: Timeline;
  readonly #keys = new BoundedMap<string, number>(MOST_KEYS);
  readonly #types = new BoundedMap<string, Newest<number>>(MOST_TYPES);
  #tidying: Timer | null = null;

  constructor(clock: Clock) {
    this.#timeline = timelineOf(clock, () => {});
  }

  /** Whether one of this key was sent less than 2 s ago. */
  isRepeated(key: GTMEventKey): boolean {
    const at = this.#keys.get(keyOf(key));
    return at !== undefined && this.#timeline.now() - at < SAME_MS;
  }

  /** Whether 100 of this category and action were sent in the last minute. */
  isTooFrequent(key: GTMEventKey): boolean {
    const moments = this.#types.get(typeOf(key));
    return moments !== undefined && this.#lately(moments) >= MOST_OF_A_TYPE;
  }

  /** Remembers an event for a minute. */
  add(key: GTMEventKey): void {
    const now = this.#timeline.now();
    const type = typeOf(key);
    const moments = this.#types.get(type) ?? new Newest(MOST_OF_A_TYPE);
    moments.add(now);
    this.#types.set(type, moments);
    this.#keys.set(keyOf(key), now);
    this.#tidyLater();
  }

  /** Keys sent in the last minute. */
  get keys(): number {
    this.#tidy();
    return this.#keys.size;
  }

  /** How many events of each type, `category:action`, were sent in the last minute. */
  get types(): Record<string, number> {
    this.#tidy();
    return Object.fromEntries([...this.#types].map(([type, moments]) => [type, moments.items.length]));
  }

  /** Forgets all, and stops its timer. */
  clear(): void {
    this.#keys.clear();
    this.#types.clear();
    this.#tidying?.cancel();
    this.#tidying = null;
  }

  #isLate(at: number): boolean {
    return this.#timeline.now() - at >= MEMORY_MS;
  }

  #lately(moments: Newest<number>): number {
    moments.keep((at) => !this.#isLate(at));
    return moments.items.length;
  }

  #tidy(): void {
    for (const [key, at] of this.#keys) if (this.#isLate(at)) this.#keys.delete(key);
    for (const [type, moments] of this.#types) if (this.#lately(moments) === 0) this.#types.delete(type);
  }

  /** There is a timer only while something is kept; it never holds the process. */
  #tidyLater(): void {
    if (this.#tidying !== null) return;
    this.#tidying = this.#timeline.after(MEMORY_MS, () => {
      this.#tidying = null;
      this.#tidy();
      if (this.#keys.size > 0 || this.#types.size > 0) this.#tidyLater();
    });
    this.#tidying.unref();
  }
}

/** As a list, so that no text in one part looks like another part. */
function keyOf({ event, category, action, context }: GTMEventKey): string {
  return JSON.stringify([event, category, action, context === undefined || context === '' ? 'default' : context]);
}

function typeOf({ category, action }: GTMEventKey): string {
  return `${category}:${action}`;
}
