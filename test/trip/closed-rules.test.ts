import { describe, expect, it } from 'vitest';
import type { AdaptiveRules } from '../../src/trip/adaptive-rules.ts';
import { closedRules } from '../../src/trip/closed-rules.ts';
import type { ClosedThresholds } from '../../src/trip/closed-rules.ts';
import { evidenceWith } from '../support/evidence.ts';

const ALL_ON: ClosedThresholds = { failureThreshold: 5, errorRateThreshold: 0.5, slowCallRateThreshold: 0.8, minRequestsThreshold: 10 };

/** What is enough for a rule, at its exact boundary. */
const RUN = { failed: true, consecutiveFailures: 5 };
const ERRORS = { failed: true, windowCalls: 10, windowFailures: 5 };
const SLOWNESS = { slow: true, windowCalls: 10, windowSlowCalls: 8 };

describe('closedRules', () => {
  it.each([
    ['a run of failures', RUN, 'consecutive_failures'],
    ['an error rate', ERRORS, 'error_rate'],
    ['a rate of slow calls', SLOWNESS, 'slow_call_rate'],
    ['nothing', {}, null],
  ])('answer %s', (_, evidence, expected) => {
    const policy = closedRules(ALL_ON);

    const reason = policy.shouldTrip(evidenceWith(evidence));

    expect(reason).toBe(expected);
  });

  it.each([
    ['a run', { consecutiveFailures: 4 }],
    ['the errors', { windowCalls: 10, windowFailures: 4 }],
    ['the slow calls', { windowCalls: 10, windowSlowCalls: 7 }],
    ['the errors of too few calls', { windowCalls: 9, windowFailures: 9 }],
    ['the slowness of too few calls', { windowCalls: 9, windowSlowCalls: 9 }],
  ])('hold still below the boundary of %s', (_, evidence) => {
    const policy = closedRules(ALL_ON);

    const reason = policy.shouldTrip(evidenceWith(evidence));

    expect(reason).toBeNull();
  });

  it.each([
    ['the run before the rates', { ...RUN, ...ERRORS, ...SLOWNESS }, 'consecutive_failures'],
    ['the error rate before the slow calls', { ...ERRORS, ...SLOWNESS }, 'error_rate'],
  ])('name %s when several hold', (_, evidence, expected) => {
    const policy = closedRules(ALL_ON);

    const reason = policy.shouldTrip(evidenceWith(evidence));

    expect(reason).toBe(expected);
  });

  it.each([
    ['failureThreshold', RUN],
    ['errorRateThreshold', ERRORS],
    ['slowCallRateThreshold', SLOWNESS],
  ])('leave out a rule whose %s is null', (option, evidence) => {
    const policy = closedRules({ ...ALL_ON, [option]: null });

    const reason = policy.shouldTrip(evidenceWith(evidence));

    expect(reason).toBeNull();
  });

  it('are shared by breakers with the same thresholds', () => {
    const policy = closedRules({ ...ALL_ON });

    const other = closedRules({ ...ALL_ON });

    expect(other).toBe(policy);
  });

  it.each([
    ['failureThreshold', 4, { consecutiveFailures: 4 }, 'consecutive_failures'],
    ['errorRateThreshold', 0.4, { windowCalls: 10, windowFailures: 4 }, 'error_rate'],
    ['slowCallRateThreshold', 0.7, { windowCalls: 10, windowSlowCalls: 7 }, 'slow_call_rate'],
    ['minRequestsThreshold', 9, { windowCalls: 9, windowFailures: 9 }, 'error_rate'],
  ])('are not shared when %s differs', (option, value, evidence, expected) => {
    closedRules(ALL_ON);

    const reason = closedRules({ ...ALL_ON, [option]: value }).shouldTrip(evidenceWith(evidence));

    expect(reason).toBe(expected);
  });

  it('stay as they are when the thresholds they were made from are changed', () => {
    const thresholds: { -readonly [Key in keyof ClosedThresholds]: ClosedThresholds[Key] } = { ...ALL_ON };
    closedRules(thresholds);
    thresholds.failureThreshold = 3;

    const changed = closedRules(thresholds).shouldTrip(evidenceWith({ consecutiveFailures: 3 }));
    const original = closedRules(ALL_ON).shouldTrip(evidenceWith({ consecutiveFailures: 4 }));

    expect([changed, original]).toEqual(['consecutive_failures', null]);
  });

  it('are the cumulative sum beside the others when it is asked for, and the others alone where its threshold is off', () => {
    const policy = closedRules({ ...ALL_ON, detector: 'cusum', errorRateThreshold: null });

    expect(policy.shouldTrip(evidenceWith(ERRORS))).toBeNull();
    expect(policy.shouldTrip(evidenceWith(RUN))).toBe('consecutive_failures');
  });

  it.each([
    // 0.1 + 3 · √(0.09 / 400)
    ['a count window', { slidingWindowSize: 400 }, 0.145],
    // 0.1 + 3 · √(0.09 / 25)
    ['the minimum of a time window', { slidingWindowSize: 400, slidingWindowMs: 1_000 }, 0.28],
    ['the minimum where no window is known', {}, 0.28],
  ])('that adapt take the noise of %s', (_, window, errorRateThreshold) => {
    const adaptiveThreshold = { floor: 0.5, ceiling: 10, sensitivity: 'absolute' } as const;
    const policy = closedRules({ ...ALL_ON, failureThreshold: null, errorRateThreshold: 0.1, minRequestsThreshold: 25, adaptiveThreshold, ...window }) as AdaptiveRules;
    for (let call = 0; call < 100_000; call += 1) policy.shouldTrip(evidenceWith({ failed: call % 10 === 0 }));

    expect(policy.inForce({ calls: 0, slowCalls: 0 }, null).errorRateThreshold).toBeCloseTo(errorRateThreshold, 4);
  });
});

describe('successes of a clean window', () => {
  const adaptiveThreshold = { floor: 0.5, ceiling: 2, sensitivity: 'absolute' } as const;

  it.each([
    ['the window', {}],
    ['the window, named', { detector: 'window', adaptiveThreshold: null }],
    ['the cumulative sum without a threshold', { detector: 'cusum', errorRateThreshold: null }],
  ] as const)('do not matter to %s', (_, options) => {
    expect(closedRules({ ...ALL_ON, ...options }).pass).toBeUndefined();
  });

  it.each([
    ['the cumulative sum', { detector: 'cusum' }],
    ['thresholds that adapt', { adaptiveThreshold, detector: 'cusum' }],
  ] as const)('pass by %s while its sum is 0', (_, options) => {
    const policy = closedRules({ ...ALL_ON, ...options });
    expect(policy.pass?.()).toBe(true);

    policy.shouldTrip(evidenceWith({ failed: true, windowCalls: 1, windowFailures: 1 }));
    expect(policy.pass?.()).toBe(false);
    policy.shouldTrip(evidenceWith({ windowCalls: 1 }));
    expect(policy.pass?.()).toBe(true);
  });

  it('teach thresholds that adapt', () => {
    const policy = closedRules({ ...ALL_ON, adaptiveThreshold }) as AdaptiveRules;
    for (let call = 0; call < 100; call += 1) policy.shouldTrip(evidenceWith({ failed: call < 10, slow: call < 10 }));
    expect(policy.baseline).toBeCloseTo(0.002, 12);
    for (let call = 0; call < 100; call += 1) policy.pass?.();

    // 0.2 of the way back to 0, for errors as for slowness: up to 0.1 + 0.0016 slow calls are usual.
    expect(policy.baseline).toBeCloseTo(0.001_6, 12);
    expect(policy.inForce({ calls: 10_000, slowCalls: 1_016 }, null).reasons).toEqual([]);
    expect(policy.inForce({ calls: 10_000, slowCalls: 1_017 }, null).reasons).toEqual(['slow']);
  });
});
