import { CONDITIONS, conditionOf, isHealthy } from './condition.ts';
import type { Condition } from './condition.ts';
import type { Member } from './member.ts';

/** The breakers of a manager at one moment. */
export interface HealthSummary {
  /** Breakers listed by name. */
  readonly totalCircuitBreakers: number;
  /** Those that are closed, forced or not. */
  readonly healthyCircuitBreakers: number;
  /** The others. */
  readonly unhealthyCircuitBreakers: number;
  /** `degraded` when one is unhealthy; `healthy` when none is, and when there are none. Keyed breakers are not part of it. */
  readonly overallHealth: 'healthy' | 'degraded';
  /** The names of all. */
  readonly circuitBreakerNames: readonly string[];
  /** The names of all, by how they stand. */
  readonly conditions: Readonly<Record<Condition, readonly string[]>>;
  /** The keyed breakers, by the name of their group. */
  readonly keyed: Readonly<Record<string, KeyedSummary>>;
}

/** A group of keyed breakers at one moment, in counts. */
export interface KeyedSummary {
  /** Keys with a breaker. */
  readonly totalCircuitBreakers: number;
  /** Those that are closed, forced or not. */
  readonly healthyCircuitBreakers: number;
  /** The others. */
  readonly unhealthyCircuitBreakers: number;
  /** `degraded` when one is unhealthy. */
  readonly overallHealth: 'healthy' | 'degraded';
  /** How many stand how. */
  readonly conditions: Readonly<Record<Condition, number>>;
}

/** The summary of named breakers. */
export function healthSummary(members: Iterable<readonly [name: string, member: Member]>, keyed: HealthSummary['keyed']): HealthSummary {
  const conditions = Object.fromEntries(CONDITIONS.map((condition) => [condition, [] as string[]])) as Record<Condition, string[]>;
  const names: string[] = [];
  for (const [name, { circuit }] of members) {
    names.push(name);
    conditions[conditionOf(circuit, circuit.timeline.now())].push(name);
  }
  return { ...totals((condition) => conditions[condition].length), circuitBreakerNames: names, conditions, keyed };
}

/** The summary of keyed breakers. */
export function keyedSummary(members: Iterable<Member>): KeyedSummary {
  const conditions = Object.fromEntries(CONDITIONS.map((condition) => [condition, 0])) as Record<Condition, number>;
  let now: number | undefined;
  for (const { circuit } of members) conditions[conditionOf(circuit, (now ??= circuit.timeline.now()))] += 1;
  return { ...totals((condition) => conditions[condition]), conditions };
}

type Totals = Omit<KeyedSummary, 'conditions'>;

function totals(count: (condition: Condition) => number): Totals {
  const sum = (conditions: readonly Condition[]): number => conditions.reduce((total, condition) => total + count(condition), 0);
  const healthy = sum(CONDITIONS.filter(isHealthy));
  const unhealthy = sum(CONDITIONS) - healthy;
  return {
    totalCircuitBreakers: healthy + unhealthy,
    healthyCircuitBreakers: healthy,
    unhealthyCircuitBreakers: unhealthy,
    overallHealth: unhealthy > 0 ? 'degraded' : 'healthy',
  };
}
