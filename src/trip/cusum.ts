import type { Detector, RateDetector, TripPolicy } from './trip-policy.ts';

/** How `cusum()` detects a high failure rate. */
export interface CusumOptions {
  /**
   * The failure rate above which the circuit opens in the long run. From 0 to 1 (both exclusive). Only for use as
   * `tripPolicy`; as `detector`, it takes the breaker's `errorRateThreshold`.
   * @defaultValue 0.5
   */
  readonly threshold?: number | undefined;
  /**
   * The failure rate that is still acceptable. From 0 to the threshold (both exclusive).
   * @defaultValue 0.6 times the threshold
   */
  readonly tolerated?: number | undefined;
  /**
   * At the tolerated rate, the circuit opens by chance at most once in this many calls. Finite, more than 1.
   * @defaultValue 1,000,000
   */
  readonly callsPerFalseTrip?: number | undefined;
}

const DEFAULT_THRESHOLD = 0.5;
const DEFAULT_TOLERATED_SHARE = 0.6;
const CALLS_PER_FALSE_TRIP = 1_000_000;
/** A detector that needs more consecutive failures than this never opens in practice. */
const MOST_FAILURES = 10_000;
/** No rate is above a threshold of 1, so the sum would never rise. */
const HIGHEST_THRESHOLD = 0.999;

/**
 * Cumulative sum: a failure adds 1 − threshold, a success subtracts threshold, never below 0.
 * @see Page, "Continuous inspection schemes", Biometrika 1954
 */
export class CumulativeSum implements RateDetector {
  sum = 0;
  readonly #configured: number;
  readonly #toleratedShare: number;
  readonly #callsPerFalseTrip: number;
  #threshold = NaN;
  #bound = 0;

  /** @param configured the threshold that `tolerated` belongs to. Other thresholds tolerate an equal share. */
  constructor({ tolerated, callsPerFalseTrip = CALLS_PER_FALSE_TRIP }: CusumOptions, configured = DEFAULT_THRESHOLD) {
    this.#configured = configured;
    this.#toleratedShare = tolerated === undefined ? DEFAULT_TOLERATED_SHARE : tolerated / configured;
    this.#callsPerFalseTrip = callsPerFalseTrip;
  }

  get idle(): boolean {
    return this.sum === 0;
  }

  add(failed: boolean, threshold: number): boolean {
    const rate = Math.min(threshold, HIGHEST_THRESHOLD);
    this.sum = Math.max(0, this.sum + (failed ? 1 - rate : -rate));
    return failed && this.sum >= this.bound(rate);
  }

  /** How high the sum must rise to open, for a threshold from 0 to 1 (both exclusive). */
  bound(threshold: number): number {
    if (threshold !== this.#threshold) {
      this.#threshold = threshold;
      this.#bound = decisionBound(threshold, this.#toleratedShare * threshold, this.#callsPerFalseTrip);
    }
    return this.#bound;
  }

  clear(): void {
    this.sum = 0;
  }

  /** Another sum is as near to opening as before. */
  inherit(before: RateDetector): void {
    if (!(before instanceof CumulativeSum) || before.sum === 0) return;
    this.sum = (before.sum / before.#bound) * this.bound(Math.min(this.#configured, HIGHEST_THRESHOLD));
  }
}

/**
 * Opens on a lasting rise of the failure rate, not on a few unlucky failures, with the reason `cusum`. It has no
 * minimum of calls. With the defaults, it detects a total outage in 17 calls, and a failure rate of 30% opens the
 * circuit by chance less than once in 1,000,000 calls.
 *
 * Pass it as `detector` to replace the failure rate of the window. Each breaker then has its own sum. It is also a
 * `TripPolicy`, for one breaker.
 * @example
 * ```ts
 * import { cusum, UnifiedCircuitBreaker } from 'unified-circuit-breaker';
 *
 * const orders = new UnifiedCircuitBreaker({ name: 'orders-api', errorRateThreshold: 0.3, detector: cusum() });
 * ```
 * @throws RangeError if an option is out of range.
 */
export function cusum(options: CusumOptions = {}): Detector & TripPolicy {
  const { threshold = DEFAULT_THRESHOLD } = options;
  if (options.threshold !== undefined) check(options, threshold, 'threshold');
  else check(options, Math.max(threshold, HIGHEST_THRESHOLD), 'threshold');
  let own: CumulativeSum | undefined;
  const detector: Detector & TripPolicy & { readonly settings: CusumOptions } = {
    reason: 'cusum',
    // For the status, and to compare configurations.
    settings: { ...options },
    create(errorRateThreshold) {
      check(options, errorRateThreshold, 'errorRateThreshold');
      return new CumulativeSum(options, errorRateThreshold);
    },
    shouldTrip({ failed }) {
      if (own === undefined) check(options, threshold, 'threshold');
      own ??= new CumulativeSum(options, threshold);
      return own.add(failed, threshold) ? 'cusum' : null;
    },
    clear: () => own?.clear(),
  };
  return detector;
}

function check(options: CusumOptions, threshold: number, name: string): void {
  const { tolerated, callsPerFalseTrip = CALLS_PER_FALSE_TRIP } = options;
  if (!(threshold > 0 && threshold < 1)) {
    throw new RangeError(`\`${name}\` of cusum() must be greater than 0 and less than 1. Received ${threshold}.`);
  }
  if (tolerated !== undefined && !(tolerated > 0 && tolerated < threshold)) {
    const range = `greater than 0 and less than \`${name}\` (${threshold})`;
    throw new RangeError(`\`tolerated\` must be ${range}. Received ${tolerated}.`);
  }
  if (!(callsPerFalseTrip > 1 && callsPerFalseTrip < Infinity)) {
    throw new RangeError(`\`callsPerFalseTrip\` must be finite and greater than 1. Received ${callsPerFalseTrip}.`);
  }
  if (tolerated === undefined) return;
  const failures = Math.ceil(decisionBound(threshold, tolerated, callsPerFalseTrip) / (1 - threshold));
  if (failures > MOST_FAILURES) {
    const problem = `\`tolerated\` must be further below \`${name}\` (${threshold}). Received ${tolerated}.`;
    throw new RangeError(`${problem} It would take ${failures} consecutive failures to open the circuit.`);
  }
}

/**
 * How high the sum must rise: ln(calls) / r.
 *
 * r is the adjustment coefficient of the walk at the tolerated rate f: the positive root of
 * f·e^(r(1−θ)) + (1−f)·e^(−rθ) = 1. By Lundberg's inequality, the walk then takes more than e^(r·bound) calls on
 * average to get there. For θ = 0.5, r is 2·ln((1−f) / f).
 */
export function decisionBound(threshold: number, tolerated: number, callsPerFalseTrip: number): number {
  const excess = (r: number): number =>
    tolerated * Math.exp(r * (1 - threshold)) + (1 - tolerated) * Math.exp(-r * threshold) - 1;
  let low = 0;
  let high = 1;
  while (excess(high) < 0) {
    low = high;
    high *= 2;
  }
  // After 60 halvings, the interval is below the precision of a number.
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (excess(middle) < 0) low = middle;
    else high = middle;
  }
  return Math.log(callsPerFalseTrip) / high;
}
