import { bareClient } from './client.ts';
import type { UpstreamProcess } from './upstream-process.ts';
import { percentile } from './tally.ts';

const warmUpRounds = 4;
const measuredRounds = 6;
const callsAtOnce = 8;
const unhurriedMs = 50;
const mostStretch = 4;

/** Returns how many times slower the demo must run where a healthy response takes `p95Ms`: 1 to 4. */
export function stretchFor(p95Ms: number): number {
  return Math.min(mostStretch, Math.max(1, Math.round((p95Ms / unhurriedMs) * 10) / 10));
}

/**
 * Calls the healthy upstream until the HTTP client is loaded and compiled, then measures how long responses take.
 *
 * On a busy machine a healthy upstream is slow, and the breaker would open.
 */
export async function calibrate(upstream: UpstreamProcess): Promise<number> {
  const client = bareClient(upstream.url, 5_000);
  const waits: number[] = [];
  for (let round = 0; round < warmUpRounds + measuredRounds; round += 1) {
    const timed = Array.from({ length: callsAtOnce }, async () => {
      const startedMs = performance.now();
      await client.call();
      if (round >= warmUpRounds) waits.push(performance.now() - startedMs);
    });
    await Promise.all(timed);
  }
  return stretchFor(percentile(waits.toSorted((a, b) => a - b), 0.95) ?? 0);
}
