import type { TripPolicy } from './trip-policy.ts';

/** Which share of the window opens the circuit. */
export interface RateThreshold {
  /** Above 0, to 1; inclusive. */
  readonly threshold: number;
  /** Outcomes that the window must hold. Whole number, 1 or more. */
  readonly minRequestsThreshold: number;
}

/** Opens when failures / outcomes of the window reach the threshold, with the reason `error_rate`. */
export function errorRate({ threshold, minRequestsThreshold }: RateThreshold): TripPolicy {
  return {
    shouldTrip: ({ windowCalls, windowFailures }) =>
      // Never by multiplication: 0.07 × 100 is above 7.
      windowCalls >= minRequestsThreshold && windowFailures / windowCalls >= threshold ? 'error_rate' : null,
  };
}
