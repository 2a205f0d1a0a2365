import { requireCount, requireRange } from './require-range.ts';
import type { TripPolicy } from './trip-policy.ts';

/** The thresholds of the built-in rules. `null` switches a rule off. */
export interface WindowThresholds {
  readonly failureThreshold: number | null;
  readonly errorRateThreshold: number | null;
  readonly slowCallRateThreshold: number | null;
  readonly minRequestsThreshold: number;
}

/**
 * The built-in rules over consecutive failures and the window. They keep no state, so breakers can share them. Each
 * fires only on an outcome that it counts as bad.
 */
export function windowRules(thresholds: WindowThresholds): TripPolicy {
  const { failureThreshold, errorRateThreshold, slowCallRateThreshold: slowRate, minRequestsThreshold } = thresholds;
  return {
    shouldTrip({ failed, slow, consecutiveFailures: run, windowCalls, windowFailures, windowSlowCalls }) {
      if (failureThreshold !== null && run >= failureThreshold) return 'consecutive_failures';
      if (windowCalls < minRequestsThreshold) return null;
      // By division, because 0.07 × 100 is more than 7.
      const rate = windowFailures / windowCalls;
      if (failed && errorRateThreshold !== null && rate >= errorRateThreshold) return 'error_rate';
      const isSlow = slow && slowRate !== null && windowSlowCalls / windowCalls >= slowRate;
      return isSlow ? 'slow_call_rate' : null;
    },
  };
}

const OFF = { failureThreshold: null, errorRateThreshold: null, slowCallRateThreshold: null, minRequestsThreshold: 1 };

/**
 * Opens after consecutive failures, with the reason `consecutive_failures`.
 * @param failureThreshold whole number, 1 or more.
 */
export function consecutiveFailures(failureThreshold: number): TripPolicy {
  requireCount('failureThreshold', failureThreshold);
  return windowRules({ ...OFF, failureThreshold });
}

/** The share of the window that opens the circuit. */
export interface RateThreshold {
  /** From 0 (exclusive) to 1. Reaching it opens the circuit. */
  readonly threshold: number;
  /** Outcomes that the window must hold. Whole number, 1 or more. */
  readonly minRequestsThreshold: number;
}

/** Opens when failures / outcomes of the window reach the threshold, with the reason `error_rate`. */
export function errorRate({ threshold, minRequestsThreshold }: RateThreshold): TripPolicy {
  requireRate(threshold, minRequestsThreshold);
  return windowRules({ ...OFF, errorRateThreshold: threshold, minRequestsThreshold });
}

/** Opens when slow calls / outcomes of the window reach the threshold, with the reason `slow_call_rate`. */
export function slowCallRate({ threshold, minRequestsThreshold }: RateThreshold): TripPolicy {
  requireRate(threshold, minRequestsThreshold);
  return windowRules({ ...OFF, slowCallRateThreshold: threshold, minRequestsThreshold });
}

function requireRate(threshold: number, minRequestsThreshold: number): void {
  requireRange('threshold', threshold, 'a number above 0, at most 1', (rate) => rate > 0 && rate <= 1);
  requireCount('minRequestsThreshold', minRequestsThreshold);
}
