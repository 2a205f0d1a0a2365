import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Baseline } from '../../src/trip/baseline.ts';
import { runs } from '../support/random.ts';

function lesson(baseline: Baseline, bad: number): void {
  for (let outcome = 0; outcome < 100; outcome += 1) baseline.record(outcome < bad);
}

describe('Baseline', () => {
  it('knows nothing until a lesson of 100 outcomes is over', () => {
    const baseline = new Baseline();
    for (let outcome = 0; outcome < 99; outcome += 1) baseline.record(true);

    expect(baseline.rate).toBe(0);
  });

  it.each([
    // 0 + 0.02 · (0.1 − 0)
    [[10], 0.002],
    // 0.002 + 0.02 · (0.1 − 0.002)
    [[10, 10], 0.003_96],
    // 0.002 + 0.2 · (0 − 0.002)
    [[10, 0], 0.001_6],
    [[30], 0.006],
    // No noise any more.
    [[31], 0],
    [[10, 100], 0.002],
  ])('follows lessons of %j failures to %d', (lessons, rate) => {
    const baseline = new Baseline();
    for (const bad of lessons) lesson(baseline, bad);

    expect(baseline.rate).toBeCloseTo(rate, 12);
  });

  it('never calls more than a fifth normal', () => {
    const baseline = new Baseline();
    for (let round = 0; round < 1_000; round += 1) lesson(baseline, 30);

    expect(baseline.rate).toBe(0.2);
  });

  it('drops the lesson that was begun when it is interrupted, and everything when it forgets', () => {
    const baseline = new Baseline();
    lesson(baseline, 10);
    for (let outcome = 0; outcome < 99; outcome += 1) baseline.record(true);
    baseline.interrupt();
    baseline.record(true);
    expect(baseline.rate).toBeCloseTo(0.002, 12);

    baseline.forget();
    expect(baseline.rate).toBe(0);
  });

  it('learns the same from a lesson in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 100, maxLength: 100 }), (outcomes) => {
        const one = new Baseline();
        const other = new Baseline();
        for (const bad of outcomes) one.record(bad);
        for (const bad of outcomes.toSorted()) other.record(bad);

        expect(other.rate).toBe(one.rate);
      }),
      { numRuns: runs(50) },
    );
  });
});
