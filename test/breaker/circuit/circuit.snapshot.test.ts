import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../src/testing/index.ts';
import { silentBreakerWith } from '../../support/breaker.ts';
import type { Made, Options } from '../../support/breaker.ts';
import { problemsOfConfig } from '../../support/problems.ts';
import { fail, succeed } from '../../support/outcomes.ts';
import { briefly, restored, saved } from '../../support/restarts.ts';

describe('a snapshot', () => {
  it('of a fresh breaker is plain and complete', () => {
    const { breaker } = silentBreakerWith({ clock: new FakeClock({ wall: 1_000_000 }) });

    expect(breaker.snapshot()).toEqual({
      version: 1,
      name: 'orders',
      state: 'closed',
      reason: '',
      openings: 0,
      consecutiveFailures: 0,
      closedForMs: 0,
      remainingWaitMs: 0,
      drawnWaitMs: 0,
      firmWaitMs: 0,
      healthShortened: false,
      override: null,
      wallTime: 1_000_000,
    });
  });

  const [state, reason] = ['open', 'ops'];
  const half = { jitter: 'equal', random: () => 0 } satisfies Options;
  const healthCheck = { check: () => true, intervalMs: 1_000 };

  it.each<[string, Options, (breaker: Made['breaker']) => unknown, number, object]>([
    ['a closed circuit', {}, (breaker) => fail(breaker, 4), 7_000, { consecutiveFailures: 4, closedForMs: 7_000 }],
    [
      'a jittered wait',
      half,
      (breaker) => breaker.trip({ reason: 'ops' }),
      2_000,
      { state, reason, openings: 1, drawnWaitMs: 5_000, remainingWaitMs: 3_000, firmWaitMs: 0, wallTime: 2_000 },
    ],
    ['a firm wait', {}, (breaker) => breaker.trip({ forMs: 50_000 }), 2_000, { firmWaitMs: 48_000 }],
    [
      'a wait without an end',
      {},
      (breaker) => breaker.trip({ forMs: Number.POSITIVE_INFINITY }),
      0,
      { remainingWaitMs: null, drawnWaitMs: null, firmWaitMs: null },
    ],
    ['a wait that is over', {}, (breaker) => breaker.trip(), 70_000, { state, remainingWaitMs: 0 }],
    ['an override', {}, (breaker) => breaker.forceOpen(reason), 0, { override: { state, reason } }],
    ['a shortened wait', { healthCheck }, (breaker) => breaker.trip(), 1_000, { healthShortened: true }],
  ])('of %s holds what matters', async (_what, options, prepare, ms, expected) => {
    const made = silentBreakerWith({ ...briefly, ...options });
    await prepare(made.breaker);
    await made.clock.advanceAsync(ms);

    expect(saved(made)).toMatchObject(expected);
  });

  it('of a half-open circuit says so', async () => {
    const made = silentBreakerWith(briefly);
    made.breaker.trip();
    made.clock.advance(10_000);
    await succeed(made.breaker);

    const expected = {
      state: 'half_open', reason: '', openings: 1, closedForMs: 0, remainingWaitMs: 0, drawnWaitMs: 10_000,
    };
    expect(saved(made)).toMatchObject(expected);
  });
});

describe('a restore that is no snapshot of this breaker', () => {
  const good = silentBreakerWith(briefly).breaker.snapshot();
  const open = { ...good, state: 'open', remainingWaitMs: 5_000, drawnWaitMs: 10_000 };
  const aWait = 'finite milliseconds (0 or more), or null';
  const anOverride = "null or { state: 'open' | 'closed', reason }";

  it.each<[string, unknown, string, string]>([
    ['version', 2, '1', '2'],
    ['name', 'payments', 'the name of this breaker, "orders"', '"payments"'],
    ['name', 5, 'a string', '5'],
    ['state', 'ajar', "'closed', 'open' or 'half_open'", '"ajar"'],
    ['openings', 31, 'a whole number (0 to 30)', '31'],
    ['consecutiveFailures', -1, 'a whole number (0 or more)', '-1'],
    ['closedForMs', null, 'finite milliseconds (0 or more)', 'null'],
    ['remainingWaitMs', -1, aWait, '-1'],
    ['drawnWaitMs', '5', aWait, '"5"'],
    ['healthShortened', 1, 'true or false', '1'],
    ['override', { state: 'half_open', reason: 'x' }, anOverride, 'an object'],
    ['override', { state: 'open' }, anOverride, 'an object'],
    ['wallTime', Number.NaN, 'finite milliseconds', 'NaN'],
  ])('is rejected when its %s is %o', (field, value, rule, got) => {
    const [problem, ...more] = problemsOfConfig({ name: 'orders', restore: { ...open, [field]: value } });

    expect(problem).toContain(`\`restore.${field}\``);
    expect(problem).toContain(` be ${rule}`);
    expect(problem).toContain(got);
    expect(more).toEqual([]);
  });

  it.each([
    ['null', null, 'null'],
    ['a string', JSON.stringify(open), ' Received a string. Call `JSON.parse` first.'],
    ['an empty object', {}, ' Received an object.'],
    ['a function', () => open, ' Received a function.'],
  ])('is rejected when it is %s', (_what, restore, got) => {
    const [problem, ...more] = problemsOfConfig({ name: 'orders', restore });

    expect(problem).toMatch(/`restore`.* be a snapshot/);
    expect(problem).toContain(got);
    expect(more).toEqual([]);
  });

  it.each([
    [86_400_000, 10_000, {}, true],
    [86_400_001, 10_000, {}, false],
    [86_400_001, 86_400_001, {}, true],
    [86_400_001, null, {}, true],
    [200_000, 10_000, { maxRetryAfterMs: 1_000, maxBackoffMs: 200_000 }, true],
    [200_001, 10_000, { maxRetryAfterMs: 1_000, maxBackoffMs: 200_000 }, false],
    [null, 10_000, {}, true],
  ])('with %s ms left of %s, limited by %o: %s', (remainingWaitMs, drawnWaitMs, options, accepted) => {
    const restore = { ...open, remainingWaitMs, drawnWaitMs };
    const problems = problemsOfConfig({ name: 'orders', ...options, restore });

    expect(problems.map((problem) => /`restore.remainingWaitMs`.* be at most/.test(problem))).toEqual(
      accepted ? [] : [true],
    );
  });

  it('is rejected with all its problems at once', () => {
    expect(problemsOfConfig({ name: 'orders', restore: { state: 'ajar' } })).toHaveLength(13);
  });

  it('is not followed when it changes later', () => {
    const snapshot = { ...good, override: { state: 'open' as const, reason: 'deploy' } };
    const { breaker } = restored(snapshot);
    snapshot.override.reason = 'other';

    expect(breaker.override).toEqual({ state: 'open', reason: 'deploy' });
  });
});
