import type { UnifiedCircuitConfig } from '../breaker/options/options.ts';
import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { describe, isPrimitive } from '../core/untrusted.ts';
import { getUnifiedCircuitBreakerManager } from '../manager/default-manager.ts';
import type { KeyedBreakers } from '../manager/keyed/keyed-breakers.ts';
import type { UnifiedCircuitBreakerManager } from '../manager/unified-circuit-breaker-manager.ts';
import type { FacadePlan } from './facade-options.ts';

/** Provides the breaker of each call. */
export interface BreakerSource {
  /** The breaker of every call, or null if it depends on the call or doesn't exist yet. */
  breaker: UnifiedCircuitBreaker | null;
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
  if (plan.name !== undefined) return fixed(managerOf(plan).createCircuitBreaker(plan.name, plan.config));
  const create = unregistered(plan, of);
  const source = fixed(null);
  source.of = (self) => (source.breaker ??= create(labelOf(self)));
  return source;
}

function fixed(breaker: UnifiedCircuitBreaker | null): BreakerSource {
  return {
    breaker,
    breakers: null,
    of: () => breaker as UnifiedCircuitBreaker,
    seen() {
      return this.breaker ?? undefined;
    },
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
  const create = (name: string): UnifiedCircuitBreaker =>
    new UnifiedCircuitBreaker({ ...options, name } as UnifiedCircuitConfig);
  create(plan.name ?? of).dispose();
  return create;
}

const managerOf = ({ manager }: FacadePlan): UnifiedCircuitBreakerManager =>
  manager ?? getUnifiedCircuitBreakerManager();

/** Finds keys here and not in the group: functions that share a group have their own arguments. */
function byKey(plan: FacadePlan, by: NonNullable<FacadePlan['by']>): BreakerSource {
  const { name, config, maxKeys, idleMs } = plan;
  const breakers = managerOf(plan).keyed(name as string, { ...config, maxKeys, idleMs });
  return {
    breaker: null,
    breakers,
    of(_self, args) {
      const key: unknown = by(...args);
      if (typeof key === 'string') return breakers.for(key);
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
