import { describe, expect, it } from 'vitest';
import { silentBreakerWith } from '../support/breaker.ts';
import { errorOf, fail, hang, succeed } from '../support/outcomes.ts';
import { fragile, waitsOfOutage } from '../support/outages.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Open since 0, for 5 s. */
function opened(elapsed: number) {
  const made = silentBreakerWith({ recoveryTimeoutMs: 5_000 });
  made.breaker.trip();
  made.clock.advance(elapsed);
  return made;
}

describe('scenarios of the wait', () => {
  it('18: a call after 3 000 of 5 000 ms is rejected, and told to come back in 2 000', async () => {
    const { breaker } = opened(3_000);

    expect(await errorOf(breaker.call(() => 'fine'))).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', retryAfterMs: 2_000 });
    expect(breaker.getMetrics().rejectedCalls).toBe(1);
  });

  it('19: a call at 5 000 ms exactly is admitted', async () => {
    const { breaker } = opened(5_000);

    expect(await breaker.call(() => 'fine')).toBe('fine');
  });

  it('20: a call at 6 000 ms is admitted: half-open, with an empty window', () => {
    const { breaker } = opened(6_000);

    hang(breaker);

    expect(breaker.state).toBe('half_open');
    expect(breaker.getMetrics()).toMatchObject({ windowCount: 0, inFlight: 1 });
  });

  it.each([
    ['21', 2 * HOUR, HOUR, 2 * HOUR + 1_000],
    ['22', 30 * MINUTE, 15 * MINUTE, 30 * MINUTE + 1_000],
  ])('%s: tripped for %s ms, rejects at %s and admits at %s', async (_row, forMs, early, late) => {
    const { breaker, clock } = silentBreakerWith();
    breaker.trip({ forMs });
    clock.advance(early);
    const before = await breaker.tryCall(() => 'fine');

    clock.advance(late - early);

    expect([before.status, (await breaker.tryCall(() => 'fine')).status]).toEqual(['rejected', 'success']);
  });

  it('23: a backoff of 5 s × 1.5 rejects 6 s after the second opening and admits 11 s after it', async () => {
    const { breaker, clock } = silentBreakerWith({ recoveryTimeoutMs: 5_000, backoff: (n) => 5_000 * 1.5 ** (n - 1) });
    breaker.trip();
    const first = breaker.retryAfterMs;
    clock.advance(5_000);
    await fail(breaker);
    const second = breaker.retryAfterMs;
    clock.advance(6_000);
    const early = (await breaker.tryCall(() => 'fine')).status;
    clock.advance(5_000);

    expect([first, second, early, (await breaker.tryCall(() => 'fine')).status])
      .toEqual([5_000, 7_500, 'rejected', 'success']);
  });

  it('24: the count of openings rises through an outage and does not start over at a recovery', async () => {
    const seen: number[] = [];
    const backoff = (n: number) => {
      seen.push(n);
      return 1_000;
    };
    const made = silentBreakerWith({ ...fragile, recoveryTimeoutMs: 1_000, backoff });
    await waitsOfOutage(made, 5);
    made.clock.advance(1_000);
    await succeed(made.breaker);
    await waitsOfOutage(made, 2);

    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('25: the wait doubles from 1 s to its cap of 8 s', async () => {
    const made = silentBreakerWith({ ...fragile, recoveryTimeoutMs: 1_000, maxBackoffMs: 8_000 });

    expect(await waitsOfOutage(made, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 8_000]);
  });

  it.each([
    [0, [500, 1_000, 2_000, 4_000, 4_000]],
    [0.5, [750, 1_500, 3_000, 6_000, 6_000]],
    [1 - Number.EPSILON / 2, [1_000, 2_000, 4_000, 8_000, 8_000]],
  ])('25: equal jitter with U = %s keeps within the upper half', async (share, waits) => {
    const made = silentBreakerWith({ ...fragile, jitter: 'equal', random: () => share, recoveryTimeoutMs: 1_000,
      maxBackoffMs: 8_000 });

    expect(await waitsOfOutage(made, 5)).toEqual(waits);
  });

  it('26: two minutes closed take n from 4 to 2, and the next opening makes it 3', async () => {
    const { breaker, clock } = silentBreakerWith({ ...fragile, recoveryTimeoutMs: 10_000 });
    await waitsOfOutage({ breaker, clock, internalErrors: [] }, 3);
    clock.advance(breaker.retryAfterMs as number);
    const before = breaker.snapshot().openings;
    await succeed(breaker);
    clock.advance(120_000);

    await fail(breaker);

    expect([before, breaker.snapshot().openings, breaker.retryAfterMs]).toEqual([4, 3, 40_000]);
  });

  it('46: a late failure while open is a figure and nothing else', async () => {
    const { breaker, clock } = silentBreakerWith({ recoveryTimeoutMs: 5_000 });
    const moves: string[] = [];
    breaker.on('stateChange', ({ to }) => moves.push(to));
    const late = hang(breaker);
    breaker.trip();
    clock.advance(3_000);

    late.operation.reject(new Error('late'));
    await late.settled;

    expect([moves, breaker.retryAfterMs, breaker.getMetrics().failedCalls]).toEqual([['open'], 2_000, 1]);
  });

  it('54: reading when the wait is over moves nothing and takes no permit', async () => {
    const { breaker } = opened(5_000);

    const reads = Array.from({ length: 10 }, () => [breaker.canExecute(), breaker.state, breaker.retryAfterMs]);
    const admitted = [];
    for (let call = 0; call < 4; call += 1) admitted.push(breaker.tryAcquire() !== null);

    expect(reads).toEqual(reads.map(() => [true, 'open', 0]));
    expect(admitted).toEqual([true, true, true, false]);
  });

  it('57: a ban of two hours opens, and the first call still gets its own error', async () => {
    const ban = Object.assign(new Error('banned'), { seconds: 7_200 });
    const { breaker } = silentBreakerWith({ classify: ({ status }) =>
      (status === 'failure' ? { failure: true, retryAfterMs: ban.seconds * 1_000 } : 'success') });

    expect(await errorOf(breaker.call(() => Promise.reject(ban)))).toBe(ban);
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 7_200_000]);
  });

  it('58: seven attempts around three failures in a row run the function three times', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 3 });
    let runs = 0;
    const statuses: string[] = [];

    for (let attempt = 0; attempt < 7; attempt += 1) {
      const { status } = await breaker.tryCall(() => {
        runs += 1;
        throw new Error('boom');
      });
      statuses.push(status);
    }

    expect([runs, statuses.slice(3)]).toEqual([3, ['rejected', 'rejected', 'rejected', 'rejected']]);
  });
});
