import type { UnifiedCircuitConfig } from '../breaker/options/options.ts';
import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { describe, isPrimitive } from '../core/untrusted.ts';
import { warn } from '../manager/warn.ts';
import { MANAGED } from '../manager/breaker-factory.ts';
import { getUnifiedCircuitBreakerManager } from '../manager/default-manager.ts';
import type { KeyedBreakers } from '../manager/keyed/keyed-breakers.ts';
import type { UnifiedCircuitBreakerManager } from '../manager/unified-circuit-breaker-manager.ts';
import type { FacadePlan } from './facade-options.ts';

/** Provides the breaker of each call. */
export interface BreakerSource {
  /** The breaker of every call. Null if it depends on the call, or if `of()` must create it. */
  readonly breaker: UnifiedCircuitBreaker | null;
  /** The breakers by key, or null without `by`. */
  readonly breakers: KeyedBreakers | null;
  /** Returns the breaker of one call, and creates it on first use. */
  of(self: unknown, args: readonly unknown[]): UnifiedCircuitBreaker;
  /** Returns the breaker of calls with this `this`, if it exists. */
  seen(self: unknown): UnifiedCircuitBreaker | undefined;
}

/**
 * Returns the source of breakers that the options describe.
 * @param of names the function before its first call.
 * @param labelOf returns the name of an unregistered breaker from the `this` of its first call.
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 */
export function sourceOf(plan: FacadePlan, of: string, labelOf: (self: unknown) => string): BreakerSource {
  if (plan.by !== undefined) return byKey(plan, plan.by);
  if (plan.per === 'instance') return perInstance(plan, of, labelOf);
  if (plan.breaker !== undefined) return fixed(plan.breaker);
  if (plan.name !== undefined) return byName(plan, plan.name);
  const create = unregistered(plan, of);
  const source = fixed(null);
  source.of = (self) => (source.breaker ??= create(labelOf(self)));
  return source;
}

function fixed(breaker: UnifiedCircuitBreaker | null): BreakerSource & { breaker: UnifiedCircuitBreaker | null } {
  return {
    breaker,
    breakers: null,
    of: () => breaker as UnifiedCircuitBreaker,
    seen() {
      return this.breaker ?? undefined;
    },
  };
}

/** Looks the breaker up for each call: it may have been removed, or the default manager replaced. */
function byName(plan: FacadePlan, name: string): BreakerSource {
  let manager = managerOf(plan);
  let latest = manager.createCircuitBreaker(name, plan.config);
  const of = (): UnifiedCircuitBreaker => {
    const found = manager.getCircuitBreaker(name);
    if (found !== null) return found;
    manager = managerOf(plan);
    // The breakers of a disposed manager reject calls.
    if (!manager.disposed) latest = manager.createCircuitBreaker(name, plan.config);
    return latest;
  };
  return {
    get breaker() {
      return manager.getCircuitBreaker(name);
    },
    breakers: null,
    of,
    seen: of,
  };
}

/**
 * Returns a function that creates unregistered breakers. Invalid options fail here, although the breakers are created
 * later.
 */
function unregistered(plan: FacadePlan, of: string): (name: string) => UnifiedCircuitBreaker {
  const { manager, config } = plan;
  const isManaged = manager !== undefined || config['base'] !== undefined;
  const options = isManaged ? managerOf(plan).optionsFor(of, config) : config;
  const make = (name: string): UnifiedCircuitBreaker =>
    new UnifiedCircuitBreaker({ ...options, name, [MANAGED]: true } as object as UnifiedCircuitConfig);
  make(plan.name ?? of).dispose();
  return (name) => {
    count(name);
    return make(name);
  };
}

/** So many breakers of one label were probably made per request. */
const MANY = 100;
/** Bounds the labels that are counted. */
const MAX_LABELS = 1_000;
const created = /* @__PURE__ */ new Map<string, number>();

/** Warns once per label. A breaker that is made per request never sees enough results to open. */
function count(label: string): void {
  const now = (created.get(label) ?? 0) + 1;
  if (now > 1 || created.size < MAX_LABELS) created.set(label, now);
  if (now !== MANY) return;
  const hint = 'If you wrap a function per request, wrap it once, or pass `name` to share one breaker.';
  warn(`Circuit breaker "${label}": ${MANY} unregistered breakers have this name. ${hint}`, 'UCB_MANY_PRIVATE');
}

const managerOf = ({ manager }: FacadePlan): UnifiedCircuitBreakerManager =>
  manager ?? getUnifiedCircuitBreakerManager();

/** Finds keys here and not in the group: functions that share a group have their own arguments. */
function byKey(plan: FacadePlan, by: NonNullable<FacadePlan['by']>): BreakerSource {
  const { name, config, maxKeys, idleMs } = plan;
  let manager = managerOf(plan);
  const find = (): KeyedBreakers => manager.keyed(name as string, { ...config, maxKeys, idleMs });
  let breakers = find();
  return {
    breaker: null,
    get breakers() {
      if (!manager.disposed) return breakers;
      manager = managerOf(plan);
      if (!manager.disposed) breakers = find();
      return breakers;
    },
    of(_self, args) {
      const key: unknown = by(...args);
      if (typeof key === 'string') return (this.breakers as KeyedBreakers).for(key);
      throw new TypeError(`\`by\` of "${breakers.name}" must return a string. Received ${describe(key)}.`);
    },
    seen: () => undefined,
  };
}

function perInstance(plan: FacadePlan, of: string, labelOf: (self: unknown) => string): BreakerSource {
  const create = unregistered(plan, of);
  const breakers = new WeakMap<object, UnifiedCircuitBreaker>();
  const seen = (self: unknown): UnifiedCircuitBreaker | undefined => breakers.get(self as object);
  const createFor = (self: unknown): UnifiedCircuitBreaker => {
    const label = plan.name ?? labelOf(self);
    if (isPrimitive(self)) {
      const rule = 'must be called on an instance, because each instance has its own breaker';
      throw new TypeError(`${label} ${rule}. Received ${describe(self)}.`);
    }
    const breaker = create(label);
    breakers.set(self as object, breaker);
    return breaker;
  };
  return { breaker: null, breakers: null, of: (self) => seen(self) ?? createFor(self), seen };
}
