import type { TripPolicy } from './trip-policy.ts';

/** Opens after `failureThreshold` failures in a row (whole number, 1 or more), with the reason `consecutive_failures`. */
export function consecutiveFailures(failureThreshold: number): TripPolicy {
  return {
    shouldTrip: (evidence) => (evidence.consecutiveFailures >= failureThreshold ? 'consecutive_failures' : null),
  };
}
