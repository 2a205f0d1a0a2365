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
  /** `healthy` if calls are admitted while closed, `unhealthy` while open, `degraded` otherwise. */
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
  /** Whether `state` is `closed` and calls are admitted: not if the bulkhead is full, or after `dispose()`. */
  readonly isHealthy: boolean;
  /** The manual override, or null. */
  readonly override: Override | null;
  /** Like `retryAfterMs` of the breaker. `null` if the time is unknown, while forced open and after `dispose()`. */
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

export function statusOf(circuit: Circuit): UnifiedCircuitStatus {
  const { name, tags, options, override, timeline } = circuit;
  const state = override?.state ?? circuit.state.name;
  const metrics = circuit.metrics();
  const retryAfterMs = waitMs(circuit, circuit.now());
  const isHealthy = state === 'closed' && retryAfterMs === 0;
  return {
    name,
    state,
    isHealthy,
    override,
    retryAfterMs: finiteOrNull(retryAfterMs ?? null),
    metrics,
    config: Object.fromEntries(SHOWN.map((option) => [option, shown(options[option])])) as unknown as StatusConfig,
    health: {
      status: isHealthy ? 'healthy' : state === 'open' ? 'unhealthy' : 'degraded',
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
