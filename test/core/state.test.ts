import { describe, expect, it } from 'vitest';
import { held, postponed, readyAt, shortened } from '../../src/core/state.ts';
import { openWith } from '../support/states.ts';

describe('readyAt', () => {
  it.each([
    [0, 6_000],
    [300_000, 306_000],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('is the deadline and what health holds it by: %d ms make %d', (heldMs, expected) => {
    const state = openWith({ deadline: 6_000, heldMs });

    expect(readyAt(state)).toBe(expected);
  });
});

describe('shortened', () => {
  it('ends the wait now, and remembers that', () => {
    const state = openWith({ deadline: 6_000 });

    const next = shortened(state, 2_500);

    expect(next).toEqual({ ...state, deadline: 2_500, healthShortened: true });
  });

  it.each([
    ['just before the deadline', 5_999, 5_999],
    ['at the deadline', 6_000, 6_000],
    ['after the deadline', 6_001, 6_000],
  ])('never moves the deadline back: %s', (_, now, expected) => {
    const state = openWith({ deadline: 6_000 });

    const next = shortened(state, now);

    expect([next.deadline, next.healthShortened]).toEqual([expected, now < 6_000]);
  });

  it('changes nothing a second time in an outage', () => {
    const state = openWith({ deadline: 6_000, healthShortened: true });

    const next = shortened(state, 2_500);

    expect(next).toBe(state);
  });

  it.each([
    ['part of the wait', 4_000, 4_000, true],
    ['all of the wait', 6_000, 6_000, false],
    ['more than the wait', 7_000, 6_000, false],
  ])('leaves what was asked for: %s', (_, firmUntil, expected, shortens) => {
    const state = openWith({ deadline: 6_000, firmUntil });

    const next = shortened(state, 2_500);

    expect([next.deadline, next.healthShortened]).toEqual([expected, shortens]);
  });

  it('ends an infinite wait', () => {
    const state = openWith({ deadline: Number.POSITIVE_INFINITY });

    const next = shortened(state, 2_500);

    expect(next.deadline).toBe(2_500);
  });
});

describe('held', () => {
  it('adds to the wait and leaves the deadline', () => {
    const state = openWith({ deadline: 6_000 });

    const next = held(state, 300_000);

    expect(next).toEqual({ ...state, heldMs: 300_000 });
  });

  it('takes back what it added', () => {
    const state = openWith({ heldMs: 300_000 });

    const next = held(state, 0);

    expect(next).toEqual({ ...state, heldMs: 0 });
  });

  it('gives the same state when nothing changes', () => {
    const state = openWith({ heldMs: 300_000 });

    const next = held(state, 300_000);

    expect(next).toBe(state);
  });
});

describe('postponed', () => {
  it.each([
    ['an earlier end', 1_000, { waitMs: 5_000, deadline: 6_000, firmUntil: 3_500 }],
    ['the same end', 3_500, { waitMs: 5_000, deadline: 6_000, firmUntil: 6_000 }],
    ['a later end of a shorter wait', 4_000, { waitMs: 5_000, deadline: 6_500, firmUntil: 6_500 }],
    ['a longer wait', 7_200, { waitMs: 7_200, deadline: 9_700, firmUntil: 9_700 }],
    ['an infinite wait', Number.POSITIVE_INFINITY, { waitMs: Infinity, deadline: Infinity, firmUntil: Infinity }],
  ])('keeps the later of two deadlines: %s', (_, forMs, expected) => {
    const state = openWith({ waitMs: 5_000, deadline: 6_000 });

    const next = postponed(state, 2_500, forMs);

    expect(next).toEqual({ ...state, ...expected });
  });

  it('keeps what was asked for before, when that is longer', () => {
    const state = openWith({ deadline: 6_000, firmUntil: 6_000 });

    const next = postponed(state, 2_500, 100);

    expect(next.firmUntil).toBe(6_000);
  });
});
