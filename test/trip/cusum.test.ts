import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CumulativeSum, cusum, decisionBound } from '../../src/trip/cusum.ts';
import { evidenceWith } from '../support/evidence.ts';
import { runs } from '../support/random.ts';

const failure = evidenceWith({ failed: true });
const success = evidenceWith({ failed: false });

describe('decisionBound', () => {
  it.each([
    // θ = 0.5: ln(calls) / (2 · ln((1 − f) / f)).
    [0.5, 0.3, 1e6, 8.1527],
    [0.5, 0.1, 1e6, 3.1438],
    [0.5, 0.3, 1e3, 4.0764],
  ])('for θ %d and %d tolerated, one false trip in %d calls, is %d', (threshold, tolerated, calls, bound) => {
    expect(decisionBound(threshold, tolerated, calls)).toBeCloseTo(bound, 3);
  });

  it('solves the equation of the adjustment coefficient', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.02, max: 0.98, noNaN: true }), fc.double({ min: 0.05, max: 0.9, noNaN: true }), (threshold, share) => {
        const tolerated = threshold * share;
        const r = Math.log(1e6) / decisionBound(threshold, tolerated, 1e6);

        expect(tolerated * Math.exp(r * (1 - threshold)) + (1 - tolerated) * Math.exp(-r * threshold)).toBeCloseTo(1, 6);
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('CumulativeSum', () => {
  it('adds what a failure is above the threshold and takes away the threshold for a success, never below 0', () => {
    const total = new CumulativeSum({});

    const sums = [true, true, false, false, false, true].map((failed) => {
      total.add(failed, 0.3);
      return Math.round(total.sum * 1e9) / 1e9;
    });

    expect(sums).toEqual([0.7, 1.4, 1.1, 0.8, 0.5, 1.2]);
  });

  it('is never lower with a failure in the place of a success', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), fc.nat(), (outcomes, index) => {
        const one = new CumulativeSum({});
        const other = new CumulativeSum({});
        const at = index % outcomes.length;
        for (const [position, failed] of outcomes.entries()) {
          one.add(failed, 0.5);
          other.add(failed || position === at, 0.5);
        }

        expect(other.sum).toBeGreaterThanOrEqual(one.sum);
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('cusum', () => {
  it('opens at the 17th call of a total outage', () => {
    const policy = cusum();

    const reasons = Array.from({ length: 17 }, () => policy.shouldTrip(failure));

    expect(reasons.indexOf('cusum')).toBe(16);
  });

  it('does not open on success, however high the sum is', () => {
    const policy = cusum({ threshold: 0.1, tolerated: 0.05, callsPerFalseTrip: 2 });
    while (policy.shouldTrip(failure) === null);

    expect(policy.shouldTrip(success)).toBeNull();
  });

  it('starts over when it is cleared', () => {
    const policy = cusum();
    for (let call = 0; call < 16; call += 1) policy.shouldTrip(failure);

    policy.clear?.();

    expect(policy.shouldTrip(failure)).toBeNull();
  });

  it('is not moved by a steady share of failures below the threshold', () => {
    const policy = cusum();

    const reasons = Array.from({ length: 3_000 }, (_, call) => policy.shouldTrip(call % 3 === 0 ? failure : success));

    expect(reasons).not.toContain('cusum');
  });

  it.each([
    [{ threshold: 0 }, 'Expected `threshold` to be above 0 and below 1, got 0'],
    [{ threshold: 1 }, 'Expected `threshold` to be above 0 and below 1, got 1'],
    [{ tolerated: 0.5 }, 'Expected `tolerated` to be above 0 and below `threshold`, 0.5, got 0.5'],
    [{ tolerated: 0 }, 'Expected `tolerated` to be above 0 and below `threshold`, 0.5, got 0'],
    [{ callsPerFalseTrip: 1 }, 'Expected `callsPerFalseTrip` to be finite and above 1, got 1'],
    [{ callsPerFalseTrip: Number.POSITIVE_INFINITY }, 'Expected `callsPerFalseTrip` to be finite and above 1, got Infinity'],
  ])('refuses %o', (options, message) => {
    expect(() => cusum(options)).toThrow(new RangeError(message));
  });
});
