import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import { movesOf, problemsOf, readyToProbe } from '../../support/calls.ts';
import { errorOf, succeed } from '../../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;

describe('trip', () => {
  it('opens a closed circuit, counts an opening and recovers like any other', async () => {
    const { breaker, clock, events } = breakerWith({ recoveryTimeoutMs: 5_000 });
    breaker.trip({ reason: 'ops' });

    const seen = [breaker.state, breaker.retryAfterMs, breaker.snapshot().openings, breaker.override];
    expect(seen).toEqual(['open', 5_000, 1, null]);
    expect(events).toMatchObject([{ from: 'closed', to: 'open', reason: 'ops', retryAfterMs: 5_000 }]);
    clock.advance(5_000);
    await succeed(breaker, 3);
    expect(breaker.state).toBe('closed');
  });

  it('has the reason "tripped" when none is given', async () => {
    const { breaker } = silentBreakerWith();
    breaker.trip();

    expect(await errorOf(breaker.call(() => 'fine'))).toMatchObject({ reason: 'tripped' });
  });

  it.each([
    ['shorter than the wait', 1_000],
    ['longer than the cap', 1_000_000],
    ['infinite', infinite],
  ])('waits as long as it is told, without jitter, when that is %s', (_what, forMs) => {
    const { breaker } = silentBreakerWith({ jitter: 'full', random: () => 0.5 });
    breaker.trip({ forMs });

    expect(breaker.retryAfterMs).toBe(forMs);
  });

  it.each([
    [undefined, 50_000],
    [30_000, 50_000],
    [50_000, 50_000],
    [50_001, 50_001],
    [infinite, infinite],
  ])('only extends a wait of 50,000 ms: for %s ms it leaves %s', (forMs, left) => {
    const { breaker, clock, events } = breakerWith();
    breaker.trip();
    clock.advance(10_000);

    breaker.trip({ forMs, reason: 'again' });

    expect(breaker.retryAfterMs).toBe(left);
    expect([breaker.snapshot().openings, kindsOf(events)]).toEqual([1, ['stateChange']]);
  });

  it.each([
    [undefined, 0],
    [5_000, 5_000],
  ])('starts a new wait after the deadline only for a time: for %s ms it is %s', (forMs, wait) => {
    const { breaker } = readyToProbe(silentBreakerWith());
    breaker.trip({ forMs });

    expect(breaker.retryAfterMs).toBe(wait);
  });

  it.each([
    [undefined, 120_000],
    [5_000, 5_000],
  ])('reopens a half-open circuit: for %s ms it waits %s ms', async (forMs, wait) => {
    const { breaker, events } = readyToProbe(breakerWith());
    await succeed(breaker);
    breaker.trip({ forMs, reason: 'ops' });

    expect([breaker.state, breaker.retryAfterMs, breaker.snapshot().openings]).toEqual(['open', wait, 2]);
    expect(movesOf(events).at(-1)).toMatchObject({ from: 'half_open', to: 'open', reason: 'ops' });
  });

  it.each([
    [{ forMs: 0 }, '`forMs` must be a number of milliseconds (1 or more). Received 0.'],
    [{ forMs: Number.NaN }, '`forMs` must be a number of milliseconds (1 or more). Received NaN.'],
    [{ reason: 5 }, '`reason` must be a string. Received 5.'],
    [{ for: 5 }, 'Unknown option `for`. Did you mean `forMs`?'],
    [null, 'The options must be an object. Received null.'],
  ])('rejects %o and changes nothing', (options, problem) => {
    const { breaker } = silentBreakerWith();
    const before = breaker.snapshot();

    expect(problemsOf(() => breaker.trip(options as never))).toEqual([problem]);
    expect(breaker.snapshot()).toEqual(before);
  });
});
