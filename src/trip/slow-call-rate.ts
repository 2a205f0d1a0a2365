import type { RateThreshold } from './error-rate.ts';
import type { TripPolicy } from './trip-policy.ts';

/** Opens when slow calls / outcomes of the window reach the threshold, with the reason `slow_call_rate`. */
export function slowCallRate({ threshold, minRequestsThreshold }: RateThreshold): TripPolicy {
  return {
    shouldTrip: ({ windowCalls, windowSlowCalls }) =>
      windowCalls >= minRequestsThreshold && windowSlowCalls / windowCalls >= threshold ? 'slow_call_rate' : null,
  };
}
