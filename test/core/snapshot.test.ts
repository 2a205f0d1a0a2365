import { describe, expect, it } from 'vitest';
import { parseSnapshot, stateOf, takeSnapshot } from '../../src/core/snapshot.ts';
import type { CircuitSnapshot, SnapshotFacts } from '../../src/core/snapshot.ts';
import type { State } from '../../src/core/state.ts';
import { snapshotWith } from '../support/snapshots.ts';
import { closedWith, halfOpenWith, openWith } from '../support/states.ts';

const NEVER = Number.POSITIVE_INFINITY;
const WALL = 1_700_000_000_000;
const FACTS: SnapshotFacts = { name: 'orders', now: 2_000, wallTime: WALL, consecutiveFailures: 3, override: null };
const INFINITE = { waitMs: NEVER, deadline: NEVER, firmUntil: NEVER };
/** The reading of a clock with fractions. */
const FRACTION = 7.972_231_577_786_196;
const NULLS = { remainingWaitMs: null, drawnWaitMs: null, firmWaitMs: null };

describe('takeSnapshot', () => {
  const common = { version: 1, name: 'orders', consecutiveFailures: 3, override: null, wallTime: WALL };
  const noWait = { remainingWaitMs: 0, drawnWaitMs: 0, firmWaitMs: 0, healthShortened: false };

  it.each<[State, object]>([
    [closedWith({ since: 500, openings: 2 }), { reason: '', openings: 2, closedForMs: 1_500, ...noWait }],
    [
      openWith({ openings: 4, reason: 'retry_after', firmUntil: 3_000, healthShortened: true }),
      {
        reason: 'retry_after',
        openings: 4,
        closedForMs: 0,
        remainingWaitMs: 4_000,
        drawnWaitMs: 5_000,
        firmWaitMs: 1_000,
        healthShortened: true,
      },
    ],
    [
      halfOpenWith({ openings: 4, successes: 2, healthShortened: true }),
      { reason: '', openings: 4, closedForMs: 0, ...noWait, drawnWaitMs: 5_000, healthShortened: true },
    ],
  ])('describes a circuit that is $name', (state, expected) => {
    expect(takeSnapshot(state, FACTS)).toEqual({ ...common, state: state.name, ...expected });
  });

  it.each([
    [5_999, 1],
    [6_000, 0],
    [6_001, 0],
  ])('has no wait left from the deadline 6,000 on: at %i, %i ms', (now, expected) => {
    const snapshot = takeSnapshot(openWith({ deadline: 6_000, firmUntil: 6_000 }), { ...FACTS, now });

    expect(snapshot).toMatchObject({ remainingWaitMs: expected, firmWaitMs: expected });
  });

  it('writes infinite waits as null, because JSON has no infinity', () => {
    expect(takeSnapshot(openWith(INFINITE), FACTS)).toMatchObject(NULLS);
    expect(takeSnapshot(halfOpenWith({ waitMs: NEVER }), FACTS).drawnWaitMs).toBeNull();
  });

  it('rounds to whole microseconds, and never below 0', () => {
    const open = openWith({ waitMs: 5_000.000_51, deadline: 6_000.123_49, firmUntil: 3_000.123_51 });

    expect(takeSnapshot(open, FACTS))
      .toMatchObject({ remainingWaitMs: 4_000.123, drawnWaitMs: 5_000.001, firmWaitMs: 1_000.124 });
    expect([500.123_6, 2_000.001].map((since) => takeSnapshot(closedWith({ since }), FACTS).closedForMs))
      .toEqual([1_499.876, 0]);
  });

  it('copies the override', () => {
    const override = { state: 'open' as const, reason: 'deploy' };

    const snapshot = takeSnapshot(closedWith(), { ...FACTS, override });
    override.reason = 'changed';

    expect(snapshot.override).toEqual({ state: 'open', reason: 'deploy' });
  });

  it('leaves out what an unhealthy answer adds to the wait', () => {
    expect(takeSnapshot(openWith({ deadline: 6_000, heldMs: 300_000 }), FACTS).remainingWaitMs).toBe(4_000);
  });
});

describe('stateOf', () => {
  it('returns a closed state that began as long ago, and counts the time since the snapshot', () => {
    expect(
      stateOf(snapshotWith({ state: 'closed', openings: 2, closedForMs: 1_500 }), 9_000, WALL + 60_000, true),
    ).toEqual({ name: 'closed', since: -52_500, openings: 2, saturated: true });
  });

  it('returns an open state with the rest of its wait', () => {
    const snapshot = snapshotWith({ reason: 'retry_after', openings: 4, firmWaitMs: 1_000, healthShortened: true });

    expect(stateOf(snapshot, 9_000, WALL, false)).toEqual({
      name: 'open',
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

  it('returns an open state whose wait is over when the circuit was half-open', () => {
    const snapshot = takeSnapshot(halfOpenWith({ healthShortened: true }), FACTS);

    expect(stateOf(snapshot, 9_000, WALL, false)).toMatchObject({
      name: 'open',
      reason: 'restored_half_open',
      waitMs: 5_000,
      deadline: 9_000,
      firmUntil: 9_000,
      healthShortened: true,
    });
  });

  it.each([
    ['no time', 0, 13_000, 12_000],
    ['a step back', -3_600_000, 13_000, 12_000],
    ['a part of the wait', 1_000, 12_000, 11_000],
    ['most of the wait', 3_999, 9_001, 9_000],
    ['the whole wait', 4_000, 9_000, 9_000],
    ['more than the wait', 4_001, 9_000, 9_000],
  ])('shortens the wait by the wall time since: %s', (_, passedMs, deadline, firmUntil) => {
    const snapshot = snapshotWith({ remainingWaitMs: 4_000, firmWaitMs: 3_000 });

    expect(stateOf(snapshot, 9_000, WALL + passedMs, false)).toMatchObject({ deadline, firmUntil });
  });

  it('does not shorten an infinite wait', () => {
    expect(stateOf(snapshotWith(NULLS), 9_000, WALL + 1e12, false)).toMatchObject(INFINITE);
  });

  it.each<[State, number, number]>([
    [closedWith({ since: 0, saturated: true }), 2_000, 777],
    [openWith(), 2_000, 777],
    [openWith({ firmUntil: 4_000, healthShortened: true, heldMs: 1_000 }), 2_000, 777],
    [openWith(INFINITE), 2_000, 777],
    [openWith({ deadline: 1_500 }), 2_000, 777],
    [openWith({ since: FRACTION, waitMs: 60, deadline: FRACTION + 60 }), FRACTION, 0.3],
    [closedWith({ since: 0.1 }), 1_234.7 + 0.1 + 0.2, 0.3],
  ])('restores a state whose snapshot is equal: $name', (state, now, later) => {
    const facts: SnapshotFacts = { ...FACTS, now, override: { state: 'closed', reason: 'drill' } };
    const before = takeSnapshot(state, facts);

    expect(takeSnapshot(stateOf(before, later, WALL, false), { ...facts, now: later })).toEqual(before);
  });
});

describe('parseSnapshot', () => {
  const RULES = { name: 'orders', maxBackoffMs: 300_000, maxRetryAfterMs: 60_000 };

  /** What is wrong with an input. Empty if it is a snapshot. */
  function problemsOf(input: unknown, rules = RULES): readonly string[] {
    const parsed = parseSnapshot(input, rules);
    return 'problems' in parsed ? parsed.problems : [];
  }

  it.each([
    snapshotWith(),
    snapshotWith({ state: 'closed', reason: '', closedForMs: 12.5, remainingWaitMs: 0, drawnWaitMs: 0 }),
    snapshotWith({ state: 'half_open', reason: '', remainingWaitMs: 0, firmWaitMs: 0 }),
    snapshotWith({ ...NULLS, healthShortened: true }),
    snapshotWith({ override: { state: 'open', reason: 'deploy' }, wallTime: -1 }),
    snapshotWith({ override: { state: 'closed', reason: '' }, openings: 0, consecutiveFailures: 0 }),
  ])('accepts a snapshot that went through JSON: $state, $override', (snapshot) => {
    expect(parseSnapshot(JSON.parse(JSON.stringify(snapshot)), RULES)).toEqual({ snapshot });
  });

  it('copies the known fields and no more', () => {
    const input = { ...snapshotWith(), more: 1, override: { state: 'open', reason: 'deploy', more: 2 } };

    const parsed = parseSnapshot(input, RULES) as { snapshot: CircuitSnapshot };
    input.override.reason = 'changed';

    expect(parsed.snapshot).toEqual(snapshotWith({ override: { state: 'open', reason: 'deploy' } }));
  });

  it.each([
    [undefined, 'undefined.'],
    [null, 'null.'],
    ['{}', 'a string. Call `JSON.parse` first.'],
    [7, '7.'],
    [[], 'an array.'],
    [{}, 'an object.'],
    [{ version: 1, breakers: [], keyed: [] }, 'an object.'],
    [Object.create(snapshotWith()), 'an object.'],
    [JSON.parse(`{ "__proto__": ${JSON.stringify(snapshotWith())} }`), 'an object.'],
    [() => {}, 'a function.'],
  ])('rejects %o', (input, shown) => {
    expect(problemsOf(input)).toEqual([`\`restore\` must be a snapshot. Received ${shown}`]);
  });

  it('lists every wrong or missing field when there is a state', () => {
    expect(problemsOf({ state: undefined })).toEqual([
      '`restore.version` must be 1. Received undefined.',
      '`restore.name` must be a string. Received undefined.',
      "`restore.state` must be 'closed', 'open' or 'half_open'. Received undefined.",
      '`restore.reason` must be a string. Received undefined.',
      '`restore.openings` must be a whole number (0 to 30). Received undefined.',
      '`restore.consecutiveFailures` must be a whole number (0 or more). Received undefined.',
      '`restore.closedForMs` must be finite milliseconds (0 or more). Received undefined.',
      '`restore.remainingWaitMs` must be finite milliseconds (0 or more), or null. Received undefined.',
      '`restore.drawnWaitMs` must be finite milliseconds (0 or more), or null. Received undefined.',
      '`restore.firmWaitMs` must be finite milliseconds (0 or more), or null. Received undefined.',
      '`restore.healthShortened` must be true or false. Received undefined.',
      "`restore.override` must be null or { state: 'open' | 'closed', reason }. Received undefined.",
      '`restore.wallTime` must be finite milliseconds. Received undefined.',
    ]);
  });

  const NO_DURATION = [-0.5, '0', true, Number.NaN, NEVER];

  it.each([
    ['version', [1], [0, 2, '1', null, true]],
    ['name', ['orders'], ['users', '', 7, null]],
    ['state', ['closed', 'open', 'half_open'], ['', 'OPEN', 'halfOpen', 0, null]],
    ['reason', ['', 'any text'], [null, 0, []]],
    ['openings', [0, 1, 30], [-1, 31, 1.5, '1', null, 1e300]],
    ['consecutiveFailures', [0, 1, Number.MAX_SAFE_INTEGER], [-1, 0.5, Number.MAX_SAFE_INTEGER + 1, '0', null]],
    ['closedForMs', [0, 0.5, 1e300], [null, ...NO_DURATION]],
    ['remainingWaitMs', [0, 0.5, 300_000, null], NO_DURATION],
    ['drawnWaitMs', [0, 0.5, 1e300, null], NO_DURATION],
    ['firmWaitMs', [0, 0.5, 300_000, null], NO_DURATION],
    ['healthShortened', [true, false], [0, 1, 'true', null]],
    [
      'override',
      [null, { state: 'open', reason: '' }],
      [{}, [], 'open', false, { state: 'open' }, { reason: '' }, { state: 'half_open', reason: '' },
        { state: 'closed', reason: 7 }],
    ],
    ['wallTime', [0, -1, 1.5], ['0', null, Number.NaN, NEVER]],
  ])('accepts right values of %s and rejects wrong ones', (field, right, wrong) => {
    const problemsWith = (value: unknown): readonly string[] => problemsOf({ ...snapshotWith(), [field]: value });

    expect(right.flatMap(problemsWith)).toEqual([]);
    for (const value of wrong) {
      expect(problemsWith(value))
        .toEqual([expect.stringMatching(new RegExp(`^\`restore\\.${field}\` must be .+\\. Received .+\\.$`, 'u'))]);
    }
  });

  it('names the values that it rejects', () => {
    expect(problemsOf({ ...snapshotWith(), openings: 'many', closedForMs: -1, override: [] })).toEqual([
      '`restore.openings` must be a whole number (0 to 30). Received the string "many".',
      '`restore.closedForMs` must be finite milliseconds (0 or more). Received -1.',
      "`restore.override` must be null or { state: 'open' | 'closed', reason }. Received an array.",
    ]);
    expect(problemsOf(snapshotWith({ name: 'users' })))
      .toEqual(['`restore.name` must be the name of this breaker, "orders". Received the string "users".']);
  });

  it.each<[string, unknown]>([
    ['inherited', Object.create(snapshotWith(), { state: { value: 'open', enumerable: true } })],
    ['under `__proto__`', JSON.parse(`{ "state": "open", "__proto__": ${JSON.stringify(snapshotWith())} }`)],
  ])('does not read fields that are %s', (_, input) => {
    expect(problemsOf(input)).toHaveLength(12);
  });

  it('treats a field that throws when it is read as missing', () => {
    const input = Object.defineProperty({ ...snapshotWith() }, 'state', {
      get: () => {
        throw new Error('trap');
      },
    });

    expect(problemsOf(input))
      .toEqual(["`restore.state` must be 'closed', 'open' or 'half_open'. Received undefined."]);
  });

  it.each([
    ['below the longest backoff', 299_999, 5_000, 60_000, true],
    ['at the longest backoff', 300_000, 5_000, 60_000, true],
    ['above it', 300_001, 5_000, 60_000, false],
    ['at a longer drawn wait', 400_000, 400_000, 60_000, true],
    ['above a longer drawn wait', 400_001, 400_000, 60_000, false],
    ['of any length after an infinite drawn wait', 1e300, null, 60_000, true],
    ['infinite', null, 5_000, 60_000, true],
    ['at a longer maxRetryAfterMs', 600_000, 5_000, 600_000, true],
    ['above a longer maxRetryAfterMs', 600_001, 5_000, 600_000, false],
  ])('checks whether a wait is possible: %s', (_, remainingWaitMs, drawnWaitMs, maxRetryAfterMs, accepted) => {
    const problems = problemsOf(snapshotWith({ remainingWaitMs, drawnWaitMs }), { ...RULES, maxRetryAfterMs });

    expect(problems.length === 0).toBe(accepted);
  });

  it('says how long a wait can be', () => {
    expect(problemsOf(snapshotWith({ remainingWaitMs: 300_001 }))).toEqual([
      '`restore.remainingWaitMs` must be at most 300000, the longest wait. Received 300001.',
    ]);
  });
});
