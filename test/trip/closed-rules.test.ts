import { describe, expect, it } from 'vitest';
import { AdaptiveRules } from '../../src/trip/adaptive-rules.ts';
import { closedRules } from '../../src/trip/closed-rules.ts';
import type { ClosedRuleOptions } from '../../src/trip/closed-rules.ts';
import { cusum } from '../../src/trip/cusum.ts';
import { evidenceWith } from '../support/evidence.ts';

const OPTIONS: ClosedRuleOptions = {
  failureThreshold: 5,
  errorRateThreshold: 0.5,
  slowCallRateThreshold: 0.8,
  minRequestsThreshold: 10,
  detector: 'window',
  adaptiveThreshold: null,
  slidingWindowMs: null,
  slidingWindowSize: 100,
};
const ADAPTIVE = { floor: 0.5, ceiling: 2, sensitivity: 'absolute' } as const;
const RUN = evidenceWith({ failed: true, consecutiveFailures: 5 });
const ERRORS = evidenceWith({ failed: true, windowCalls: 10, windowFailures: 5 });

describe('closedRules', () => {
  it('are shared by breakers with one options object, and follow other options', () => {
    const rules = closedRules(OPTIONS);
    const others = closedRules({ ...OPTIONS, failureThreshold: 6 });

    expect([rules.shouldTrip(RUN), others.shouldTrip(RUN)]).toEqual(['consecutive_failures', null]);
    expect([closedRules(OPTIONS) === closedRules(OPTIONS), rules === others]).toEqual([true, false]);
  });

  it('put a detector in place of the failure rate', () => {
    const rules = closedRules({ ...OPTIONS, detector: cusum() });
    const reasons = Array.from({ length: 17 }, () => rules.shouldTrip(ERRORS));
    rules.clear?.();

    expect(reasons).toEqual([...Array.from({ length: 16 }, () => null), 'cusum']);
    expect([rules.shouldTrip(ERRORS), rules.shouldTrip(RUN)]).toEqual([null, 'consecutive_failures']);
  });

  it.each<[string, Partial<ClosedRuleOptions>]>([
    ['there is no detector', {}],
    ['the failure rate is off', { detector: cusum(), errorRateThreshold: null }],
  ])('ignore successes when %s', (_, options) => {
    expect(closedRules({ ...OPTIONS, ...options }).absorbSuccess).toBeUndefined();
  });

  it.each<[string, Partial<ClosedRuleOptions>]>([
    ['a detector', {}],
    ['a detector with thresholds that adapt', { adaptiveThreshold: ADAPTIVE }],
  ])('absorb a success when %s is idle', (_, options) => {
    const rules = closedRules({ ...OPTIONS, detector: cusum(), ...options });
    const absorbed = [rules.absorbSuccess?.()];

    for (const evidence of [{ failed: true, windowCalls: 1, windowFailures: 1 }, { windowCalls: 1 }]) {
      rules.shouldTrip(evidenceWith(evidence));
      absorbed.push(rules.absorbSuccess?.());
    }

    expect(absorbed).toEqual([true, false, true]);
  });

  it('adapt when adaptiveThreshold is on', () => {
    expect(closedRules({ ...OPTIONS, adaptiveThreshold: ADAPTIVE })).toBeInstanceOf(AdaptiveRules);
  });
});
