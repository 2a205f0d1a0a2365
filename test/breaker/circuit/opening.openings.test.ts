import { describe, expect, it } from 'vitest';
import { nextOpenings } from '../../../src/breaker/circuit/opening.ts';
import { closedWith, halfOpenWith } from '../../support/states.ts';

const MINUTE = 60_000;

describe('the count of openings', () => {
  it.each([
    [-5_000, 4],
    [0, 4],
    [59_999, 4],
    [60_000, 4],
    [119_999, 4],
    [120_000, 3],
    [239_999, 2],
    [240_000, 1],
    [86_400_000, 1],
  ])('forgets openings while closed: after %i ms, the next is opening %i', (closedMs, openings) => {
    const state = closedWith({ since: 1_000, openings: 4, saturated: true });

    expect(nextOpenings(state, 1_000 + closedMs, 10)).toBe(openings);
  });

  it.each([
    [1, 2 * MINUTE, 3],
    [MINUTE, 2 * MINUTE, 3],
    [2 * MINUTE, 2 * MINUTE, 4],
    [2 * MINUTE, 4 * MINUTE, 3],
  ])('forgets one a minute, or one per first wait of %i ms if longer', (recoveryTimeoutMs, closedMs, openings) => {
    const state = closedWith({ since: 0, openings: 4, saturated: true });

    expect(nextOpenings(state, closedMs, recoveryTimeoutMs)).toBe(openings);
  });

  it.each([
    ['saturated', halfOpenWith({ since: 0, openings: 4, saturated: true }), 4],
    ['not saturated', halfOpenWith({ since: 0, openings: 4, saturated: false }), 5],
    ['at its maximum', halfOpenWith({ since: 0, openings: 30, saturated: false }), 30],
  ])('forgets nothing in half_open when it is %s', (_, state, openings) => {
    expect(nextOpenings(state, 86_400_000, MINUTE)).toBe(openings);
  });

  it('forgets nothing when the recovery timeout is infinite', () => {
    expect(nextOpenings(closedWith({ since: 0, openings: 4 }), 86_400_000, Number.POSITIVE_INFINITY)).toBe(5);
  });
});
