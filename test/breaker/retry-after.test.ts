import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/index.ts';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import type { Options } from '../support/breaker.ts';
import { errorOf, fail, hang, succeed } from '../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;

/** Every failure asks for a pause. */
const banned = (retryAfterMs: unknown, options: Options = {}) =>
  breakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, classify: ({ status }) => (status === 'failure' ? ({ failure: true, retryAfterMs } as Verdict) : 'success'), ...options });

describe('retryAfterMs', () => {
  it('opens at once, whatever the rules, and the call still gets its own error', async () => {
    const { breaker, events } = banned(7_200_000);
    const error = new Error('banned');

    const received = await errorOf(breaker.call(() => Promise.reject(error)));

    expect(received).toBe(error);
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 7_200_000]);
    expect(events.find((event) => event.type === 'stateChange')).toMatchObject({ reason: 'retry_after', retryAfterMs: 7_200_000 });
  });

  it.each([
    ['is not limited by maxBackoffMs', 400_000, {}, 400_000],
    ['is not jittered', 5_000, { jitter: 'full', random: () => 0.1 }, 5_000],
    ['may be shorter than the wait', 0.5, {}, 1],
    ['is limited to a day', 86_400_001, {}, 86_400_000],
    ['is limited by maxRetryAfterMs', 60_001, { maxRetryAfterMs: 60_000 }, 60_000],
    ['means maxRetryAfterMs when infinite', infinite, { maxRetryAfterMs: 60_000 }, 60_000],
    ['may be infinite', infinite, { maxRetryAfterMs: infinite }, infinite],
  ] as const)('%s', async (_what, retryAfterMs, options, wait) => {
    const { breaker } = banned(retryAfterMs, options);

    await fail(breaker);

    expect(breaker.retryAfterMs).toBe(wait);
  });

  it('wins over the rule that fires at the same moment', async () => {
    const { breaker, events } = banned(90_000, { failureThreshold: 1 });

    await fail(breaker);

    expect(events.find((event) => event.type === 'stateChange')).toMatchObject({ reason: 'retry_after', retryAfterMs: 90_000 });
  });

  it('of a value opens too', async () => {
    const { breaker } = silentBreakerWith({ classify: () => ({ failure: true, retryAfterMs: 5_000 }) });

    expect(await breaker.call(() => 'try later')).toBe('try later');
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 5_000]);
  });

  it.each([
    ['shorter than the wait', 15_000, 20_000],
    ['longer than the wait', 25_000, 25_000],
  ])('relapses in half_open, %s, with the longer of the two', async (_what, retryAfterMs, wait) => {
    const { breaker, clock, events } = banned(retryAfterMs, { halfOpenMaxFailures: 5 });
    breaker.trip();
    clock.advance(10_000);

    await fail(breaker);

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', wait]);
    expect(events.findLast((event) => event.type === 'stateChange')).toMatchObject({ reason: 'retry_after' });
  });

  it('counts an opening', async () => {
    const { breaker, clock } = banned(5_000);
    await fail(breaker);
    clock.advance(5_000);

    await fail(breaker);

    expect([breaker.snapshot().openings, breaker.retryAfterMs]).toEqual([2, 20_000]);
  });

  it.each([
    [0, '0'],
    [-5, '-5'],
    [Number.NaN, 'NaN'],
    ['5', '"5"'],
    [null, 'null'],
    [new Date(0), 'an object'],
  ])('%s is as if not given, and reported', async (retryAfterMs, shown) => {
    const { breaker, internalErrors } = banned(retryAfterMs);

    await fail(breaker);

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics().failedCalls).toBe(1);
    expect(internalErrors).toEqual([{ source: 'retryAfter', error: new TypeError(`Expected retryAfterMs to be milliseconds above 0, got ${shown}`) }]);
  });

  it('is ignored on stale outcomes', async () => {
    const { breaker, clock } = banned(90_000);
    const late = hang(breaker);
    breaker.trip();
    clock.advance(10_000);
    await succeed(breaker);

    late.operation.reject(new Error('banned'));
    await late.settled;

    expect(breaker.state).toBe('half_open');
  });

  it('is ignored while open', async () => {
    const { breaker } = banned(90_000);
    const late = hang(breaker);
    breaker.trip();

    late.operation.reject(new Error('banned'));
    await late.settled;

    expect(breaker.retryAfterMs).toBe(10_000);
  });

  it('is ignored under an override', async () => {
    const { breaker } = banned(90_000);
    const call = hang(breaker);
    breaker.forceClose();
    await fail(breaker);
    call.operation.reject(new Error('banned'));
    await call.settled;

    breaker.release();

    expect(breaker.state).toBe('closed');
  });

  it('is heard from a record and from a permit', () => {
    const byRecord = banned(5_000).breaker;
    const byPermit = banned(5_000).breaker;

    byRecord.recordFailure(new Error('banned'));
    byPermit.tryAcquire()?.failure(new Error('banned'));

    expect([byRecord.retryAfterMs, byPermit.retryAfterMs]).toEqual([5_000, 5_000]);
  });
});
