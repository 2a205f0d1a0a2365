import type { HealthAnswer } from '../../core/health.ts';
import type { UnifiedCircuitMetrics } from '../../core/metrics.ts';
import type { CircuitState, Override } from '../../core/state.ts';
import { waitMs } from '../circuit/admission.ts';
import type { Circuit } from '../circuit/circuit.ts';
import type { HealthProbe } from '../circuit/health-check.ts';
import { metricsOf } from '../circuit/metrics.ts';
import type { UnifiedCircuitConfig } from '../options/options.ts';
import { finiteOrNull } from '../options/resolve.ts';

/** The options that are plain data, with their defaults; `null` where an option is off or follows from others. */
export type StatusConfig = {
  readonly [Option in Exclude<
    keyof UnifiedCircuitConfig,
    'name' | 'tags' | 'clock' | 'random' | 'onInternalError' | 'backoff' | 'healthCheck' | 'ignoreErrors' | 'countErrors' | 'isFailure' | 'classify' | 'fallback' | 'fallbackOn'
  >]: Exclude<UnifiedCircuitConfig[Option], undefined> | null;
};

const SHOWN = [
  'mode',
  'failureThreshold',
  'errorRateThreshold',
  'slowCallRateThreshold',
  'slowCallThresholdMs',
  'minRequestsThreshold',
  'slidingWindowSize',
  'slidingWindowMs',
  'slidingWindowBuckets',
  'detector',
  'cusum',
  'adaptiveThreshold',
  'recoveryTimeoutMs',
  'maxBackoffMs',
  'exponentialBackoff',
  'jitter',
  'maxRetryAfterMs',
  'halfOpenMaxCalls',
  'successThreshold',
  'halfOpenMaxFailures',
  'halfOpenLeaseMs',
  'ramp',
  'timeoutMs',
  'maxConcurrent',
  'maxConcurrentCeiling',
  'overload',
  'maxAbandonedMs',
  'trackLatency',
  'captureStack',
] as const satisfies readonly (keyof StatusConfig)[];

/** What is known of the dependency's health. */
export interface StatusHealth {
  /** `healthy` while closed, `degraded` while half_open, `unhealthy` while open. */
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  /** Whether there is a health check. */
  readonly hasHealthChecker: boolean;
  /** The latest answer of the health check; `null` before the first. */
  readonly lastHealthStatus: HealthAnswer | null;
  /** Milliseconds; `null` without a health check. */
  readonly healthCheckIntervalMs: number | null;
}

/** How far traffic has come back. */
export interface StatusRamp {
  /** The share of calls that is admitted, 0 to 1. */
  readonly share: number;
  /** Whole milliseconds until the next stage, at the latest; `null` when only successes end this one. */
  readonly nextStageMs: number | null;
}

/** The whole breaker at one moment, as plain data. */
export interface UnifiedCircuitStatus {
  readonly name: string;
  /** What calls meet: the override's state, if there is one. */
  readonly state: CircuitState;
  /** Whether `state` is `closed`. */
  readonly isHealthy: boolean;
  /** The manual override in force, or null. */
  readonly override: Override | null;
  /** Whole milliseconds until a call may be admitted, rounded up; 0 when one may be now, `null` when unknown. */
  readonly retryAfterMs: number | null;
  /** The figures of this moment. */
  readonly metrics: UnifiedCircuitMetrics;
  /** The options that are plain data. */
  readonly config: StatusConfig;
  /** The way back to full traffic after a recovery, while it lasts; else null. */
  readonly ramp: StatusRamp | null;
  /** What is known of the dependency's health. */
  readonly health: StatusHealth;
  /** Outcomes in the window now. */
  readonly slidingWindowSize: number;
  /** Milliseconds since the Unix epoch. */
  readonly lastStateChange: number;
  /** The same as `metrics.consecutiveFailures`. */
  readonly failureCount: number;
  /** The same as `metrics.successRate`. */
  readonly successRate: number;
  /** The labels given as `tags`. */
  readonly tags: Readonly<Record<string, string>>;
}

const HEALTH = { closed: 'healthy', half_open: 'degraded', open: 'unhealthy' } as const;

/** The status of a circuit at this moment. */
export function statusOf(circuit: Circuit, healthProbe: HealthProbe | null): UnifiedCircuitStatus {
  const { options, override, timeline } = circuit;
  const state = override?.state ?? circuit.state.name;
  const metrics = metricsOf(circuit);
  const wait = waitMs(circuit, timeline.now());
  return {
    name: options.name,
    state,
    isHealthy: state === 'closed',
    override,
    retryAfterMs: finiteOrNull(wait ?? null),
    metrics,
    config: Object.fromEntries(SHOWN.map((option) => [option, options[option]])) as unknown as StatusConfig,
    ramp: rampOf(circuit),
    health: {
      status: HEALTH[state],
      hasHealthChecker: healthProbe !== null,
      lastHealthStatus: circuit.health,
      healthCheckIntervalMs: options.healthCheck?.intervalMs ?? null,
    },
    slidingWindowSize: metrics.windowCount,
    lastStateChange: timeline.wallOf(circuit.state.since),
    failureCount: metrics.consecutiveFailures,
    successRate: metrics.successRate,
    tags: options.tags ?? {},
  };
}

function rampOf({ ramp, timeline }: Circuit): StatusRamp | null {
  const now = timeline.now();
  const share = ramp?.share(now) ?? 1;
  return ramp === null || share === 1 ? null : { share, nextStageMs: finiteOrNull(ramp.nextStageMs(now)) };
}
