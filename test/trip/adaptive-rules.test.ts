import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveRules } from '../../src/trip/adaptive-rules.ts';
import type { AdaptiveRuleOptions } from '../../src/trip/adaptive-rules.ts';
import { evidenceWith } from '../support/evidence.ts';
import { runs } from '../support/random.ts';

const OPTIONS: AdaptiveRuleOptions = {
  failureThreshold: 10,
  errorRateThreshold: 0.5,
  slowCallRateThreshold: null,
  minRequestsThreshold: 20,
  detector: 'window',
  cusum: {},
  adaptiveThreshold: { floor: 0.5, ceiling: 2, sensitivity: 'absolute' },
  sampleSize: 100,
};
const EMPTY = { calls: 0, slowCalls: 0 };

function taught(rules: AdaptiveRules, lessons: number, bad: number): AdaptiveRules {
  for (let outcome = 0; outcome < 100 * lessons; outcome += 1) rules.shouldTrip(evidenceWith({ failed: outcome % 100 < bad }));
  return rules;
}

describe('AdaptiveRules', () => {
  it('opens by the thresholds in force', () => {
    const rules = new AdaptiveRules(OPTIONS);
    const slow = { windowCalls: 100, windowSlowCalls: 100 };

    expect(rules.shouldTrip(evidenceWith({ ...slow, failed: true, windowFailures: 4, consecutiveFailures: 4 }))).toBeNull();
    expect(rules.shouldTrip(evidenceWith({ ...slow, failed: true, windowFailures: 5, consecutiveFailures: 5 }))).toBe('consecutive_failures');
    expect(rules.shouldTrip(evidenceWith({ ...slow, failed: true, windowFailures: 25, consecutiveFailures: 1 }))).toBe('error_rate');
    expect(rules.shouldTrip(evidenceWith({ windowCalls: 100, failed: true, windowFailures: 25, consecutiveFailures: 5 }))).toBeNull();
  });

  it('takes a share of slow calls only from enough of them', () => {
    const rules = new AdaptiveRules(OPTIONS);

    expect(rules.inForce({ calls: 19, slowCalls: 19 }, null).reasons).toEqual([]);
    expect(rules.inForce({ calls: 20, slowCalls: 20 }, null).reasons).toEqual(['slow']);
    expect(rules.inForce({ calls: 100, slowCalls: 10 }, null).reasons).toEqual([]);
  });

  it('opens on a rate from the minimum of calls on', () => {
    const rules = new AdaptiveRules({ ...OPTIONS, failureThreshold: null });
    const failure = { failed: true, consecutiveFailures: 1 };

    expect(rules.shouldTrip(evidenceWith({ ...failure, windowCalls: 19, windowFailures: 19 }))).toBeNull();
    expect(rules.shouldTrip(evidenceWith({ ...failure, windowCalls: 20, windowFailures: 10 }))).toBe('error_rate');
  });

  it('lets the sum fall also when the window has forgotten the failures', () => {
    const rules = new AdaptiveRules({ ...OPTIONS, failureThreshold: null, detector: 'cusum' });
    for (let call = 1; call <= 16; call += 1) rules.shouldTrip(evidenceWith({ failed: true, windowCalls: call, windowFailures: call }));
    for (let call = 1; call <= 16; call += 1) rules.shouldTrip(evidenceWith({ windowCalls: call }));

    expect(rules.shouldTrip(evidenceWith({ failed: true, windowCalls: 17, windowFailures: 1 }))).toBeNull();
  });

  it('tolerates what was chosen for the configured threshold', () => {
    const rules = new AdaptiveRules({ ...OPTIONS, failureThreshold: null, errorRateThreshold: 0.6, detector: 'cusum', cusum: { tolerated: 0.48, callsPerFalseTrip: 1_000 } });

    const reasons = Array.from({ length: 200 }, () => rules.shouldTrip(evidenceWith({ failed: true, windowCalls: 1, windowFailures: 1 })));

    // ln 1000 / r = 7.0, where 0.48·e^(0.4·r) + 0.52·e^(−0.6·r) = 1; a failure adds 0.4.
    expect(reasons.indexOf('cusum')).toBe(17);
  });

  it('learns what is normal, keeps it when the circuit moves, and forgets it on a reset', () => {
    const rules = taught(new AdaptiveRules({ ...OPTIONS, failureThreshold: 3 }), 400, 20);
    const { baseline } = rules;
    expect(baseline).toBeGreaterThan(0.19);
    expect(rules.inForce(EMPTY, null)).toMatchObject({ failureThreshold: 6, reasons: ['noisy'] });

    rules.clear();
    expect(rules.baseline).toBe(baseline);
    rules.forget();
    expect(rules.baseline).toBe(0);
    expect(rules.inForce(EMPTY, null)).toMatchObject({ failureThreshold: 3, reasons: [] });
  });

  it('comes back to the configured thresholds when the noise ends', () => {
    const rules = taught(taught(new AdaptiveRules({ ...OPTIONS, failureThreshold: 3 }), 400, 20), 100, 0);

    expect(rules.inForce(EMPTY, null)).toEqual({ failureThreshold: 3, errorRateThreshold: 0.5, reasons: [] });
  });

  it('goes on from what other rules have learned', () => {
    const rules = new AdaptiveRules(OPTIONS);
    rules.inherit(taught(new AdaptiveRules(OPTIONS), 10, 10));

    expect(rules.baseline).toBeGreaterThan(0.01);
  });

  it('uses the cumulative sum instead of the window when told to', () => {
    const rules = new AdaptiveRules({ ...OPTIONS, failureThreshold: null, detector: 'cusum' });

    const reasons = Array.from({ length: 17 }, (_, call) => rules.shouldTrip(evidenceWith({ failed: true, windowCalls: call + 1, windowFailures: call + 1 })));

    expect(reasons.indexOf('cusum')).toBe(16);
    rules.clear();
    expect(rules.shouldTrip(evidenceWith({ failed: true, windowCalls: 1, windowFailures: 1 }))).toBeNull();
  });

  it('keeps the slow-call rule as it is configured', () => {
    const rules = new AdaptiveRules({ ...OPTIONS, slowCallRateThreshold: 0.8 });

    expect(rules.shouldTrip(evidenceWith({ slow: true, windowCalls: 20, windowSlowCalls: 15 }))).toBeNull();
    expect(rules.shouldTrip(evidenceWith({ slow: true, windowCalls: 20, windowSlowCalls: 16 }))).toBe('slow_call_rate');
  });

  it('keeps its bounds for any sequence of outcomes and signals, and comes back to what is configured when they have gone', () => {
    const outcome = fc.record({
      failed: fc.boolean(),
      slow: fc.boolean(),
      windowCalls: fc.integer({ min: 1, max: 100 }),
      slowShare: fc.double({ min: 0, max: 1, noNaN: true }),
      health: fc.constantFrom(null, 'healthy' as const, 'degraded' as const, 'unhealthy' as const, 'failed' as const),
      times: fc.integer({ min: 1, max: 300 }),
    });
    const bounds = fc.record({ floor: fc.double({ min: 0.1, max: 1, noNaN: true }), ceiling: fc.double({ min: 1, max: 10, noNaN: true }), sensitivity: fc.constant('absolute' as const) });
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 30 }), bounds, fc.constantFrom('window' as const, 'cusum' as const), (outcomes, adaptiveThreshold, detector) => {
        const rules = new AdaptiveRules({ ...OPTIONS, adaptiveThreshold, detector });
        const { floor, ceiling } = adaptiveThreshold;
        for (const { slowShare, times, ...seen } of outcomes) {
          const windowSlowCalls = Math.round(slowShare * seen.windowCalls);
          for (let time = 0; time < times; time += 1) rules.shouldTrip(evidenceWith({ ...seen, windowSlowCalls, windowFailures: seen.failed ? 1 : 0 }));
          const { failureThreshold, errorRateThreshold } = rules.inForce({ calls: seen.windowCalls, slowCalls: windowSlowCalls }, seen.health);

          expect(failureThreshold).toBeGreaterThanOrEqual(10 * floor);
          expect(failureThreshold).toBeLessThanOrEqual(10 * ceiling);
          expect(errorRateThreshold).toBeGreaterThanOrEqual(0.5 * floor);
          expect(errorRateThreshold).toBeLessThanOrEqual(Math.min(1, 0.5 * ceiling));
        }
        // From 0.2, the most that is learned, ten lessons leave 0.2 · 0.8¹⁰ = 0.02: too little to move anything.
        taught(rules, 11, 0);

        expect(rules.inForce(EMPTY, null)).toEqual({ failureThreshold: 10, errorRateThreshold: 0.5, reasons: [] });
      }),
      { numRuns: runs(60) },
    );
  });
});
