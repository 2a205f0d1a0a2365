import { describe, expect, it } from 'vitest';
import { kindsOf } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { never } from '../../support/calls.ts';
import { checkedBreaker } from '../../support/health.ts';
import { BOOM, deferred, fail, succeed } from '../../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;
type Breaker = ReturnType<typeof checkedBreaker>['breaker'];

/** An open circuit whose first check has answered. */
async function checked(answers: readonly unknown[], options: Options = {}) {
  const made = checkedBreaker(answers, options);
  made.breaker.trip();
  await made.clock.advanceAsync(1_000);
  return made;
}

describe('healthy', () => {
  it.each([
    ['true', true],
    ['a status', 'healthy'],
    ['a promise', Promise.resolve('healthy')],
  ])('ends the wait when it is %s, and calls confirm it', async (_what, answer) => {
    const { breaker, events } = await checked([answer]);

    expect([breaker.state, breaker.retryAfterMs, breaker.canExecute()]).toEqual(['open', 0, true]);
    expect(events.at(-1)).toEqual({ type: 'healthCheck', name: 'orders', status: 'healthy', error: undefined });
    await succeed(breaker, 3);
    expect(breaker.state).toBe('closed');
  });

  it('shortens no second wait of one outage', async () => {
    const { breaker, clock } = await checked([true]);
    await fail(breaker);
    await clock.advanceAsync(5_000);

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 115_000]);
  });

  it.each<[string, (breaker: Breaker) => unknown]>([
    ['a recovery', (breaker) => succeed(breaker)],
    ['a reset', (breaker) => breaker.reset()],
  ])('shortens again after %s', async (_what, close) => {
    const { breaker, clock } = await checked([true], { successThreshold: 1 });
    await close(breaker);
    breaker.trip();

    await clock.advanceAsync(1_000);

    expect(breaker.retryAfterMs).toBe(0);
  });

  it('has shortened nothing when it comes after the deadline', async () => {
    const { breaker, clock } = await checked([true], { recoveryTimeoutMs: 500 });
    await fail(breaker);
    await clock.advanceAsync(1_000);

    expect([breaker.snapshot().healthShortened, breaker.retryAfterMs]).toEqual([false, 0]);
  });

  it.each<[string, (breaker: Breaker) => unknown, number | undefined]>([
    ['an override', (breaker) => breaker.forceOpen(), undefined],
    ['a trip for a time', (breaker) => breaker.trip({ forMs: 50_000 }), 49_000],
    ['a trip for a time while open', (breaker) => (breaker.trip(), breaker.trip({ forMs: 50_000 })), 49_000],
    ['a trip without an end', (breaker) => breaker.trip({ forMs: infinite }), infinite],
    ['a requested pause', (breaker) => breaker.recordFailure(BOOM), 49_000],
  ])('does not shorten %s', async (_what, open, left) => {
    const classify = () => ({ failure: true, retryAfterMs: 50_000 }) as const;
    const { breaker, clock } = checkedBreaker([true], { classify });
    open(breaker);

    await clock.advanceAsync(1_000);

    expect(breaker.retryAfterMs).toBe(left);
  });

  it('shortens a reopened wait only to the pause that was asked for', async () => {
    const classify = () => ({ failure: true, retryAfterMs: 10_000 }) as const;
    const options = { recoveryTimeoutMs: 500, maxBackoffMs: 100_000, classify, backoff: () => 80_000 };
    const { breaker, clock } = checkedBreaker([true], options);
    breaker.trip({ forMs: 500 });
    clock.advance(500);
    await fail(breaker);
    const before = breaker.retryAfterMs;

    await clock.advanceAsync(1_000);

    expect([before, breaker.retryAfterMs]).toEqual([80_000, 9_000]);
  });

  it('is dropped when its check began in an older state', async () => {
    const late = deferred<boolean>();
    const { breaker, clock, events } = await checked([late.promise, 'degraded'], { recoveryTimeoutMs: 1_500 });
    await clock.advanceAsync(500);
    await fail(breaker);
    events.length = 0;

    late.resolve(true);
    await clock.advanceAsync(0);

    expect([breaker.retryAfterMs, kindsOf(events)]).toEqual([3_000, []]);
  });
});

describe('unhealthy', () => {
  it.each<[unknown, string, Options, number]>([
    ['unhealthy', 'of 60 s', {}, 60_000],
    ['critical', 'of 60 s', {}, 60_000],
    [false, 'of 60 s', {}, 60_000],
    ['unhealthy', 'of 5 s that never grows', { recoveryTimeoutMs: 5_000, maxBackoffMs: 5_000 }, 5_000],
    ['unhealthy', 'that is not capped', { maxBackoffMs: infinite }, 60_000],
  ])('as %s prolongs a wait %s by 60 s', async (answer, _what, options, waitMs) => {
    const { breaker, clock } = await checked([answer], options);
    await clock.advanceAsync(2_000);

    expect(breaker.retryAfterMs).toBe(waitMs + 60_000 - 3_000);
    expect(breaker.snapshot().remainingWaitMs).toBe(waitMs - 3_000);
  });

  it.each([
    ['degraded', 'degraded', 1_000, 58_000],
    ['unknown', 'unknown', 1_000, 58_000],
    ['a rejection', () => Promise.reject(BOOM), 1_000, 58_000],
    ['a timeout', never(), 6_000, 53_000],
    ['healthy', 'healthy', 1_000, 0],
  ])('is taken back when the next answer is %s', async (_what, answer, ms, left) => {
    const { breaker, clock } = await checked(['unhealthy', answer]);
    const held = breaker.retryAfterMs;
    await clock.advanceAsync(ms);

    expect([held, breaker.retryAfterMs]).toEqual([119_000, left]);
  });

  it('is explained', async () => {
    const { breaker, clock } = checkedBreaker(['unhealthy']);
    breaker.trip();
    const before = breaker.explain();

    await clock.advanceAsync(1_000);

    expect(before).not.toContain('health check');
    expect(breaker.explain()).toContain(' Its health check reports unhealthy, which prolongs the wait.');
  });
});
