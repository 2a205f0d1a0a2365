import { systemClock, timelineOf, type Clock, type Timeline } from '../core/clock.ts';
import type { TripPolicy } from '../trip/trip-policy.ts';

/** Opens if the error rate of the window is above the threshold. The built-in rule opens at the threshold. */
export function errorRateAbove(threshold: number, least: number): TripPolicy {
  return {
    shouldTrip: ({ windowCalls, windowFailures }) =>
      windowCalls >= least && windowFailures / windowCalls > threshold ? 'error_rate_above' : null,
  };
}

/** Returns a timeline of its own: a clock that never goes back. */
export const timelineFor = (clock: Clock = systemClock): Timeline => timelineOf(clock);
