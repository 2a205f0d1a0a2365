import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AdaptiveRules } from '../../src/trip/adaptive-rules.ts';
import { closedRules } from '../../src/trip/closed-rules.ts';
import { cusum } from '../../src/trip/cusum.ts';
import type { ThresholdBounds } from '../../src/trip/thresholds.ts';
import type { TripEvidence } from '../../src/trip/trip-policy.ts';
import { evidenceWith } from '../support/evidence.ts';
import { runs } from '../support/random.ts';

const OPTIONS = {
  failureThreshold: 10,
  errorRateThreshold: 0.5,
  slowCallRateThreshold: null,
  minRequestsThreshold: 20,
  detector: 'window',
  slidingWindowMs: null,
  slidingWindowSize: 100,
} as const;
const BOUNDS = { floor: 0.5, ceiling: 2, sensitivity: 'absolute' } as const;
const EMPTY = { calls: 0, slowCalls: 0 };

type Options = ConstructorParameters<typeof AdaptiveRules>[0];

const rulesWith = (
  options: Partial<Options> = {}, bounds: ThresholdBounds = BOUNDS, before?: AdaptiveRules,
): AdaptiveRules =>
  closedRules({ ...OPTIONS, ...options, adaptiveThreshold: bounds }, before) as AdaptiveRules;

/** Shows the rules `samples` times 100 outcomes, of which `bad` failed. */
function taught(rules: AdaptiveRules, samples: number, bad: number): AdaptiveRules {
  for (let outcome = 0; outcome < 100 * samples; outcome += 1)
    rules.shouldTrip(evidenceWith({ failed: outcome % 100 < bad }));
  return rules;
}

describe('AdaptiveRules', () => {
  const slow = { windowCalls: 100, windowSlowCalls: 100, failed: true };

  it.each<[string, Partial<Options>, Partial<TripEvidence>, string | null]>([
    ['less than half of the failures in a row', {}, { ...slow, windowFailures: 4, consecutiveFailures: 4 }, null],
    ['half of the failures in a row', {}, { ...slow, windowFailures: 5, consecutiveFailures: 5 },
      'consecutive_failures'],
    ['half of the failure rate', {}, { ...slow, windowFailures: 25, consecutiveFailures: 1 }, 'error_rate'],
    ['both, but no call is slow', {}, { windowCalls: 100, failed: true, windowFailures: 25, consecutiveFailures: 5 },
      null],
    ['a rate of too few calls', {}, { failed: true, windowCalls: 19, windowFailures: 19 }, null],
    ['a rate of the least number of calls', {}, { failed: true, windowCalls: 20, windowFailures: 10 }, 'error_rate'],
    ['a rate, on a slow success', {}, { ...slow, failed: false, slow: true, windowFailures: 100 }, null],
    ['slow calls, on a fast failure', { failureThreshold: null, errorRateThreshold: null, slowCallRateThreshold: 0.8 },
      slow, null],
    ['a rate that is off', { errorRateThreshold: null }, { failed: true, windowCalls: 20, windowFailures: 20 }, null],
    ['slow calls below the threshold', { slowCallRateThreshold: 0.8 },
      { slow: true, windowCalls: 20, windowSlowCalls: 15 }, null],
    ['slow calls', { slowCallRateThreshold: 0.8 }, { slow: true, windowCalls: 20, windowSlowCalls: 16 },
      'slow_call_rate'],
    ['slow calls of too few', { slowCallRateThreshold: 0.8 }, { slow: true, windowCalls: 19, windowSlowCalls: 19 },
      null],
  ])('opens by the thresholds in effect: %s', (_, options, evidence, expected) => {
    expect(rulesWith(options).shouldTrip(evidenceWith(evidence))).toBe(expected);
  });

  it.each([
    [19, 19, []],
    [20, 20, ['slow']],
    [100, 10, []],
  ])('takes the share of slow calls from at least 20: of %i, %i', (calls, slowCalls, reasons) => {
    expect(rulesWith().inForce({ calls, slowCalls }, null).reasons).toEqual(reasons);
  });

  it.each<[string, Partial<Options>, number]>([
    // 0.1 + 3 · √(0.09 / 400)
    ['the whole window of calls', { slidingWindowSize: 400 }, 0.145],
    // 0.1 + 3 · √(0.09 / 25)
    ['the least number of calls in a window of time', { slidingWindowSize: 400, slidingWindowMs: 1_000 }, 0.28],
  ])('estimates the noise of %s', (_, window, expected) => {
    const options = { failureThreshold: null, errorRateThreshold: 0.1, minRequestsThreshold: 25, ...window };
    const rules = taught(rulesWith(options, { ...BOUNDS, ceiling: 10 }), 1_000, 10);

    expect(rules.inForce(EMPTY, null).errorRateThreshold).toBeCloseTo(expected, 4);
  });

  it('learns what is normal, keeps it when the circuit moves, and forgets it on a reset', () => {
    const rules = taught(rulesWith({ failureThreshold: 3 }), 400, 20);
    const { baseline } = rules;
    expect(baseline).toBeGreaterThan(0.19);
    expect(rules.inForce(EMPTY, null)).toMatchObject({ failureThreshold: 6, reasons: ['noisy'] });

    rules.clear();
    expect(rules.baseline).toBe(baseline);
    rules.forget();
    expect([rules.baseline, rules.inForce(EMPTY, null)]).toMatchObject([0, { failureThreshold: 3, reasons: [] }]);
  });

  it('returns to the configured thresholds when the noise ends', () => {
    const rules = taught(taught(rulesWith({ failureThreshold: 3 }), 400, 20), 100, 0);

    expect(rules.inForce(EMPTY, null)).toEqual({ failureThreshold: 3, errorRateThreshold: 0.5, reasons: [] });
  });

  it('continues from what other rules have learned', () => {
    const other = taught(rulesWith(), 10, 10);
    const rules = rulesWith({}, BOUNDS, other);

    expect([rules.baseline, rules.baseline > 0.01]).toEqual([other.baseline, true]);
  });

  it('learns from successes that it absorbs', () => {
    const rules = rulesWith();
    for (let call = 0; call < 100; call += 1) rules.shouldTrip(evidenceWith({ failed: call < 10, slow: call < 10 }));
    expect(rules.baseline).toBeCloseTo(0.002, 12);
    for (let call = 0; call < 100; call += 1) rules.absorbSuccess();

    // 0.2 of the way back to 0, for errors and for slowness: up to 0.1 + 0.0016 slow calls are usual.
    expect(rules.baseline).toBeCloseTo(0.001_6, 12);
    expect(rules.inForce({ calls: 10_000, slowCalls: 1_016 }, null).reasons).toEqual([]);
    expect(rules.inForce({ calls: 10_000, slowCalls: 1_017 }, null).reasons).toEqual(['slow']);
  });

  it('keeps its bounds for any outcomes and signals, and returns to the options when they end', () => {
    const outcome = fc.record({
      failed: fc.boolean(),
      slow: fc.boolean(),
      windowCalls: fc.integer({ min: 1, max: 100 }),
      slowShare: fc.double({ min: 0, max: 1, noNaN: true }),
      health: fc.constantFrom(null, 'healthy' as const, 'degraded' as const, 'unhealthy' as const, 'failed' as const),
      times: fc.integer({ min: 1, max: 300 }),
    });
    const bounds = fc.record({
      floor: fc.double({ min: 0.1, max: 1, noNaN: true }),
      ceiling: fc.double({ min: 1, max: 10, noNaN: true }),
      sensitivity: fc.constant('absolute' as const),
    });
    fc.assert(
      fc.property(
        fc.array(outcome, { maxLength: 30 }),
        bounds,
        fc.constantFrom('window' as const, cusum()),
        (outcomes, limits, detector) => {
          const rules = rulesWith({ detector }, limits);
          const { floor, ceiling } = limits;
          for (const { slowShare, times, ...seen } of outcomes) {
            const windowSlowCalls = Math.round(slowShare * seen.windowCalls);
            const evidence = evidenceWith({ ...seen, windowSlowCalls, windowFailures: seen.failed ? 1 : 0 });
            for (let time = 0; time < times; time += 1) rules.shouldTrip(evidence);
            const { failureThreshold, errorRateThreshold } = rules.inForce(
              { calls: seen.windowCalls, slowCalls: windowSlowCalls },
              seen.health,
            );

            expect(failureThreshold).toBeGreaterThanOrEqual(10 * floor);
            expect(failureThreshold).toBeLessThanOrEqual(10 * ceiling);
            expect(errorRateThreshold).toBeGreaterThanOrEqual(0.5 * floor);
            expect(errorRateThreshold).toBeLessThanOrEqual(Math.min(1, 0.5 * ceiling));
          }
          // From 0.2, the most that is learned, ten samples leave 0.2 · 0.8¹⁰ = 0.02: too little to move anything.
          taught(rules, 11, 0);

          expect(rules.inForce(EMPTY, null)).toEqual({ failureThreshold: 10, errorRateThreshold: 0.5, reasons: [] });
        },
      ),
      { numRuns: runs(60) },
    );
  });
});

describe('AdaptiveRules with a detector', () => {
  const only = { failureThreshold: null, detector: cusum() };
  const failing = (rules: AdaptiveRules, calls: number): (string | null)[] =>
    Array.from({ length: calls }, (_, call) =>
      rules.shouldTrip(evidenceWith({ failed: true, windowCalls: call + 1, windowFailures: call + 1 })),
    );

  it('opens by the detector in place of the rate, and clears it', () => {
    const rules = rulesWith(only);

    expect(failing(rules, 17).indexOf('cusum')).toBe(16);
    rules.clear();
    expect(failing(rules, 1)).toEqual([null]);
  });

  it('shows the detector successes, even when the window has forgotten the failures', () => {
    const rules = rulesWith(only);
    failing(rules, 16);
    for (let call = 1; call <= 16; call += 1) rules.shouldTrip(evidenceWith({ windowCalls: call }));

    expect(failing(rules, 1)).toEqual([null]);
  });

  it('shows the detector a failure that opens the circuit by another rule', () => {
    const rules = rulesWith({ failureThreshold: 1, detector: cusum() });
    rules.shouldTrip(evidenceWith({ failed: true, consecutiveFailures: 1, windowCalls: 1, windowFailures: 1 }));

    expect(rules.absorbSuccess()).toBe(false);
  });

  it('tolerates what was configured for the threshold', () => {
    const rules = rulesWith({ ...only, errorRateThreshold: 0.6,
      detector: cusum({ tolerated: 0.48, callsPerFalseTrip: 1_000 }) });

    // ln 1000 / r = 7.0, where 0.48·e^(0.4·r) + 0.52·e^(−0.6·r) = 1. A failure adds 0.4.
    expect(failing(rules, 200).indexOf('cusum')).toBe(17);
  });

  it('is off when the rate is off', () => {
    expect(failing(rulesWith({ ...only, errorRateThreshold: null }), 100)).not.toContain('cusum');
  });
});
