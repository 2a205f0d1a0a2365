import type { HealthAnswer } from '../../core/health.ts';
import type { UnifiedCircuitMetrics } from '../../core/metrics.ts';
import type { CircuitState, Override } from '../../core/state.ts';
import { waitMs } from '../circuit/admission.ts';
import type { Circuit } from '../circuit/circuit.ts';
import type { UnifiedCircuitConfig } from '../options/options.ts';
import { finiteOrNull, type OptionRow, OPTIONS, type OptionsWith } from '../options/table.ts';

/** The options that are plain data, with their defaults. `null` where an option is off or follows from others. */
type StatusConfig = {
  readonly [Option in PlainOption]: Shown<UnifiedCircuitConfig[Option]> | null;
};

type PlainOption = Exclude<keyof UnifiedCircuitConfig, OptionsWith<'hidden'>>;

/** A value such as `cusum()` is shown by its name. */
type Shown<Value> = Value extends { create: unknown } ? string : Exclude<Value, undefined>;

const SHOWN = /* @__PURE__ */ (() =>
  (Object.keys(OPTIONS) as PlainOption[]).filter((name) => !(OPTIONS[name] as OptionRow).traits.includes('hidden')))();

/** The health of the dependency. */
interface StatusHealth {
  /** `healthy` while closed, `degraded` while half_open, `unhealthy` while open. */
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  /** Whether there is a health check. */
  readonly hasHealthChecker: boolean;
  /** The latest answer of the health check. `null` before the first. */
  readonly lastHealthStatus: HealthAnswer | null;
  /** Milliseconds. `null` without a health check. */
  readonly healthCheckIntervalMs: number | null;
}

/** The whole breaker at one moment, as plain data. */
export interface UnifiedCircuitStatus {
  readonly name: string;
  /** The state that applies to calls: the override's, if there is one. */
  readonly state: CircuitState;
  /** Whether `state` is `closed`. */
  readonly isHealthy: boolean;
  /** The manual override, or null. */
  readonly override: Override | null;
  /** Whole milliseconds until a call may be admitted, rounded up. 0 if one may be now, `null` if unknown. */
  readonly retryAfterMs: number | null;
  /** The current figures. */
  readonly metrics: UnifiedCircuitMetrics;
  /** The options that are plain data. */
  readonly config: StatusConfig;
  /** The health of the dependency. */
  readonly health: StatusHealth;
  /** Outcomes in the window. */
  readonly slidingWindowSize: number;
  /** Milliseconds since the Unix epoch. */
  readonly lastStateChange: number;
  /** `metrics.consecutiveFailures`. */
  readonly failureCount: number;
  /** `metrics.successRate`. */
  readonly successRate: number;
  /** The labels given as `tags`. */
  readonly tags: Readonly<Record<string, string>>;
}

const HEALTH = { closed: 'healthy', half_open: 'degraded', open: 'unhealthy' } as const;

export function statusOf(circuit: Circuit): UnifiedCircuitStatus {
  const { name, tags, options, override, timeline } = circuit;
  const state = override?.state ?? circuit.state.name;
  const metrics = circuit.metrics();
  return {
    name,
    state,
    isHealthy: state === 'closed',
    override,
    retryAfterMs: finiteOrNull(waitMs(circuit, circuit.now()) ?? null),
    metrics,
    config: Object.fromEntries(SHOWN.map((option) => [option, shown(options[option])])) as unknown as StatusConfig,
    health: {
      status: HEALTH[state],
      hasHealthChecker: circuit.hasHealthCheck,
      lastHealthStatus: circuit.health,
      healthCheckIntervalMs: options.healthCheck?.intervalMs ?? null,
    },
    slidingWindowSize: metrics.windowCount,
    lastStateChange: timeline.wallOf(circuit.state.since),
    failureCount: metrics.consecutiveFailures,
    successRate: metrics.successRate,
    tags,
  };
}

function shown(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('create' in value)) return value;
  return 'reason' in value ? value.reason : 'adaptive';
}
