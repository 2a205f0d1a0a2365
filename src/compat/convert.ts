import type { UnifiedCircuitConfig } from '../breaker/options/options.ts';
import type { ManagedCircuitConfig } from '../manager/options.ts';
import { canonical } from '../presets/services.ts';
import { UNKNOWN_FAILURE } from './failure-label.ts';
import { unitFactors } from './legacy-name.ts';
import type { LegacyOption, LegacyOptions, LegacySettings } from './legacy-name.ts';

/** One legacy value in the unit of the option that it becomes; durations are whole milliseconds. */
export function convertValue({ kind }: LegacyOption, value: unknown): unknown {
  // A failure of which nothing is known is no error that a filter could judge.
  if (kind === 'names') return [...(value as readonly string[]), UNKNOWN_FAILURE];
  const factor = unitFactors[kind];
  return factor === undefined || typeof value !== 'number' ? value : Math.max(1, Math.round(value * factor));
}

function converted(table: LegacyOptions, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([key, option]) => {
      const { to } = option;
      const value = values[key];
      return to === null || to === 'name' || value === undefined || filtersNothing(option, value) ? [] : [[to, convertValue(option, value)]];
    }),
  );
}

/** Legacy code took an empty list of names for all errors; here it would be none. */
function filtersNothing({ kind }: LegacyOption, value: unknown): boolean {
  return kind === 'names' && (value as readonly string[]).length === 0;
}

/**
 * A configuration of this library from legacy options: the canonical numbers, then those of the legacy name, then the caller's, then what the legacy name
 * fixes. Window and minimum that nobody gave follow `failureThreshold`: with fewer calls the rate would open before the threshold is reached.
 */
export function unifiedFrom(table: LegacyOptions, held: object, explicit: Readonly<Record<string, unknown>>, settings: LegacySettings): ManagedCircuitConfig {
  const given = converted(table, explicit) as Partial<UnifiedCircuitConfig>;
  const { failureThreshold, slidingWindowSize, minRequestsThreshold, ...rest } = { ...canonical.preset, ...converted(table, held as Readonly<Record<string, unknown>>) } as Partial<UnifiedCircuitConfig>;
  const most = given.slidingWindowSize ?? Number.POSITIVE_INFINITY;
  const minimum = given.minRequestsThreshold ?? Math.min(most, Math.max(minRequestsThreshold ?? 1, failureThreshold ?? 1));
  const window = given.slidingWindowSize ?? Math.max(slidingWindowSize ?? 1, minimum, failureThreshold ?? 1);
  const { maxBackoffMs = 0, recoveryTimeoutMs = 0 } = rest;
  // Where no rate opens or adapts, a minimum that nobody gave would only contradict that of another configuration.
  const adaptive = settings.adaptiveThreshold ?? rest.adaptiveThreshold ?? false;
  const noRate = settings.errorRateThreshold === null && adaptive === false && given.minRequestsThreshold === undefined;
  return Object.freeze({
    ...rest,
    failureThreshold,
    slidingWindowSize: window,
    ...(noRate ? {} : { minRequestsThreshold: minimum }),
    maxBackoffMs: Math.max(maxBackoffMs, recoveryTimeoutMs),
    ...settings,
  });
}
