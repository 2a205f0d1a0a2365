import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/index.ts';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import type { Options } from '../support/breaker.ts';
import { finish, movesOf, readyToProbe } from '../support/calls.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;

/** Every failure asks for a pause. */
function banned(retryAfterMs: unknown, options: Options = {}) {
  const pause = { failure: true, retryAfterMs } as Verdict;
  const classify = ({ status }: { status: string }) => (status === 'failure' ? pause : 'success');
  return breakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, classify, ...options });
}

describe('retryAfterMs', () => {
  it('opens at once, whatever the rules, and the call still gets its own error', async () => {
    const { breaker, events } = banned(7_200_000);

    expect(await errorOf(breaker.call(() => Promise.reject(BOOM)))).toBe(BOOM);
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 7_200_000]);
    expect(movesOf(events)).toMatchObject([{ reason: 'retry_after', retryAfterMs: 7_200_000 }]);
  });

  it.each([
    ['is not limited by maxBackoffMs', 400_000, {}, 400_000],
    ['is not jittered', 5_000, { jitter: 'full', random: () => 0.1 }, 5_000],
    ['may be shorter than the wait', 0.5, {}, 1],
    ['is limited to a day', 86_400_001, {}, 86_400_000],
    ['is limited by maxRetryAfterMs', 60_001, { maxRetryAfterMs: 60_000 }, 60_000],
    ['means maxRetryAfterMs when infinite', infinite, { maxRetryAfterMs: 60_000 }, 60_000],
    ['may be infinite', infinite, { maxRetryAfterMs: infinite }, infinite],
    ['wins over a rule that fires as well', 90_000, { failureThreshold: 1 }, 90_000],
  ] as const)('%s', async (_what, retryAfterMs, options, wait) => {
    const { breaker, events } = banned(retryAfterMs, options);

    await fail(breaker);

    expect(breaker.retryAfterMs).toBe(wait);
    expect(movesOf(events)).toMatchObject([{ reason: 'retry_after', retryAfterMs: wait }]);
  });

  it('of a value opens too', async () => {
    const { breaker } = silentBreakerWith({ classify: () => ({ failure: true, retryAfterMs: 5_000 }) });

    expect(await breaker.call(() => 'try later')).toBe('try later');
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 5_000]);
  });

  it('of a record and of a permit opens too', () => {
    const [byRecord, byPermit] = [banned(5_000).breaker, banned(5_000).breaker];
    byRecord.recordFailure(BOOM);
    byPermit.tryAcquire()?.failure(BOOM);

    expect([byRecord.retryAfterMs, byPermit.retryAfterMs]).toEqual([5_000, 5_000]);
  });

  it.each([
    ['shorter', 15_000, 20_000],
    ['longer', 25_000, 25_000],
  ])('reopens a half-open circuit for the longer time when it is %s', async (_what, retryAfterMs, wait) => {
    const { breaker, events } = readyToProbe(banned(retryAfterMs, { halfOpenMaxFailures: 5 }));
    await fail(breaker);

    expect([breaker.state, breaker.retryAfterMs, breaker.snapshot().openings]).toEqual(['open', wait, 2]);
    expect(movesOf(events).at(-1)).toMatchObject({ reason: 'retry_after' });
  });

  it.each([
    [0, '0'],
    [-5, '-5'],
    [Number.NaN, 'NaN'],
    ['5', '"5"'],
    [null, 'null'],
    [{ ms: 5 }, 'an object'],
    [Promise.resolve(5), 'a promise'],
  ])('is reported and counts as not given when it is %o', async (retryAfterMs, shown) => {
    const { breaker, internalErrors } = banned(retryAfterMs);
    await fail(breaker);

    expect([breaker.state, breaker.getMetrics().failedCalls]).toEqual(['closed', 1]);
    const error = new TypeError(`\`retryAfterMs\` must be milliseconds greater than 0. Received ${shown}.`);
    expect(internalErrors).toEqual([{ source: 'retryAfter', error }]);
  });

  it('is ignored when its result is late', async () => {
    const { breaker, clock } = banned(90_000);
    const late = [hang(breaker), hang(breaker)] as const;
    breaker.trip();
    await finish(late[0], BOOM);
    const whileOpen = breaker.retryAfterMs;
    clock.advance(10_000);
    await succeed(breaker);

    await finish(late[1], BOOM);

    expect([whileOpen, breaker.state]).toEqual([10_000, 'half_open']);
  });
});
