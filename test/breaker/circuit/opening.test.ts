import { describe, expect, it } from 'vitest';
import { silentBreakerWith } from '../../support/breaker.ts';
import { fragile, waitsOfOutage } from '../../support/outages.ts';
import { fail } from '../../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;

describe('the wait', () => {
  it.each([
    ['doubles up to five minutes', { recoveryTimeoutMs: 60_000 }, [60_000, 120_000, 240_000, 300_000, 300_000]],
    ['doubles up to a cap of its own', { recoveryTimeoutMs: 1_000, maxBackoffMs: 8_000 }, [1_000, 2_000, 4_000, 8_000, 8_000]],
    ['stays where the cap is the first wait', { recoveryTimeoutMs: 1_000, maxBackoffMs: 1_000 }, [1_000, 1_000, 1_000]],
    ['stays without exponential backoff', { recoveryTimeoutMs: 1_000, exponentialBackoff: false }, [1_000, 1_000, 1_000]],
    ['follows a backoff of its own', { recoveryTimeoutMs: 1_000, backoff: (n: number) => n * 700 }, [700, 1_400, 2_100, 2_800]],
    ['caps a backoff of its own', { recoveryTimeoutMs: 1_000, maxBackoffMs: 1_500, backoff: (n: number) => n * 700 }, [700, 1_400, 1_500, 1_500]],
    ['caps an infinite backoff', { recoveryTimeoutMs: 1_000, backoff: () => infinite }, [300_000, 300_000]],
  ] as const)('%s', async (_how, options, expected) => {
    const waits = await waitsOfOutage(silentBreakerWith({ ...fragile, ...options }), expected.length);

    expect(waits).toEqual(expected);
  });

  it.each([
    ['none', 0.25, 1_000],
    ['equal', 0, 500],
    ['equal', 0.25, 625],
    ['equal', 0.5, 750],
    ['proportional', 0, 800],
    ['proportional', 0.5, 900],
    ['full', 0.25, 250],
    ['full', 0, 1],
  ] as const)('with the jitter %s and U = %s is %s of 1 000 ms', (jitter, share, expected) => {
    const { breaker } = silentBreakerWith({ jitter, random: () => share, recoveryTimeoutMs: 1_000 });

    breaker.trip();

    expect(breaker.retryAfterMs).toBe(expected);
  });

  it('is jittered after it is capped, so that waits at the cap still spread', async () => {
    const made = silentBreakerWith({ ...fragile, jitter: 'equal', random: () => 0.5, recoveryTimeoutMs: 1_000, maxBackoffMs: 2_000 });

    expect(await waitsOfOutage(made, 4)).toEqual([750, 1_500, 1_500, 1_500]);
  });

  it('of a backoff of its own is jittered too', () => {
    const { breaker } = silentBreakerWith({ jitter: 'equal', random: () => 0, backoff: () => 3_000 });

    breaker.trip();

    expect(breaker.retryAfterMs).toBe(1_500);
  });

  it('is drawn once at the opening and then stands', async () => {
    let draws = 0;
    const { breaker, clock } = silentBreakerWith({
      ...fragile,
      jitter: 'equal',
      recoveryTimeoutMs: 1_000,
      random: () => {
        draws += 1;
        return 0.5;
      },
    });

    await fail(breaker);
    const read = [breaker.retryAfterMs, breaker.getStatus().retryAfterMs, breaker.snapshot().drawnWaitMs];
    clock.advance(750);
    const ready = breaker.canExecute();

    expect(read).toEqual([750, 750, 750]);
    expect([ready, draws]).toEqual([true, 1]);
  });

  it('is not jittered when it is infinite', () => {
    let draws = 0;
    const random = () => {
      draws += 1;
      return 0.5;
    };
    const { breaker } = silentBreakerWith({ jitter: 'full', random, recoveryTimeoutMs: infinite });

    breaker.trip();

    expect([breaker.retryAfterMs, draws]).toEqual([infinite, 0]);
  });
});

describe('user code that gives no wait', () => {
  it.each([
    ['0', () => 0],
    ['-5', () => -5],
    ['NaN', () => Number.NaN],
    ['"soon"', () => 'soon'],
    ['"5"', () => '5'],
    ['a promise', () => Promise.resolve(5)],
  ])('backoff returning %s gives the built-in wait and is reported', async (shown, backoff) => {
    const { breaker, internalErrors } = silentBreakerWith({ backoff: backoff as never, recoveryTimeoutMs: 1_000 });

    breaker.trip();

    expect(breaker.retryAfterMs).toBe(1_000);
    expect(internalErrors).toEqual([{ source: 'backoff', error: new TypeError(`Expected backoff(1) to return milliseconds above 0, got ${shown}`) }]);
  });

  it('a throwing backoff gives the built-in wait, which grows', async () => {
    const broken = new Error('broken');
    const made = silentBreakerWith({
      ...fragile,
      recoveryTimeoutMs: 1_000,
      backoff: () => {
        throw broken;
      },
    });

    expect(await waitsOfOutage(made, 3)).toEqual([1_000, 2_000, 4_000]);
    expect(made.internalErrors[0]).toEqual({ source: 'backoff', error: broken });
  });

  it.each([
    [-0.1, '-0.1'],
    [1.1, '1.1'],
    [Number.NaN, 'NaN'],
    ['0.5', '"0.5"'],
  ])('random returning %s costs the jitter and is reported', (share, shown) => {
    const { breaker, internalErrors } = silentBreakerWith({ jitter: 'equal', random: (() => share) as never, recoveryTimeoutMs: 1_000 });

    breaker.trip();

    expect(breaker.retryAfterMs).toBe(1_000);
    expect(internalErrors).toEqual([{ source: 'random', error: new TypeError(`Expected random() to return a number from 0 to 1, got ${shown}`) }]);
  });

  it.each([
    [0, 500],
    [1, 1_000],
  ])('random may return %s', (share, wait) => {
    const { breaker, internalErrors } = silentBreakerWith({ jitter: 'equal', random: () => share, recoveryTimeoutMs: 1_000 });

    breaker.trip();

    expect([breaker.retryAfterMs, internalErrors]).toEqual([wait, []]);
  });

  it('a throwing random costs the jitter and is reported', () => {
    const broken = new Error('broken');
    const random = () => {
      throw broken;
    };
    const { breaker, internalErrors } = silentBreakerWith({ jitter: 'full', random, recoveryTimeoutMs: 1_000 });

    breaker.trip();

    expect([breaker.retryAfterMs, internalErrors]).toEqual([1_000, [{ source: 'random', error: broken }]]);
  });
});
