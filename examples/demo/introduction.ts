import { duration } from './figures.ts';
import type { Script } from './script.ts';

/** What is compared with what. Without it the figures mean little. */
export function introduction({ callsPerSecond, bareDeadlineMs, breaker }: Script): string {
  const { timeoutMs, slidingWindowSize, slowCallThresholdMs, slowCallRateThreshold } = breaker;
  const { recoveryTimeoutMs, maxBackoffMs } = breaker;
  return [
    `Two clients each make ${callsPerSecond} calls a second to one HTTP service, which fails in several ways.`,
    `Without the breaker, a call times out after ${duration(bareDeadlineMs)}. ` +
      `With it, after its timeoutMs, ${duration(timeoutMs)}.`,
    'Its other options have their defaults, except these:',
    `  slidingWindowSize ${slidingWindowSize}, slowCallThresholdMs ${slowCallThresholdMs}, slowCallRateThreshold ` +
      `${slowCallRateThreshold}, recoveryTimeoutMs ${recoveryTimeoutMs}, maxBackoffMs ${maxBackoffMs}`,
  ].join('\n');
}
