import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import type { Made } from '../../support/breaker.ts';
import { fail, hang, succeed } from '../../support/outcomes.ts';
import { briefly, halfOpened, restored, saved } from '../../support/restarts.ts';

const infinite = Number.POSITIVE_INFINITY;

describe('a restored breaker', () => {
  const cases: readonly (readonly [string, () => Made | Promise<Made>])[] = [
    ['closed', async () => { const made = silentBreakerWith(briefly); made.clock.advance(7_000); await fail(made.breaker, 4); return made; }],
    ['open', () => { const made = silentBreakerWith(briefly); made.breaker.trip({ reason: 'ops' }); made.clock.advance(1_234); return made; }],
    ['open for a time', () => { const made = silentBreakerWith(briefly); made.breaker.trip({ forMs: 90_000 }); return made; }],
    ['open for ever', () => { const made = silentBreakerWith(briefly); made.breaker.trip({ forMs: infinite }); return made; }],
    ['overridden', () => { const made = silentBreakerWith(briefly); made.breaker.forceOpen('deploy'); return made; }],
  ];

  it.each(cases)('that was %s gives an equal snapshot at once', async (_state, make) => {
    const snapshot = saved(await make());

    expect(restored(snapshot).breaker.snapshot()).toEqual(snapshot);
  });

  it('goes on with the run of failures', async () => {
    const made = silentBreakerWith({ ...briefly, failureThreshold: 5 });
    await fail(made.breaker, 4);
    const { breaker } = restored(saved(made), 0, { failureThreshold: 5 });

    await fail(breaker);

    expect(breaker.state).toBe('open');
  });

  it('goes on forgetting openings', async () => {
    const made = silentBreakerWith({ ...briefly, successThreshold: 1 });
    made.breaker.trip();
    made.clock.advance(10_000);
    await succeed(made.breaker);
    made.clock.advance(6_000);
    const { breaker, clock } = restored(saved(made));
    clock.advance(4_000);

    breaker.trip();

    expect(breaker.snapshot().openings).toBe(1);
  });

  it.each([
    [0, 8_000],
    [3_000, 5_000],
    [8_000, 0],
    [1e12, 0],
    [-5_000, 8_000],
  ])('after %s ms of wall time waits %s ms more of 8 000', (passed, left) => {
    const made = silentBreakerWith(briefly);
    made.breaker.trip();
    made.clock.advance(2_000);

    const { breaker } = restored(saved(made), passed);

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', left]);
  });

  it('waits for ever where it did', () => {
    const made = silentBreakerWith(briefly);
    made.breaker.trip({ forMs: infinite });

    expect(restored(saved(made), 1e12).breaker.retryAfterMs).toBe(infinite);
  });

  it('that was half-open is open with its wait over', async () => {
    const { breaker } = restored(saved(await halfOpened()));

    expect([breaker.state, breaker.retryAfterMs, breaker.canExecute(), breaker.snapshot().openings]).toEqual(['open', 0, true, 1]);
  });

  it('relapses with the next wait', async () => {
    const { breaker } = restored(saved(await halfOpened()));

    await fail(breaker);

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 20_000]);
  });

  it('stays saturated', async () => {
    const options = { ...briefly, maxBackoffMs: 20_000, failureThreshold: 1 };
    const made = silentBreakerWith(options);
    for (let opening = 0; opening < 10; opening += 1) {
      await fail(made.breaker);
      made.clock.advance(20_000);
    }
    const { breaker, clock } = restored(saved(made), 0, options);
    for (let opening = 0; opening < 3; opening += 1) {
      clock.advance(20_000);
      await fail(breaker);
    }

    expect(breaker.snapshot().openings).toBe(2);
  });

  it('is overridden as before', () => {
    const made = silentBreakerWith(briefly);
    made.breaker.trip();
    made.breaker.forceClose('drill');

    const { breaker } = restored(saved(made));
    const covered = [breaker.state, breaker.override];
    breaker.release();

    expect(covered).toEqual(['closed', { state: 'closed', reason: 'drill' }]);
    expect(breaker.state).toBe('open');
  });

  it('that health has shortened already is not shortened again', async () => {
    const healthCheck = { check: () => true, intervalMs: 1_000 };
    const made = silentBreakerWith({ ...briefly, healthCheck });
    made.breaker.trip();
    await made.clock.advanceAsync(1_000);
    await fail(made.breaker);
    const { breaker, clock } = restored(saved(made), 0, { healthCheck });

    await clock.advanceAsync(1_000);

    expect(breaker.retryAfterMs).toBe(19_000);
  });

  it('keeps the firm part of a wait from health', async () => {
    const made = silentBreakerWith(briefly);
    made.breaker.trip({ forMs: 90_000 });
    const { breaker, clock } = restored(saved(made), 0, { healthCheck: { check: () => true, intervalMs: 1_000 } });

    await clock.advanceAsync(1_000);

    expect(breaker.retryAfterMs).toBe(89_000);
  });

  it('starts its window and totals anew, and emits nothing', async () => {
    const made = silentBreakerWith(briefly);
    await fail(made.breaker, 4);
    hang(made.breaker);
    const { breaker, events } = breakerWith(briefly, { restore: saved(made) });

    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, inFlight: 0, windowCount: 0, failedCalls: 0, stateChanges: 0, consecutiveFailures: 4 });
    expect(events).toEqual([]);
  });

  it('leads the lease by the wait that was drawn', () => {
    const made = silentBreakerWith({ ...briefly });
    made.breaker.trip({ forMs: 60_000 });
    const { breaker } = restored(saved(made), 60_000, { halfOpenMaxCalls: 1 });

    hang(breaker);

    expect(breaker.retryAfterMs).toBe(60_000);
  });

  it('says why it is open', () => {
    const made = silentBreakerWith(briefly);
    made.breaker.trip({ reason: 'planned work' });

    expect(restored(saved(made)).breaker.explain()).toContain('open because of "planned work"; the next call is admitted in 10000 ms');
  });

  it('that restores nothing is fresh', () => {
    expect(silentBreakerWith(briefly, { restore: undefined }).breaker.state).toBe('closed');
  });
});
