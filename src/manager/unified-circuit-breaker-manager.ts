import { notAFunction, type Operation } from '../breaker/call/signal.ts';
import type { CallOptions } from '../breaker/options/call-options.ts';
import type { SharedCircuitConfig, UnifiedCircuitConfig } from '../breaker/options/options.ts';
import type { UnifiedCircuitStatus } from '../breaker/status/status.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { inspectAs } from '../core/inspect.ts';
import { type ListenerOptions, subscribe } from '../core/subscribe.ts';
import { aDuration, assertNone, aString, oneOf, problemWith } from '../core/validation.ts';
import { healthSummary, type HealthSummary, keyFigures } from './health-summary.ts';
import type { KeyedBreakers } from './keyed/keyed-breakers.ts';
import type { KeyedOptions } from './keyed/keyed-options.ts';
import { MANAGER_EVENT_NAMES, type ManagerEvents } from './manager-events.ts';
import { MANAGER } from './option-sources.ts';
import type { ManagedCircuitConfig, ManagerOptions, Selection } from './options.ts';
import { type Changes, circuitFor, reconfigure } from './reconfigure.ts';
import { Registry } from './registry.ts';
import { type ManagerSnapshot, restoreAll, snapshotAll } from './snapshot.ts';

/** The options of one call, and of the breaker if the call creates it. */
type ManagedCallOptions<F> = CallOptions<F> & { readonly config?: ManagedCircuitConfig | undefined };

/**
 * A registry of circuit breakers: every caller that uses the same name gets the same breaker.
 * @example
 * ```ts
 * const manager = new UnifiedCircuitBreakerManager({ timeoutMs: 5_000 });
 * const orders = manager.createCircuitBreaker('orders-db', { timeoutMs: 2_000 });
 * ```
 */
export class UnifiedCircuitBreakerManager implements Iterable<UnifiedCircuitBreaker> {
  readonly #registry: Registry;

  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(options: ManagerOptions = {}) {
    this.#registry = new Registry(options);
    inspectAs(this, 'UnifiedCircuitBreakerManager', () => keyFigures(this.getHealthSummary()));
  }

  /**
   * Returns the breaker with this name, and creates it on first use. A later configuration that contradicts the one in
   * effect isn't applied. It logs one warning (`UCB_CONFIG_CONFLICT`) and emits `configConflict`. With `strict` it
   * throws.
   * @param name any string.
   * @throws CircuitBreakerConfigError that lists every problem, and with `strict` every contradiction.
   * @throws CircuitBreakerDisposedError after `dispose()`.
   */
  createCircuitBreaker(name: string, config?: ManagedCircuitConfig): UnifiedCircuitBreaker {
    return this.#registry.create(name, config);
  }

  /**
   * Registers a breaker that you made with `new`, under its name. A saved state of that name is restored.
   * @throws CircuitBreakerConfigError if another breaker has this name, or the breaker is disposed or registered
   * elsewhere.
   * @throws CircuitBreakerDisposedError after `dispose()`.
   */
  add(breaker: UnifiedCircuitBreaker): void {
    this.#registry.enroll(circuitFor(breaker), breaker);
  }

  /** Returns the registered breaker with this name, or null if there is none or it is disposed. */
  getCircuitBreaker(name: string): UnifiedCircuitBreaker | null {
    const entry = this.#registry.entries.get(name);
    return entry === undefined || entry.circuit.disposed ? null : entry.breaker;
  }

  /**
   * Returns the options that `createCircuitBreaker()` would create a breaker with: those of the manager, of the base
   * configuration, and `config`. Creates nothing. Use it for a breaker that shares these options and isn't registered.
   * @throws CircuitBreakerConfigError that lists every problem.
   */
  optionsFor(name: string, config?: ManagedCircuitConfig): UnifiedCircuitConfig {
    return { ...this.#registry.optionsFor(name, config), name };
  }

  /**
   * Runs `operation` through the breaker with this name, and creates the breaker on first use. Takes the options of the
   * call, and the options of the breaker as `config`.
   * @throws what `createCircuitBreaker()` and `UnifiedCircuitBreaker.call` throw.
   */
  async callWithCircuitBreaker<T, F = never>(
    name: string, operation: Operation<T>, options?: ManagedCallOptions<F>,
  ): Promise<T | F> {
    if (typeof operation !== 'function') throw notAFunction('callWithCircuitBreaker', operation, 'name, ');
    if (options === undefined) return await this.createCircuitBreaker(name).call(operation);
    const { config, ...call } = options;
    return await this.createCircuitBreaker(name, config).call(operation, call);
  }

  /**
   * Returns the group of keyed breakers with this name, and creates it on first use. Treats a later configuration like
   * `createCircuitBreaker()`.
   * @param name any string. Groups and breakers may have the same name.
   * @throws CircuitBreakerConfigError that lists every problem.
   * @throws CircuitBreakerDisposedError after `dispose()`.
   */
  keyed<Input = string>(name: string, options: KeyedOptions<Input> = {}): KeyedBreakers<Input> {
    return this.#registry.keyed(name, options);
  }

  /**
   * Adds a configuration that breakers can start from: `createCircuitBreaker(name, { base })`.
   * @throws CircuitBreakerConfigError if another configuration has this name.
   */
  addBaseConfig(name: string, config: SharedCircuitConfig): void {
    this.#registry.sources.addBase(name, config);
  }

  /**
   * Changes options of a registered breaker, as the function `reconfigure()` does, and emits `reconfigured`.
   * @throws CircuitBreakerConfigError that lists every problem. Then nothing has changed.
   */
  reconfigure(name: string, changes: Changes): void {
    reconfigure(this.#registry.known(name).breaker, changes);
    this.#registry.emitter.emit('reconfigured', { name, options: Object.keys(changes) });
  }

  /** Returns the names of the registered breakers, the oldest first. */
  getCircuitBreakerNames(selection?: Selection): string[] {
    return this.#registry.select(selection).map(([name]) => name);
  }

  /** Returns the status of every breaker by its name, without keyed ones. With many thousands, iterate instead. */
  getAllStatus(selection?: Selection): Record<string, UnifiedCircuitStatus> {
    const selected = this.#registry.select(selection);
    return Object.fromEntries(selected.map(([name, { breaker }]) => [name, breaker.getStatus()]));
  }

  /** Counts breakers by state. */
  getHealthSummary(selection?: Selection): HealthSummary {
    const keyed = this.#registry.groups.map((group) => [group.name, group.getHealthSummary()] as const);
    return healthSummary(this.#registry.select(selection), Object.fromEntries(keyed));
  }

  /** The health summary, for `JSON.stringify`. */
  toJSON(): HealthSummary {
    return this.getHealthSummary();
  }

  /** Resets the breaker with this name. Returns true if it exists. */
  resetCircuitBreaker(name: string): boolean {
    const breaker = this.getCircuitBreaker(name);
    breaker?.reset();
    return breaker !== null;
  }

  /**
   * Resets every breaker, including keyed ones. With a selection, only the others that match. Overrides stay.
   */
  resetAll(selection?: Selection): void {
    for (const [, { breaker }] of this.#registry.select(selection)) breaker.reset();
    if (selection === undefined) for (const group of this.#registry.groups) group.resetAll();
  }

  /**
   * Forces every breaker, including keyed and later ones, until `releaseAll()`.
   * @param state `open` rejects every call, `closed` admits every call.
   * @throws CircuitBreakerConfigError if an argument is invalid.
   */
  forceAll(state: 'open' | 'closed', reason = `forced ${state}`): void {
    const problems = [problemWith('state', state, oneOf('open', 'closed')), problemWith('reason', reason, aString)];
    assertNone('manager', problems, MANAGER);
    this.#registry.force({ state, reason });
  }

  /** Releases every breaker, including keyed ones and those that were forced alone. */
  releaseAll(): void {
    this.#registry.force(null);
  }

  /**
   * Removes a breaker from the registry, whatever its state, and stops its health check. Code that holds the breaker
   * can keep using it. Returns true if it existed.
   */
  removeCircuitBreaker(name: string): boolean {
    const entry = this.#registry.entries.get(name);
    if (entry !== undefined) this.#registry.remove(name, entry, 'removed');
    return entry !== undefined;
  }

  /**
   * Removes the breakers, including keyed ones, that were neither asked for nor called for `idleMs`. Keeps those that
   * are forced, open and waiting, or have calls in flight. Returns how many it removed.
   * @param idleMs milliseconds, 1 or more.
   * @throws CircuitBreakerConfigError if `idleMs` is invalid.
   */
  cleanupInactive(idleMs: number): number {
    assertNone('manager', [problemWith('idleMs', idleMs, aDuration)], MANAGER);
    const { entries, groups } = this.#registry;
    const inactive = [...entries].filter(([, entry]) => entry.isInactive(idleMs));
    for (const [name, entry] of inactive) this.#registry.remove(name, entry, 'inactive');
    return groups.reduce((sum, group) => sum + group.cleanupInactive(idleMs), inactive.length);
  }

  /**
   * Subscribes to an event of all breakers, later and keyed ones too, or of the manager. Returns what unsubscribes.
   * @param options.once unsubscribes before the first event is received. Default false.
   * @param options.signal unsubscribes when it aborts.
   * @throws CircuitBreakerConfigError if the event is unknown, `listener` is not a function, or an option is invalid.
   */
  on<Name extends keyof ManagerEvents>(
    event: Name, listener: (event: ManagerEvents[Name]) => unknown, options?: ListenerOptions,
  ): () => void {
    return subscribe(this.#registry.emitter, [event, listener, options], MANAGER_EVENT_NAMES, 'manager', MANAGER);
  }

  /** Returns the state that survives a restart, as plain JSON, of all breakers that differ from new ones. */
  snapshot(): ManagerSnapshot {
    return snapshotAll(this.#registry);
  }

  /**
   * Restores a snapshot: registered breakers at once, the others when they are created. For a registered breaker it is
   * like a change of state. Evidence starts empty, consecutive failures are those of the snapshot. Totals, usual rates
   * and the learned concurrency limit stay. Calls in flight decide nothing.
   * @param saved the output of `JSON.parse`. It is validated.
   * @throws CircuitBreakerConfigError that lists every problem. Then nothing has changed.
   */
  restore(saved: unknown): void {
    restoreAll(saved, this.#registry);
  }

  /** Iterates over the registered breakers, the oldest first. */
  *[Symbol.iterator](): Generator<UnifiedCircuitBreaker, void, undefined> {
    for (const { breaker } of this.#registry.entries.values()) yield breaker;
  }

  /** Returns the number of registered breakers, without keyed ones. */
  get size(): number {
    return this.#registry.entries.size;
  }

  /** Returns true after `dispose()`. */
  get disposed(): boolean {
    return this.#registry.disposed;
  }

  /** Disposes and removes every breaker. */
  dispose(): void {
    this.#registry.dispose();
  }

  /** Calls `dispose()`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
