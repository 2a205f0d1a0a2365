import { describe, expect, it } from 'vitest';
import { firstExpired, leaseMs, lookThrough, nextPermitAt, settled, verdict, withProbe } from '../../src/core/half-open.ts';
import type { LeaseRules } from '../../src/core/half-open.ts';
import { Probe } from '../../src/core/state.ts';
import { halfOpenWith } from '../support/states.ts';

const RULES = { halfOpenMaxCalls: 3, successThreshold: 3, halfOpenMaxFailures: 1 };

/** A probe whose lease ends, and whose call times out, at these moments. */
const probeUntil = (leaseEndsAt: number, timesOutAt = Number.POSITIVE_INFINITY): Probe => new Probe(1_000, leaseEndsAt, timesOutAt);

const excusedUntil = (leaseEndsAt: number): Probe => Object.assign(probeUntil(leaseEndsAt), { excused: true });

describe('withProbe', () => {
  it('adds a probe after the others, and leaves the old state as it was', () => {
    const [first, second] = [probeUntil(1), probeUntil(2)];
    const state = halfOpenWith({ probes: [first] });

    const next = withProbe(state, second);

    expect(next).toEqual({ ...state, probes: [first, second] });
    expect(next.probes[1]).toBe(second);
    expect(state.probes).toEqual([first]);
  });
});

describe('settled', () => {
  it.each([
    ['success', 2, 1],
    ['failure', 1, 2],
    ['nothing', 1, 1],
  ] as const)('gives the permit back and counts %s as %i successes and %i failures', (proved, successes, failures) => {
    const [first, second, third] = [probeUntil(1), probeUntil(1), probeUntil(1)];
    const state = halfOpenWith({ successes: 1, failures: 1, probes: [first, second, third] });

    const next = settled(state, second, proved);

    expect(next).toEqual({ ...state, successes, failures, probes: [first, third] });
    expect(next.probes.includes(second)).toBe(false);
  });
});

describe('verdict', () => {
  it.each([
    [0, 0, null],
    [2, 0, null],
    [3, 0, 'recover'],
    [4, 0, 'recover'],
    [0, 1, null],
    [2, 1, null],
    [3, 1, 'recover'],
    [0, 2, 'relapse'],
    [3, 2, 'relapse'],
  ])('with three successes needed and one failure allowed says of %i and %i: %s', (successes, failures, expected) => {
    const state = halfOpenWith({ successes, failures });

    expect(verdict(state, RULES)).toBe(expected);
  });

  it.each([
    [0, null],
    [1, 'relapse'],
  ])('with no failure allowed says of %i: %s', (failures, expected) => {
    const state = halfOpenWith({ failures });

    expect(verdict(state, { ...RULES, halfOpenMaxFailures: 0 })).toBe(expected);
  });
});

describe('firstExpired', () => {
  it.each([
    ['before', 5_999, false],
    ['at', 6_000, true],
    ['after', 6_001, true],
  ])('finds a lease %s its end: %s', (_, now, found) => {
    const probe = probeUntil(6_000);

    const expired = firstExpired(halfOpenWith({ probes: [probe] }), now);

    expect(expired).toBe(found ? probe : null);
  });

  it('finds none without probes', () => {
    expect(firstExpired(halfOpenWith(), Number.MAX_VALUE)).toBeNull();
  });

  it.each([
    [[6_000, 5_000, 7_000], 1],
    [[5_000, 6_000, 7_000], 0],
    [[7_000, 6_000, 5_000], 2],
    [[6_000, 5_000, 5_000], 1],
    [[5_000, 9_000, Infinity], 0],
    [[9_000, Infinity, 5_000], 2],
  ])('of leases that end at %j finds the one at place %i', (ends, place) => {
    const probes = ends.map((end) => probeUntil(end));

    const expired = firstExpired(halfOpenWith({ probes }), 8_000);

    expect(expired).toBe(probes[place]);
  });

  it('does not look at the call’s own timeout', () => {
    const probe = probeUntil(Number.POSITIVE_INFINITY, 2_000);

    expect(firstExpired(halfOpenWith({ probes: [probe] }), 8_000)).toBeNull();
  });
});

describe('nextPermitAt', () => {
  it.each([
    ['no probe', [], Infinity],
    ['a lease', [probeUntil(6_000)], 6_000],
    ['a timeout', [probeUntil(Infinity, 4_000)], 4_000],
    ['the earlier of both', [probeUntil(6_000, 4_000)], 4_000],
    ['the earliest of all leases', [probeUntil(6_000), probeUntil(3_000), probeUntil(5_000)], 3_000],
    ['the earliest of all timeouts', [probeUntil(6_000, 5_000), probeUntil(Infinity, 3_500)], 3_500],
    ['neither', [probeUntil(Infinity)], Infinity],
  ])('is when %s ends', (_, probes, expected) => {
    expect(nextPermitAt(halfOpenWith({ probes }))).toBe(expected);
  });
});

describe('lookThrough', () => {
  it('gives the state itself while no lease has run out', () => {
    const state = halfOpenWith({ probes: [probeUntil(6_000)] });

    expect(lookThrough(state, 5_999, RULES)).toBe(state);
  });

  it('counts leases that have run out as failures', () => {
    const [first, second] = [probeUntil(6_000), probeUntil(7_000)];
    const state = halfOpenWith({ successes: 1, probes: [first, second] });

    const seen = lookThrough(state, 6_000, RULES);

    expect(seen).toEqual({ ...state, failures: 1, probes: [second] });
    expect(state.probes).toEqual([first, second]);
  });

  it('says when the circuit has relapsed: at the lease that was one too many, in order of their ends', () => {
    const state = halfOpenWith({ probes: [probeUntil(7_000), probeUntil(5_000), probeUntil(6_000)] });

    const seen = lookThrough(state, 8_000, RULES);

    expect(seen).toEqual({ relapsedAt: 6_000 });
  });

  it('gives an excused permit back without counting it', () => {
    const state = halfOpenWith({ failures: 1, probes: [excusedUntil(5_000), excusedUntil(6_000)] });

    const seen = lookThrough(state, 8_000, RULES);

    expect(seen).toEqual({ ...state, probes: [] });
  });

  it('counts the other leases all the same', () => {
    const state = halfOpenWith({ failures: 1, probes: [excusedUntil(5_000), probeUntil(6_000)] });

    const seen = lookThrough(state, 8_000, RULES);

    expect(seen).toEqual({ relapsedAt: 6_000 });
  });

  it('does not take successes for a relapse', () => {
    const state = halfOpenWith({ successes: 3, probes: [excusedUntil(5_000)] });

    const seen = lookThrough(state, 8_000, RULES);

    expect(seen).toEqual({ ...state, probes: [] });
  });
});

describe('leaseMs', () => {
  const rules: LeaseRules = { halfOpenLeaseMs: null, recoveryTimeoutMs: 10_000, maxBackoffMs: 60_000, waitsGrow: true };

  it.each([
    ['what was asked for', 7_500, { halfOpenLeaseMs: 2_000 }, 2_000],
    ['the recovery timeout after a shorter wait', 5_000, {}, 10_000],
    ['the wait that has ended', 40_000, {}, 40_000],
    ['the cap after a longer wait', 90_000, {}, 60_000],
    ['the cap after an infinite wait', Infinity, {}, 60_000],
    ['the cap where waits do not grow', 10_000, { waitsGrow: false }, 60_000],
    ['ten recovery timeouts where neither wait nor cap end', Infinity, { maxBackoffMs: Infinity }, 100_000],
    ['ten recovery timeouts where waits do not grow and the cap has no end', 10_000, { waitsGrow: false, maxBackoffMs: Infinity }, 100_000],
    ['the wait that has ended where only the cap has no end', 40_000, { maxBackoffMs: Infinity }, 40_000],
    ['what was asked for, also without end', 40_000, { halfOpenLeaseMs: Infinity }, Infinity],
  ])('is %s', (_, waitMs, changes, expected) => {
    expect(leaseMs(waitMs, { ...rules, ...changes })).toBe(expected);
  });
});
