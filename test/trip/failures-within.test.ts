import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failuresWithin, UnifiedCircuitBreaker } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { evidenceWith } from '../support/evidence.ts';
import { runs } from '../support/random.ts';

type Outcome = readonly [failed: boolean, now: number];

const reasons = (policy: ReturnType<typeof failuresWithin>, outcomes: readonly Outcome[]): (string | null)[] =>
  outcomes.map(([failed, now]) => policy.shouldTrip(evidenceWith({ failed, now })));

describe('failuresWithin', () => {
  it('opens at the third failure within 300 s when successes come in between', () => {
    const policy = failuresWithin({ failures: 3, windowMs: 300_000 });

    const outcomes: Outcome[] = [[true, 0], [false, 1], [true, 100_000], [false, 200_000], [true, 300_000]];
    expect(reasons(policy, outcomes)).toEqual([null, null, null, null, 'failures_within']);
  });

  it('forgets a failure when it is older than the window', () => {
    const policy = failuresWithin({ failures: 2, windowMs: 300 });

    expect(reasons(policy, [[true, 0], [true, 301], [true, 601]])).toEqual([null, null, 'failures_within']);
  });

  it('forgets all failures when it is cleared', () => {
    const policy = failuresWithin({ failures: 2, windowMs: 300 });

    reasons(policy, [[true, 0]]);
    policy.clear?.();

    expect(reasons(policy, [[true, 1]])).toEqual([null]);
    expect(policy.failures(1)).toBe(1);
  });

  it('opens at every failure when one is enough', () => {
    const policy = failuresWithin({ failures: 1, windowMs: 1 });
    const steps: [boolean, number][] = [[true, 5], [false, 6], [true, 9]];
    expect(reasons(policy, steps)).toEqual(['failures_within', null, 'failures_within']);
  });

  it('agrees with a naive count over the whole history for any outcomes', () => {
    const upTo = (max: number, min = 1) => fc.integer({ min, max });
    const outcomes = fc.array(fc.tuple(fc.boolean(), upTo(400, 0)), { minLength: 1, maxLength: 60 });
    const options = fc.record({ failures: upTo(5), windowMs: upTo(1_500) });
    fc.assert(
      fc.property(outcomes, options, (steps, { failures, windowMs }) => {
        const policy = failuresWithin({ failures, windowMs });
        const history: number[] = [];
        let now = 0;
        for (const [failed, gap] of steps) {
          now += gap;
          if (failed) history.push(now);
          const inWindow = history.filter((time) => now - time <= windowMs).length;
          const reason = policy.shouldTrip(evidenceWith({ failed, now }));
          expect(reason).toBe(failed && inWindow >= failures ? 'failures_within' : null);
          expect(policy.failures(now)).toBe(Math.min(inWindow, failures));
        }
      }),
      { numRuns: runs(300) },
    );
  });

  it('opens a breaker that uses it as its trip policy', () => {
    const clock = new FakeClock();
    const tripPolicy = failuresWithin({ failures: 2, windowMs: 1_000 });
    const breaker = new UnifiedCircuitBreaker({ name: 'agent', clock, tripPolicy });

    breaker.recordFailure();
    clock.advance(1_001);
    breaker.recordFailure();
    expect(breaker.state).toBe('closed');
    clock.advance(1_000);
    breaker.recordFailure();
    expect(breaker.state).toBe('open');
  });

  it.each([
    [{ failures: 0, windowMs: 1 }, '`failures` must be a whole number of 1 or more. Received 0.'],
    [{ failures: 1.5, windowMs: 1 }, '`failures` must be a whole number of 1 or more. Received 1.5.'],
    [{ failures: '3' as never, windowMs: 1 }, '`failures` must be a whole number of 1 or more. Received "3".'],
    [{ failures: 3, windowMs: 0 }, '`windowMs` must be a number of milliseconds above 0. Received 0.'],
    [{ failures: 3, windowMs: Number.NaN }, '`windowMs` must be a number of milliseconds above 0. Received NaN.'],
  ])('throws a RangeError for %j', (options, message) => {
    expect(() => failuresWithin(options)).toThrow(new RangeError(message));
  });
});
