import { describe, expect, it } from 'vitest';
import { parseSnapshot } from '../../src/core/snapshot.ts';
import type { CircuitSnapshot } from '../../src/core/snapshot.ts';
import { snapshotWith } from '../support/snapshots.ts';

const RULES = { name: 'orders', maxBackoffMs: 300_000, maxRetryAfterMs: 60_000 };

/** What is wrong with an input; nothing, when it is a snapshot. */
function problemsOf(input: unknown, rules = RULES): readonly string[] {
  const parsed = parseSnapshot(input, rules);
  return 'problems' in parsed ? parsed.problems : [];
}

/** A snapshot with one field of any kind, as JSON may have it. */
const withField = (field: string, value: unknown): object => ({ ...snapshotWith(), [field]: value });

describe('parseSnapshot', () => {
  it.each([
    snapshotWith(),
    snapshotWith({ state: 'closed', reason: '', closedForMs: 12.5, remainingWaitMs: 0, drawnWaitMs: 0 }),
    snapshotWith({ state: 'half_open', reason: '', remainingWaitMs: 0, firmWaitMs: 0 }),
    snapshotWith({ remainingWaitMs: null, drawnWaitMs: null, firmWaitMs: null, healthShortened: true }),
    snapshotWith({ override: { state: 'open', reason: 'deploy' }, wallTime: -1 }),
    snapshotWith({ override: { state: 'closed', reason: '' }, openings: 0, consecutiveFailures: 0 }),
  ])('takes what JSON makes of %o', (snapshot) => {
    const parsed = parseSnapshot(JSON.parse(JSON.stringify(snapshot)), RULES);

    expect(parsed).toEqual({ snapshot });
  });

  it('copies what it takes, and nothing more', () => {
    const input = { ...snapshotWith({ override: { state: 'open', reason: 'deploy' } }), more: 1, override: { state: 'open', reason: 'deploy', more: 2 } };

    const parsed = parseSnapshot(input, RULES) as { snapshot: CircuitSnapshot };
    input.override.reason = 'changed';

    expect(parsed.snapshot).toEqual(snapshotWith({ override: { state: 'open', reason: 'deploy' } }));
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['{}', '"{}"'],
    [7, '7'],
    [true, 'true'],
    [() => {}, 'a function'],
  ])('refuses %o, which is no object', (input, shown) => {
    expect(problemsOf(input)).toEqual([`Expected \`restore\` to be a snapshot, got ${shown}`]);
  });

  it.each([{}, []])('lists every field that %j lacks', (input) => {
    expect(problemsOf(input)).toEqual([
      'Expected `restore.version` to be 1, got undefined',
      'Expected `restore.name` to be the name of this breaker, got undefined',
      "Expected `restore.state` to be 'closed', 'open' or 'half_open', got undefined",
      'Expected `restore.reason` to be a string, got undefined',
      'Expected `restore.openings` to be a whole number, 0 to 30, got undefined',
      'Expected `restore.consecutiveFailures` to be a whole number, 0 or more, got undefined',
      'Expected `restore.closedForMs` to be finite milliseconds, 0 or more, got undefined',
      'Expected `restore.remainingWaitMs` to be milliseconds, 0 or more, or null, got undefined',
      'Expected `restore.drawnWaitMs` to be milliseconds, 0 or more, or null, got undefined',
      'Expected `restore.firmWaitMs` to be milliseconds, 0 or more, or null, got undefined',
      'Expected `restore.healthShortened` to be true or false, got undefined',
      "Expected `restore.override` to be null or { state: 'open' | 'closed', reason }, got undefined",
      'Expected `restore.wallTime` to be finite milliseconds, got undefined',
    ]);
  });

  it.each([
    ['version', [1], [0, 2, '1', null, true]],
    ['state', ['closed', 'open', 'half_open'], ['', 'OPEN', 'halfOpen', 0, null]],
    ['reason', ['', 'any text'], [null, 0, []]],
    ['openings', [0, 1, 30], [-1, 31, 1.5, '1', null, 1e300]],
    ['consecutiveFailures', [0, 1, Number.MAX_SAFE_INTEGER], [-1, 0.5, Number.MAX_SAFE_INTEGER + 1, '0', null]],
    ['closedForMs', [0, 0.5, 1e300], [-0.5, -1, '0', null, Number.NaN, Number.POSITIVE_INFINITY]],
    ['remainingWaitMs', [0, 0.5, 300_000, null], [-0.5, '0', true, Number.NaN, Number.POSITIVE_INFINITY]],
    ['drawnWaitMs', [0, 0.5, 1e300, null], [-0.5, '0', true, Number.NaN, Number.POSITIVE_INFINITY]],
    ['firmWaitMs', [0, 0.5, 300_000, null], [-0.5, '0', true, Number.NaN, Number.POSITIVE_INFINITY]],
    ['healthShortened', [true, false], [0, 1, 'true', null]],
    ['override', [null, { state: 'open', reason: '' }], [{}, [], 'open', false, { state: 'open' }, { reason: '' }, { state: 'half_open', reason: '' }, { state: 'closed', reason: 7 }]],
    ['wallTime', [0, -1, 1.5], ['0', null, Number.NaN, Number.POSITIVE_INFINITY]],
  ])('takes and refuses the right values of %s', (field, right, wrong) => {
    const taken = right.map((value) => problemsOf(withField(field, value)));
    const refused = wrong.map((value) => problemsOf(withField(field, value)));

    expect(taken).toEqual(right.map(() => []));
    expect(refused).toEqual(wrong.map(() => [expect.stringMatching(new RegExp(`^Expected \`restore\\.${field}\` to be .+, got .+$`, 'u'))]));
  });

  it('says of a refused value what arrived', () => {
    const problems = [
      ...problemsOf(withField('openings', 'many')),
      ...problemsOf(withField('override', [])),
      ...problemsOf({ ...snapshotWith(), closedForMs: -1, wallTime: null }),
    ];

    expect(problems).toEqual([
      'Expected `restore.openings` to be a whole number, 0 to 30, got "many"',
      "Expected `restore.override` to be null or { state: 'open' | 'closed', reason }, got an array",
      'Expected `restore.closedForMs` to be finite milliseconds, 0 or more, got -1',
      'Expected `restore.wallTime` to be finite milliseconds, got null',
    ]);
  });

  it('does not take inherited fields for its own', () => {
    const input: unknown = Object.create(snapshotWith());

    expect(problemsOf(input)).toHaveLength(13);
  });

  it('does not trip over fields that cannot be read', () => {
    const input = Object.defineProperty({ ...snapshotWith() }, 'state', {
      enumerable: true,
      get: () => {
        throw new Error('trap');
      },
    });

    expect(problemsOf(input)).toEqual(["Expected `restore.state` to be 'closed', 'open' or 'half_open', got undefined"]);
  });

  it('does not take a `__proto__` of JSON for fields', () => {
    const input: unknown = JSON.parse(`{ "__proto__": ${JSON.stringify(snapshotWith())} }`);

    expect(problemsOf(input)).toHaveLength(13);
  });
});

describe('parseSnapshot, of a snapshot as such', () => {
  it.each([
    ['users', 'Expected `restore.name` to be "orders", got "users"'],
    ['', 'Expected `restore.name` to be "orders", got ""'],
  ])('refuses one of another breaker: %j', (name, problem) => {
    expect(problemsOf(snapshotWith({ name }))).toEqual([problem]);
  });

  it.each([
    ['below the longest backoff', 299_999, 5_000, true],
    ['at the longest backoff', 300_000, 5_000, true],
    ['above it', 300_001, 5_000, false],
    ['at the drawn wait, longer than that', 400_000, 400_000, true],
    ['above the drawn wait', 400_001, 400_000, false],
    ['of any length after an infinite drawn wait', 1e300, null, true],
    ['infinite', null, 5_000, true],
  ])('knows whether a wait can be: %s', (_, remainingWaitMs, drawnWaitMs, taken) => {
    const problems = problemsOf(snapshotWith({ remainingWaitMs, drawnWaitMs }));

    expect(problems.length === 0).toBe(taken);
  });

  it.each([
    ['at the longest pause that a dependency may ask for', 600_000, true],
    ['above it', 600_001, false],
  ])('knows whether a wait can be, where pauses may be longer than the backoff: %s', (_, remainingWaitMs, taken) => {
    const problems = problemsOf(snapshotWith({ remainingWaitMs }), { ...RULES, maxRetryAfterMs: 600_000 });

    expect(problems.length === 0).toBe(taken);
  });

  it('says how long a wait can be', () => {
    const problems = problemsOf(snapshotWith({ remainingWaitMs: 300_001 }));

    expect(problems).toEqual(['Expected `restore.remainingWaitMs` to be at most 300000, the longest wait, got 300001']);
  });
});
