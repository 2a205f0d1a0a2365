/**
 * What tests of code with breakers need.
 *
 * @module
 */
export { FakeClock } from './fake-clock.ts';
