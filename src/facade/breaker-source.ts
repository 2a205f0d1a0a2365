import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { describe } from '../core/untrusted.ts';
import { getUnifiedCircuitBreakerManager } from '../manager/default-manager.ts';
import type { KeyedBreakers } from '../manager/keyed-breakers.ts';
import type { UnifiedCircuitBreakerManager } from '../manager/unified-circuit-breaker-manager.ts';
import type { FacadePlan } from './facade-options.ts';

/** Where a call finds its breaker. */
export interface BreakerSource {
  /** The breaker of every call, once it is known; null where each call asks. */
  breaker: UnifiedCircuitBreaker | null;
  /** The breakers by key; null without keys. */
  readonly breakers: KeyedBreakers | null;
  /** The breaker of one call, made if there is none. */
  of(self: unknown, args: readonly unknown[]): UnifiedCircuitBreaker;
  /** The breaker of the calls with that `this`, if there is one. */
  seen(self: unknown): UnifiedCircuitBreaker | undefined;
}

/**
 * Where a plan says that breakers come from.
 *
 * @param labelOf the name on the list of a breaker without one, by the `this` of the call that makes it.
 * @throws CircuitBreakerConfigError when the options contradict each other, or those of the group.
 */
export function sourceOf(plan: FacadePlan, labelOf: (self: unknown) => string): BreakerSource {
  if (plan.keys !== undefined) return byKey(plan, plan.keys);
  if (plan.per === 'instance') return perInstance(plan, labelOf);
  return {
    breaker: plan.name === undefined ? (plan.breaker ?? null) : managerOf(plan).createCircuitBreaker(plan.name, plan.config),
    breakers: null,
    of(self) {
      this.breaker ??= managerOf(plan).createPrivateCircuitBreaker(labelOf(self), plan.config);
      return this.breaker;
    },
    seen() {
      return this.breaker ?? undefined;
    },
  };
}

/**
 * Options that contradict each other show at once, although their breaker is made later. A manager or a base that is given may complete them.
 *
 * @throws CircuitBreakerConfigError that lists every problem.
 */
export function assertPossible({ name, breaker, manager, config }: FacadePlan, of: string): void {
  if (breaker === undefined && manager === undefined && config['base'] === undefined) new UnifiedCircuitBreaker({ ...config, name: name ?? of }).dispose();
}

/** The manager of the process may be another one when it is needed. */
function managerOf({ manager = getUnifiedCircuitBreakerManager() }: FacadePlan): UnifiedCircuitBreakerManager {
  return manager;
}

/** Keys are found here and not by the group: functions with equal names share it, and each has arguments of its own. */
function byKey(plan: FacadePlan, { by, maxKeys, idleMs }: NonNullable<FacadePlan['keys']>): BreakerSource {
  const breakers = managerOf(plan).keyed(plan.name as string, { ...plan.config, maxKeys, idleMs });
  return {
    breaker: null,
    breakers,
    of(_self, args) {
      const key: unknown = by(...args);
      if (typeof key === 'string') return breakers.for(key);
      throw new TypeError(`Expected \`by\` of "${breakers.name}" to give a string, got ${describe(key)}`);
    },
    seen: () => undefined,
  };
}

/** A breaker for each instance, which lives on the list as long as its instance lives. */
function perInstance(plan: FacadePlan, labelOf: (self: unknown) => string): BreakerSource {
  const made = new WeakMap<object, UnifiedCircuitBreaker>();
  const make = (self: unknown): UnifiedCircuitBreaker => {
    const label = plan.name ?? labelOf(self);
    if (!isObject(self)) throw new TypeError(`Expected ${label} to be called on an instance, because each has a breaker of its own, got ${describe(self)}`);
    const manager = managerOf(plan);
    const breaker = manager.createPrivateCircuitBreaker(label, plan.config);
    made.set(self, breaker);
    unlistWhenGone(self, { manager, breaker });
    return breaker;
  };
  const seen = (self: unknown): UnifiedCircuitBreaker | undefined => made.get(self as object);
  return { breaker: null, breakers: null, of: (self) => seen(self) ?? make(self), seen };
}

const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function';

interface Listed {
  readonly manager: UnifiedCircuitBreakerManager;
  readonly breaker: UnifiedCircuitBreaker;
}

let gone: FinalizationRegistry<Listed> | undefined;

/** One registry for all, so that it outlives the classes. Where there is no such thing, instances are listed as long as the process lives. */
function unlistWhenGone(instance: object, listed: Listed): void {
  if (typeof FinalizationRegistry !== 'function') return;
  gone ??= new FinalizationRegistry(unlist);
  gone.register(instance, listed);
}

/** The place on the list may have changed: whoever creates a breaker of that name takes it. */
function unlist({ manager, breaker }: Listed): void {
  const isAt = (name: string): boolean => manager.getCircuitBreaker(name) === breaker;
  const name = isAt(breaker.name) ? breaker.name : manager.getCircuitBreakerNames().find(isAt);
  if (name !== undefined) manager.removeCircuitBreaker(name);
}
