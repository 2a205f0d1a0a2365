/**
 * Tools for tests of code with breakers.
 * @module
 */
export { FakeClock } from './fake-clock.ts';
export { releaseTimers } from './release-timers.ts';
