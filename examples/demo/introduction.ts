import { duration } from './figures.ts';
import type { Script } from './script.ts';

/** What is compared with what: without it the figures mean little. */
export function introduction({ callsPerSecond, bareDeadlineMs, breaker }: Script): string {
  return [
    `Two clients make ${callsPerSecond} calls a second each, to one HTTP service that is killed, hung and slowed.`,
    `Without a breaker a call gives up after ${duration(bareDeadlineMs)}; with the breaker after its timeoutMs, ${duration(breaker.timeoutMs)}.`,
    `Other options than the defaults: a window of ${breaker.slidingWindowSize} calls, slow above ${breaker.slowCallThresholdMs} ms at a rate of ${breaker.slowCallRateThreshold}, recovery after ${duration(breaker.recoveryTimeoutMs)}.`,
  ].join('\n');
}
