import { systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { BoundedMap } from './bounded-map.ts';

interface Kept<Value> {
  readonly value: Value;
  readonly usedAt: number;
}

/** Values by name, never more than `most`, by default 10 000: the one unused for longest makes room. */
export class RecentlyUsed<Value> {
  readonly #clock: Clock;
  readonly #kept: BoundedMap<string, Kept<Value>>;

  constructor(clock: Clock = systemClock, most = 10_000) {
    this.#clock = clock;
    this.#kept = new BoundedMap(most);
  }

  /** The value, which does not count as used. */
  peek(name: string): Value | undefined {
    return this.#kept.get(name)?.value;
  }

  /** The value, which counts as used now. */
  use(name: string): Value | undefined {
    const value = this.peek(name);
    return value === undefined ? undefined : this.set(name, value);
  }

  set(name: string, value: Value): Value {
    this.#kept.set(name, { value, usedAt: this.#clock.now() });
    return value;
  }

  delete(name: string): boolean {
    return this.#kept.delete(name);
  }

  /** Forgets what was not used for `ms` milliseconds; gives their number. */
  dropIdle(ms: number): number {
    const now = this.#clock.now();
    const idle = [...this.#kept].filter(([, { usedAt }]) => now - usedAt >= ms);
    for (const [name] of idle) this.#kept.delete(name);
    return idle.length;
  }

  /** The names and values, the one unused for longest first. */
  get entries(): readonly (readonly [string, Value])[] {
    return [...this.#kept].map(([name, { value }]) => [name, value] as const);
  }
}
