import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { systemClock, type Clock } from '../core/clock.ts';
import type { UnifiedCircuitBreakerManager } from '../manager/unified-circuit-breaker-manager.ts';
import type { LegacyBreaker } from './breaker.ts';
import type { LegacyOperation } from './call.ts';
import type { LegacyOptions } from './option-tables.ts';
import { managerOf, type LegacyRuntime } from './runtime.ts';

/** How many values are kept, by default 10,000, and which of them leave before others do. */
type NamedLimits<Value> = { most?: number; clock?: Clock | undefined; leavesFirst?: (value: Value) => boolean };

/** Values by name, at most `most`. The one that was unused for longest leaves. */
export class Named<Value> implements Iterable<readonly [name: string, value: Value]> {
  readonly #limits: NamedLimits<Value>;
  readonly #entries = new Map<string, { readonly value: Value; readonly usedAt: number }>();
  constructor(limits: NamedLimits<Value> = {}) { this.#limits = limits; }
  /** Returns a value. That doesn't count as a use. */
  peek(name: string): Value | undefined { return this.#entries.get(name)?.value; }
  /** Returns a value, which counts as used now. */
  use(name: string): Value | undefined {
    const value = this.peek(name);
    return value === undefined ? undefined : this.set(name, value);
  }
  /** Returns a value, which counts as used now, and makes one if there is none. */
  ensure(name: string, make: () => Value): Value { return this.use(name) ?? this.set(name, make()); }
  /** Adds or replaces a value, which counts as used now. */
  set(name: string, value: Value): Value {
    const { most = 10_000, clock = systemClock } = this.#limits;
    if (!this.#entries.delete(name) && this.#entries.size >= most) this.#evict();
    this.#entries.set(name, { value, usedAt: clock.now() });
    return value;
  }
  #evict(): void {
    const { leavesFirst } = this.#limits;
    let leaving = this.#entries.keys().next().value as string;
    if (leavesFirst !== undefined) leaving = [...this].find(([, value]) => leavesFirst(value))?.[0] ?? leaving;
    this.#entries.delete(leaving);
  }
  /** Removes a value. Returns whether there was one. */
  delete(name: string): boolean { return this.#entries.delete(name); }
  /** Removes all values. */ clear(): void { this.#entries.clear(); }
  /** Removes the values that were unused for this many milliseconds. Returns how many. */
  dropIdle(ms: number): number {
    const now = (this.#limits.clock ?? systemClock).now();
    const idle = [...this.#entries].filter(([, { usedAt }]) => now - usedAt >= ms);
    for (const [name] of idle) this.#entries.delete(name);
    return idle.length;
  }
  /** Returns what `of` makes of each value, by its name. */
  map<T>(of: (value: Value) => T): Record<string, T> {
    return Object.fromEntries([...this].map(([name, value]) => [name, of(value)]));
  }
  /** The names and values, the one unused for longest first. */
  *[Symbol.iterator](): Generator<readonly [name: string, value: Value], void, undefined> {
    for (const [name, { value }] of this.#entries) yield [name, value];
  }
}

/** A legacy breaker as a registry uses it. */
type Shown = Pick<LegacyBreaker<LegacyOptions>, 'breaker' | 'call' | 'reset'> & { getStatus(): unknown };

/** A registry of legacy breakers over a manager. It shows each breaker of the manager as one legacy breaker. */
export abstract class LegacyRegistry<Breaker extends Shown> implements Iterable<Breaker> {
  /** @internal */ protected readonly runtime: LegacyRuntime;
  /** @internal */ protected readonly views = new WeakMap<UnifiedCircuitBreaker, Breaker>();
  constructor(runtime: LegacyRuntime = {}) { this.runtime = runtime; }
  /** @internal The manager behind the registry. */
  protected get manager(): UnifiedCircuitBreakerManager { return managerOf(this.runtime); }
  /** @internal Returns the legacy breaker for a breaker of the manager, if the registry shows it. */
  protected viewOf(breaker: UnifiedCircuitBreaker): Breaker | undefined { return this.views.get(breaker); }
  /** Returns the breaker of that name, and creates it if there is none. */
  abstract createCircuitBreaker(name: string): Breaker;
  /** Returns the breaker of that name, or `null`. */
  getCircuitBreaker(name: string): Breaker | null {
    const listed = this.manager.getCircuitBreaker(name);
    return (listed && this.viewOf(listed)) ?? null;
  }
  /** Runs an operation through the breaker of that name. @throws what `call()` of the breaker throws. */
  async callWithCircuitBreaker<Args extends readonly unknown[], T>(
    name: string, operation: LegacyOperation<Args, T>, ...args: Args
  ): Promise<T> {
    return this.createCircuitBreaker(name).call(operation, ...args);
  }
  /** Returns the status of each breaker by its name. You may await it. */
  getAllStatus(): Record<string, ReturnType<Breaker['getStatus']>> {
    return this.each((breaker) => breaker.getStatus() as ReturnType<Breaker['getStatus']>);
  }
  /** Closes every circuit and clears its figures. */
  resetAll(): void { for (const breaker of this) breaker.reset(); }
  /** @internal */ protected each<T>(of: (breaker: Breaker) => T): Record<string, T> {
    return Object.fromEntries([...this.#listed()].map(([name, breaker]) => [name, of(breaker)]));
  }
  /** The breakers by the names that the manager lists them under. */
  *#listed(): Generator<readonly [name: string, breaker: Breaker], void, undefined> {
    for (const name of this.manager.getCircuitBreakerNames()) {
      const breaker = this.getCircuitBreaker(name);
      if (breaker !== null) yield [name, breaker];
    }
  }
  /** The breakers, the oldest first. */
  *[Symbol.iterator](): Generator<Breaker, void, undefined> {
    for (const [, breaker] of this.#listed()) yield breaker;
  }
}
