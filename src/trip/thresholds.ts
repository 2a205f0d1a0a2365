import type { HealthAnswer } from '../core/health.ts';
import type { AdaptiveMetrics } from '../core/metrics.ts';

/** How far thresholds may move. */
export interface ThresholdBounds {
  /** The smallest share of the configured value. From 0 (exclusive) to 1. */
  readonly floor: number;
  /** The largest multiple of the configured value. From 1 to 10. */
  readonly ceiling: number;
  /** `absolute`: the learned failure rate can only raise thresholds. `relative`: it can also lower them. */
  readonly sensitivity: 'absolute' | 'relative';
}

/** The thresholds that adapt. */
export type Thresholds = Pick<AdaptiveMetrics, 'failureThreshold' | 'errorRateThreshold'>;

/** The thresholds in effect, and why they differ from the configured ones. */
export type MovedThresholds = Omit<AdaptiveMetrics, 'baselineErrorRate'>;

/** Facts that thresholds follow. */
export interface ThresholdSignals {
  /** The usual failure rate, 0 to 1. */
  readonly normalErrorRate: number;
  /** The usual share of slow calls, 0 to 1. */
  readonly normalSlowRate: number;
  /** The share of slow calls in the window, 0 to 1. 0 if the window holds too few calls. */
  readonly slowRate: number;
  readonly health: HealthAnswer | null;
  /** Outcomes that a rate is computed from. */
  readonly sampleSize: number;
}

/** Slow calls up to this much above the usual share are chance. */
const SLOW_CHANCE = 0.1;
/** From there, this much more has the full effect. */
const SLOW_RANGE = 0.4;
const DEGRADED = 0.75;
const HEALTHY = 1.25;
/** Consecutive failures that happen at the usual failure rate once in this many calls must not open the circuit. */
const CALLS_PER_UNLUCKY_RUN = 10_000_000;
/** Standard deviations of a sample that are still noise. */
const NOISE_DEVIATIONS = 3;

const between = (least: number, value: number, most: number): number => Math.min(most, Math.max(least, value));

/** The thresholds that the signals ask for, within the bounds. Without signals, they are the configured ones. */
export function thresholdsInForce(
  { failureThreshold: run, errorRateThreshold: rate }: Thresholds, signals: ThresholdSignals, bounds: ThresholdBounds,
): MovedThresholds {
  const { floor, ceiling } = bounds;
  const reasons = new Set<string>();
  const factor = between(floor, slowFactor(signals, floor, reasons) * healthFactor(signals, reasons), ceiling);
  const movedRun = (least: number): number => Math.round(usualRun(least, signals, reasons) * factor);
  const movedRate = (least: number): number => usualRate(least, signals, bounds, reasons) * factor;
  const failureThreshold =
    run === null ? null : between(Math.ceil(run * floor), movedRun(run), Math.floor(run * ceiling));
  const errorRateThreshold = rate === null ? null : between(rate * floor, movedRate(rate), Math.min(1, rate * ceiling));
  const asConfigured = failureThreshold === run && errorRateThreshold === rate;
  return { failureThreshold, errorRateThreshold, reasons: asConfigured ? [] : [...reasons] };
}

function slowFactor({ slowRate, normalSlowRate }: ThresholdSignals, floor: number, reasons: Set<string>): number {
  const excess = between(0, (slowRate - normalSlowRate - SLOW_CHANCE) / SLOW_RANGE, 1);
  if (excess > 0) reasons.add('slow');
  return 1 - (1 - floor) * excess;
}

function healthFactor({ health }: ThresholdSignals, reasons: Set<string>): number {
  if (health !== 'degraded' && health !== 'healthy') return 1;
  reasons.add(`health_${health}`);
  return health === 'degraded' ? DEGRADED : HEALTHY;
}

/** The longest usual run n of failures: normal^n ≤ 1 / calls. 0 for a rate of 0, whose logarithm is infinite. */
function usualRun(run: number, { normalErrorRate: normal }: ThresholdSignals, reasons: Set<string>): number {
  const longest = Math.ceil(Math.log(CALLS_PER_UNLUCKY_RUN) / -Math.log(normal));
  if (longest > run) reasons.add('noisy');
  return Math.max(run, longest);
}

/** The highest failure rate that noise explains, by the normal approximation of the binomial distribution. */
function usualRate(rate: number, signals: ThresholdSignals, bounds: ThresholdBounds, reasons: Set<string>): number {
  const { normalErrorRate: normal, sampleSize } = signals;
  const noise = normal + NOISE_DEVIATIONS * Math.sqrt((normal * (1 - normal)) / sampleSize);
  if (noise > rate) reasons.add('noisy');
  const isReliable = bounds.sensitivity === 'relative' && normal > 0 && noise < rate;
  if (isReliable) reasons.add('reliable');
  return isReliable ? noise : Math.max(rate, noise);
}
