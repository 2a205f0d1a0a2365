import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import type { Made, Options } from '../../support/breaker.ts';
import { fragile, waitsOfOutage } from '../../support/outages.ts';
import { fail, hang, succeed } from '../../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;

describe('the count of openings', () => {
  const options = { ...fragile, recoveryTimeoutMs: 1_000, maxBackoffMs: 1_000_000 };

  /** After `openings` openings in one outage the probe of the last spell succeeds. */
  async function recoveredAfter(openings: number, more: Options = {}): Promise<Made> {
    const made = silentBreakerWith({ ...options, ...more });
    await waitsOfOutage(made, openings - 1);
    made.clock.advance(made.breaker.retryAfterMs as number);
    await succeed(made.breaker);
    return made;
  }

  it('does not start over when the dependency flaps', async () => {
    const { breaker } = await recoveredAfter(3);

    await fail(breaker);

    expect([breaker.snapshot().openings, breaker.retryAfterMs]).toEqual([4, 8_000]);
  });

  it.each([
    [999, 4],
    [1_000, 3],
    [1_999, 3],
    [2_000, 2],
    [2_999, 2],
    [3_000, 1],
    [4_000, 1],
    [1e12, 1],
  ])('after three openings and %s ms closed makes the next one number %s', async (closedForMs, openings) => {
    const { breaker, clock } = await recoveredAfter(3);
    clock.advance(closedForMs);

    await fail(breaker);

    expect([breaker.snapshot().openings, breaker.retryAfterMs]).toEqual([openings, 1_000 * 2 ** (openings - 1)]);
  });

  it('falls only when the circuit opens, not by reading', async () => {
    const { breaker, clock } = await recoveredAfter(3);
    clock.advance(2_500);

    const read = [breaker.snapshot().openings, breaker.getStatus().state, breaker.explain().length > 0];

    expect(read).toEqual([3, 'closed', true]);
  });

  it('does not fall while half-open', async () => {
    const { breaker, clock } = silentBreakerWith({ ...options, timeoutMs: null, halfOpenLeaseMs: infinite });
    await fail(breaker);
    clock.advance(1_000);
    const probe = hang(breaker);
    clock.advance(1e9);
    probe.operation.reject(new Error('late'));
    await probe.settled;

    expect(breaker.snapshot().openings).toBe(2);
  });

  it('stops where the wait reaches the cap, so that it is forgiven in minutes', async () => {
    const capped = { maxBackoffMs: 4_000 };
    const { breaker, clock } = await recoveredAfter(20, capped);
    const saturatedAt = breaker.snapshot().openings;

    clock.advance(2_000);
    await fail(breaker);

    expect([saturatedAt, breaker.snapshot().openings]).toEqual([3, 2]);
  });

  it('counts on once enough is forgiven for the wait to be below the cap', async () => {
    const made = await recoveredAfter(20, { maxBackoffMs: 4_000 });
    made.clock.advance(1_000);

    expect(await waitsOfOutage(made, 3)).toEqual([4_000, 4_000, 4_000]);
    expect(made.breaker.snapshot().openings).toBe(3);
  });

  it('stops at 30 where there is no cap', async () => {
    const made = silentBreakerWith({ ...fragile, recoveryTimeoutMs: 1, maxBackoffMs: infinite });

    const waits = await waitsOfOutage(made, 33);

    expect(waits.slice(-5)).toEqual([2 ** 28, 2 ** 29, 2 ** 29, 2 ** 29, 2 ** 29]);
    expect(made.breaker.snapshot().openings).toBe(30);
  });

  it('is 0 after a reset', async () => {
    const { breaker } = await recoveredAfter(3);

    breaker.reset();
    const openings = breaker.snapshot().openings;
    await fail(breaker);

    expect([openings, breaker.retryAfterMs]).toEqual([0, 1_000]);
  });

  it('is what a backoff of its own receives', async () => {
    const received: number[] = [];
    const backoff = (n: number) => {
      received.push(n);
      return 1_000;
    };

    await waitsOfOutage(silentBreakerWith({ ...fragile, recoveryTimeoutMs: 1_000, backoff }), 4);

    expect(received).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('the deadline', () => {
  it('is not moved by late outcomes', async () => {
    const { breaker, clock, events } = breakerWith({ failureThreshold: 1, recoveryTimeoutMs: 5_000 });
    const late = hang(breaker);
    const fine = hang(breaker);
    await fail(breaker);
    clock.advance(3_000);

    late.operation.reject(new Error('late'));
    fine.operation.resolve('fine');
    await Promise.all([late.settled, fine.settled]);

    expect(breaker.retryAfterMs).toBe(2_000);
    expect(events.filter(({ type }) => type === 'stateChange')).toHaveLength(1);
  });

  it('is not reached when the clock steps back, and no time is lost by it', () => {
    const { breaker, clock } = silentBreakerWith({ recoveryTimeoutMs: 5_000 });
    breaker.trip();
    clock.advance(3_000);
    const before = breaker.retryAfterMs;
    clock.jump(-60_000);
    const after = breaker.retryAfterMs;

    clock.advance(2_000);

    expect([before, after, breaker.retryAfterMs]).toEqual([2_000, 2_000, 0]);
  });
});
