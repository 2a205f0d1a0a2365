import { notAFunction, type Operation } from '../../breaker/call/signal.ts';
import type { Circuit } from '../../breaker/circuit/circuit.ts';
import type { CallOptions } from '../../breaker/options/call-options.ts';
import { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import type { Emitter } from '../../core/emitter.ts';
import type { BreakerEvent } from '../../core/events.ts';
import { inspectAs } from '../../core/inspect.ts';
import type { CircuitSnapshot } from '../../core/snapshot.ts';
import type { Override } from '../../core/state.ts';
import { describe } from '../../core/untrusted.ts';
import { aDuration, assertNone, problemWith } from '../../core/validation.ts';
import { createBreaker } from '../breaker-factory.ts';
import { keyedSummary, type KeyedSummary } from '../health-summary.ts';
import type { KeyedPlace, ManagerEvents } from '../manager-events.ts';
import { groupTitle } from '../option-sources.ts';
import { PlacedEvents } from '../placed-events.ts';
import { change } from '../reconfigure.ts';
import { trim } from '../saved-snapshots.ts';
import { EvictionRing, type Victim } from './eviction-ring.ts';
import { KeyedEntry } from './keyed-entry.ts';
import { type KeyedChanges, type KeyedPlan, changedOptions, changedPlan } from './keyed-plan.ts';

/** A new key checks this many keys for `idleMs`, so that clean-up never stalls a call. */
const MAX_SWEPT = 2;

/** Restored keys and keys with a breaker are trimmed to `maxKeys` when there are this many times as many. */
const MOST_OVER = 1.1;

/**
 * A group of breakers with one breaker per key, up to `maxKeys`. Created by `manager.keyed()`.
 *
 * A new key in a full group evicts another one. A key is protected while its circuit is forced, is open and still
 * waits, or has calls in flight. The group examines up to 32 keys in turn, and evicts the first one that is unprotected
 * and wasn't used since it was last examined. If there is none, it evicts one of those 32: the least recently used
 * unprotected key, else the open key whose wait ends first, else the least recently used key with calls in flight.
 * Forced keys are never evicted.
 */
export class KeyedBreakers<Input = string> implements Iterable<readonly [key: string, breaker: UnifiedCircuitBreaker]> {
  /** The name of the group. Its breakers are named `name:key`. */
  readonly name: string;
  #plan: KeyedPlan;
  readonly #emitter: Emitter<ManagerEvents>;
  readonly #entries = new Map<string, KeyedEntry>();
  readonly #ring = new EvictionRing();
  #uses = 0;

  /** Created by `manager.keyed()`. @internal */
  constructor(plan: KeyedPlan, emitter: Emitter<ManagerEvents>) {
    this.name = plan.name;
    this.#plan = plan;
    this.#emitter = emitter;
    inspectAs(this, 'KeyedBreakers', () => ({ name: this.name, size: this.size }));
  }

  /** Returns the number of keys that have a breaker. Never more than `maxKeys`. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Returns the breaker for the key of an input, and creates it on first use. Counts as a use. The new breaker isn't
   * registered if the group is full and all the keys that it examines are forced.
   * @throws TypeError if the key is not a string. Whatever `by` throws.
   * @throws CircuitBreakerDisposedError for a new key, after the manager was disposed.
   */
  for(input: Input): UnifiedCircuitBreaker {
    const key = this.#keyOf(input);
    const entry = this.#entries.get(key);
    this.#uses += 1;
    if (entry === undefined || entry.circuit.disposed) return this.#admit(key, entry);
    entry.used = this.#uses;
    return entry.breaker;
  }

  /**
   * Runs `operation` through the breaker for the key of an input, like `UnifiedCircuitBreaker.call`.
   * @throws what `for()` and `call()` throw.
   */
  call<T>(input: Input, operation: Operation<T>): Promise<T>;
  call<T, F = never>(input: Input, operation: Operation<T>, options: CallOptions<F> | undefined): Promise<T | F>;
  call<T>(input: Input, operation: Operation<T>, options?: CallOptions): Promise<T> {
    if (typeof operation !== 'function') return Promise.reject(notAFunction('call', operation, 'key, '));
    return this.for(input).call(operation, options) as Promise<T>;
  }

  /** Returns the snapshots of keys that wait to be created, and of each key that has a breaker. @internal */
  snapshots(): readonly (readonly [key: string, breaker: CircuitSnapshot])[] {
    const { saved, maxKeys } = this.#plan;
    trim(saved, maxKeys - this.#entries.size);
    return [...saved, ...[...this.#entries].map(([key, { circuit }]) => [key, circuit.snapshot()] as const)];
  }

  /** Returns the circuit of a key, if it has a breaker. @internal */
  circuitOf(key: string): Circuit | undefined {
    return this.#entries.get(key)?.circuit;
  }

  /** Returns the breaker of a key, or null. Doesn't count as a use. */
  get(key: string): UnifiedCircuitBreaker | null {
    return this.#entries.get(key)?.breaker ?? null;
  }

  /**
   * Removes a key, whatever its state. Code that holds the breaker can keep using it. Returns true if the key existed.
   */
  remove(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#remove(entry, 'removed');
    return entry !== undefined;
  }

  /**
   * Removes the keys that haven't been called for `idleMs` and aren't protected. Returns their number.
   * @param idleMs milliseconds, 1 or more. Default: the `idleMs` of the group.
   * @throws CircuitBreakerConfigError if `idleMs` is invalid.
   */
  cleanupInactive(idleMs: number = this.#plan.idleMs): number {
    if (idleMs !== Number.POSITIVE_INFINITY) {
      assertNone(this.name, [problemWith('idleMs', idleMs, aDuration)], groupTitle(this.name));
    }
    const now = this.#plan.timeline.now();
    const inactive = [...this.#entries.values()].filter((entry) => entry.isInactive(idleMs, now));
    for (const entry of inactive) this.#remove(entry, 'inactive');
    return inactive.length;
  }

  /**
   * Changes options of the group and of every breaker in it, like `manager.reconfigure()`. `maxKeys` and `idleMs` can
   * be changed, too. A smaller `maxKeys` evicts keys.
   * @throws CircuitBreakerConfigError that lists every problem. Then nothing has changed.
   */
  reconfigure(changes: KeyedChanges): void {
    const before = this.#plan;
    this.#plan = changedPlan(before, changes);
    for (const { circuit } of Array.from(this.#entries.values())) {
      change(circuit, changedOptions(circuit.given, before.template, this.#plan));
    }
    this.#shrink();
    this.#emitter.emit('reconfigured', { name: this.name, options: Object.keys(changes) });
  }

  #shrink(): void {
    while (this.#entries.size > this.#plan.maxKeys) {
      const victim = this.#ring.victim(this.#uses, this.#plan.timeline.now());
      if (victim === null) return;
      this.#ring.remove(victim.entry);
      this.#evict(victim, 'full');
    }
  }

  /** Forces or releases every breaker of the group. @internal */
  force(override: Override | null): void {
    for (const { circuit } of Array.from(this.#entries.values())) circuit.setOverride(override);
  }

  /** Resets every breaker of the group. */
  resetAll(): void {
    for (const { breaker } of Array.from(this.#entries.values())) breaker.reset();
  }

  /** Counts the keys by state. */
  getHealthSummary(): KeyedSummary {
    return keyedSummary(this.#entries);
  }

  /** The health summary, for `JSON.stringify`. */
  toJSON(): KeyedSummary {
    return this.getHealthSummary();
  }

  /** Iterates over the keys and their breakers, the oldest first. */
  *[Symbol.iterator](): Generator<readonly [key: string, breaker: UnifiedCircuitBreaker], void, undefined> {
    for (const [key, { breaker }] of this.#entries) yield [key, breaker];
  }

  #keyOf(input: Input): string {
    const { by, name } = this.#plan;
    const key: unknown = by === undefined ? input : by(input as never);
    if (typeof key === 'string') return key;
    const hint = by === undefined ? 'Pass the option `by`.' : 'Check `by`.';
    throw new TypeError(`${groupTitle(name)}: A key must be a string. Received ${describe(key)}. ${hint}`);
  }

  /** Adds a key. Listeners may ask for keys of their own, so they run after it is in place. */
  #admit(key: string, disposed: KeyedEntry | undefined): UnifiedCircuitBreaker {
    this.#plan.assertUsable(`${this.name}:${key}`);
    let breaker!: UnifiedCircuitBreaker;
    this.#emitter.batch(() => {
      if (disposed !== undefined) this.#remove(disposed, 'disposed');
      breaker = this.#add(key);
    });
    return breaker;
  }

  #add(key: string): UnifiedCircuitBreaker {
    const { name, idleMs, maxKeys, template, timeline, saved, admitted } = this.#plan;
    const now = timeline.now();
    if (idleMs !== Number.POSITIVE_INFINITY) this.#sweep(idleMs, now);
    const isFull = this.#entries.size >= maxKeys;
    const victim = isFull ? this.#ring.victim(this.#uses, now) : null;
    const breaker = createBreaker(`${name}:${key}`, template, saved.get(key));
    const keyed = { group: name, key };
    const isRegistered = !isFull || victim !== null;
    if (isRegistered) {
      saved.delete(key);
      const events = new PlacedEvents(this.#emitter, UnifiedCircuitBreaker.circuitOf(breaker), keyed);
      this.#place(new KeyedEntry(key, breaker, template, events, this.#uses), victim);
      // Restored keys that nobody asks for count, too.
      if (saved.size + this.#entries.size > MOST_OVER * maxKeys) trim(saved, maxKeys - this.#entries.size);
    }
    admitted(UnifiedCircuitBreaker.circuitOf(breaker));
    this.#emitter.emit(isRegistered ? 'added' : 'unlisted', { name: breaker.name, keyed });
    return breaker;
  }

  #place(entry: KeyedEntry, victim: Victim | null): void {
    if (victim === null) this.#ring.add(entry);
    else {
      this.#evict(victim, 'full');
      this.#ring.replace(victim.entry, entry);
    }
    this.#entries.set(entry.key, entry);
  }

  #sweep(idleMs: number, now: number): void {
    for (let left = MAX_SWEPT; left > 0; left -= 1) {
      const entry = this.#ring.next();
      if (!entry?.isInactive(idleMs, now)) continue;
      this.#ring.remove(entry);
      this.#evict({ entry, despite: null }, 'idle');
    }
  }

  #evict({ entry, despite }: Victim, reason: 'idle' | 'full'): void {
    this.#emitter.emit('evicted', { ...this.#drop(entry), reason, despite });
  }

  #remove(entry: KeyedEntry, reason: ManagerEvents['removed']['reason']): void {
    this.#ring.remove(entry);
    this.#emitter.emit('removed', { ...this.#drop(entry), reason });
  }

  /** Returns what the event about it says. */
  #drop({ key, circuit }: KeyedEntry): BreakerEvent & { readonly keyed: KeyedPlace } {
    this.#entries.delete(key);
    circuit.detach();
    return { name: circuit.name, keyed: { group: this.name, key } };
  }
}
