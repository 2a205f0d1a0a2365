import { describe, expect, it } from 'vitest';
import { stateOf, takeSnapshot } from '../../src/core/snapshot.ts';
import type { SnapshotFacts } from '../../src/core/snapshot.ts';
import type { State } from '../../src/core/state.ts';
import { snapshotWith } from '../support/snapshots.ts';
import { closedWith, halfOpenWith, openWith } from '../support/states.ts';

const WALL = 1_700_000_000_000;
const FACTS: SnapshotFacts = { name: 'orders', now: 2_000, wall: WALL, consecutiveFailures: 3, override: null };

describe('takeSnapshot', () => {
  it('describes a closed circuit', () => {
    const snapshot = takeSnapshot(closedWith({ since: 500, openings: 2 }), FACTS);

    expect(snapshot).toEqual({
      version: 1,
      name: 'orders',
      state: 'closed',
      reason: '',
      openings: 2,
      consecutiveFailures: 3,
      closedForMs: 1_500,
      remainingWaitMs: 0,
      drawnWaitMs: 0,
      firmWaitMs: 0,
      healthShortened: false,
      override: null,
      wallTime: WALL,
    });
  });

  it('describes an open circuit', () => {
    const snapshot = takeSnapshot(openWith({ openings: 4, reason: 'retry_after', waitMs: 5_000, deadline: 6_000, firmUntil: 3_000, healthShortened: true }), FACTS);

    expect(snapshot).toEqual({
      version: 1,
      name: 'orders',
      state: 'open',
      reason: 'retry_after',
      openings: 4,
      consecutiveFailures: 3,
      closedForMs: 0,
      remainingWaitMs: 4_000,
      drawnWaitMs: 5_000,
      firmWaitMs: 1_000,
      healthShortened: true,
      override: null,
      wallTime: WALL,
    });
  });

  it('describes a half-open circuit as one whose wait is over', () => {
    const snapshot = takeSnapshot(halfOpenWith({ openings: 4, waitMs: 5_000, successes: 2, healthShortened: true }), FACTS);

    expect(snapshot).toEqual({
      version: 1,
      name: 'orders',
      state: 'half_open',
      reason: '',
      openings: 4,
      consecutiveFailures: 3,
      closedForMs: 0,
      remainingWaitMs: 0,
      drawnWaitMs: 5_000,
      firmWaitMs: 0,
      healthShortened: true,
      override: null,
      wallTime: WALL,
    });
  });

  it.each([
    ['just before', 5_999, 1],
    ['at', 6_000, 0],
    ['after', 6_001, 0],
  ])('has no wait left from the deadline on: %s it', (_, now, expected) => {
    const { remainingWaitMs, firmWaitMs } = takeSnapshot(openWith({ deadline: 6_000, firmUntil: 6_000 }), { ...FACTS, now });

    expect([remainingWaitMs, firmWaitMs]).toEqual([expected, expected]);
  });

  it('writes waits without end as null, because JSON has no infinity', () => {
    const { remainingWaitMs, drawnWaitMs, firmWaitMs } = takeSnapshot(openWith({ waitMs: Infinity, deadline: Infinity, firmUntil: Infinity }), FACTS);

    expect([remainingWaitMs, drawnWaitMs, firmWaitMs]).toEqual([null, null, null]);
  });

  it('writes the drawn wait of a half-open circuit that was without end as null', () => {
    const { drawnWaitMs } = takeSnapshot(halfOpenWith({ waitMs: Infinity }), FACTS);

    expect(drawnWaitMs).toBeNull();
  });

  it('rounds to whole microseconds, up and down', () => {
    const open = openWith({ waitMs: 5_000.000_51, deadline: 6_000.123_49, firmUntil: 3_000.123_51 });

    const { remainingWaitMs, drawnWaitMs, firmWaitMs } = takeSnapshot(open, FACTS);
    const { closedForMs } = takeSnapshot(closedWith({ since: 500.123_6 }), FACTS);

    expect([remainingWaitMs, drawnWaitMs, firmWaitMs, closedForMs]).toEqual([4_000.123, 5_000.001, 1_000.124, 1_499.876]);
  });

  it('has been closed for no time when that would be less than none', () => {
    const { closedForMs } = takeSnapshot(closedWith({ since: 2_000.001 }), FACTS);

    expect(closedForMs).toBe(0);
  });

  it('copies the override', () => {
    const override = { state: 'open' as const, reason: 'deploy' };

    const snapshot = takeSnapshot(closedWith(), { ...FACTS, override });
    override.reason = 'changed';

    expect(snapshot.override).toEqual({ state: 'open', reason: 'deploy' });
  });

  it('leaves out by how much health holds the wait', () => {
    const { remainingWaitMs } = takeSnapshot(openWith({ deadline: 6_000, heldMs: 300_000 }), FACTS);

    expect(remainingWaitMs).toBe(4_000);
  });
});

describe('stateOf', () => {
  it('gives a closed circuit that has been closed for as long', () => {
    const snapshot = snapshotWith({ state: 'closed', openings: 2, closedForMs: 1_500 });

    const state = stateOf(snapshot, 9_000, WALL + 60_000, true);

    expect(state).toEqual({ name: 'closed', generation: 0, since: 7_500, openings: 2, saturated: true });
  });

  it('gives an open circuit with what is left of its wait', () => {
    const snapshot = snapshotWith({ reason: 'retry_after', openings: 4, remainingWaitMs: 4_000, drawnWaitMs: 5_000, firmWaitMs: 1_000, healthShortened: true });

    const state = stateOf(snapshot, 9_000, WALL, false);

    expect(state).toEqual({
      name: 'open',
      generation: 0,
      since: 9_000,
      openings: 4,
      saturated: false,
      reason: 'retry_after',
      waitMs: 5_000,
      deadline: 13_000,
      firmUntil: 10_000,
      heldMs: 0,
      healthShortened: true,
    });
  });

  it.each([
    ['none', 0, 13_000, 12_000],
    ['a step back', -3_600_000, 13_000, 12_000],
    ['some', 1_000, 12_000, 11_000],
    ['most', 3_999, 9_001, 9_000],
    ['all', 4_000, 9_000, 9_000],
    ['more than all', 4_001, 9_000, 9_000],
  ])('shortens the wait by the wall time that has passed: %s', (_, passedMs, deadline, firmUntil) => {
    const snapshot = snapshotWith({ remainingWaitMs: 4_000, firmWaitMs: 3_000 });

    const state = stateOf(snapshot, 9_000, WALL + passedMs, false);

    expect(state).toMatchObject({ deadline, firmUntil });
  });

  it('never ends a wait without end', () => {
    const snapshot = snapshotWith({ remainingWaitMs: null, drawnWaitMs: null, firmWaitMs: null });

    const state = stateOf(snapshot, 9_000, WALL + 1e12, false);

    expect(state).toMatchObject({ waitMs: Infinity, deadline: Infinity, firmUntil: Infinity });
  });

  it('gives for a half-open circuit an open one whose wait is over', () => {
    const snapshot = takeSnapshot(halfOpenWith({ waitMs: 5_000, healthShortened: true }), FACTS);

    const state = stateOf(snapshot, 9_000, WALL, false);

    expect(state).toMatchObject({ name: 'open', waitMs: 5_000, deadline: 9_000, firmUntil: 9_000, healthShortened: true });
  });
});

describe('a snapshot straight after a restore', () => {
  it.each<State>([
    closedWith({ since: 0, saturated: true }),
    openWith(),
    openWith({ firmUntil: 4_000, healthShortened: true, heldMs: 1_000 }),
    openWith({ waitMs: Infinity, deadline: Infinity, firmUntil: Infinity }),
    openWith({ deadline: 1_500 }),
  ])('is equal: $name', (state) => {
    const facts: SnapshotFacts = { ...FACTS, override: { state: 'closed', reason: 'drill' } };
    const before = takeSnapshot(state, facts);

    const after = takeSnapshot(stateOf(before, 777, WALL, false), { ...facts, now: 777 });

    expect(after).toEqual(before);
  });

  it.each<[State, number]>([
    [openWith({ since: 7.972_231_577_786_196, waitMs: 60, deadline: 7.972_231_577_786_196 + 60, firmUntil: 7.972_231_577_786_196 + 60 }), 7.972_231_577_786_196],
    [closedWith({ since: 0.1 }), 1_234.7 + 0.1 + 0.2],
  ])('is equal on a clock with fractions: $name', (state, now) => {
    const before = takeSnapshot(state, { ...FACTS, now });

    const after = takeSnapshot(stateOf(before, 0.3, WALL, false), { ...FACTS, now: 0.3 });

    expect(after).toEqual(before);
  });
});
