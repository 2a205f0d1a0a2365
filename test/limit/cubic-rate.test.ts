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

  it('is not as low as it gets after one cut', () => {
    expect(cut().exhausted).toBe(false);
  });

  it('smooths what it measures: 0.8 of the latest half second and 0.2 of what was known', () => {
    const rate = new CubicRate(0);
    for (let call = 0; call < 50; call += 1) rate.take(call * 10);
    for (let call = 0; call < 10; call += 1) rate.take(500 + call * 50);
    rate.overloaded(1_000);

    // 0.8 · 20 + 0.2 · 100 = 36, and 0.7 of that is 25.2: one in 39.7 ms.
    expect(rate.waitMs(1_000)).toBe(40);
  });

  it('takes what it has seen so far for half a second while nothing else is known', () => {
    const rate = new CubicRate(0);
    for (let call = 0; call < 10; call += 1) rate.take(call * 10);
    rate.overloaded(100);

    // 10 in half a second are 20 a second, cut to 14: one in 71.4 ms.
    expect(rate.waitMs(100)).toBe(72);
  });

  it('is not cut again within half a second, and is at its end', () => {
    const before = cut();
    before.overloaded(999);
    // 35 tokens of the half second, and 69 of the next.
    expect(taken(before, 1_000)).toBe(104);

    const after = cut();
    after.overloaded(1_000);
    // Nobody called for half a second: 0.2 · 100 = 20, cut to 14, which is also how many tokens it keeps.
    expect(taken(after, 1_000)).toBe(27);
  });

  it('follows the cube: a second after a cut from 100 it is 0.4 · (1 − 4.217)³ + 100 = 86.7', () => {
    const rate = cut();
    for (let now = 500; now < 1_500; now += 1) rate.take(now);
    rate.succeeded(1_500);

    const calls = taken(rate, 1_500);
    expect(calls).toBeGreaterThanOrEqual(86);
    expect(calls).toBeLessThanOrEqual(87);
  });

  it('knows how long nothing has spoken of overload', () => {
    expect(cut().quietMs(700)).toBe(200);
  });

  it('is not begun by a success', () => {
    const rate = new CubicRate(0);
    rate.take(0);
    rate.succeeded(10);

    expect(rate.active).toBe(false);
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
