/**
 * Tools for tests of code with breakers.
 * @module
 */
export { FakeClock } from './fake-clock.ts';
export { resetProcessManager } from './process-manager.ts';
export { releaseTimers } from './release-timers.ts';
