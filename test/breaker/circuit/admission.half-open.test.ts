import { describe, expect, it } from 'vitest';
import { silentBreakerWith } from '../../support/breaker.ts';
import { errorOf, hang } from '../../support/outcomes.ts';

const untimed = { timeoutMs: null } as const;

describe('while half-open', () => {
  it.each([
    [1, 0],
    [2, 0],
    [3, 1],
    [4, 1],
  ])('admits at most three probes at once: call %s meets a wait of %s', async (nth, retryAfterAtLeast) => {
    const { breaker, clock } = silentBreakerWith({ ...untimed, halfOpenMaxCalls: 3, halfOpenLeaseMs: 10_000 });
    breaker.trip();
    clock.advance(60_000);
    for (let call = 1; call <= nth; call += 1) hang(breaker);

    const free = breaker.canExecute();

    expect(free).toBe(retryAfterAtLeast === 0);
    expect(breaker.retryAfterMs).toBe(retryAfterAtLeast === 0 ? 0 : 10_000);
    expect(breaker.getMetrics()).toMatchObject({ inFlight: Math.min(3, nth), rejectedCalls: Math.max(0, nth - 3) });
  });

  it('admits a further probe when one has given its permit back', async () => {
    const { breaker, clock } = silentBreakerWith({ ...untimed, halfOpenMaxCalls: 1 });
    breaker.trip();
    clock.advance(60_000);
    const probe = hang(breaker);
    const whileFull = breaker.canExecute();

    probe.operation.resolve('fine');
    await probe.settled;

    expect([whileFull, breaker.canExecute(), breaker.state]).toEqual([false, true, 'half_open']);
  });

  it.each([
    ['its lease', { timeoutMs: null, halfOpenLeaseMs: 8_000 }, 8_000],
    ['its timeout', { timeoutMs: 2_000, halfOpenLeaseMs: 8_000 }, 2_000],
    ['its timeout, of the same length as the lease', { timeoutMs: 8_000, halfOpenLeaseMs: 8_000 }, 8_000],
    ['its lease, before its timeout', { timeoutMs: 9_000, halfOpenLeaseMs: 8_000 }, 8_000],
    ['nothing', { timeoutMs: null, halfOpenLeaseMs: Number.POSITIVE_INFINITY }, Number.POSITIVE_INFINITY],
  ])('waits when full until a probe is ended by %s', async (_what, options, wait) => {
    const { breaker, clock } = silentBreakerWith({ ...options, halfOpenMaxCalls: 1 });
    breaker.trip();
    clock.advance(60_000);
    hang(breaker);

    const error = await errorOf(breaker.call(() => 'fine'));

    expect(error).toMatchObject({ state: 'half_open', reason: 'half_open_full', retryAfterMs: wait });
    expect(breaker.retryAfterMs).toBe(wait);
  });

  it('waits for the probe that ends first', async () => {
    const { breaker, clock } = silentBreakerWith({ ...untimed, halfOpenMaxCalls: 2 });
    breaker.trip();
    clock.advance(60_000);
    void breaker.call(() => new Promise(() => {}), { timeoutMs: 9_000 });
    void breaker.call(() => new Promise(() => {}), { timeoutMs: 3_000 }).catch(() => {});
    clock.advance(1_000);

    expect(breaker.retryAfterMs).toBe(2_000);
  });

  it('waits at least 1 ms when full', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 2_000, halfOpenMaxCalls: 1 });
    breaker.trip();
    clock.advance(60_000);
    hang(breaker);

    clock.freeze(2_500);

    expect(breaker.retryAfterMs).toBe(1);
  });

  it('says so in the rejection, without a Retry-After header when there is no end', async () => {
    const { breaker, clock } = silentBreakerWith({ ...untimed, halfOpenLeaseMs: Number.POSITIVE_INFINITY, halfOpenMaxCalls: 1 });
    breaker.trip();
    clock.advance(60_000);
    hang(breaker);

    const error = await errorOf(breaker.call(() => 'fine'));

    expect(error).toMatchObject({ headers: {}, message: 'Circuit "orders" is half-open and all probes are taken' });
  });
});
