import type { Operation } from '../breaker/call/signal.ts';
import type { BreakerExtras, CallOptions } from '../breaker/options/options.ts';
import type { UnifiedCircuitStatus } from '../breaker/status/status.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { aDuration, assertNone, listenerProblems, problemWith } from '../core/validation.ts';
import { healthSummary } from './health-summary.ts';
import type { HealthSummary } from './health-summary.ts';
import type { KeyedBreakers } from './keyed-breakers.ts';
import type { KeyedOptions } from './keyed-options.ts';
import { Listing } from './listing.ts';
import { MANAGER_EVENT_NAMES } from './manager-events.ts';
import type { ManagerEvents } from './manager-events.ts';
import type { ManagerSnapshot } from './manager-snapshot.ts';
import type { ManagedCircuitConfig, ManagerOptions, Selection } from './options.ts';
import { protectionOf } from './protection.ts';
import { changed } from './reconfigured.ts';

/**
 * Holds breakers by name, so that everybody who names a dependency shares one breaker for it.
 *
 * @example
 * ```ts
 * const manager = new UnifiedCircuitBreakerManager({ timeoutMs: 5_000 });
 * const orders = manager.createCircuitBreaker('orders-db', { timeoutMs: 2_000 });
 * ```
 */
export class UnifiedCircuitBreakerManager implements Iterable<UnifiedCircuitBreaker> {
  readonly #listing: Listing;

  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(options: ManagerOptions = {}) {
    this.#listing = new Listing(options);
  }

  /**
   * The breaker of that name, made if there is none. A configuration that contradicts the one in force changes nothing: it gives one
   * warning (code `UCB_CONFIG_CONFLICT`) and the event `configConflict`; with `strict` it is an error.
   *
   * @param name any string.
   * @param extras used only when the breaker is made.
   * @throws CircuitBreakerConfigError that lists every problem; with `strict`, every contradiction. CircuitBreakerDisposedError after `dispose()`.
   */
  createCircuitBreaker(name: string, config?: ManagedCircuitConfig, extras: BreakerExtras = {}): UnifiedCircuitBreaker {
    return this.#listing.create(name, config, extras);
  }

  /**
   * A breaker of its own, listed under the label, or where that is taken under `label#2`, `label#3`, …; nobody gets it by creating one of that name.
   *
   * @throws CircuitBreakerConfigError that lists every problem. CircuitBreakerDisposedError after `dispose()`.
   */
  createPrivateCircuitBreaker(label: string, config?: ManagedCircuitConfig, extras: BreakerExtras = {}): UnifiedCircuitBreaker {
    return this.#listing.createPrivate(label, config, extras);
  }

  /** The breaker listed under that name, or null. */
  getCircuitBreaker(name: string): UnifiedCircuitBreaker | null {
    return this.#listing.find(name)?.breaker ?? null;
  }

  /**
   * Runs `operation` through the breaker of that name, which is made if there is none. Takes the options of the call, and the breaker's as `config`.
   *
   * @throws what `createCircuitBreaker()` and `UnifiedCircuitBreaker.call` throw.
   */
  callWithCircuitBreaker<T>(name: string, operation: Operation<T>): Promise<T>;
  callWithCircuitBreaker<T, F = never>(name: string, operation: Operation<T>, options: CallOptions<F> & { readonly config?: ManagedCircuitConfig | undefined }): Promise<T | F>;
  callWithCircuitBreaker<T>(name: string, operation: Operation<T>, options?: CallOptions & { readonly config?: ManagedCircuitConfig | undefined }): Promise<T> {
    try {
      if (options === undefined) return this.createCircuitBreaker(name).call(operation);
      const { config, ...call } = options;
      return this.createCircuitBreaker(name, config).call(operation, call) as Promise<T>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * The group of keyed breakers of that name, made if there is none. Contradictions are treated as in `createCircuitBreaker()`.
   *
   * @param name any string; groups and breakers may have the same.
   * @throws CircuitBreakerConfigError that lists every problem. CircuitBreakerDisposedError after `dispose()`.
   */
  keyed<Input = string>(name: string, options: KeyedOptions<Input> = {}): KeyedBreakers<Input> {
    return this.#listing.keyed(name, options);
  }

  /** Makes a configuration known, for breakers to start from: `createCircuitBreaker(name, { base })`. @throws CircuitBreakerConfigError when there is another one of that name. */
  addBaseConfig(name: string, config: Omit<ManagedCircuitConfig, 'name' | 'base'>): void {
    this.#listing.layers.addBase(name, config);
  }

  /**
   * Changes options of a live breaker. Its state, totals and calls in flight stay, and a window of the same kind keeps the outcomes that fit.
   * Deadlines that run, run on. Name, clock, randomness, classification, health check and `onInternalError` are for life, as is mode `off`.
   *
   * @throws CircuitBreakerConfigError that lists every problem, and for an unknown name; then nothing has changed.
   */
  reconfigure(name: string, changes: Omit<ManagedCircuitConfig, 'name' | 'base'>): void {
    const member = this.#listing.known(name);
    changed(member, changes);
    this.#listing.emitter.emit('reconfigured', { name: member.breaker.name, options: Object.keys(changes) });
  }

  /** The names under which breakers are listed, the oldest first. */
  getCircuitBreakerNames(selection?: Selection): string[] {
    return this.#listing.roster.select(selection).map(([name]) => name);
  }

  /** The status of every breaker by its name. Keyed breakers are not part of it. */
  getAllStatus(selection?: Selection): Record<string, UnifiedCircuitStatus> {
    return Object.fromEntries(this.#listing.roster.select(selection).map(([name, { breaker }]) => [name, breaker.getStatus()]));
  }

  /** How many breakers stand how. */
  getHealthSummary(selection?: Selection): HealthSummary {
    const keyed = this.#listing.groups().map((group) => [group.name, group.getHealthSummary()] as const);
    return healthSummary(this.#listing.roster.select(selection), Object.fromEntries(keyed));
  }

  /** Closes the circuit of that name and forgets what it has seen. Says whether there is one. */
  resetCircuitBreaker(name: string): boolean {
    const member = this.#listing.find(name);
    member?.breaker.reset();
    return member !== undefined;
  }

  /** Closes every circuit and forgets what they have seen; with a selection those that fit, and no keyed ones. Overrides stay. */
  resetAll(selection?: Selection): void {
    for (const [, { breaker }] of this.#listing.roster.select(selection)) breaker.reset();
    if (selection === undefined) for (const group of this.#listing.groups()) group.resetAll();
  }

  /** Takes a breaker off the list, whatever its state, and stops its health check. It keeps working for whoever holds it. Says whether there was one. */
  removeCircuitBreaker(name: string): boolean {
    const member = this.#listing.find(name);
    if (member !== undefined) this.#listing.drop(name, member, 'removed');
    return member !== undefined;
  }

  /**
   * Takes off the list what was neither asked for nor called for `idleMs`, keyed breakers too, unless it is forced, open with its wait still
   * running, or has calls in flight. Gives their number.
   *
   * @param idleMs milliseconds, 1 to Infinity.
   * @throws CircuitBreakerConfigError when it is not that.
   */
  cleanupInactive(idleMs: number): number {
    assertNone('manager', [problemWith('idleMs', idleMs, aDuration)]);
    const inactive = [...this.#listing.roster].filter(([, member]) => {
      const now = member.circuit.timeline.now();
      return now - member.activeAt(now) >= idleMs && protectionOf(member.circuit, now) === null;
    });
    for (const [name, member] of inactive) this.#listing.drop(name, member, 'inactive');
    return inactive.length + this.#listing.groups().reduce((sum, group) => sum + group.cleanupInactive(idleMs), 0);
  }

  /**
   * Calls `listener` on every such event of every breaker, also of those that come later and of keyed ones, and of the manager itself; returns its removal.
   *
   * @throws CircuitBreakerConfigError when there is no such event, or `listener` is not a function.
   */
  on<Name extends keyof ManagerEvents>(event: Name, listener: (event: ManagerEvents[Name]) => unknown): () => void {
    assertNone('manager', listenerProblems(event, listener, MANAGER_EVENT_NAMES));
    return this.#listing.emitter.on(event, listener);
  }

  /** What of all breakers survives a restart, as plain JSON. Private breakers are not part of it. */
  snapshot(): ManagerSnapshot {
    return this.#listing.snapshot();
  }

  /**
   * Lets breakers go on where a snapshot left off: those of the list at once, the others when they are made. No events tell of it.
   *
   * @param saved whatever `JSON.parse` gave.
   * @throws CircuitBreakerConfigError that lists every problem; then nothing has changed.
   */
  restore(saved: unknown): void {
    this.#listing.restore(saved);
  }

  /** The breakers listed by name, the oldest first. */
  *[Symbol.iterator](): Generator<UnifiedCircuitBreaker, void, undefined> {
    for (const [, { breaker }] of this.#listing.roster) yield breaker;
  }

  /** How many breakers are listed by name. */
  get size(): number {
    return this.#listing.roster.size;
  }

  /** Whether `dispose()` was called. */
  get disposed(): boolean {
    return this.#listing.disposed;
  }

  /** Disposes every breaker and empties the list. Later breakers cannot be made. */
  dispose(): void {
    this.#listing.dispose();
  }

  /** `dispose()`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
