import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { hang, succeed } from '../../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;

/** A lease of 4 s, waits of 10, 20, 40 … s; ready to probe. */
function ready(options: Options = {}) {
  const made = breakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, halfOpenLeaseMs: 4_000, ...options });
  made.breaker.trip();
  made.clock.advance(10_000);
  return made;
}

describe('the length of a lease', () => {
  it.each([
    ['is its option', { halfOpenLeaseMs: 7_000 }, 7_000],
    ['is its option, also beyond the cap', { halfOpenLeaseMs: 70_000, maxBackoffMs: 20_000 }, 70_000],
    ['is the wait that just ended', {}, 10_000],
    ['is the recovery timeout after a jittered wait', { jitter: 'full', random: () => 0.5 }, 10_000],
    ['is at most the cap', { maxBackoffMs: 10_000, backoff: () => infinite }, 10_000],
    ['is the cap where waits do not grow', { exponentialBackoff: false, maxBackoffMs: 25_000 }, 25_000],
    ['is ten recovery timeouts where waits do not grow and the cap is infinite', { exponentialBackoff: false, maxBackoffMs: infinite }, 100_000],
    ['is that of a shorter timeout: none', { timeoutMs: 9_999 }, 9_999],
  ] as const)('%s', (_what, options, expected) => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, halfOpenMaxCalls: 1, ...options });
    breaker.trip();
    clock.advance(10_000);

    hang(breaker);

    expect(breaker.retryAfterMs).toBe(expected);
  });

  it('grows with the waits', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, halfOpenMaxCalls: 1, maxBackoffMs: 30_000 });
    breaker.trip();
    const leases: (number | undefined)[] = [];
    for (let spell = 0; spell < 4; spell += 1) {
      clock.advance(breaker.retryAfterMs as number);
      const probe = hang(breaker);
      leases.push(breaker.retryAfterMs);
      probe.operation.reject(new Error('boom'));
      await probe.settled;
    }

    expect(leases).toEqual([10_000, 20_000, 30_000, 30_000]);
  });

  it('is the longer of the wait that ended and the recovery timeout, at most the cap, after a long pause', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, halfOpenMaxCalls: 1, maxBackoffMs: 30_000 });
    breaker.trip({ forMs: 1_000_000 });
    clock.advance(1_000_000);

    hang(breaker);

    expect(breaker.retryAfterMs).toBe(30_000);
  });

  it('lets a dependency recover that is faster than the cap, also where a backoff of its own does not grow', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, backoff: () => 10_000, successThreshold: 1 });
    breaker.trip();

    for (let attempt = 0; attempt < 50 && breaker.state !== 'closed'; attempt += 1) {
      clock.advance(breaker.retryAfterMs as number);
      const probe = hang(breaker);
      clock.advance(20_000);
      probe.operation.resolve('fine');
      await probe.settled;
    }

    expect(breaker.state).toBe('closed');
  });

  it.each([
    [3_999, 'half_open'],
    [4_000, 'half_open'],
    [4_001, 'open'],
  ])('bounds only probes without a shorter timeout: with one of %s ms the state after 5 s is %s', (timeoutMs, state) => {
    const { breaker, clock } = ready({ halfOpenMaxFailures: 1 });
    void breaker.call(() => new Promise(() => {}), { timeoutMs }).catch(() => {});
    void breaker.call(() => new Promise(() => {}), { timeoutMs }).catch(() => {});
    clock.freeze(4_000);

    breaker.recordSuccess();

    expect(breaker.state).toBe(state);
  });
});

describe('code that asks first', () => {
  it('is never stuck behind a probe that hangs', async () => {
    const { breaker, clock, events } = breakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, halfOpenMaxCalls: 1 });
    breaker.trip();
    clock.advance(10_000);
    hang(breaker);

    for (let minute = 0; minute < 10; minute += 1) {
      clock.advance(60_000);
      for (let call = 0; call < 3; call += 1) if (breaker.canExecute()) await succeed(breaker);
    }

    expect(breaker.state).toBe('closed');
    expect(events.some((event) => event.type === 'stateChange' && event.reason === 'lease_expired')).toBe(true);
  });
});
