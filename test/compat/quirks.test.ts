import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cumulativeFailures, decayingFailures, errorRateAbove, failuresWithin } from '../../src/compat/quirks.ts';
import type { TripEvidence, TripPolicy } from '../../src/index.ts';
import { runs } from '../support/random.ts';
import { decaying, inAll, within } from './support/reference.ts';
import type { OpensWhen } from './support/reference.ts';

const evidence = (parts: Partial<TripEvidence>): TripEvidence => ({
  now: 0, failed: true, slow: false, error: undefined, durationMs: 0, consecutiveFailures: 0, windowCalls: 0, windowFailures: 0, windowSlowCalls: 0, health: null, ...parts,
});

/** What a policy says to outcomes, each `[failed, at]`. */
const say = (policy: TripPolicy, outcomes: readonly (readonly [failed: boolean, at: number])[]): (string | null)[] =>
  outcomes.map(([failed, now]) => policy.shouldTrip(evidence({ failed, now })));

const outcomes = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 400 })), { minLength: 1, maxLength: 40 });

/** A policy opens where the rule, asked with the whole history, does. */
function agrees(make: () => TripPolicy, opensWhen: OpensWhen): void {
  fc.assert(
    fc.property(outcomes, (steps) => {
      const policy = make();
      const history: { failed: boolean; at: number }[] = [];
      let now = 0;
      for (const [failed, gap] of steps) {
        now += gap;
        history.push({ failed, at: now });
        expect(policy.shouldTrip(evidence({ failed, now })) !== null).toBe(opensWhen(history));
      }
    }),
    { numRuns: runs(300) },
  );
}

describe('failuresWithin', () => {
  it('opens at the third failure within 300 s, whatever came between, and says so', () => {
    expect(say(failuresWithin({ failures: 3, windowMs: 300_000 }), [[true, 0], [false, 1], [true, 100_000], [false, 200_000], [true, 300_000]])).toEqual([null, null, null, null, 'failures_within']);
  });

  it('forgets a failure a moment after the window, and all of them when cleared', () => {
    const policy = failuresWithin({ failures: 2, windowMs: 300 });

    expect(say(policy, [[true, 0], [true, 301]])).toEqual([null, null]);
    policy.clear?.();
    expect(say(policy, [[true, 302]])).toEqual([null]);
    expect(policy.failures(302)).toBe(1);
    expect(policy.failures(603)).toBe(0);
  });

  it('does what the rule says for any history', () => {
    expect(() => agrees(() => failuresWithin({ failures: 3, windowMs: 700 }), within(3, 700))).not.toThrow();
  });

  // Each failure copied all those before it: 50 000 of them took a minute.
  it('looks at each failure once, so that a threshold too high to be reached costs nothing', () => {
    const policy = failuresWithin({ failures: 1_000_000, windowMs: 30_000 });
    for (let now = 0; now < 50_000; now += 1) policy.shouldTrip(evidence({ now }));

    expect(policy.failures(49_999)).toBe(30_001);
  }, 2_000);
});

describe('cumulativeFailures', () => {
  it('opens at the third failure since it was cleared; successes take none back', () => {
    const policy = cumulativeFailures(3);

    expect(say(policy, [[true, 0], [false, 0], [true, 0], [false, 0], [true, 0]])).toEqual([null, null, null, null, 'cumulative_failures']);
    policy.clear?.();
    expect(say(policy, [[true, 0], [true, 0]])).toEqual([null, null]);
  });

  it('tells how many failures there are, none once it is cleared', () => {
    const policy = cumulativeFailures(3);
    say(policy, [[true, 0], [false, 0], [true, 0]]);
    const before = policy.failures;
    policy.clear?.();

    expect([before, policy.failures]).toEqual([2, 0]);
  });

  it('does what the rule says for any history', () => {
    expect(() => agrees(() => cumulativeFailures(4), inAll(4))).not.toThrow();
  });
});

describe('decayingFailures', () => {
  it('takes a failure back at each success, and never goes below none', () => {
    const policy = decayingFailures(2);

    expect(say(policy, [[false, 0], [false, 0], [true, 0], [false, 0], [true, 0], [true, 0]])).toEqual([null, null, null, null, null, 'decaying_failures']);
    policy.clear?.();
    expect(say(policy, [[true, 0]])).toEqual([null]);
  });

  it('does what the rule says for any history', () => {
    expect(() => agrees(() => decayingFailures(3), decaying(3))).not.toThrow();
  });
});

describe('errorRateAbove', () => {
  it.each([
    [10, 5, null],
    [10, 6, 'error_rate_above'],
    [9, 9, null],
    [100, 50, null],
    [100, 51, 'error_rate_above'],
  ])('%d outcomes with %d failures, above 0.5 of at least 10: %j', (windowCalls, windowFailures, reason) => {
    expect(errorRateAbove({ threshold: 0.5, minRequestsThreshold: 10 }).shouldTrip(evidence({ windowCalls, windowFailures }))).toBe(reason);
  });
});
