import { describe, expect, it } from 'vitest';
import { Probe } from '../../src/core/state.ts';

describe('Probe', () => {
  it('starts as one that the circuit waits for', () => {
    const probe = new Probe(1_000, 6_000, 31_000);

    expect({ ...probe }).toEqual({
      name: 'probe',
      admittedAt: 1_000,
      leaseEndsAt: 6_000,
      timesOutAt: 31_000,
      expired: false,
      onExpired: null,
      excused: false,
    });
  });
});
