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
    [0.5, 0.48, 1e6, 86.3009],
  ])(
    'for the threshold %d, with %d tolerated and one false opening in %d calls, is %d',
    (threshold, tolerated, calls, bound) => {
      expect(decisionBound(threshold, tolerated, calls)).toBeCloseTo(bound, 3);
    },
  );

  it('solves the equation of the adjustment coefficient', () => {
    const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(between(0.02, 0.98), between(0.05, 0.9), (threshold, share) => {
        const tolerated = threshold * share;
        const r = Math.log(1e6) / decisionBound(threshold, tolerated, 1e6);

        expect(tolerated * Math.exp(r * (1 - threshold)) + (1 - tolerated) * Math.exp(-r * threshold))
          .toBeCloseTo(1, 6);
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('CumulativeSum', () => {
  it('adds 1 − threshold for a failure and subtracts the threshold for a success, never below 0', () => {
    const total = new CumulativeSum({});
    const idle = [total.idle];

    const sums = [true, true, false, false, false, false, false, true].map((failed) => {
      total.add(failed, 0.3);
      idle.push(total.idle);
      return Math.round(total.sum * 1e9) / 1e9;
    });

    expect(sums).toEqual([0.7, 1.4, 1.1, 0.8, 0.5, 0.2, 0, 0.7]);
    expect(idle).toEqual([true, false, false, false, false, false, false, true, false]);
  });

  it('is never lower when a success is replaced by a failure', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), fc.nat(), (outcomes, index) => {
        const [one, other] = [new CumulativeSum({}), new CumulativeSum({})];
        for (const [position, failed] of outcomes.entries()) {
          one.add(failed, 0.5);
          other.add(failed || position === index % outcomes.length, 0.5);
        }

        expect(other.sum).toBeGreaterThanOrEqual(one.sum);
      }),
      { numRuns: runs(200) },
    );
  });

  it('tolerates the same share when the threshold moves', () => {
    const total = new CumulativeSum({ tolerated: 0.2 }, 0.4);

    expect(total.bound(0.4)).toBe(decisionBound(0.4, 0.2, 1e6));
    expect(total.bound(0.6)).toBe(decisionBound(0.6, 0.3, 1e6));
    expect(total.bound(0.4)).toBe(decisionBound(0.4, 0.2, 1e6));
    expect(new CumulativeSum({ tolerated: 0.48 }).bound(0.5)).toBe(decisionBound(0.5, 0.48, 1e6));
    expect(new CumulativeSum({}).bound(0.5)).toBe(decisionBound(0.5, 0.3, 1e6));
    expect(new CumulativeSum({ tolerated: 0.2, callsPerFalseTrip: 1e3 }).bound(0.5)).toBe(decisionBound(0.5, 0.2, 1e3));
  });

  it('treats a threshold of 1 as a little less, because no rate is above 1', () => {
    const total = new CumulativeSum({}, 1);

    expect([total.add(true, 1), total.sum]).toEqual([false, expect.closeTo(0.001, 9)]);
  });
});

describe('cusum', () => {
  it('opens at the 17th call of a total outage, and again after a clear', () => {
    const policy = cusum();
    const outage = (): number => Array.from({ length: 17 }, () => policy.shouldTrip(failure)).indexOf('cusum');

    const calls = [outage()];
    policy.clear?.();
    calls.push(outage());

    expect(calls).toEqual([16, 16]);
    expect(() => cusum().clear?.()).not.toThrow();
  });

  it('does not open on a success, even if the sum is high', () => {
    const policy = cusum({ threshold: 0.1, tolerated: 0.05, callsPerFalseTrip: 2 });
    while (policy.shouldTrip(failure) === null);

    expect(policy.shouldTrip(success)).toBeNull();
  });

  it('does not open at a steady failure rate below the threshold', () => {
    const policy = cusum();

    const reasons = Array.from({ length: 3_000 }, (_, call) => policy.shouldTrip(call % 3 === 0 ? failure : success));

    expect(reasons).not.toContain('cusum');
  });

  it('makes a detector for each circuit when it is used as `detector`', () => {
    const detector = cusum({ tolerated: 0.2 });
    const [one, other] = [detector.create(0.4), detector.create(0.4)];
    one.add(true, 0.4);

    expect([detector.reason, one.idle, other.idle]).toEqual(['cusum', false, true]);
    one.clear();
    expect(one.idle).toBe(true);
  });

  it.each([
    [{ threshold: 0 }, '`threshold` of cusum() must be greater than 0 and less than 1. Received 0.'],
    [{ threshold: 1 }, '`threshold` of cusum() must be greater than 0 and less than 1. Received 1.'],
    [
      { threshold: 0.5, tolerated: 0.5 },
      '`tolerated` must be greater than 0 and less than `threshold` (0.5). Received 0.5.',
    ],
    [{ tolerated: 0 }, '`tolerated` must be greater than 0 and less than `threshold` (0.999). Received 0.'],
    [{ callsPerFalseTrip: 1 }, '`callsPerFalseTrip` must be finite and greater than 1. Received 1.'],
    [{ callsPerFalseTrip: Infinity }, '`callsPerFalseTrip` must be finite and greater than 1. Received Infinity.'],
  ])('throws when an option is out of its range: %o', (options, message) => {
    expect(() => cusum(options)).toThrow(new RangeError(message));
  });

  it('throws when the threshold of a breaker does not fit', () => {
    expect(() => cusum({ tolerated: 0.3 }).create(0.2)).toThrow(
      new RangeError('`tolerated` must be greater than 0 and less than `errorRateThreshold` (0.2). Received 0.3.'),
    );
  });

  it('is refused where it could hardly ever open', () => {
    expect(() => cusum({ threshold: 0.5, tolerated: 0.4999 })).toThrow(
      new RangeError('`tolerated` must be further below `threshold` (0.5). Received 0.4999. '
        + 'It would take 34539 consecutive failures to open the circuit.'),
    );
    expect(() => cusum({ threshold: 0.5, tolerated: 0.49 })).not.toThrow();
  });
});
