import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import { errorOf, succeed } from '../../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;

describe('trip', () => {
  it('opens a closed circuit now and counts an opening', () => {
    const { breaker, events } = breakerWith({ recoveryTimeoutMs: 5_000 });

    breaker.trip({ reason: 'ops' });

    expect([breaker.state, breaker.retryAfterMs, breaker.snapshot().openings, breaker.override]).toEqual(['open', 5_000, 1, null]);
    expect(events).toMatchObject([{ type: 'stateChange', from: 'closed', to: 'open', reason: 'ops', retryAfterMs: 5_000 }]);
  });

  it('has a reason of its own when none is given', async () => {
    const { breaker } = silentBreakerWith();

    breaker.trip();

    expect(await errorOf(breaker.call(() => 'fine'))).toMatchObject({ reason: 'tripped' });
  });

  it('recovers like any opening', async () => {
    const { breaker, clock } = silentBreakerWith();
    breaker.trip();
    clock.advance(60_000);

    await succeed(breaker, 3);

    expect(breaker.state).toBe('closed');
  });

  it.each([
    ['shorter than the wait', 1_000],
    ['longer than the cap', 1_000_000],
    ['infinite', infinite],
  ])('for a time that is %s waits that long, without jitter', (_what, forMs) => {
    const { breaker } = silentBreakerWith({ jitter: 'full', random: () => 0.5 });

    breaker.trip({ forMs });

    expect(breaker.retryAfterMs).toBe(forMs);
  });

  it.each([
    [30_000, 50_000],
    [50_000, 50_000],
    [50_001, 50_001],
    [infinite, infinite],
  ])('while open for 50 s more, for %s ms, leaves %s ms', (forMs, left) => {
    const { breaker, clock, events } = breakerWith();
    breaker.trip();
    clock.advance(10_000);

    breaker.trip({ forMs, reason: 'again' });

    expect(breaker.retryAfterMs).toBe(left);
    expect([breaker.snapshot().openings, kindsOf(events)]).toEqual([1, ['stateChange']]);
  });

  it('while open, without a time, does nothing', () => {
    const { breaker, clock, events } = breakerWith();
    breaker.trip();
    clock.advance(10_000);

    breaker.trip();

    expect([breaker.retryAfterMs, breaker.snapshot().openings, kindsOf(events)]).toEqual([50_000, 1, ['stateChange']]);
  });

  it('while open past the deadline waits again only for a time', () => {
    const { breaker, clock } = silentBreakerWith();
    breaker.trip();
    clock.advance(60_000);

    breaker.trip();
    const without = breaker.retryAfterMs;
    breaker.trip({ forMs: 5_000 });

    expect([without, breaker.retryAfterMs]).toEqual([0, 5_000]);
  });

  it.each([
    [undefined, 120_000],
    [5_000, 5_000],
  ])('in half_open relapses: for %s ms it waits %s ms', async (forMs, wait) => {
    const { breaker, clock, events } = breakerWith();
    breaker.trip();
    clock.advance(60_000);
    await succeed(breaker);

    breaker.trip({ forMs, reason: 'ops' });

    expect([breaker.state, breaker.retryAfterMs, breaker.snapshot().openings]).toEqual(['open', wait, 2]);
    expect(events.at(-1)).toMatchObject({ from: 'half_open', to: 'open', reason: 'ops' });
  });

  it.each([
    [{ forMs: 0 }, 'Expected `forMs` to be milliseconds, 1 to Infinity, got 0'],
    [{ reason: 5 }, 'Expected `reason` to be a string, got 5'],
    [{ for: 5 }, 'Unknown option `for`; did you mean `forMs`?'],
    [null, 'Expected the options to be an object, got null'],
  ])('refuses %o and changes nothing', (options, problem) => {
    const { breaker } = silentBreakerWith();

    expect(() => breaker.trip(options as never)).toThrow(`Circuit breaker "orders": ${problem}`);
    expect(breaker.state).toBe('closed');
  });
});
