import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/trip/error-rate.ts';
import { evidenceWith } from '../support/evidence.ts';

describe('errorRate', () => {
  it.each([
    [100, 0, null],
    [100, 49, null],
    [100, 50, 'error_rate'],
    [100, 51, 'error_rate'],
    [101, 50, null],
    [100, 100, 'error_rate'],
  ])('with half as the threshold answers %i calls of which %i failed with %s', (windowCalls, windowFailures, expected) => {
    const policy = errorRate({ threshold: 0.5, minRequestsThreshold: 20 });

    const reason = policy.shouldTrip(evidenceWith({ windowCalls, windowFailures }));

    expect(reason).toBe(expected);
  });

  it.each([
    [9, null],
    [10, 'error_rate'],
    [11, 'error_rate'],
  ])('with a minimum of 10 answers %i failures of as many calls with %s', (windowCalls, expected) => {
    const policy = errorRate({ threshold: 0.5, minRequestsThreshold: 10 });

    const reason = policy.shouldTrip(evidenceWith({ windowCalls, windowFailures: windowCalls }));

    expect(reason).toBe(expected);
  });

  it.each([
    [10, 0, null],
    [10, 1, 'error_rate'],
    [10, 2, 'error_rate'],
    [11, 2, 'error_rate'],
    [9, 1, null],
  ])('with a tenth of at least ten calls answers %i calls of which %i failed with %s', (windowCalls, windowFailures, expected) => {
    const policy = errorRate({ threshold: 0.1, minRequestsThreshold: 10 });

    const reason = policy.shouldTrip(evidenceWith({ windowCalls, windowFailures }));

    expect(reason).toBe(expected);
  });

  // Each of these is missed when the threshold is multiplied by the calls: 0.07 x 100 is above 7.
  it.each([
    [0.07, 7],
    [0.14, 14],
    [0.28, 28],
    [0.29, 29],
    [0.55, 55],
    [0.56, 56],
    [0.57, 57],
    [0.58, 58],
  ])('trips at exactly %d with %i failures of 100 calls', (threshold, windowFailures) => {
    const policy = errorRate({ threshold, minRequestsThreshold: 20 });

    const reason = policy.shouldTrip(evidenceWith({ windowCalls: 100, windowFailures }));

    expect(reason).toBe('error_rate');
  });

  it.each([
    [999, null],
    [1_000, 'error_rate'],
  ])('is not rounded: of 1000 calls %i failures against 1 are %s', (windowFailures, expected) => {
    const policy = errorRate({ threshold: 1, minRequestsThreshold: 1 });

    const reason = policy.shouldTrip(evidenceWith({ windowCalls: 1_000, windowFailures }));

    expect(reason).toBe(expected);
  });

  it('trips on a success too, when it completes the minimum', () => {
    const policy = errorRate({ threshold: 0.5, minRequestsThreshold: 10 });

    const reason = policy.shouldTrip(evidenceWith({ failed: false, windowCalls: 10, windowFailures: 5 }));

    expect(reason).toBe('error_rate');
  });

  it('does not count slow calls as failures', () => {
    const policy = errorRate({ threshold: 0.5, minRequestsThreshold: 1 });

    const reason = policy.shouldTrip(evidenceWith({ slow: true, windowCalls: 10, windowSlowCalls: 10 }));

    expect(reason).toBeNull();
  });
});
