import { describe, expect, it } from 'vitest';
import {
  firstExpired, leaseMs, lookThrough, nextPermitAt, nextMove, settled, withProbe,
} from '../../src/core/half-open.ts';
import type { LeaseRules } from '../../src/core/half-open.ts';
import { Probe } from '../../src/core/state.ts';
import { halfOpenWith } from '../support/states.ts';

const NEVER = Number.POSITIVE_INFINITY;
const RULES = { halfOpenMaxCalls: 3, successThreshold: 3, halfOpenMaxFailures: 1 };

/** A probe whose lease ends, and whose call times out, at these moments. */
const probeUntil = (leaseEndsAt: number, timesOutAt = NEVER): Probe => new Probe(1_000, leaseEndsAt, timesOutAt);
const pausedUntil = (leaseEndsAt: number): Probe => Object.assign(probeUntil(leaseEndsAt), { paused: true });

describe('withProbe', () => {
  it('adds a probe after the others, and leaves the old state as it was', () => {
    const [first, second] = [probeUntil(1), probeUntil(2)];
    const state = halfOpenWith({ probes: [first] });

    const next = withProbe(state, second);

    expect([next, state.probes]).toEqual([{ ...state, probes: [first, second] }, [first]]);
    expect(next.probes[1]).toBe(second);
  });
});

describe('settled', () => {
  it.each([
    ['success', 2, 1],
    ['failure', 1, 2],
    ['ignored', 1, 1],
  ] as const)('removes the probe and counts %s as %i successes and %i failures', (proved, successes, failures) => {
    const [first, second, third] = [probeUntil(1), probeUntil(1), probeUntil(1)];
    const state = halfOpenWith({ successes: 1, failures: 1, probes: [first, second, third] });

    const next = settled(state, second, proved);

    expect(next).toEqual({ ...state, successes, failures, probes: [first, third] });
    expect(next.probes.includes(second)).toBe(false);
  });
});

describe('nextMove', () => {
  it.each([
    [0, 0, 1, null],
    [2, 0, 1, null],
    [3, 0, 1, 'recover'],
    [4, 0, 1, 'recover'],
    [2, 1, 1, null],
    [3, 1, 1, 'recover'],
    [0, 2, 1, 'relapse'],
    [3, 2, 1, 'relapse'],
    [0, 0, 0, null],
    [0, 1, 0, 'relapse'],
  ])(
    'needs three successes: after %i, with %i failures of %i allowed, it is %s',
    (successes, failures, halfOpenMaxFailures, expected) => {
      expect(nextMove(halfOpenWith({ successes, failures }), { ...RULES, halfOpenMaxFailures })).toBe(expected);
    },
  );
});

describe('firstExpired', () => {
  it.each([
    [[], null],
    [[8_001], null],
    [[8_000], 0],
    [[7_999], 0],
    [[6_000, 5_000, 7_000], 1],
    [[5_000, 6_000, 7_000], 0],
    [[7_000, 6_000, 5_000], 2],
    [[6_000, 5_000, 5_000], 1],
    [[5_000, 9_000, NEVER], 0],
    [[9_000, NEVER, 5_000], 2],
  ])('finds the lease that ended first, at 8,000 of %j the one at place %s', (ends, place) => {
    const probes = ends.map((end) => probeUntil(end));

    expect(firstExpired(halfOpenWith({ probes }), 8_000)).toBe(place === null ? null : probes[place]);
  });

  it('ignores the timeout of the call', () => {
    expect(firstExpired(halfOpenWith({ probes: [probeUntil(NEVER, 2_000)] }), 8_000)).toBeNull();
  });
});

describe('nextPermitAt', () => {
  it.each([
    ['no probe', [], NEVER],
    ['a lease', [probeUntil(6_000)], 6_000],
    ['a timeout', [probeUntil(NEVER, 4_000)], 4_000],
    ['the earlier of both', [probeUntil(6_000, 4_000)], 4_000],
    ['the earliest lease', [probeUntil(6_000), probeUntil(3_000), probeUntil(5_000)], 3_000],
    ['the earliest timeout', [probeUntil(6_000, 5_000), probeUntil(NEVER, 3_500)], 3_500],
    ['neither', [probeUntil(NEVER)], NEVER],
  ])('is the end of %s', (_, probes, expected) => {
    expect(nextPermitAt(halfOpenWith({ probes }))).toBe(expected);
  });
});

describe('lookThrough', () => {
  it('returns the state itself while no lease has run out', () => {
    const state = halfOpenWith({ probes: [probeUntil(8_001)] });

    expect(lookThrough(state, 8_000, RULES)).toBe(state);
  });

  it.each([
    ['counts an expired lease as a failure', { successes: 1 }, [8_000, 9_000], [], { failures: 1 }],
    ['reopens at the first lease too many, in order of their ends', {}, [7_000, 5_000, 6_000], [],
      { relapsedAt: 6_000 }],
    ['does not count a paused probe', { failures: 1 }, [], [5_000, 6_000], {}],
    ['counts the others when one is paused', { failures: 1 }, [6_000], [5_000], { relapsedAt: 6_000 }],
    ['does not take successes for a relapse', { successes: 3 }, [], [5_000], {}],
  ])('%s', (_, counts, ends, paused, expected) => {
    const state = halfOpenWith({ ...counts,
      probes: [...ends.map((end) => probeUntil(end)), ...paused.map(pausedUntil)] });

    const seen = lookThrough(state, 8_000, RULES);

    const left = state.probes.filter(({ leaseEndsAt }) => leaseEndsAt > 8_000);
    expect(seen).toEqual('relapsedAt' in expected ? expected : { ...state, ...expected, probes: left });
  });
});

describe('leaseMs', () => {
  const rules: LeaseRules = {
    halfOpenLeaseMs: null,
    recoveryTimeoutMs: 10_000,
    maxBackoffMs: 60_000,
    exponentialBackoff: true,
    backoff: undefined,
  };
  const fixed = { exponentialBackoff: false };

  it.each([
    ['the option', 7_500, { halfOpenLeaseMs: 2_000 }, 2_000],
    ['the recovery timeout after a shorter wait', 5_000, {}, 10_000],
    ['the wait that has ended', 40_000, {}, 40_000],
    ['the cap after a longer wait', 90_000, {}, 60_000],
    ['the cap after an infinite wait', NEVER, {}, 60_000],
    ['the cap where waits do not grow', 10_000, fixed, 60_000],
    ['the cap where a function computes the waits', 10_000, { backoff: () => 1 }, 60_000],
    ['ten recovery timeouts where neither wait nor cap end', NEVER, { maxBackoffMs: NEVER }, 100_000],
    ['ten recovery timeouts where waits do not grow and no cap ends', 10_000, { ...fixed, maxBackoffMs: NEVER },
      100_000],
    ['the wait that has ended where only the cap is infinite', 40_000, { maxBackoffMs: NEVER }, 40_000],
    ['the option, even if infinite', 40_000, { halfOpenLeaseMs: NEVER }, NEVER],
  ])('is %s', (_, waitMs, changes, expected) => {
    expect(leaseMs(waitMs, { ...rules, ...changes })).toBe(expected);
  });
});
