import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../src/testing/index.ts';
import { silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, fail } from '../../support/outcomes.ts';
import { problemsOfConfig } from '../../support/problems.ts';
import { briefly, halfOpened, restored, saved } from '../../support/restarts.ts';

const infinite = Number.POSITIVE_INFINITY;

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

  it('of a closed breaker holds the run of failures and how long it has been closed', async () => {
    const made = silentBreakerWith(briefly);
    made.clock.advance(7_000);
    await fail(made.breaker, 4);

    expect(saved(made)).toMatchObject({ state: 'closed', consecutiveFailures: 4, closedForMs: 7_000 });
  });

  it('of an open breaker holds the wait as drawn and what is left of it', () => {
    const made = silentBreakerWith({ ...briefly, jitter: 'equal', random: () => 0 });
    made.breaker.trip({ reason: 'ops' });
    made.clock.advance(2_000);

    expect(saved(made)).toMatchObject({ state: 'open', reason: 'ops', openings: 1, drawnWaitMs: 5_000, remainingWaitMs: 3_000, firmWaitMs: 0, closedForMs: 0, wallTime: 2_000 });
  });

  it('of a wait that was asked for holds how firm it is', () => {
    const made = silentBreakerWith(briefly);
    made.breaker.trip({ forMs: 50_000 });
    made.clock.advance(2_000);

    expect(saved(made)).toMatchObject({ remainingWaitMs: 48_000, firmWaitMs: 48_000 });
  });

  it('writes an infinite wait as null', () => {
    const made = silentBreakerWith(briefly);
    made.breaker.trip({ forMs: infinite });

    expect(saved(made)).toMatchObject({ remainingWaitMs: null, drawnWaitMs: null, firmWaitMs: null });
  });

  it('of a wait that is over has nothing left', () => {
    const made = silentBreakerWith(briefly);
    made.breaker.trip();
    made.clock.advance(70_000);

    expect(saved(made)).toMatchObject({ state: 'open', remainingWaitMs: 0, drawnWaitMs: 10_000 });
  });

  it('of a half-open breaker says so', async () => {
    expect(saved(await halfOpened())).toMatchObject({ state: 'half_open', reason: '', openings: 1, remainingWaitMs: 0, drawnWaitMs: 10_000 });
  });

  it('holds an override with its reason', () => {
    const made = silentBreakerWith(briefly);
    made.breaker.forceClose('drill');

    expect(saved(made).override).toEqual({ state: 'closed', reason: 'drill' });
  });

  it('tells whether health has shortened a wait', async () => {
    const made = silentBreakerWith({ ...briefly, healthCheck: { check: () => true, intervalMs: 1_000 } });
    made.breaker.trip();
    await made.clock.advanceAsync(1_000);

    expect(saved(made)).toMatchObject({ healthShortened: true, remainingWaitMs: 0 });
  });
});

describe('what is no snapshot of this breaker', () => {
  const good = silentBreakerWith(briefly).breaker.snapshot();
  const open = { ...good, state: 'open', remainingWaitMs: 5_000, drawnWaitMs: 10_000 };

  it.each([
    [null, 'Expected `restore` to be a snapshot, got null'],
    ['{}', 'Expected `restore` to be a snapshot, got "{}"'],
    [{ ...good, version: 2 }, 'Expected `restore.version` to be 1, got 2'],
    [{ ...good, name: 'payments' }, 'Expected `restore.name` to be "orders", got "payments"'],
    [{ ...good, name: 5 }, 'Expected `restore.name` to be the name of this breaker, got 5'],
    [{ ...good, state: 'ajar' }, "Expected `restore.state` to be 'closed', 'open' or 'half_open', got \"ajar\""],
    [{ ...good, openings: 31 }, 'Expected `restore.openings` to be a whole number, 0 to 30, got 31'],
    [{ ...good, consecutiveFailures: -1 }, 'Expected `restore.consecutiveFailures` to be a whole number, 0 or more, got -1'],
    [{ ...good, closedForMs: null }, 'Expected `restore.closedForMs` to be finite milliseconds, 0 or more, got null'],
    [{ ...open, remainingWaitMs: -1 }, 'Expected `restore.remainingWaitMs` to be milliseconds, 0 or more, or null, got -1'],
    [{ ...open, drawnWaitMs: '5' }, 'Expected `restore.drawnWaitMs` to be milliseconds, 0 or more, or null, got "5"'],
    [{ ...open, healthShortened: 1 }, 'Expected `restore.healthShortened` to be true or false, got 1'],
    [{ ...good, override: { state: 'half_open', reason: 'x' } }, "Expected `restore.override` to be null or { state: 'open' | 'closed', reason }, got an object"],
    [{ ...good, override: { state: 'open' } }, "Expected `restore.override` to be null or { state: 'open' | 'closed', reason }, got an object"],
    [{ ...good, wallTime: Number.NaN }, 'Expected `restore.wallTime` to be finite milliseconds, got NaN'],
  ])('is refused: %o', (restore, problem) => {
    expect(problemsOfConfig({ name: 'orders' }, { restore })).toEqual([problem]);
  });

  it.each([
    [86_400_000, 10_000, {}, true],
    [86_400_001, 10_000, {}, false],
    [86_400_001, 86_400_001, {}, true],
    [86_400_001, null, {}, true],
    [200_000, 10_000, { maxRetryAfterMs: 1_000, maxBackoffMs: 200_000 }, true],
    [200_001, 10_000, { maxRetryAfterMs: 1_000, maxBackoffMs: 200_000 }, false],
    [null, 10_000, {}, true],
  ])('is one with a wait of %s ms, of %s drawn, with %o: accepted %s', (remainingWaitMs, drawnWaitMs, options, accepted) => {
    const restore = { ...open, remainingWaitMs, drawnWaitMs };

    const problems = problemsOfConfig({ name: 'orders', ...options }, { restore });

    expect(problems.map((problem) => problem.startsWith('Expected `restore.remainingWaitMs` to be at most'))).toEqual(accepted ? [] : [true]);
  });

  it('is refused with all its problems at once', () => {
    expect(problemsOfConfig({ name: 'orders' }, { restore: {} })).toHaveLength(13);
  });

  it('is not changed, nor followed when it changes later', () => {
    const snapshot = { ...good, override: { state: 'open' as const, reason: 'deploy' } };
    const { breaker } = restored(snapshot);

    snapshot.override.reason = 'other';

    expect(breaker.override).toEqual({ state: 'open', reason: 'deploy' });
  });

  it('counts what fails in the meantime by itself', async () => {
    const { breaker } = restored(good);

    await fail(breaker, 1, BOOM);

    expect(breaker.getMetrics().consecutiveFailures).toBe(1);
  });
});
