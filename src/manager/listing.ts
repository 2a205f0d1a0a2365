import type { BreakerExtras, UnifiedCircuitConfig } from '../breaker/options/options.ts';
import { resolveConstruction } from '../breaker/options/resolve.ts';
import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { systemClock, timelineOf } from '../core/clock.ts';
import type { Clock, Timeline } from '../core/clock.ts';
import { Emitter } from '../core/emitter.ts';
import { CircuitBreakerConfigError, CircuitBreakerDisposedError } from '../core/errors.ts';
import { Reporter } from '../core/reporter.ts';
import type { InternalErrorHandler, InternalErrorSource } from '../core/reporter.ts';
import type { CircuitSnapshot } from '../core/snapshot.ts';
import { assertNone, aString, problemWith } from '../core/validation.ts';
import { Conflicts } from './conflicts.ts';
import { KeyedBreakers } from './keyed-breakers.ts';
import type { KeyedPlan } from './keyed-breakers.ts';
import { Layers } from './layers.ts';
import type { ManagerEvents, RemovedEvent } from './manager-events.ts';
import { parseManagerSnapshot } from './manager-snapshot.ts';
import type { ManagerSnapshot } from './manager-snapshot.ts';
import { Member } from './member.ts';
import type { GivenOptions } from './options.ts';
import { readGiven } from './read-options.ts';
import { Roster } from './roster.ts';
import { restoreAll, Saved, snapshotOfAll } from './saved.ts';
import { warn } from './warn.ts';
import type { Workshop } from './workshop.ts';

const DEFAULT_MAX_KEYS = 10_000;

/** What a manager holds, and how something gets on its list and off it. */
export class Listing implements Workshop {
  readonly emitter: Emitter<ManagerEvents>;
  readonly layers: Layers;
  readonly roster = new Roster();
  readonly saved = new Saved();
  readonly #groups = new Map<string, { readonly group: KeyedBreakers; readonly plan: KeyedPlan }>();
  readonly #conflicts: Conflicts;
  readonly #report: (source: InternalErrorSource, error: unknown) => void;
  disposed = false;

  constructor(options: unknown) {
    const { strict, baseConfigs, ...defaults } = readGiven('manager', options, 'manager');
    const reporter = new Reporter('manager', defaults['onInternalError'] as InternalErrorHandler | undefined);
    const timeline: Timeline = timelineOf((defaults['clock'] as Clock | undefined) ?? systemClock, (error) => reporter.report('clock', error, timeline));
    this.#report = (source, error) => reporter.report(source, error, timeline);
    this.emitter = new Emitter<ManagerEvents>((error) => this.#report('listener', error));
    this.#conflicts = new Conflicts(this.emitter, strict === true);
    this.layers = new Layers(defaults);
    for (const [name, config] of Object.entries((baseConfigs as object | undefined) ?? {})) this.layers.addBase(name, config);
  }

  find(name: string): Member | undefined {
    return this.roster.get(name);
  }

  /** The member of that name. @throws CircuitBreakerConfigError when there is none. */
  known(name: string): Member {
    const member = this.find(name);
    if (member === undefined) throw new CircuitBreakerConfigError(name, ['Expected a breaker of that name, got none; create it first']);
    return member;
  }

  create(name: string, config: unknown, extras: BreakerExtras): UnifiedCircuitBreaker {
    this.#assertOpen(name);
    const known = this.roster.shared(name);
    if (known !== undefined && !known.circuit.disposed) {
      if (config !== undefined) this.#conflicts.check(known, { name, title: `circuit "${name}"` }, known.circuit.options, this.#named(name, config));
      return known.touch();
    }
    let breaker!: UnifiedCircuitBreaker;
    // Listeners may create breakers of this name too: they hear of it when it is there.
    this.emitter.batch(() => {
      if (known !== undefined) this.drop(name, known, 'disposed');
      breaker = this.#add(name, config ?? {}, extras);
    });
    return breaker;
  }

  #add(name: string, config: unknown, extras: BreakerExtras): UnifiedCircuitBreaker {
    const given = this.layers.whole(this.#named(name, config));
    const breaker = this.#build(name, given, extras, this.saved.breakers.get(name));
    this.saved.breakers.delete(name);
    this.roster.add(name, new Member(breaker, given, this.emitter));
    this.emitter.emit('added', { name, keyed: undefined });
    return breaker;
  }

  createPrivate(label: string, config: unknown, extras: BreakerExtras): UnifiedCircuitBreaker {
    this.#assertOpen(label);
    const name = this.roster.freeName(label);
    const given = this.layers.whole(this.#named(name, config ?? {}));
    const breaker = this.#build(name, given, extras, undefined);
    this.roster.addPrivate(name, new Member(breaker, given, this.emitter));
    this.emitter.emit('added', { name, keyed: undefined });
    return breaker;
  }

  #named(name: string, config: unknown): GivenOptions {
    return this.layers.named(name, readGiven(name, config, 'managed'));
  }

  keyed<Input>(name: string, options: unknown): KeyedBreakers<Input> {
    this.#assertOpen(name);
    const { by, maxKeys, idleMs, ...rest } = readGiven(name, options, 'keyed');
    const named = this.layers.named(name, rest);
    const bounds = { ...(maxKeys !== undefined && { maxKeys }), ...(idleMs !== undefined && { idleMs }), ...(by !== undefined && { by }) };
    const known = this.#groups.get(name);
    if (known !== undefined) {
      const { plan } = known;
      this.#conflicts.check(plan, { name, title: `the keyed breakers "${name}"` }, { ...plan.options, ...plan }, { ...named, ...bounds });
      return known.group as unknown as KeyedBreakers<Input>;
    }
    const template = this.layers.whole(named);
    // Options that cannot be show now, and not at the first key.
    const { options: resolved } = resolveConstruction({ ...template, name } as UnifiedCircuitConfig, {});
    const plan: KeyedPlan = {
      name,
      by: by as KeyedPlan['by'],
      maxKeys: (maxKeys as number | undefined) ?? DEFAULT_MAX_KEYS,
      idleMs: (idleMs as number | undefined) ?? Number.POSITIVE_INFINITY,
      timeline: timelineOf(resolved.clock, (error) => this.#report('clock', error)),
      options: resolved,
      template,
      saved: this.saved.takeGroup(name),
    };
    const group = new KeyedBreakers<Input>(plan, this);
    this.#groups.set(name, { group: group as unknown as KeyedBreakers, plan });
    return group;
  }

  groups(): readonly KeyedBreakers[] {
    return [...this.#groups.values()].map(({ group }) => group);
  }

  drop(name: string, member: Member, reason: RemovedEvent['reason']): void {
    this.roster.remove(name);
    member.leave();
    this.emitter.emit('removed', { name, keyed: undefined, reason });
  }

  make(name: string, given: GivenOptions, saved: CircuitSnapshot | undefined): UnifiedCircuitBreaker {
    return this.#build(name, given, {}, saved);
  }

  #build(name: string, given: GivenOptions, extras: BreakerExtras, saved: CircuitSnapshot | undefined): UnifiedCircuitBreaker {
    const config = { ...given, name } as UnifiedCircuitConfig;
    if (saved === undefined || extras.restore !== undefined) return new UnifiedCircuitBreaker(config, extras);
    try {
      return new UnifiedCircuitBreaker(config, { ...extras, restore: saved });
    } catch (error) {
      // Throws again where the options are wrong, and not the snapshot.
      const breaker = new UnifiedCircuitBreaker(config, extras);
      warn(`A saved state does not fit the options any more and was left out. ${String(error)}`, 'UCB_RESTORE_REFUSED');
      return breaker;
    }
  }

  #assertOpen(name: unknown): void {
    assertNone('manager', [problemWith('name', name, aString)]);
    if (this.disposed) throw new CircuitBreakerDisposedError(name as string, `The manager is disposed, so circuit "${name as string}" cannot be made; make a new manager`);
  }

  snapshot(): ManagerSnapshot {
    return snapshotOfAll(this.roster, this.groups(), this.saved);
  }

  /** @throws CircuitBreakerConfigError that lists every problem; then nothing has changed. */
  restore(input: unknown): void {
    restoreAll(parseManagerSnapshot(input), this.roster, this.groups(), this.saved);
  }

  dispose(): void {
    this.disposed = true;
    for (const [, { breaker }] of Array.from(this.roster)) breaker.dispose();
    for (const group of this.groups()) for (const [, breaker] of Array.from(group)) breaker.dispose();
    this.roster.clear();
    this.#groups.clear();
    this.emitter.clear();
  }
}
