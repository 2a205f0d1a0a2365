import { describe, expect, it } from 'vitest';
import { silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { throwing } from '../../support/calls.ts';
import { fragile, waitsOfOutage } from '../../support/outages.ts';
import { BOOM, fail } from '../../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;

/** The wait of one opening, and what was reported. */
function waitOf(options: Options) {
  const { breaker, internalErrors } = silentBreakerWith({ recoveryTimeoutMs: 1_000, ...options });
  breaker.trip();
  return [breaker.retryAfterMs, internalErrors] as const;
}

describe('the wait', () => {
  it.each<[string, Options, number[]]>([
    ['doubles up to 5 s by default', { recoveryTimeoutMs: undefined }, [1_000, 2_000, 4_000, 5_000, 5_000]],
    ['doubles up to five times the first', { recoveryTimeoutMs: 60_000 }, [60_000, 120_000, 240_000, 300_000, 300_000]],
    ['doubles up to maxBackoffMs', { maxBackoffMs: 8_000 }, [1_000, 2_000, 4_000, 8_000, 8_000]],
    ['stays when the cap is the first wait', { maxBackoffMs: 1_000 }, [1_000, 1_000, 1_000]],
    ['stays without exponentialBackoff', { exponentialBackoff: false }, [1_000, 1_000, 1_000]],
    ['follows backoff', { backoff: (n) => n * 700 }, [700, 1_400, 2_100, 2_800]],
    ['follows backoff up to the cap', { maxBackoffMs: 1_500, backoff: (n) => n * 700 }, [700, 1_400, 1_500, 1_500]],
    ['is capped when backoff is infinite', { maxBackoffMs: 8_000, backoff: () => infinite }, [8_000, 8_000]],
    [
      'is jittered after it is capped',
      { jitter: 'equal', random: () => 0.5, maxBackoffMs: 2_000 },
      [750, 1_500, 1_500, 1_500],
    ],
  ])('%s', async (_how, options, expected) => {
    const made = silentBreakerWith({ ...fragile, recoveryTimeoutMs: 1_000, ...options });

    expect(await waitsOfOutage(made, expected.length)).toEqual(expected);
  });

  it.each([
    ['none', 0.25, 1_000],
    ['equal', 0, 500],
    ['equal', 0.25, 625],
    ['equal', 0.5, 750],
    ['equal', 1, 1_000],
    ['proportional', 0, 800],
    ['proportional', 0.5, 900],
    ['full', 0.25, 250],
    ['full', 0, 1],
  ] as const)('with the jitter %s is for random() = %s %s ms of 1,000', (jitter, share, expected) => {
    expect(waitOf({ jitter, random: () => share })).toEqual([expected, []]);
  });

  it('is drawn once, at the opening', async () => {
    let draws = 0;
    const random = () => (draws += 1) / 2;
    const { breaker, clock } = silentBreakerWith({ ...fragile, jitter: 'equal', recoveryTimeoutMs: 1_000, random });

    await fail(breaker);
    const read = [breaker.retryAfterMs, breaker.getStatus().retryAfterMs, breaker.snapshot().drawnWaitMs];
    clock.advance(750);

    expect([read, breaker.canExecute(), draws]).toEqual([[750, 750, 750], true, 1]);
  });

  it('is not drawn when it is infinite', () => {
    expect(waitOf({ jitter: 'full', random: throwing(BOOM), recoveryTimeoutMs: infinite })).toEqual([infinite, []]);
  });
});

describe('user code that returns no wait', () => {
  it.each([
    ['0', () => 0],
    ['-5', () => -5],
    ['NaN', () => Number.NaN],
    ['"5"', () => '5'],
    ['a promise', () => Promise.resolve(5)],
    ['a promise', () => Promise.reject(BOOM)],
  ])('is reported, and the built-in wait is used, when backoff returns %s', async (shown, backoff) => {
    const error = new TypeError(`\`backoff\` must return milliseconds greater than 0. It returned ${shown}.`);

    expect(waitOf({ backoff: backoff as never })).toEqual([1_000, [{ source: 'backoff', error }]]);
  });

  it('is reported, and the built-in wait grows, when backoff throws', async () => {
    const made = silentBreakerWith({ ...fragile, recoveryTimeoutMs: 1_000, backoff: throwing(BOOM) });

    expect(await waitsOfOutage(made, 3)).toEqual([1_000, 2_000, 4_000]);
    expect(made.internalErrors[0]).toEqual({ source: 'backoff', error: BOOM });
  });

  it.each([
    [-0.1, '-0.1'],
    [1.1, '1.1'],
    [Number.NaN, 'NaN'],
    ['0.5', '"0.5"'],
  ])('is reported, and there is no jitter, when random returns %s', (share, shown) => {
    const error = new TypeError(`\`random\` must return a number from 0 to 1. It returned ${shown}.`);

    expect(waitOf({ jitter: 'equal', random: () => share as never })).toEqual([1_000, [{ source: 'random', error }]]);
  });

  it('is reported, and there is no jitter, when random throws', () => {
    const reported = [{ source: 'random', error: BOOM }];

    expect(waitOf({ jitter: 'full', random: throwing(BOOM) })).toEqual([1_000, reported]);
  });
});
