import { describe, expect, it } from 'vitest';
import { silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { finish, never, readyToProbe } from '../../support/calls.ts';
import { BOOM, hang } from '../../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;
const options = { timeoutMs: null, recoveryTimeoutMs: 10_000, halfOpenMaxCalls: 1 } satisfies Options;

describe('the length of a lease', () => {
  it.each<[string, Options, number]>([
    ['its option', { halfOpenLeaseMs: 7_000 }, 7_000],
    ['its option, also above the cap', { halfOpenLeaseMs: 70_000, maxBackoffMs: 20_000 }, 70_000],
    ['the wait that just ended', {}, 10_000],
    ['the recovery timeout after a jittered wait', { jitter: 'full', random: () => 0.5 }, 10_000],
    ['at most the cap', { maxBackoffMs: 10_000, backoff: () => infinite }, 10_000],
    ['the cap when waits do not grow', { exponentialBackoff: false, maxBackoffMs: 25_000 }, 25_000],
    ['ten recovery timeouts without growth and cap', { exponentialBackoff: false, maxBackoffMs: infinite }, 100_000],
    ['that of a shorter timeout', { timeoutMs: 9_999 }, 9_999],
  ])('is %s', (_what, more, expected) => {
    const { breaker } = readyToProbe(silentBreakerWith({ ...options, ...more }));
    hang(breaker);

    expect(breaker.retryAfterMs).toBe(expected);
  });

  it('grows with the waits, up to the cap', async () => {
    const { breaker, clock } = silentBreakerWith({ ...options, maxBackoffMs: 30_000 });
    breaker.trip();
    const leases: (number | undefined)[] = [];
    for (let opening = 0; opening < 4; opening += 1) {
      clock.advance(breaker.retryAfterMs as number);
      const probe = hang(breaker);
      leases.push(breaker.retryAfterMs);
      await finish(probe, BOOM);
    }

    expect(leases).toEqual([10_000, 20_000, 30_000, 30_000]);
  });

  it('is at most the cap after a long pause', () => {
    const { breaker, clock } = silentBreakerWith({ ...options, maxBackoffMs: 30_000 });
    breaker.trip({ forMs: 1_000_000 });
    clock.advance(1_000_000);

    hang(breaker);

    expect(breaker.retryAfterMs).toBe(30_000);
  });

  it.each([
    [3_999, 'half_open'],
    [4_000, 'half_open'],
    [4_001, 'open'],
  ])('does not matter to a probe with a shorter timeout: with one of %s ms it is %s', (timeoutMs, state) => {
    const lease = { halfOpenMaxCalls: 3, halfOpenLeaseMs: 4_000, halfOpenMaxFailures: 1 };
    const { breaker, clock } = readyToProbe(silentBreakerWith({ ...options, ...lease }));
    for (let probe = 0; probe < 2; probe += 1) void breaker.tryCall(never, { timeoutMs });
    clock.freeze(4_000);

    breaker.recordSuccess();

    expect(breaker.state).toBe(state);
  });
});
