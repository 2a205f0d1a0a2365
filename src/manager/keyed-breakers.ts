import type { Operation } from '../breaker/call/signal.ts';
import type { Circuit } from '../breaker/circuit/circuit.ts';
import { snapshotOf } from '../breaker/circuit/snapshot.ts';
import type { CallOptions } from '../breaker/options/options.ts';
import type { ResolvedOptions } from '../breaker/options/resolve.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { Timeline } from '../core/clock.ts';
import type { CircuitSnapshot } from '../core/snapshot.ts';
import { describe } from '../core/untrusted.ts';
import { keyedSummary } from './health-summary.ts';
import type { KeyedSummary } from './health-summary.ts';
import { KeyOrder } from './key-order.ts';
import type { Victim } from './key-order.ts';
import { KeyedMember } from './keyed-member.ts';
import type { KeyedPlace, RemovedEvent } from './manager-events.ts';
import type { GivenOptions } from './options.ts';
import { protectionOf } from './protection.ts';
import type { Workshop } from './workshop.ts';

/** Idle keys that one new key sweeps out, at most: cleaning up must not stall a call. */
const SWEPT_AT_ONCE = 2;

/** What a group is made from, checked. */
export interface KeyedPlan {
  readonly name: string;
  readonly by: ((input: never) => unknown) | undefined;
  readonly maxKeys: number;
  readonly idleMs: number;
  /** The time by which keys are idle. */
  readonly timeline: Timeline;
  readonly options: ResolvedOptions;
  /** The options of every breaker, as given. */
  readonly template: GivenOptions;
  /** Snapshots of keys that nobody has asked for yet. */
  readonly saved: Map<string, CircuitSnapshot>;
}

/**
 * A breaker for each key of one dependency, made when first asked for and bounded in number. Made by `manager.keyed()`.
 *
 * A key makes room for others only while its circuit is neither forced, nor waiting open, nor has calls in flight; when every key is
 * protected, the open one with the nearest deadline goes, then the one with calls in flight that was unused for longest.
 */
export class KeyedBreakers<Input = string> implements Iterable<readonly [key: string, breaker: UnifiedCircuitBreaker]> {
  /** The name of the group; its breakers are called `name:key`. */
  readonly name: string;
  readonly #plan: KeyedPlan;
  readonly #workshop: Workshop;
  readonly #members = new Map<string, KeyedMember>();
  readonly #order = new KeyOrder();

  /** @internal Groups are made by `manager.keyed()`. */
  constructor(plan: KeyedPlan, workshop: Workshop) {
    this.name = plan.name;
    this.#plan = plan;
    this.#workshop = workshop;
  }

  /** Keys that have a breaker. Never more than `maxKeys`. */
  get size(): number {
    return this.#members.size;
  }

  /**
   * The breaker of an input's key, made if there is none. When all of `maxKeys` keys are forced, it is on no list.
   *
   * @throws TypeError when the key is not a string; whatever `by` throws.
   */
  for(input: Input): UnifiedCircuitBreaker {
    const key = this.#keyOf(input);
    const member = this.#members.get(key);
    if (member === undefined || member.circuit.disposed) return this.#admit(key, member);
    this.#order.touch(member);
    return member.breaker;
  }

  /**
   * Runs `operation` through the breaker of an input's key, as `UnifiedCircuitBreaker.call` does.
   *
   * @throws what `for()` and `call()` throw.
   */
  call<T>(input: Input, operation: Operation<T>): Promise<T>;
  call<T, F = never>(input: Input, operation: Operation<T>, options: CallOptions<F> | undefined): Promise<T | F>;
  call<T>(input: Input, operation: Operation<T>, options?: CallOptions): Promise<T> {
    return this.for(input).call(operation, options) as Promise<T>;
  }

  /**
   * What of the group survives a restart.
   *
   * @internal
   */
  snapshots(): readonly (readonly [key: string, breaker: CircuitSnapshot])[] {
    return [...this.#plan.saved, ...[...this.#members].map(([key, { circuit }]) => [key, snapshotOf(circuit)] as const)];
  }

  /**
   * Where the snapshot of a key goes: to its breaker, or to the one that will be made.
   *
   * @internal
   */
  restoring(key: string): { readonly circuit: Circuit | undefined; readonly later: Map<string, CircuitSnapshot> } {
    return { circuit: this.#members.get(key)?.circuit, later: this.#plan.saved };
  }

  /** The breaker of a key, or null. Does not count as a use. */
  get(key: string): UnifiedCircuitBreaker | null {
    return this.#members.get(key)?.breaker ?? null;
  }

  /** Takes a key off the list, whatever its state, and says whether it was there. Its breaker keeps working for whoever holds it. */
  remove(key: string): boolean {
    const member = this.#members.get(key);
    if (member !== undefined) this.#remove(member, 'removed');
    return member !== undefined;
  }

  /**
   * Takes off the list what was not called for `idleMs`, unless it is forced, waiting open or has calls in flight. Gives their number.
   *
   * @param idleMs milliseconds; default: the group's `idleMs`.
   */
  cleanupInactive(idleMs: number = this.#plan.idleMs): number {
    const now = this.#plan.timeline.now();
    const inactive = [...this.#members.values()].filter((member) => now - member.activeAt(now) >= idleMs && protectionOf(member.circuit, now) === null);
    for (const member of inactive) this.#remove(member, 'inactive');
    return inactive.length;
  }

  /** Closes every circuit of the group and forgets what it has seen. */
  resetAll(): void {
    for (const { breaker } of Array.from(this.#members.values())) breaker.reset();
  }

  /** How many keys stand how. */
  getHealthSummary(): KeyedSummary {
    return keyedSummary(this.#members.values());
  }

  /** The keys and their breakers, the oldest first. */
  *[Symbol.iterator](): Generator<readonly [key: string, breaker: UnifiedCircuitBreaker], void, undefined> {
    for (const [key, { breaker }] of this.#members) yield [key, breaker];
  }

  #keyOf(input: Input): string {
    const { by, name } = this.#plan;
    const key: unknown = by === undefined ? input : by(input as never);
    if (typeof key === 'string') return key;
    throw new TypeError(`Expected a key of the keyed breakers "${name}" to be a string, got ${describe(key)}; ${by === undefined ? 'give the option `by`' : 'look at `by`'}`);
  }

  /** A new key. Listeners hear of it when everything is in place: they may ask for keys of their own. */
  #admit(key: string, disposed: KeyedMember | undefined): UnifiedCircuitBreaker {
    let breaker!: UnifiedCircuitBreaker;
    this.#workshop.emitter.batch(() => {
      breaker = this.#add(key, disposed);
    });
    return breaker;
  }

  #add(key: string, disposed: KeyedMember | undefined): UnifiedCircuitBreaker {
    if (disposed !== undefined) this.#remove(disposed, 'disposed');
    const { name, maxKeys, template, saved } = this.#plan;
    const listed = this.#makeRoom(maxKeys);
    const breaker = this.#workshop.make(`${name}:${key}`, template, saved.get(key));
    if (!listed) {
      this.#workshop.emitter.emit('unlisted', { name: breaker.name, keyed: this.#placeOf(key) });
      return breaker;
    }
    saved.delete(key);
    const member = new KeyedMember(key, breaker, template, this.#workshop.emitter, this.#order);
    this.#members.set(key, member);
    this.#order.place(member);
    if (this.#workshop.emitter.heard) this.#workshop.emitter.emit('added', { name: breaker.name, keyed: this.#placeOf(key) });
    return breaker;
  }

  /** Whether there is room for one more. */
  #makeRoom(maxKeys: number): boolean {
    const now = this.#plan.timeline.now();
    if (this.#plan.idleMs !== Number.POSITIVE_INFINITY) this.#sweep(now);
    if (this.#members.size < maxKeys) return true;
    const victim = this.#order.victim(now);
    if (victim !== null) this.#evict(victim, 'full');
    return victim !== null;
  }

  #sweep(now: number): void {
    for (let swept = 0; swept < SWEPT_AT_ONCE; swept += 1) {
      const member = this.#order.idlest(now);
      if (member === null || now - member.activeAt(now) < this.#plan.idleMs) return;
      this.#evict({ member, despite: null }, 'idle');
    }
  }

  #evict({ member, despite }: Victim, reason: 'idle' | 'full'): void {
    this.#take(member);
    this.#workshop.emitter.emit('evicted', { name: member.breaker.name, keyed: this.#placeOf(member.key), reason, despite });
  }

  #remove(member: KeyedMember, reason: RemovedEvent['reason']): void {
    this.#take(member);
    this.#workshop.emitter.emit('removed', { name: member.breaker.name, keyed: this.#placeOf(member.key), reason });
  }

  #take(member: KeyedMember): void {
    this.#members.delete(member.key);
    this.#order.remove(member);
    member.leave();
  }

  #placeOf(key: string): KeyedPlace {
    return { group: this.name, key };
  }
}
