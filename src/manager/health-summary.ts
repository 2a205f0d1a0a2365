import { type Condition, conditionOf, CONDITIONS, isHealthy } from './condition.ts';
import type { Entry } from './entry.ts';

interface Totals {
  /** All breakers. */
  readonly totalCircuitBreakers: number;
  /** Breakers that are closed or forced closed. */
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
}

/** Returns the summary of registered breakers. */
export function healthSummary(
  entries: Iterable<readonly [name: string, entry: Entry]>,
  keyed: HealthSummary['keyed'],
): HealthSummary {
  const conditions = byCondition((): string[] => []);
  const names: string[] = [];
  for (const [name, { circuit }] of entries) {
    names.push(name);
    conditions[conditionOf(circuit, circuit.timeline.now())].push(name);
  }
  const totals = totalsOf((condition) => conditions[condition].length);
  return { ...totals, circuitBreakerNames: names, conditions, keyed };
}

/** Returns the summary of a group. Its breakers share one clock. */
export function keyedSummary(entries: Iterable<Entry>): KeyedSummary {
  const conditions = byCondition(() => 0);
  let now: number | undefined;
  for (const { circuit } of entries) {
    conditions[conditionOf(circuit, (now ??= circuit.timeline.now()))] += 1;
  }
  return { ...totalsOf((condition) => conditions[condition]), conditions };
}

function byCondition<T>(create: () => T): Record<Condition, T> {
  return Object.fromEntries(CONDITIONS.map((condition) => [condition, create()])) as Record<Condition, T>;
}

function totalsOf(count: (condition: Condition) => number): Totals {
  const sum = (conditions: readonly Condition[]): number =>
    conditions.reduce((total, condition) => total + count(condition), 0);
  const total = sum(CONDITIONS);
  const healthy = sum(CONDITIONS.filter(isHealthy));
  return {
    totalCircuitBreakers: total,
    healthyCircuitBreakers: healthy,
    unhealthyCircuitBreakers: total - healthy,
    overallHealth: healthy < total ? 'degraded' : 'healthy',
  };
}
