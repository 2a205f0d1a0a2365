import type { HealthAnswer } from '../core/health.ts';
import { Baseline } from './baseline.ts';
import { CumulativeSum } from './cusum.ts';
import type { CusumTuning } from './cusum.ts';
import { slowCallRate } from './slow-call-rate.ts';
import { thresholdsInForce } from './thresholds.ts';
import type { MovedThresholds, ThresholdBounds, Thresholds } from './thresholds.ts';
import type { BuiltInRules, TripEvidence, TripPolicy } from './trip-policy.ts';

/** What adaptive rules are made from. */
export interface AdaptiveRuleOptions extends Thresholds {
  readonly slowCallRateThreshold: number | null;
  readonly minRequestsThreshold: number;
  readonly detector: 'window' | 'cusum';
  readonly cusum: CusumTuning;
  readonly adaptiveThreshold: ThresholdBounds;
  /** Outcomes that a rate is usually taken from. */
  readonly sampleSize: number;
}

/** What the window holds. */
interface Sample {
  readonly calls: number;
  readonly slowCalls: number;
}

/** The closed rules with thresholds that follow what is normal, slowness and health. */
export class AdaptiveRules implements BuiltInRules {
  readonly #options: AdaptiveRuleOptions;
  readonly #errors = new Baseline();
  readonly #slowness = new Baseline();
  readonly #sum: CumulativeSum;
  readonly #slowRule: TripPolicy | null;
  /** It learns, and cannot open. */
  readonly pass = (): boolean => {
    if (this.#sum.sum > 0) return false;
    this.#errors.record(false);
    this.#slowness.record(false);
    return true;
  };

  constructor(options: AdaptiveRuleOptions) {
    this.#options = options;
    this.#sum = new CumulativeSum(options.cusum, options.errorRateThreshold ?? undefined);
    const { slowCallRateThreshold: threshold, minRequestsThreshold } = options;
    this.#slowRule = threshold === null ? null : slowCallRate({ threshold, minRequestsThreshold });
  }

  /** The failure rate while all is well, as learned; 0 to 0.2. */
  get baseline(): number {
    return this.#errors.rate;
  }

  /** The thresholds in force. */
  inForce({ calls, slowCalls }: Sample, health: HealthAnswer | null): MovedThresholds {
    const { minRequestsThreshold, adaptiveThreshold, sampleSize } = this.#options;
    const slowRate = calls < minRequestsThreshold ? 0 : slowCalls / calls;
    const signals = { normalErrorRate: this.#errors.rate, normalSlowRate: this.#slowness.rate, slowRate, health, sampleSize };
    return thresholdsInForce(this.#options, signals, adaptiveThreshold);
  }

  shouldTrip(evidence: TripEvidence): string | null {
    const { failed, slow, windowCalls: calls, windowFailures, windowSlowCalls: slowCalls } = evidence;
    this.#errors.record(failed);
    this.#slowness.record(slow);
    // Nothing bad is known, so nothing can open.
    if (windowFailures === 0 && slowCalls === 0 && this.#sum.sum === 0) return null;
    const { failureThreshold, errorRateThreshold } = this.inForce({ calls, slowCalls }, evidence.health);
    const changed = errorRateThreshold !== null && this.#rateTrips(evidence, errorRateThreshold);
    if (failureThreshold !== null && evidence.consecutiveFailures >= failureThreshold) return 'consecutive_failures';
    if (changed) return this.#options.detector === 'cusum' ? 'cusum' : 'error_rate';
    return this.#slowRule?.shouldTrip(evidence) ?? null;
  }

  #rateTrips({ failed, windowCalls, windowFailures }: TripEvidence, threshold: number): boolean {
    if (this.#options.detector === 'cusum') return this.#sum.add(failed, threshold);
    return windowCalls >= this.#options.minRequestsThreshold && windowFailures / windowCalls >= threshold;
  }

  /** Goes on from what other rules have learned. */
  inherit(other: AdaptiveRules): void {
    this.#errors.rate = other.#errors.rate;
    this.#slowness.rate = other.#slowness.rate;
  }

  /** A new spell: what was learned stays. */
  clear(): void {
    this.#sum.sum = 0;
    this.#errors.interrupt();
    this.#slowness.interrupt();
  }

  /** Nothing stays. */
  forget(): void {
    this.clear();
    this.#errors.forget();
    this.#slowness.forget();
  }
}
