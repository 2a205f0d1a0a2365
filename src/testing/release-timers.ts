import { systemClock, timelineOf } from '../core/clock.ts';
import { deadlinesOf } from '../core/deadlines.ts';

/**
 * Stops the timer that breakers on the platform's clock keep for their next call. Does nothing while calls with a
 * timeout run. Call it at the end of a test that checks for timers left behind, as the sanitizers of Deno do.
 */
export function releaseTimers(): void {
  deadlinesOf(timelineOf(systemClock)).rest();
}
