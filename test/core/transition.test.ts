import { describe, expect, it } from 'vitest';
import { Probe } from '../../src/core/state.ts';
import { moves, opened, pristine, probing, recovered, remembered } from '../../src/core/transition.ts';
import { closedWith, halfOpenWith, openWith } from '../support/states.ts';

const OPENING = { reason: 'error_rate', openings: 3, saturated: false, waitMs: 4_000, firmMs: 0 };

describe('moves', () => {
  it('are the whole machine', () => {
    expect(moves).toEqual({
      closed: { trip: 'open' },
      open: { probe: 'half_open', reset: 'closed' },
      half_open: { recover: 'closed', relapse: 'open', reset: 'closed' },
    });
  });
});

describe('opened', () => {
  it('starts a new generation that waits as the opening decided', () => {
    const state = opened(closedWith({ generation: 7, openings: 2 }), 20_000, OPENING);

    expect(state).toEqual({
      name: 'open',
      generation: 8,
      since: 20_000,
      openings: 3,
      saturated: false,
      reason: 'error_rate',
      waitMs: 4_000,
      deadline: 24_000,
      firmUntil: 20_000,
      heldMs: 0,
      healthShortened: false,
    });
  });

  it('knows which part of the wait was asked for, and that more openings change nothing', () => {
    const state = opened(halfOpenWith(), 20_000, { ...OPENING, saturated: true, waitMs: 9_000, firmMs: 7_000 });

    expect([state.deadline, state.firmUntil, state.saturated]).toEqual([29_000, 27_000, true]);
  });

  it('may wait without end', () => {
    const state = opened(closedWith(), 20_000, { ...OPENING, waitMs: Number.POSITIVE_INFINITY });

    expect(state.deadline).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([true, false])('in a relapse remembers whether health has shortened a wait: %s', (healthShortened) => {
    const state = opened(halfOpenWith({ healthShortened }), 20_000, OPENING);

    expect(state.healthShortened).toBe(healthShortened);
  });
});

describe('probing', () => {
  it('starts a new generation without probes that remembers the outage', () => {
    const state = probing(openWith({ generation: 8, openings: 3, saturated: true, waitMs: 4_000, healthShortened: true }), 24_000);

    expect(state).toEqual({
      name: 'half_open',
      generation: 9,
      since: 24_000,
      openings: 3,
      saturated: true,
      waitMs: 4_000,
      successes: 0,
      failures: 0,
      probes: [],
      healthShortened: true,
    });
  });
});

describe('recovered', () => {
  it('starts a new generation that remembers the openings and nothing else', () => {
    const state = recovered(halfOpenWith({ generation: 9, openings: 3, saturated: true, successes: 3, healthShortened: true, probes: [new Probe(0, 1, 2)] }), 30_000);

    expect(state).toEqual({ name: 'closed', generation: 10, since: 30_000, openings: 3, saturated: true });
  });
});

describe('pristine', () => {
  it.each([closedWith({ saturated: true }), openWith({ saturated: true }), halfOpenWith({ saturated: true })])('starts a new generation after $name that remembers nothing', (from) => {
    const state = pristine(from, 30_000);

    expect(state).toEqual({ name: 'closed', generation: 8, since: 30_000, openings: 0, saturated: false });
  });
});

describe('remembered', () => {
  const RECOVERY_MS = 10_000;

  it.each([
    [-5_000, 4],
    [0, 4],
    [9_999, 4],
    [10_000, 3],
    [19_999, 3],
    [20_000, 2],
    [39_999, 1],
    [40_000, 0],
    [50_000, 0],
    [86_400_000, 0],
  ])('after %i ms closed is %i of 4 openings', (closedMs, expected) => {
    const state = closedWith({ since: 1_000, openings: 4 });

    const { openings } = remembered(state, 1_000 + closedMs, RECOVERY_MS);

    expect(openings).toBe(expected);
  });

  it.each([
    ['as long as nothing is forgiven', 9_999, true],
    ['until something is', 10_000, false],
  ])('knows that the wait has reached the cap %s', (_, closedMs, expected) => {
    const state = closedWith({ since: 0, openings: 4, saturated: true });

    const { saturated } = remembered(state, closedMs, RECOVERY_MS);

    expect(saturated).toBe(expected);
  });

  it('forgets nothing while half-open', () => {
    const state = halfOpenWith({ since: 0, openings: 4, saturated: true });

    const { openings, saturated } = remembered(state, 86_400_000, RECOVERY_MS);

    expect([openings, saturated]).toEqual([4, true]);
  });

  it('forgets nothing when the recovery timeout has no end', () => {
    const state = closedWith({ since: 0, openings: 4 });

    const { openings } = remembered(state, 86_400_000, Number.POSITIVE_INFINITY);

    expect(openings).toBe(4);
  });
});
