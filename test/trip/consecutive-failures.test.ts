import { describe, expect, it } from 'vitest';
import { consecutiveFailures } from '../../src/trip/consecutive-failures.ts';
import { evidenceWith } from '../support/evidence.ts';

describe('consecutiveFailures', () => {
  it.each([
    [0, null],
    [2, null],
    [3, 'consecutive_failures'],
    [4, 'consecutive_failures'],
  ])('with a threshold of 3 answers %i failures in a row with %s', (run, expected) => {
    const policy = consecutiveFailures(3);

    const reason = policy.shouldTrip(evidenceWith({ failed: true, consecutiveFailures: run }));

    expect(reason).toBe(expected);
  });

  it.each([
    [0, null],
    [1, 'consecutive_failures'],
  ])('with a threshold of 1 answers %i failures in a row with %s', (run, expected) => {
    const policy = consecutiveFailures(1);

    const reason = policy.shouldTrip(evidenceWith({ consecutiveFailures: run }));

    expect(reason).toBe(expected);
  });

  it('does not look at the window', () => {
    const policy = consecutiveFailures(3);

    const reason = policy.shouldTrip(evidenceWith({ failed: true, consecutiveFailures: 2, windowCalls: 100, windowFailures: 100 }));

    expect(reason).toBeNull();
  });
});
