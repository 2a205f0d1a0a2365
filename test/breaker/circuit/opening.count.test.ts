import { describe, expect, it } from 'vitest';
import { silentBreakerWith } from '../../support/breaker.ts';
import type { Made, Options } from '../../support/breaker.ts';
import { fragile, waitsOfOutage } from '../../support/outages.ts';
import { fail, succeed } from '../../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;
const options = { ...fragile, recoveryTimeoutMs: 1_000, maxBackoffMs: 1_000_000 };

/** A breaker that has recovered from an outage with so many openings. */
async function recoveredAfter(openings: number, more: Options = {}): Promise<Made> {
  const made = silentBreakerWith({ ...options, ...more });
  await waitsOfOutage(made, openings - 1);
  made.clock.advance(made.breaker.retryAfterMs as number);
  await succeed(made.breaker);
  return made;
}

describe('the count of openings', () => {
  it.each([
    [0, 4],
    [59_999, 4],
    [60_000, 3],
    [119_999, 3],
    [120_000, 2],
    [179_999, 2],
    [180_000, 1],
    [240_000, 1],
    [1e12, 1],
  ])('shrinks while closed: after three openings and %s ms the next is number %s', async (closedForMs, openings) => {
    const { breaker, clock } = await recoveredAfter(3);
    clock.advance(closedForMs);
    await fail(breaker);

    expect([breaker.snapshot().openings, breaker.retryAfterMs]).toEqual([openings, 1_000 * 2 ** (openings - 1)]);
  });

  it('stops where the wait reaches the cap, so that it is forgotten in minutes', async () => {
    const { breaker, clock } = await recoveredAfter(20, { maxBackoffMs: 4_000 });
    const saturatedAt = breaker.snapshot().openings;
    clock.advance(120_000);
    await fail(breaker);

    expect([saturatedAt, breaker.snapshot().openings]).toEqual([3, 2]);
  });

  it('stops at 30 where there is no cap', async () => {
    const made = silentBreakerWith({ ...fragile, recoveryTimeoutMs: 1, maxBackoffMs: infinite });
    const waits = await waitsOfOutage(made, 33);

    expect(waits.slice(-5)).toEqual([2 ** 28, 2 ** 29, 2 ** 29, 2 ** 29, 2 ** 29]);
    expect(made.breaker.snapshot().openings).toBe(30);
  });

  it('is what backoff receives', async () => {
    const received: number[] = [];
    const backoff = (n: number) => (received.push(n), 1_000);
    await waitsOfOutage(silentBreakerWith({ ...fragile, recoveryTimeoutMs: 1_000, backoff }), 4);

    expect(received).toEqual([1, 2, 3, 4, 5]);
  });
});
