import type { TripPolicy } from '../trip/trip-policy.ts';

/** A time window of failures. */
export interface FailuresWithin extends TripPolicy {
  /** Failures in the window at a moment of the breaker's clock, at most as many as open the circuit. */
  failures(now: number): number;
}

/** Opens at so many failures within the last `windowMs` milliseconds, whatever came between them, with the reason `failures_within`. */
export function failuresWithin({ failures, windowMs }: { readonly failures: number; readonly windowMs: number }): FailuresWithin {
  let moments: number[] = [];
  /** Those before this place are too old. */
  let first = 0;
  const firstIn = (now: number): number => {
    let place = first;
    while (place < moments.length && now - (moments[place] as number) > windowMs) place += 1;
    return place;
  };
  return {
    shouldTrip({ failed, now }) {
      if (!failed) return null;
      moments.push(now);
      first = firstIn(now);
      if (first * 2 > moments.length) {
        moments = moments.slice(first);
        first = 0;
      }
      return moments.length - first >= failures ? 'failures_within' : null;
    },
    failures: (now) => moments.length - firstIn(now),
    clear() {
      moments = [];
      first = 0;
    },
  };
}

/** Failures since the circuit closed. */
export interface CumulativeFailures extends TripPolicy {
  /** How many there are; 0 while the circuit is not closed. */
  readonly failures: number;
}

/** Opens at so many failures since the circuit closed; successes take none of them back. The reason is `cumulative_failures`. */
export function cumulativeFailures(failures: number): CumulativeFailures {
  let count = 0;
  return {
    get failures() {
      return count;
    },
    shouldTrip({ failed }) {
      if (failed) count += 1;
      return failed && count >= failures ? 'cumulative_failures' : null;
    },
    clear() {
      count = 0;
    },
  };
}

/** The same, but each success takes one failure back; the reason is `decaying_failures`. */
export function decayingFailures(failures: number): TripPolicy {
  let count = 0;
  return {
    shouldTrip({ failed }) {
      count = failed ? count + 1 : Math.max(0, count - 1);
      return failed && count >= failures ? 'decaying_failures' : null;
    },
    clear() {
      count = 0;
    },
  };
}

/** Opens when the error rate of the window is strictly above the threshold, with the reason `error_rate_above`; everywhere else reaching it is enough. */
export function errorRateAbove({ threshold, minRequestsThreshold }: { readonly threshold: number; readonly minRequestsThreshold: number }): TripPolicy {
  return {
    shouldTrip({ windowCalls, windowFailures }) {
      return windowCalls >= minRequestsThreshold && windowFailures / windowCalls > threshold ? 'error_rate_above' : null;
    },
  };
}
