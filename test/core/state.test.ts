import { describe, expect, it } from 'vitest';
import { held, postponed, readyAt, shortened } from '../../src/core/state.ts';
import { openWith } from '../support/states.ts';

const NEVER = Number.POSITIVE_INFINITY;

describe('readyAt', () => {
  it.each([
    [0, 6_000],
    [300_000, 306_000],
    [NEVER, NEVER],
  ])('adds %d ms of health to the deadline', (heldMs, expected) => {
    expect(readyAt(openWith({ deadline: 6_000, heldMs }))).toBe(expected);
  });
});

describe('shortened', () => {
  it.each([
    ['ends the wait now', 2_500, {}, 2_500],
    ['ends it when it is infinite', 2_500, { deadline: NEVER }, 2_500],
    ['ends it when 1 ms is left', 5_999, {}, 5_999],
    ['changes nothing when the wait is over', 6_000, {}, null],
    ['changes nothing after the deadline', 6_001, {}, null],
    ['changes nothing a second time in one outage', 2_500, { healthShortened: true }, null],
    ['keeps the part that was asked for', 2_500, { firmUntil: 4_000 }, 4_000],
    ['changes nothing when the whole wait was asked for', 2_500, { firmUntil: 6_000 }, null],
    ['changes nothing when more was asked for', 2_500, { firmUntil: 7_000 }, null],
  ])('%s', (_, now, changes, deadline) => {
    const state = openWith({ deadline: 6_000, ...changes });

    const next = shortened(state, now);

    expect(next).toEqual(deadline === null ? state : { ...state, deadline, healthShortened: true });
  });
});

describe('held', () => {
  it.each([
    [0, 300_000],
    [300_000, 0],
  ])('changes what health adds from %i to %i ms', (before, after) => {
    const state = openWith({ heldMs: before });

    expect(held(state, after)).toEqual({ ...state, heldMs: after });
  });

  it('returns the same object when nothing changes', () => {
    const state = openWith({ heldMs: 300_000 });

    expect(held(state, 300_000)).toBe(state);
  });
});

describe('postponed', () => {
  it.each([
    ['an earlier end', 1_000, { waitMs: 5_000, deadline: 6_000, firmUntil: 3_500 }],
    ['an equal end', 3_500, { waitMs: 5_000, deadline: 6_000, firmUntil: 6_000 }],
    ['a later end of a shorter wait', 4_000, { waitMs: 5_000, deadline: 6_500, firmUntil: 6_500 }],
    ['a longer wait', 7_200, { waitMs: 7_200, deadline: 9_700, firmUntil: 9_700 }],
    ['an infinite wait', NEVER, { waitMs: NEVER, deadline: NEVER, firmUntil: NEVER }],
  ])('keeps the later of two deadlines when it gets %s', (_, forMs, expected) => {
    const state = openWith({ waitMs: 5_000, deadline: 6_000 });

    expect(postponed(state, 2_500, forMs)).toEqual({ ...state, ...expected });
  });

  it('keeps an earlier request when that one is longer', () => {
    expect(postponed(openWith({ deadline: 6_000, firmUntil: 6_000 }), 2_500, 100).firmUntil).toBe(6_000);
  });
});
