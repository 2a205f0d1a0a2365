import type { Circuit } from '../breaker/circuit/circuit.ts';
import type { SharedCircuitConfig, UnifiedCircuitConfig } from '../breaker/options/options.ts';
import { resolveConstruction } from '../breaker/options/resolve.ts';
import { labels } from '../breaker/options/table.ts';
import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { systemClock, type Timeline, timelineOf } from '../core/clock.ts';
import { Emitter } from '../core/emitter.ts';
import { CircuitBreakerConfigError, CircuitBreakerDisposedError } from '../core/errors.ts';
import { Reporter } from '../core/reporter.ts';
import type { Override } from '../core/state.ts';
import { describe } from '../core/untrusted.ts';
import { anObject, assertNone, aString, problemWith, requireOptions, type Requirement } from '../core/validation.ts';
import { createBreaker, restoreSaved } from './breaker-factory.ts';
import { Conflicts, differencesBetween, hasValues } from './conflicts.ts';
import { Entry } from './entry.ts';
import { KeyedBreakers } from './keyed/keyed-breakers.ts';
import type { KeyedPlan } from './keyed/keyed-plan.ts';
import type { ManagerEvents } from './manager-events.ts';
import { groupTitle, inherit, MANAGER, OptionSources, readGiven } from './option-sources.ts';
import type { GivenOptions, Selection } from './options.ts';
import { PlacedEvents } from './placed-events.ts';
import { SavedSnapshots } from './saved-snapshots.ts';

const DEFAULT_MAX_KEYS = 10_000;

const aName: Requirement = {
  rule: 'a string',
  fits: (value) => aString.fits(value),
  hint: (value) => (anObject.fits(value) ? 'Pass the name as the first argument.' : undefined),
};

/** The breakers and groups of a manager by name, and how they are registered and removed. */
export class Registry {
  readonly emitter: Emitter<ManagerEvents>;
  readonly sources: OptionSources;
  readonly saved = new SavedSnapshots();
  readonly entries = new Map<string, Entry>();
  readonly #groups = new Map<string, { readonly group: KeyedBreakers; readonly plan: KeyedPlan }>();
  readonly #conflicts: Conflicts;
  readonly timeline: Timeline;
  #forced: Override | null = null;
  disposed = false;

  constructor(options: unknown) {
    const { strict, baseConfigs, ...defaults } = readGiven('manager', options, 'manager', MANAGER);
    const { clock = systemClock, onInternalError } = defaults as SharedCircuitConfig;
    const reporter = new Reporter('manager', onInternalError, MANAGER);
    const timeline = (this.timeline = timelineOf(clock));
    this.emitter = new Emitter((error) => reporter.report('listener', error, timeline.now()));
    this.#conflicts = new Conflicts(this.emitter, strict === true);
    this.sources = new OptionSources(defaults, baseConfigs as object | undefined);
  }

  get groups(): readonly KeyedBreakers[] {
    return [...this.#groups.values()].map(({ group }) => group);
  }

  /** Returns the entries whose breakers have all the tags of the selection. */
  select(selection: Selection = {}): readonly (readonly [name: string, entry: Entry])[] {
    const { tags = {} } = requireOptions('manager', selection, { tags: labels }, MANAGER) as Selection;
    const wanted = Object.entries(tags);
    return [...this.entries].filter(([, { circuit: { tags: own } }]) =>
      wanted.every(([tag, value]) => Object.hasOwn(own, tag) && own[tag] === value));
  }

  /** @throws CircuitBreakerConfigError if there is no breaker with that name. */
  known(name: string): Entry {
    const entry = this.entries.get(name);
    if (entry !== undefined) return entry;
    const hint = this.#groups.has(name) ? `Use \`keyed(${describe(name)}).reconfigure()\`.` : 'Create it first.';
    throw new CircuitBreakerConfigError(name, [`No breaker has this name. ${hint}`]);
  }

  create(name: string, config: unknown): UnifiedCircuitBreaker {
    this.#assertUsable(name);
    const known = this.entries.get(name);
    if (known !== undefined && !known.circuit.disposed) {
      if (config !== undefined && !hasValues(config, known.compared)) {
        const given = readGiven(name, config, 'managed');
        const differences = differencesBetween(known.declared, this.sources.named(name, given));
        this.#conflicts.check(known, name, differences);
        known.compared = given;
      }
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

  #add(name: string, config: unknown): UnifiedCircuitBreaker {
    const given = this.optionsFor(name, config);
    const breaker = createBreaker(name, given, this.saved.breakers.get(name));
    this.#place(name, breaker, given);
    return breaker;
  }

  #place(name: string, breaker: UnifiedCircuitBreaker, given: GivenOptions): void {
    const circuit = UnifiedCircuitBreaker.circuitOf(breaker);
    this.saved.breakers.delete(name);
    this.entries.set(name, new Entry(breaker, given, new PlacedEvents(this.emitter, circuit, undefined)));
    this.#admitted(circuit);
    this.emitter.emit('added', { name, keyed: undefined });
  }

  /** What holds for all breakers holds for later ones. */
  readonly #admitted = (circuit: Circuit): void => {
    if (this.#forced !== null) circuit.setOverride(this.#forced);
  };

  /** Registers a breaker that was made elsewhere. */
  enroll(circuit: Circuit, breaker: UnifiedCircuitBreaker): void {
    const { name } = circuit;
    this.#assertUsable(name);
    const known = this.entries.get(name);
    if (known?.circuit === circuit && !circuit.disposed) return;
    assertNone(name, [
      circuit.disposed ? 'It is disposed. Create a new one.' : undefined,
      circuit.attached ? 'It is registered elsewhere. Remove it there first.' : undefined,
      known !== undefined && !known.circuit.disposed ? 'Another breaker has this name. Remove it first.' : undefined,
    ]);
    restoreSaved(circuit, this.saved.breakers.get(name));
    this.emitter.batch(() => {
      if (known !== undefined) this.remove(name, known, 'disposed');
      this.#place(name, breaker, circuit.given);
    });
  }

  /** Forces all breakers, also later ones, or releases all. */
  force(override: Override | null): void {
    this.#forced = override;
    for (const { circuit } of Array.from(this.entries.values())) circuit.setOverride(override);
    for (const group of this.groups) group.force(override);
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
    const title = groupTitle(name);
    const { by, maxKeys, idleMs, ...rest } = readGiven(name, options, 'keyed', title);
    const named = this.sources.named(name, inherit(rest), title);
    const known = this.#groups.get(name);
    if (known !== undefined) {
      const { group, plan } = known;
      const first = { ...plan.options, tags: plan.template['tags'], ...plan };
      this.#conflicts.check(plan, name, differencesBetween(first, { ...named, maxKeys, idleMs, by }), title);
      return group as unknown as KeyedBreakers<Input>;
    }
    const plan = this.#planGroup(name, this.sources.complete(named), { by, maxKeys, idleMs } as Partial<KeyedPlan>);
    const group = new KeyedBreakers<Input>(plan, this.emitter);
    this.#groups.set(name, { group: group as unknown as KeyedBreakers, plan });
    return group;
  }

  /** Resolves the options now, so that invalid ones fail here and not on the first key. */
  #planGroup(name: string, template: GivenOptions, keys: Partial<KeyedPlan>): KeyedPlan {
    const { options } = resolveConstruction({ ...template, name } as UnifiedCircuitConfig, groupTitle(name));
    return {
      name,
      by: keys.by,
      maxKeys: keys.maxKeys ?? DEFAULT_MAX_KEYS,
      idleMs: keys.idleMs ?? Number.POSITIVE_INFINITY,
      timeline: timelineOf(options.clock),
      options,
      template,
      changes: {},
      saved: this.saved.keysOf(name),
      assertUsable: (breakerName) => this.#assertUsable(breakerName),
      admitted: this.#admitted,
    };
  }

  remove(name: string, entry: Entry, reason: ManagerEvents['removed']['reason']): void {
    this.entries.delete(name);
    entry.circuit.detach();
    this.emitter.emit('removed', { name, keyed: undefined, reason });
  }

  #assertUsable(name: unknown): void {
    assertNone('manager', [problemWith('name', name, aName)], MANAGER);
    if (!this.disposed) return;
    const problem = `can't create circuit breaker "${name as string}"`;
    throw new CircuitBreakerDisposedError(
      name as string, `The manager is disposed and ${problem}. Create a new manager.`,
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
