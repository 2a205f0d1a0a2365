import type { Made, Options } from './breaker.ts';
import { fail } from './outcomes.ts';

/** Opens again and again with the first failure. */
export const fragile = { failureThreshold: 1, successThreshold: 1 } satisfies Options;

/**
 * Opens a closed circuit that is fragile, then fails the first probe of each spell: the waits of one outage, in order.
 */
export async function waitsOfOutage({ breaker, clock }: Made, count: number): Promise<number[]> {
  const waits: number[] = [];
  await fail(breaker);
  for (let opening = 1; opening <= count; opening += 1) {
    const wait = breaker.retryAfterMs as number;
    waits.push(wait);
    clock.advance(wait);
    await fail(breaker);
  }
  return waits;
}
