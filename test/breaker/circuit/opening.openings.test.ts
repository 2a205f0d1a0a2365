import { describe, expect, it } from 'vitest';
import { nextOpenings } from '../../../src/breaker/circuit/opening.ts';
import { closedWith, halfOpenWith } from '../../support/states.ts';

const RECOVERY_MS = 10_000;

describe('the count of openings', () => {
  it.each([
    [-5_000, 4],
    [0, 4],
    [9_999, 4],
    [10_000, 4],
    [19_999, 4],
    [20_000, 3],
    [39_999, 2],
    [40_000, 1],
    [86_400_000, 1],
  ])('forgets openings while closed: after %i ms, the next is opening %i', (closedMs, openings) => {
    const state = closedWith({ since: 1_000, openings: 4, saturated: true });

    expect(nextOpenings(state, 1_000 + closedMs, RECOVERY_MS)).toBe(openings);
  });

  it.each([
    ['saturated', halfOpenWith({ since: 0, openings: 4, saturated: true }), 4],
    ['not saturated', halfOpenWith({ since: 0, openings: 4, saturated: false }), 5],
    ['at its maximum', halfOpenWith({ since: 0, openings: 30, saturated: false }), 30],
  ])('forgets nothing in half_open when it is %s', (_, state, openings) => {
    expect(nextOpenings(state, 86_400_000, RECOVERY_MS)).toBe(openings);
  });

  it('forgets nothing when the recovery timeout is infinite', () => {
    expect(nextOpenings(closedWith({ since: 0, openings: 4 }), 86_400_000, Number.POSITIVE_INFINITY)).toBe(5);
  });
});
