import type { Observer } from '../breaker/circuit/observer.ts';
import type { UnifiedCircuitConfig } from '../breaker/options/options.ts';
import { resolveConstruction } from '../breaker/options/resolve.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { type Clock, systemClock, type Timeline, timelineOf } from '../core/clock.ts';
import { Emitter } from '../core/emitter.ts';
import { CircuitBreakerConfigError, CircuitBreakerDisposedError } from '../core/errors.ts';
import { type InternalErrorHandler, type InternalErrorSource, Reporter } from '../core/reporter.ts';
import { assertNone, aString, problemWith } from '../core/validation.ts';
import { createBreaker } from './breaker-factory.ts';
import { Conflicts } from './conflicts.ts';
import { Entry } from './entry.ts';
import { KeyedBreakers, type KeyedPlan } from './keyed/keyed-breakers.ts';
import type { ManagerEvents } from './manager-events.ts';
import { groupTitle, MANAGER, OptionSources, readGiven } from './option-sources.ts';
import type { GivenOptions, Selection } from './options.ts';
import { SavedSnapshots } from './snapshot.ts';

const DEFAULT_MAX_KEYS = 10_000;

/** The breakers and groups of a manager by name, and how they are registered and removed. */
export class Registry {
  readonly emitter: Emitter<ManagerEvents>;
  readonly sources: OptionSources;
  readonly saved = new SavedSnapshots();
  readonly entries = new Map<string, Entry>();
  readonly #groups = new Map<string, { readonly group: KeyedBreakers; readonly plan: KeyedPlan }>();
  readonly #owner: Observer;
  readonly #conflicts: Conflicts;
  readonly #report: (source: InternalErrorSource, error: unknown) => void;
  disposed = false;

  constructor(options: unknown) {
    const { strict, baseConfigs, ...defaults } = readGiven('manager', options, 'manager');
    const { clock = systemClock, onInternalError } = defaults as {
      readonly clock?: Clock;
      readonly onInternalError?: InternalErrorHandler;
    };
    const reporter = new Reporter('manager', onInternalError, MANAGER);
    const timeline: Timeline = timelineOf(clock);
    this.#report = (source, error) => reporter.report(source, error, timeline.now());
    this.emitter = new Emitter<ManagerEvents>((error) => this.#report('listener', error));
    this.#owner = this.emitter;
    this.#conflicts = new Conflicts(this.emitter, strict === true);
    this.sources = new OptionSources(defaults, baseConfigs as object | undefined);
  }

  get groups(): readonly KeyedBreakers[] {
    return [...this.#groups.values()].map(({ group }) => group);
  }

  /** Returns the entries whose breakers have all the tags of the selection. */
  select({ tags = {} }: Selection = {}): readonly (readonly [name: string, entry: Entry])[] {
    const wanted = Object.entries(tags);
    return [...this.entries].filter(([, { circuit }]) => {
      const own = circuit.tags;
      return wanted.every(([tag, value]) => Object.hasOwn(own, tag) && own[tag] === value);
    });
  }

  /** @throws CircuitBreakerConfigError if there is no breaker with that name. */
  known(name: string): Entry {
    const entry = this.entries.get(name);
    if (entry !== undefined) return entry;
    throw new CircuitBreakerConfigError(name, ['No breaker has this name. Create it first.']);
  }

  create(name: string, config: unknown): UnifiedCircuitBreaker {
    this.#assertUsable(name);
    const known = this.entries.get(name);
    if (known !== undefined && !known.circuit.disposed) {
      if (config !== undefined) this.#compare(name, known, config);
      known.touch();
      return known.breaker;
    }
    let breaker!: UnifiedCircuitBreaker;
    // Listeners may create breakers with this name, so they run after it is registered.
    this.emitter.batch(() => {
      if (known !== undefined) this.remove(name, known, 'disposed');
      breaker = this.#add(name, config);
    });
    return breaker;
  }

  #compare(name: string, { circuit }: Entry, config: unknown): void {
    const first = { ...circuit.options, tags: circuit.tags };
    this.#conflicts.check(circuit, name, { first, second: this.#named(name, config) });
  }

  #add(name: string, config: unknown): UnifiedCircuitBreaker {
    const given = this.optionsFor(name, config);
    const breaker = createBreaker(name, given, this.saved.breakers.get(name));
    this.saved.breakers.delete(name);
    this.entries.set(name, new Entry(breaker, given, this.#owner));
    this.emitter.emit('added', { name, keyed: undefined });
    return breaker;
  }

  #named(name: string, config: unknown): GivenOptions {
    return this.sources.named(name, readGiven(name, config, 'managed'));
  }

  /** Returns the options that a breaker with this name and configuration gets from all sources. */
  optionsFor(name: string, config: unknown = {}): GivenOptions {
    return this.sources.complete(this.#named(name, config));
  }

  keyed<Input>(name: string, options: unknown): KeyedBreakers<Input> {
    this.#assertUsable(name);
    const { by, maxKeys, idleMs, ...rest } = readGiven(name, options, 'keyed');
    const title = groupTitle(name);
    const named = this.sources.named(name, rest, title);
    const known = this.#groups.get(name);
    if (known !== undefined) {
      const { group, plan } = known;
      const bounds = {
        ...(maxKeys !== undefined && { maxKeys }),
        ...(idleMs !== undefined && { idleMs }),
        ...(by !== undefined && { by }),
      };
      const first = { ...plan.options, tags: plan.template['tags'], ...plan };
      this.#conflicts.check(plan, name, { first, second: { ...named, ...bounds }, title });
      return group as unknown as KeyedBreakers<Input>;
    }
    const plan = this.#planGroup(name, this.sources.complete(named), { by, maxKeys, idleMs });
    const group = new KeyedBreakers<Input>(plan, this.emitter, this.#owner);
    this.#groups.set(name, { group: group as unknown as KeyedBreakers, plan });
    return group;
  }

  /** Resolves the options now, so that invalid ones fail here and not on the first key. */
  #planGroup(name: string, template: GivenOptions, keys: GivenOptions): KeyedPlan {
    const { options } = resolveConstruction({ ...template, name } as UnifiedCircuitConfig, groupTitle(name));
    return {
      name,
      by: keys['by'] as KeyedPlan['by'],
      maxKeys: (keys['maxKeys'] as number | undefined) ?? DEFAULT_MAX_KEYS,
      idleMs: (keys['idleMs'] as number | undefined) ?? Number.POSITIVE_INFINITY,
      timeline: timelineOf(options.clock),
      options,
      template,
      saved: this.saved.keysOf(name),
      assertUsable: (breakerName) => this.#assertUsable(breakerName),
    };
  }

  remove(name: string, entry: Entry, reason: ManagerEvents['removed']['reason']): void {
    this.entries.delete(name);
    entry.leave();
    this.emitter.emit('removed', { name, keyed: undefined, reason });
  }

  #assertUsable(name: unknown): void {
    assertNone('manager', [problemWith('name', name, aString)], MANAGER);
    if (!this.disposed) return;
    throw new CircuitBreakerDisposedError(
      name as string,
      `The manager is disposed and can't create circuit breaker "${name as string}". Create a new manager.`,
    );
  }

  dispose(): void {
    this.disposed = true;
    for (const { breaker } of Array.from(this.entries.values())) breaker.dispose();
    for (const group of this.groups) for (const [, breaker] of Array.from(group)) breaker.dispose();
    this.entries.clear();
    this.#groups.clear();
    this.emitter.clear();
  }
}
