import type { HealthAnswer } from '../core/health.ts';
import type { Window } from '../window/window.ts';
import { Baseline } from './baseline.ts';
import { type MovedThresholds, type ThresholdBounds, thresholdsInForce } from './thresholds.ts';
import { type BuiltInRules, type Detection, isIdle, type TripEvidence } from './trip-policy.ts';
import type { WindowThresholds } from './window-rules.ts';

export interface AdaptiveRuleOptions extends WindowThresholds {
  readonly detector: 'window' | Detection['detector'];
  readonly slidingWindowMs: number | null;
  readonly slidingWindowSize: number;
}

/** The built-in rules with thresholds that follow slow calls, the health check and the usual failure rate. */
export class AdaptiveRules implements BuiltInRules {
  readonly #options: AdaptiveRuleOptions;
  readonly #bounds: ThresholdBounds;
  readonly detection: Detection | null;
  readonly #errors: Baseline;
  readonly #slowness: Baseline;

  /** @param before the rules that these replace. They continue with the learned rates and the samples in progress. */
  constructor(
    options: AdaptiveRuleOptions, bounds: ThresholdBounds, detection: Detection | null, before?: BuiltInRules,
  ) {
    this.#options = options;
    this.#bounds = bounds;
    this.detection = detection;
    const isAdaptive = before instanceof AdaptiveRules;
    this.#errors = isAdaptive ? before.#errors : new Baseline();
    this.#slowness = isAdaptive ? before.#slowness : new Baseline();
  }

  readonly absorbSuccess = (): boolean => {
    if (this.detection !== null && !isIdle(this.detection.rate)) return false;
    this.#errors.record(false);
    this.#slowness.record(false);
    return true;
  };

  /** The usual failure rate, as learned. From 0 to 0.2. */
  get baseline(): number {
    return this.#errors.rate;
  }

  inForce({ calls, slowCalls }: Pick<Window, 'calls' | 'slowCalls'>, health: HealthAnswer | null): MovedThresholds {
    const { minRequestsThreshold, slidingWindowMs, slidingWindowSize } = this.#options;
    const signals = {
      normalErrorRate: this.#errors.rate,
      normalSlowRate: this.#slowness.rate,
      slowRate: calls < minRequestsThreshold ? 0 : slowCalls / calls,
      health,
      sampleSize: slidingWindowMs === null ? slidingWindowSize : minRequestsThreshold,
    };
    return thresholdsInForce(this.#options, signals, this.#bounds);
  }

  shouldTrip(evidence: TripEvidence): string | null {
    const { failed, slow, windowCalls: calls, windowFailures: failures, windowSlowCalls: slowCalls } = evidence;
    const { slowCallRateThreshold, minRequestsThreshold } = this.#options;
    const { detection } = this;
    this.#errors.record(failed);
    this.#slowness.record(slow);
    if (!failed && !slow && (detection?.rate.idle ?? true)) return null;
    const { failureThreshold, errorRateThreshold } = this.inForce({ calls, slowCalls }, evidence.health);
    const enough = calls >= minRequestsThreshold;
    // The detector sees every outcome, even one that opens the circuit for another reason.
    const isHigh = (threshold: number): boolean =>
      detection?.rate.add(failed, threshold) ?? (failed && enough && failures / calls >= threshold);
    const hasHighRate = errorRateThreshold !== null && isHigh(errorRateThreshold);
    if (failureThreshold !== null && evidence.consecutiveFailures >= failureThreshold) return 'consecutive_failures';
    if (hasHighRate) return detection?.detector.reason ?? 'error_rate';
    const isSlow = slowCallRateThreshold !== null && enough && slowCalls / calls >= slowCallRateThreshold;
    return slow && isSlow ? 'slow_call_rate' : null;
  }

  /** Starts a new state. The learned rates stay. */
  clear(): void {
    this.#errors.discardSample();
    this.#slowness.discardSample();
    this.detection?.rate.clear();
  }

  /** Forgets the learned rates. `clear()` forgets the rest. */
  forget(): void {
    this.#errors.forget();
    this.#slowness.forget();
  }
}
