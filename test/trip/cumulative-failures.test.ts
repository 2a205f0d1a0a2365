import { describe, expect, it } from 'vitest';
import { cumulativeFailures } from '../../src/index.ts';
import { evidenceWith } from '../support/evidence.ts';

const reasons = (policy: ReturnType<typeof cumulativeFailures>, word: string): (string | null)[] =>
  [...word].map((letter) => policy.shouldTrip(evidenceWith({ failed: letter === 'F' })));

describe('cumulativeFailures', () => {
  it('opens at the third failure when successes come in between', () => {
    expect(reasons(cumulativeFailures(3), 'FSFSSF')).toEqual([null, null, null, null, null, 'cumulative_failures']);
  });

  it('does not open on a success when there are enough failures', () => {
    expect(reasons(cumulativeFailures(1), 'FSF')).toEqual(['cumulative_failures', null, 'cumulative_failures']);
  });

  it('starts at zero when it is cleared', () => {
    const policy = cumulativeFailures(2);

    reasons(policy, 'F');
    policy.clear?.();

    expect(reasons(policy, 'FF')).toEqual([null, 'cumulative_failures']);
  });

  it.each([0, -1, 2.5, Number.POSITIVE_INFINITY, Number.NaN])('throws a RangeError for %j', (failures) => {
    const message = `\`failures\` must be a whole number of 1 or more. Received ${failures}.`;
    expect(() => cumulativeFailures(failures)).toThrow(new RangeError(message));
  });
});
