import { describe, expect, it } from 'vitest';
import { slowCallRate } from '../../src/trip/slow-call-rate.ts';
import { evidenceWith } from '../support/evidence.ts';

describe('slowCallRate', () => {
  it.each([
    [100, 0, null],
    [100, 79, null],
    [100, 80, 'slow_call_rate'],
    [100, 81, 'slow_call_rate'],
    [101, 80, null],
  ])('with 80 %% as the threshold answers %i calls of which %i were slow with %s', (windowCalls, windowSlowCalls, expected) => {
    const policy = slowCallRate({ threshold: 0.8, minRequestsThreshold: 20 });

    const reason = policy.shouldTrip(evidenceWith({ windowCalls, windowSlowCalls }));

    expect(reason).toBe(expected);
  });

  it.each([
    [9, null],
    [10, 'slow_call_rate'],
    [11, 'slow_call_rate'],
  ])('with a minimum of 10 answers %i slow calls of as many with %s', (windowCalls, expected) => {
    const policy = slowCallRate({ threshold: 0.5, minRequestsThreshold: 10 });

    const reason = policy.shouldTrip(evidenceWith({ windowCalls, windowSlowCalls: windowCalls }));

    expect(reason).toBe(expected);
  });

  it.each([
    [0.07, 7],
    [0.29, 29],
    [0.57, 57],
  ])('trips at exactly %d with %i slow ones of 100 calls', (threshold, windowSlowCalls) => {
    const policy = slowCallRate({ threshold, minRequestsThreshold: 20 });

    const reason = policy.shouldTrip(evidenceWith({ windowCalls: 100, windowSlowCalls }));

    expect(reason).toBe('slow_call_rate');
  });

  it('does not count failures as slow', () => {
    const policy = slowCallRate({ threshold: 0.5, minRequestsThreshold: 1 });

    const reason = policy.shouldTrip(evidenceWith({ failed: true, windowCalls: 10, windowFailures: 10 }));

    expect(reason).toBeNull();
  });
});
