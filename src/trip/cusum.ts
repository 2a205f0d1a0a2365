import type { BuiltInRules, TripPolicy } from './trip-policy.ts';

/** What a cumulative sum opens on, and how surely. */
export interface CusumOptions extends CusumTuning {
  /** The error rate above which the circuit shall open in the long run. Above 0, below 1. Default 0.5. */
  readonly threshold?: number | undefined;
}

/** How surely a cumulative sum opens. */
export interface CusumTuning {
  /** The error rate that the dependency may well have and stay in use. Above 0, below the threshold. Default 0.6 times the threshold. */
  readonly tolerated?: number | undefined;
  /** At the tolerated rate it opens by chance at most once in so many calls. Above 1. Default 1 000 000. */
  readonly callsPerFalseTrip?: number | undefined;
}

const USUAL_THRESHOLD = 0.5;
/** The share of the threshold that is tolerated, unless told otherwise. */
const TOLERATED_SHARE = 0.6;
/** Nothing is above a threshold of 1, and the sum would never rise. */
const HIGHEST_THRESHOLD = 0.999;
const CALLS_PER_FALSE_TRIP = 1_000_000;

/** One number: a failure adds 1 − threshold, a success takes away threshold, never below 0. After Page, "Continuous inspection schemes", Biometrika 1954. */
export class CumulativeSum {
  sum = 0;
  readonly #toleratedShare: number;
  readonly #callsPerFalseTrip: number;
  #threshold = Number.NaN;
  #bound = 0;

  /** @param configured the threshold that `tolerated` was chosen for; when another one is in force, as much of that is tolerated. */
  constructor({ tolerated, callsPerFalseTrip = CALLS_PER_FALSE_TRIP }: CusumTuning, configured: number = USUAL_THRESHOLD) {
    this.#toleratedShare = tolerated === undefined ? TOLERATED_SHARE : tolerated / configured;
    this.#callsPerFalseTrip = callsPerFalseTrip;
  }

  /** How high the sum must rise, for a threshold above 0 and below 1. */
  bound(threshold: number): number {
    if (threshold !== this.#threshold) {
      this.#threshold = threshold;
      this.#bound = decisionBound(threshold, this.#toleratedShare * threshold, this.#callsPerFalseTrip);
    }
    return this.#bound;
  }

  /** Takes an outcome in, and says whether the sum has reached its bound. */
  add(failed: boolean, threshold: number): boolean {
    const rate = Math.min(threshold, HIGHEST_THRESHOLD);
    this.sum = Math.max(0, this.sum + (failed ? 1 - rate : -rate));
    return failed && this.sum >= this.bound(rate);
  }
}

/**
 * Opens on a change of the error rate and not on a short unlucky run, with the reason `cusum`. With the defaults a total outage is
 * seen in 17 calls, and an error rate of 30 % opens it by chance less than once in a million calls.
 *
 * @throws RangeError when an option is out of its range.
 */
export function cusum({ threshold = USUAL_THRESHOLD, ...tuning }: CusumOptions = {}): TripPolicy {
  const { tolerated, callsPerFalseTrip } = tuning;
  if (!(threshold > 0 && threshold < 1)) throw new RangeError(`Expected \`threshold\` to be above 0 and below 1, got ${threshold}`);
  if (tolerated !== undefined && !(tolerated > 0 && tolerated < threshold)) throw new RangeError(`Expected \`tolerated\` to be above 0 and below \`threshold\`, ${threshold}, got ${tolerated}`);
  if (callsPerFalseTrip !== undefined && !(callsPerFalseTrip > 1 && callsPerFalseTrip < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`Expected \`callsPerFalseTrip\` to be finite and above 1, got ${callsPerFalseTrip}`);
  }
  return cusumRule(threshold, tuning);
}

/** The same, of options that are known to be good. */
export function cusumRule(threshold: number, tuning: CusumTuning): Required<BuiltInRules> {
  const total = new CumulativeSum(tuning, threshold);
  return {
    pass: () => total.sum === 0,
    shouldTrip: ({ failed }) => (total.add(failed, threshold) ? 'cusum' : null),
    clear() {
      total.sum = 0;
    },
  };
}

/**
 * How high the sum must rise: ln(calls) / r.
 *
 * r is the adjustment coefficient of the walk at the tolerated rate f, the root above 0 of f·e^(r(1−θ)) + (1−f)·e^(−rθ) = 1; by Lundberg's
 * inequality the walk then takes more than e^(r·bound) calls on average to get there. For θ = 0.5 it is 2·ln((1−f) / f).
 */
export function decisionBound(threshold: number, tolerated: number, callsPerFalseTrip: number): number {
  const excess = (r: number): number => tolerated * Math.exp(r * (1 - threshold)) + (1 - tolerated) * Math.exp(-r * threshold) - 1;
  let low = 0;
  let high = 1;
  while (excess(high) < 0) {
    low = high;
    high *= 2;
  }
  // Sixty halvings leave nothing of an interval that a double can hold.
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (excess(middle) < 0) low = middle;
    else high = middle;
  }
  return Math.log(callsPerFalseTrip) / high;
}
