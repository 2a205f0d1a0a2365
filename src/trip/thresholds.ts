import type { HealthAnswer } from '../core/health.ts';

/** How far thresholds may move. */
export interface ThresholdBounds {
  /** The least share of the configured value. Above 0, to 1. */
  readonly floor: number;
  /** The largest multiple of the configured value. 1 to 10. */
  readonly ceiling: number;
  /** `absolute`: what was learned may only raise. `relative`: a dependency that hardly ever fails may be held to that. */
  readonly sensitivity: 'absolute' | 'relative';
}

/** Why a threshold is not the configured one. */
type ThresholdReason = 'slow' | 'health_degraded' | 'health_healthy' | 'noisy' | 'reliable';

/** The two thresholds that adapt; `null` where the rule is off. */
export interface Thresholds {
  /** Failures in a row. */
  readonly failureThreshold: number | null;
  /** Share of failures. */
  readonly errorRateThreshold: number | null;
}

/** What thresholds follow. */
export interface ThresholdSignals {
  /** The failure rate while all is well, 0 to 1. */
  readonly normalErrorRate: number;
  /** The share of slow calls while all is well, 0 to 1. */
  readonly normalSlowRate: number;
  /** The share of slow calls in the window, 0 to 1; 0 when too few are known. */
  readonly slowRate: number;
  readonly health: HealthAnswer | null;
  /** Outcomes that a rate is taken from. */
  readonly sampleSize: number;
}

/** Thresholds in force, and why. Without a reason they are the configured ones. */
export interface MovedThresholds extends Thresholds {
  readonly reasons: readonly ThresholdReason[];
}

/** So much more than the normal share of slow calls is chance; half of all calls above that is the whole effect. */
const SLOW_CHANCE = 0.1;
const SLOW_RANGE = 0.4;
const DEGRADED = 0.75;
const HEALTHY = 1.25;
/** A dependency at its normal error rate may show a run of failures that opens the circuit once in so many calls. */
const CALLS_PER_UNLUCKY_RUN = 10_000_000;
/** Standard deviations of a sample that are still noise. */
const NOISE_DEVIATIONS = 3;

/** The thresholds that signals ask for, within the bounds. Without signals they are the configured ones. */
export function thresholdsInForce(configured: Thresholds, signals: ThresholdSignals, bounds: ThresholdBounds): MovedThresholds {
  const reasons: ThresholdReason[] = [];
  const factor = Math.min(bounds.ceiling, Math.max(bounds.floor, slowFactor(signals, bounds, reasons) * healthFactor(signals, reasons)));
  const { failureThreshold: run, errorRateThreshold: rate } = configured;
  const failureThreshold = run === null ? null : movedRun(run, signals, bounds, factor, reasons);
  const errorRateThreshold = rate === null ? null : movedRate(rate, signals, bounds, factor, reasons);
  const asConfigured = failureThreshold === run && errorRateThreshold === rate;
  return { failureThreshold, errorRateThreshold, reasons: asConfigured ? [] : [...new Set(reasons)] };
}

function slowFactor({ slowRate, normalSlowRate }: ThresholdSignals, { floor }: ThresholdBounds, reasons: ThresholdReason[]): number {
  const excess = Math.min(1, Math.max(0, (slowRate - normalSlowRate - SLOW_CHANCE) / SLOW_RANGE));
  if (excess > 0) reasons.push('slow');
  return 1 - (1 - floor) * excess;
}

function healthFactor({ health }: ThresholdSignals, reasons: ThresholdReason[]): number {
  if (health !== 'degraded' && health !== 'healthy') return 1;
  reasons.push(`health_${health}`);
  return health === 'degraded' ? DEGRADED : HEALTHY;
}

function movedRun(run: number, { normalErrorRate: normal }: ThresholdSignals, { floor, ceiling }: ThresholdBounds, factor: number, reasons: ThresholdReason[]): number {
  // normal^n ≤ 1 / calls; none for a rate of 0, whose logarithm is infinite.
  const longest = Math.ceil(Math.log(CALLS_PER_UNLUCKY_RUN) / -Math.log(normal));
  if (longest > run) reasons.push('noisy');
  return Math.min(Math.floor(run * ceiling), Math.max(Math.ceil(run * floor), Math.round(Math.max(run, longest) * factor)));
}

function movedRate(rate: number, { normalErrorRate: normal, sampleSize }: ThresholdSignals, bounds: ThresholdBounds, factor: number, reasons: ThresholdReason[]): number {
  const { floor, ceiling, sensitivity } = bounds;
  const noise = normal + NOISE_DEVIATIONS * Math.sqrt((normal * (1 - normal)) / sampleSize);
  if (noise > rate) reasons.push('noisy');
  const reliable = sensitivity === 'relative' && normal > 0 && noise < rate;
  if (reliable) reasons.push('reliable');
  const base = reliable ? noise : Math.max(rate, noise);
  return Math.min(1, rate * ceiling, Math.max(rate * floor, base * factor));
}
