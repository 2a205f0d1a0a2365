import { type Condition, conditionOf, CONDITIONS } from './condition.ts';
import type { Entry } from './entry.ts';

/** A readiness page needs no longer list. */
const MAX_KEYS = 20;

interface Totals {
  /** All breakers. */
  readonly totalCircuitBreakers: number;
  /** Breakers that are closed or forced closed, and admit calls. */
  readonly healthyCircuitBreakers: number;
  /** The others. */
  readonly unhealthyCircuitBreakers: number;
  /** `degraded` if at least one breaker is unhealthy. */
  readonly overallHealth: 'healthy' | 'degraded';
}

/** The breakers of a manager, grouped by state. The totals don't include keyed breakers. */
export interface HealthSummary extends Totals {
  /** The names of all breakers. */
  readonly circuitBreakerNames: readonly string[];
  /** The names of the breakers in each condition. */
  readonly conditions: Readonly<Record<Condition, readonly string[]>>;
  /** The keyed breakers, by the name of their group. */
  readonly keyed: Readonly<Record<string, KeyedSummary>>;
}

/** The breakers of a group, counted by state. */
export interface KeyedSummary extends Totals {
  /** The number of keys in each condition. */
  readonly conditions: Readonly<Record<Condition, number>>;
  /** The first 20 keys that are neither closed nor forced closed. */
  readonly unhealthyKeys: readonly string[];
}

/** Returns the summary of registered breakers. */
export function healthSummary(
  entries: readonly (readonly [name: string, entry: Entry])[],
  keyed: HealthSummary['keyed'],
): HealthSummary {
  const conditions = byCondition((): string[] => []);
  for (const [name, { circuit }] of entries) conditions[conditionOf(circuit)].push(name);
  const totals = totalsOf(entries.length, conditions.closed.length + conditions.forced_closed.length);
  return { ...totals, circuitBreakerNames: entries.map(([name]) => name), conditions, keyed };
}

/** Returns the short form of a summary: the names of all breakers that aren't just closed. */
export function keyFigures({ totalCircuitBreakers, overallHealth, conditions }: HealthSummary): object {
  const unusual = Object.entries(conditions).filter(([condition, names]) => condition !== 'closed' && names.length > 0);
  return { breakers: totalCircuitBreakers, overallHealth, ...Object.fromEntries(unusual) };
}

/** Returns the summary of a group. */
export function keyedSummary(entries: ReadonlyMap<string, Entry>): KeyedSummary {
  const conditions = byCondition(() => 0);
  const unhealthyKeys: string[] = [];
  for (const [key, { circuit }] of entries) {
    const condition = conditionOf(circuit);
    conditions[condition] += 1;
    const isHealthy = condition === 'closed' || condition === 'forced_closed';
    if (!isHealthy && unhealthyKeys.length < MAX_KEYS) unhealthyKeys.push(key);
  }
  return { ...totalsOf(entries.size, conditions.closed + conditions.forced_closed), conditions, unhealthyKeys };
}

function byCondition<T>(create: () => T): Record<Condition, T> {
  return Object.fromEntries(CONDITIONS.map((condition) => [condition, create()])) as Record<Condition, T>;
}

function totalsOf(total: number, healthy: number): Totals {
  return {
    totalCircuitBreakers: total,
    healthyCircuitBreakers: healthy,
    unhealthyCircuitBreakers: total - healthy,
    overallHealth: healthy < total ? 'degraded' : 'healthy',
  };
}
