import { systemClock, timelineOf, type Clock, type Timeline } from '../core/clock.ts';
import type { TripPolicy } from '../trip/trip-policy.ts';

/** Opens on a failure if the error rate is above the threshold. The built-in rule opens at the threshold. */
export function errorRateAbove(threshold: number, least: number): TripPolicy {
  return {
    shouldTrip: ({ failed, windowCalls, windowFailures }) =>
      failed && windowCalls >= least && windowFailures / windowCalls > threshold ? 'error_rate_above' : null,
  };
}

/** Returns a timeline of its own: a clock that never goes back. */
export const timelineFor = (clock: Clock = systemClock): Timeline => timelineOf(clock);
