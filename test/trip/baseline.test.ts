import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Baseline } from '../../src/trip/baseline.ts';
import { runs } from '../support/random.ts';

/** Records 100 outcomes, of which `bad` are bad. */
function sample(baseline: Baseline, bad: number, outcomes = 100): void {
  for (let outcome = 0; outcome < outcomes; outcome += 1) baseline.record(outcome < bad);
}

describe('Baseline', () => {
  it.each([
    // 0 + 0.02 · (0.1 − 0)
    [[10], 0.002],
    // 0.002 + 0.02 · (0.1 − 0.002)
    [[10, 10], 0.003_96],
    // 0.002 + 0.2 · (0 − 0.002)
    [[10, 0], 0.001_6],
    [[30], 0.006],
    // Not noise.
    [[31], 0],
    [[10, 100], 0.002],
  ])('follows samples of %j bad outcomes to %d', (samples, rate) => {
    const baseline = new Baseline();
    for (const bad of samples) sample(baseline, bad);

    expect(baseline.rate).toBeCloseTo(rate, 12);
  });

  it('is at most 0.2', () => {
    const baseline = new Baseline();
    for (let round = 0; round < 1_000; round += 1) sample(baseline, 30);

    expect(baseline.rate).toBe(0.2);
  });

  it('learns nothing from a sample that was discarded, and forgets', () => {
    const baseline = new Baseline();
    sample(baseline, 10);
    sample(baseline, 99, 99);
    const rates = [baseline.rate];
    baseline.discardSample();
    baseline.record(true);
    rates.push(baseline.rate);
    baseline.forget();

    expect([...rates, baseline.rate]).toEqual([rates[0], rates[0], 0]);
    expect(rates[0]).toBeCloseTo(0.002, 12);
  });

  it('learns the same from a sample in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 100, maxLength: 100 }), (outcomes) => {
        const [one, other] = [new Baseline(), new Baseline()];
        for (const bad of outcomes) one.record(bad);
        for (const bad of outcomes.toSorted()) other.record(bad);

        expect(other.rate).toBe(one.rate);
      }),
      { numRuns: runs(50) },
    );
  });
});
