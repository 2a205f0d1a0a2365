import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CubicRate } from '../../src/limit/cubic-rate.ts';
import { runs } from '../support/random.ts';

/** 100 calls a second, and then a sign of overload. */
function cut(): CubicRate {
  const rate = new CubicRate(0);
  for (let call = 0; call < 50; call += 1) rate.take(call * 10);
  rate.overloaded(500);
  return rate;
}

/** Calls that get a token within a second from `from`, of one each millisecond. */
function taken(rate: CubicRate, from: number): number {
  return Array.from({ length: 1_000 }, (_, ms) => rate.take(from + ms)).filter(Boolean).length;
}

describe('CubicRate', () => {
  it('limits nothing until something speaks of overload', () => {
    const rate = new CubicRate(0);

    expect(taken(rate, 0)).toBe(1_000);
    expect(rate.active).toBe(false);
  });

  it('is cut to 0.7 of what was measured: of 100 calls a second to 70', () => {
    const rate = cut();

    expect(rate.waitMs(500)).toBe(15);
    expect([rate.wouldTake(514), rate.wouldTake(515)]).toEqual([false, true]);
    expect(taken(rate, 500)).toBe(69);
  });

  it('grows back along the cube, and passes the rate before the cut after ∛(0.3 · 100 / 0.4) = 4.2 s', () => {
    const rate = cut();
    let now = 500;
    for (; now < 500 + 4_217; now += 5) if (rate.take(now)) rate.succeeded(now);

    expect(taken(rate, now)).toBeGreaterThanOrEqual(99);
    expect(taken(rate, now)).toBeLessThanOrEqual(101);
  });

  it('is cut at most once in half a second, and never below one call in two seconds', () => {
    const rate = cut();
    rate.overloaded(600);
    expect(rate.waitMs(600)).toBe(1);

    for (let now = 1_100; now < 60_000; now += 500) rate.overloaded(now);
    expect(rate.exhausted).toBe(true);
    expect(rate.waitMs(59_600)).toBeLessThanOrEqual(2_000);
  });

  it('admits nobody before the pause that was asked for is over', () => {
    const rate = new CubicRate(0);
    rate.overloaded(0, 5_000);

    expect(rate.waitMs(0)).toBe(5_000);
    expect([rate.wouldTake(4_999), rate.wouldTake(5_000)]).toEqual([false, true]);
  });

  it('can be released', () => {
    const rate = cut();
    rate.release();

    expect(taken(rate, 1_000)).toBe(1_000);
  });

  it('says how long to wait, exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ ms: fc.integer({ min: 1, max: 900 }), what: fc.constantFrom('take', 'overloaded', 'succeeded') }), { minLength: 1, maxLength: 60 }), (steps) => {
        const rate = new CubicRate(0);
        let now = 0;
        for (const { ms, what } of steps) rate[what as 'take']((now += ms));
        if (rate.wouldTake(now)) return;

        expect(rate.wouldTake(now + rate.waitMs(now) + 1)).toBe(true);
        expect(rate.waitMs(now) > 1 && rate.wouldTake(now + rate.waitMs(now) - 2)).toBe(false);
      }),
      { numRuns: runs(300) },
    );
  });
});
