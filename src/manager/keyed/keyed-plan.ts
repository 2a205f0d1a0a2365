import type { Circuit } from '../../breaker/circuit/circuit.ts';
import type { UnifiedCircuitConfig } from '../../breaker/options/options.ts';
import { type ResolvedOptions, resolveConstruction } from '../../breaker/options/resolve.ts';
import type { Timeline } from '../../core/clock.ts';
import type { CircuitSnapshot } from '../../core/snapshot.ts';
import { groupTitle, inherit, readGiven } from '../option-sources.ts';
import type { GivenOptions } from '../options.ts';
import { assertChangeable } from '../reconfigure.ts';
import type { KeyedOptions } from './keyed-options.ts';

/** The options of a live group that can be changed. */
export type KeyedChanges = Omit<KeyedOptions<never>, 'base' | 'by'>;

/** The validated options of a group. */
export interface KeyedPlan {
  readonly name: string;
  readonly by: ((input: never) => unknown) | undefined;
  readonly maxKeys: number;
  readonly idleMs: number;
  /** Measures how long keys are idle. */
  readonly timeline: Timeline;
  readonly options: ResolvedOptions;
  /** The options of every breaker, as given. */
  readonly template: GivenOptions;
  /** The options that were changed last. */
  readonly changes: GivenOptions;
  /** Restored snapshots of keys that don't exist yet. */
  readonly saved: Map<string, CircuitSnapshot>;
  /** Throws if the manager is disposed. */
  readonly assertUsable: (breakerName: string) => void;
  /** Applies what holds for all breakers of the manager. */
  readonly admitted: (circuit: Circuit) => void;
}

/** @throws CircuitBreakerConfigError that lists every problem. */
export function changedPlan(plan: KeyedPlan, changes: unknown): KeyedPlan {
  const { name } = plan;
  const title = groupTitle(name);
  const { maxKeys, idleMs, ...given } = readGiven(name, changes, 'keyedChanges', title);
  assertChangeable(name, given, plan.options.mode, title);
  const template = inherit(plan.template, given);
  const { options } = resolveConstruction({ ...template, name } as unknown as UnifiedCircuitConfig, title);
  const bounds = { maxKeys: maxKeys ?? plan.maxKeys, idleMs: idleMs ?? plan.idleMs } as KeyedPlan;
  return { ...plan, ...bounds, options, template, changes: given };
}

/** Returns the options of a key after a change. Keys that weren't changed alone share those of the group. */
export function changedOptions(
  given: GivenOptions, before: GivenOptions, { template, changes }: KeyedPlan,
): GivenOptions {
  return given === before ? template : inherit(given, changes);
}
