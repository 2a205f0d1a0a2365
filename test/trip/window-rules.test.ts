import { describe, expect, it } from 'vitest';
import { consecutiveFailures, errorRate, slowCallRate, windowRules } from '../../src/trip/window-rules.ts';
import { evidenceWith } from '../support/evidence.ts';

describe('consecutiveFailures', () => {
  it.each([
    [3, 0, null],
    [3, 2, null],
    [3, 3, 'consecutive_failures'],
    [3, 4, 'consecutive_failures'],
    [1, 0, null],
    [1, 1, 'consecutive_failures'],
  ])('opens at its threshold: %i, after %i failures, whatever the window holds', (threshold, run, expected) => {
    const evidence = evidenceWith({ failed: true, consecutiveFailures: run, windowCalls: 100, windowFailures: 100 });

    expect(consecutiveFailures(threshold).shouldTrip(evidence)).toBe(expected);
  });
});

const BAD = { failed: true, slow: true };

describe.each([
  ['errorRate', errorRate, 'error_rate', 'failed', 'windowFailures', 'windowSlowCalls'],
  ['slowCallRate', slowCallRate, 'slow_call_rate', 'slow', 'windowSlowCalls', 'windowFailures'],
] as const)('%s', (_, rule, reason, bad, counted, other) => {
  it.each([
    [0.5, 100, 0, false],
    [0.5, 100, 49, false],
    [0.5, 100, 50, true],
    [0.5, 100, 51, true],
    [0.5, 101, 50, false],
    [0.1, 10, 0, false],
    [0.1, 10, 1, true],
    [0.1, 11, 2, true],
    // Ten calls at least.
    [0.5, 9, 9, false],
    [0.5, 10, 10, true],
    [0.5, 11, 11, true],
    // No rounding.
    [1, 1_000, 999, false],
    [1, 1_000, 1_000, true],
    // As products, each of these is missed: 0.07 × 100 is more than 7.
    [0.07, 100, 7, true],
    [0.14, 100, 14, true],
    [0.28, 100, 28, true],
    [0.29, 100, 29, true],
    [0.55, 100, 55, true],
    [0.56, 100, 56, true],
    [0.57, 100, 57, true],
    [0.58, 100, 58, true],
  ])('opens at its threshold: %d, when of %i calls %i count', (threshold, windowCalls, count, opens) => {
    const policy = rule({ threshold, minRequestsThreshold: 10 });

    expect(policy.shouldTrip(evidenceWith({ ...BAD, windowCalls, [counted]: count }))).toBe(opens ? reason : null);
  });

  it.each([[{}], [{ ...BAD, [bad]: false }]])('never opens on an outcome that it does not count: %j', (outcome) => {
    const evidence = evidenceWith({ ...outcome, windowCalls: 10, [counted]: 10 });

    expect(rule({ threshold: 0.5, minRequestsThreshold: 1 }).shouldTrip(evidence)).toBeNull();
  });

  it('ignores the other rate and consecutive failures', () => {
    const evidence = evidenceWith({ failed: true, slow: true, windowCalls: 10, [other]: 10, consecutiveFailures: 10 });

    expect(rule({ threshold: 0.5, minRequestsThreshold: 1 }).shouldTrip(evidence)).toBeNull();
  });
});

describe('windowRules', () => {
  const ALL_ON = { failureThreshold: 5, errorRateThreshold: 0.5, slowCallRateThreshold: 0.8, minRequestsThreshold: 10 };
  const RUN = { failed: true, consecutiveFailures: 5 };
  const ERRORS = { failed: true, windowCalls: 10, windowFailures: 5 };
  const SLOWNESS = { slow: true, windowCalls: 10, windowSlowCalls: 8 };

  it.each([
    [{}, null],
    [{ consecutiveFailures: 4, windowCalls: 10, windowFailures: 4, windowSlowCalls: 7 }, null],
    [{ windowCalls: 9, windowFailures: 9, windowSlowCalls: 9 }, null],
    [{ ...RUN, ...ERRORS, ...SLOWNESS }, 'consecutive_failures'],
    [{ ...ERRORS, ...SLOWNESS }, 'error_rate'],
    [SLOWNESS, 'slow_call_rate'],
  ])('returns the first reason that holds: case %#', (evidence, expected) => {
    expect(windowRules(ALL_ON).shouldTrip(evidenceWith(evidence))).toBe(expected);
  });

  it.each([
    ['failureThreshold', RUN],
    ['errorRateThreshold', ERRORS],
    ['slowCallRateThreshold', SLOWNESS],
  ])('leaves a rule out when %s is null', (option, evidence) => {
    expect(windowRules({ ...ALL_ON, [option]: null }).shouldTrip(evidenceWith(evidence))).toBeNull();
  });
});
