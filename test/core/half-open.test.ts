import { describe, expect, it } from 'vitest';
import { Probe } from '../../src/core/half-open.ts';
import { halfOpenWith, probeUntil } from '../support/states.ts';

const NEVER = Number.POSITIVE_INFINITY;
const RULES = { halfOpenMaxCalls: 3, successThreshold: 3, halfOpenMaxFailures: 1, halfOpenLeaseMs: null };

describe('a probe', () => {
  it.each([
    ['a third of its timeout, and a second more than it', 60_000, null, 20_000, 61_000],
    ['10 s of a shorter timeout', 15_000, null, 10_000, 16_000],
    ['all of a timeout below 10 s', 5_000, null, 5_000, 6_000],
    ['the lease, and a second more than its timeout', 30_000, 2_000, 2_000, 31_000],
    ['no longer than its timeout', 30_000, 40_000, 30_000, 31_000],
    ['20 s and a minute without timeout and lease', null, null, 20_000, 60_000],
    ['the lease without a timeout', null, 5_000, 5_000, 5_000],
    ['forever with an infinite lease and no timeout', null, NEVER, NEVER, NEVER],
  ])('keeps its slot and counts for %s', (_, timeoutMs, halfOpenLeaseMs, slotMs, longestMs) => {
    const { slotEndsAt, endsAt } = new Probe(1_000, timeoutMs, { ...RULES, halfOpenLeaseMs });

    expect([slotEndsAt - 1_000, endsAt - 1_000]).toEqual([slotMs, longestMs]);
  });
});

describe('a probe whose timeout was noticed late', () => {
  it('counts for a second more, so that an answer can be read', () => {
    const probe = new Probe(1_000, 500, RULES);

    probe.delay(5_000);

    expect(probe.endsAt).toBe(6_000);
  });

  it('never ends earlier than before', () => {
    const probe = new Probe(1_000, 500, RULES);

    probe.delay(1_200);

    expect(probe.endsAt).toBe(2_500);
  });
});

describe('settle', () => {
  it.each([
    ['success', 2, 1],
    ['failure', 1, 2],
    ['ignored', 1, 1],
  ] as const)('removes the probe and counts %s as %i successes and %i failures', (proved, successes, failures) => {
    const state = halfOpenWith({ successes: 1, failures: 1 }, [2_000, 2_000, 2_000]);
    const [first, second, third] = state.probes;

    state.settle(second as Probe, proved);

    expect(state).toMatchObject({ successes, failures });
    expect([...state.probes]).toEqual([first, third]);
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
      expect(halfOpenWith({ successes, failures }).nextMove({ ...RULES, halfOpenMaxFailures })).toBe(expected);
    },
  );
});

describe('hasSlot', () => {
  it('admits three probes at once, and as many again when these have lost their slots, up to nine', () => {
    const state = halfOpenWith();
    const admitted: number[] = [];
    for (let now = 0; now < 30_000; now += 1_000) {
      while (state.hasSlot(now, RULES)) {
        state.add(new Probe(now, 30_000, RULES));
        admitted.push(now);
      }
    }

    expect(admitted).toEqual([0, 0, 0, 10_000, 10_000, 10_000, 20_000, 20_000, 20_000]);
    expect([state.hasSlot(30_999, RULES), state.hasSlot(31_000, RULES)]).toEqual([false, true]);
  });
});

describe('widen', () => {
  it('doubles the slots after as many neutral probes as there are slots, up to a thousand', () => {
    const state = halfOpenWith();
    const slots: number[] = [];
    for (let neutral = 1; neutral <= 3_000; neutral += 1) {
      state.widen(RULES);
      if (state.slots(RULES) !== slots.at(-1)) slots.push(state.slots(RULES));
    }

    expect(slots).toEqual([3, 6, 12, 24, 48, 96, 192, 384, 768, 1_000]);
    expect(state.slots({ ...RULES, halfOpenMaxCalls: 2_000 })).toBe(2_000);
  });
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
  ])('finds the probe that expired first, at 8,000 of %j the one at place %s', (ends, place) => {
    const state = halfOpenWith({}, ends);

    expect(state.expired(8_000)[0]).toBe(place === null ? undefined : [...state.probes][place]);
  });

  it('finds one after the other', () => {
    const state = halfOpenWith({}, [6_000, 5_000, 9_000]);
    const found: (number | undefined)[] = [];
    for (const now of [4_999, 8_000, 8_000, 8_000, 9_000]) {
      const probe = state.expired(now)[0];
      found.push(probe?.endsAt);
      if (probe !== undefined) state.settle(probe, 'failure');
    }

    expect(found).toEqual([undefined, 5_000, 6_000, undefined, 9_000]);
  });
});

describe('nextSlotAt', () => {
  it.each([
    ['when the latest probe has taken as long as usual', [1_000, 1_200, 1_300], 1_400, 1_800],
    ['after as long again, for a probe that takes longer than usual', [1_000, 1_000, 1_000], 2_100, 3_200],
    ['at the end of a slot at the latest', [1_000, 1_000, 1_000], 7_000, 11_000],
  ])('is %s', (_, admitted, now, expected) => {
    const state = halfOpenWith();
    for (const at of admitted) state.add(new Probe(at, 30_000, RULES));

    expect([state.hasSlot(now, RULES), state.nextSlotAt(now, 500)]).toEqual([false, expected]);
  });

  it('is the end of a probe when as many run as may', () => {
    const state = halfOpenWith();
    for (const at of [0, 10_000, 20_000]) for (const _ of 'abc') state.add(new Probe(at, 30_000, RULES));

    expect([state.hasSlot(30_500, RULES), state.nextSlotAt(30_500, 20_000)]).toEqual([false, 31_000]);
  });
});

describe('relapsedAt', () => {
  it.each([
    ['not before a probe has expired', {}, [8_001], undefined],
    ['not while failures are allowed', { successes: 1 }, [8_000, 9_000], undefined],
    ['at the first expiry too many, in order', {}, [7_000, 5_000, 6_000], 6_000],
    ['at the first expiry when no failure is left', { failures: 1 }, [7_000, 5_000], 5_000],
    ['not by successes', { successes: 3 }, [9_000], undefined],
  ])('is %s', (_, counts, ends, expected) => {
    const state = halfOpenWith(counts, ends);

    expect(state.relapsedAt(8_000, RULES)).toBe(expected);
    expect([...state.probes]).toHaveLength(ends.length);
  });
});

describe('a state with thousands of probes', () => {
  it('looks at no probe on admission while none can have expired', () => {
    const state = halfOpenWith();
    const rules = { ...RULES, halfOpenMaxCalls: 8_000 };
    let looks = 0;
    const probe = probeUntil(9_000);
    Object.defineProperty(probe, 'endsAt', { get: () => ((looks += 1), 9_000) });
    state.add(probe);
    looks = 0;

    const found = new Set<unknown>();
    for (let now = 0; now < 8_000; now += 1) found.add(state.expired(now)[0]).add(state.hasSlot(now, rules));

    expect([looks, [...found]]).toEqual([0, [undefined, true]]);
  });

  it('looks at them once, while it is full and nothing changes', () => {
    const state = halfOpenWith();
    let looks = 0;
    for (let each = 0; each < 3; each += 1) {
      const probe = probeUntil(9_000);
      Object.defineProperty(probe, 'slotEndsAt', { get: () => ((looks += 1), 9_000) });
      state.add(probe);
    }

    const full = Array.from({ length: 1_000 }, (_, now) => state.hasSlot(now, RULES));
    const looksWhileFull = looks;
    state.settle([...state.probes][0] as Probe, 'ignored');

    expect([new Set(full), looksWhileFull]).toEqual([new Set([false]), 6]);
    expect(state.hasSlot(1_000, RULES)).toBe(true);
  });
});
