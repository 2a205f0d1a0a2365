import { describe, expect, it } from 'vitest';
import { silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { finish, never, readyToProbe } from '../../support/calls.ts';
import { errorOf, hang } from '../../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;
const ready = (options: Options) => readyToProbe(silentBreakerWith({ timeoutMs: null, ...options }));

describe('a half-open circuit', () => {
  it.each([
    [1, 0],
    [2, 0],
    [3, 10_000],
    [4, 10_000],
  ])('runs at most three probes at once: after %s calls the wait is %s ms', (calls, wait) => {
    const { breaker } = ready({ halfOpenMaxCalls: 3, halfOpenLeaseMs: 10_000 });
    for (let call = 0; call < calls; call += 1) hang(breaker);

    expect([breaker.canExecute(), breaker.retryAfterMs]).toEqual([wait === 0, wait]);
    expect(breaker.getMetrics()).toMatchObject({ inFlight: Math.min(3, calls), rejectedCalls: Math.max(0, calls - 3) });
  });

  it('admits a further probe when one has settled', async () => {
    const { breaker } = ready({ halfOpenMaxCalls: 1 });
    const probe = hang(breaker);
    const whileFull = breaker.canExecute();

    await finish(probe);

    expect([whileFull, breaker.canExecute(), breaker.state]).toEqual([false, true, 'half_open']);
  });

  it.each<[string, Options, number]>([
    ['its lease', { halfOpenLeaseMs: 8_000 }, 8_000],
    ['its timeout', { timeoutMs: 2_000, halfOpenLeaseMs: 8_000 }, 2_000],
    ['a timeout as long as its lease', { timeoutMs: 8_000, halfOpenLeaseMs: 8_000 }, 8_000],
    ['its lease before its timeout', { timeoutMs: 9_000, halfOpenLeaseMs: 8_000 }, 8_000],
    ['nothing', { halfOpenLeaseMs: infinite }, infinite],
  ])('that is full rejects until a probe is ended by %s', async (_what, options, retryAfterMs) => {
    const { breaker } = ready({ ...options, halfOpenMaxCalls: 1 });
    hang(breaker);

    const isKnown = retryAfterMs !== infinite;
    const retry = isKnown ? ` Retry in ${retryAfterMs} ms.` : '';
    expect(await errorOf(breaker.call(() => 'fine'))).toMatchObject({
      state: 'half_open',
      reason: 'half_open_full',
      retryAfterMs,
      headers: isKnown ? { 'retry-after': String(retryAfterMs / 1_000) } : {},
      message: `Circuit breaker "orders" is half-open, and all probes are running.${retry}`,
    });
    expect(breaker.retryAfterMs).toBe(retryAfterMs);
  });

  it('that is full waits for the probe that ends first', () => {
    const { breaker, clock } = ready({ halfOpenMaxCalls: 2 });
    for (const timeoutMs of [9_000, 3_000]) void breaker.tryCall(never, { timeoutMs });
    clock.advance(1_000);

    expect(breaker.retryAfterMs).toBe(2_000);
  });

  it('that is full waits at least 1 ms', () => {
    const { breaker, clock } = ready({ timeoutMs: 2_000, halfOpenMaxCalls: 1 });
    hang(breaker);
    clock.freeze(2_500);

    expect(breaker.retryAfterMs).toBe(1);
  });
});
