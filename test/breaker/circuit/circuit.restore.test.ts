import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import type { Made } from '../../support/breaker.ts';
import { fail, hang } from '../../support/outcomes.ts';
import { briefly, halfOpened, restored, saved } from '../../support/restarts.ts';

const infinite = Number.POSITIVE_INFINITY;
const healthCheck = { check: () => true, intervalMs: 1_000 };

/** A breaker that was tripped. */
function tripped(options: Parameters<Made['breaker']['trip']>[0] = {}): Made {
  const made = silentBreakerWith(briefly);
  made.breaker.trip(options);
  return made;
}

describe('a restored breaker', () => {
  it.each<[string, (made: Made) => unknown]>([
    ['closed', ({ breaker, clock }) => (clock.advance(7_000), fail(breaker, 4))],
    ['open', ({ breaker, clock }) => (breaker.trip({ reason: 'ops' }), clock.advance(1_234))],
    ['open for a time', ({ breaker }) => breaker.trip({ forMs: 90_000 })],
    ['open without an end', ({ breaker }) => breaker.trip({ forMs: infinite })],
    ['overridden', ({ breaker }) => breaker.forceOpen('deploy')],
  ])('has an equal snapshot when it was %s', async (_state, prepare) => {
    const made = silentBreakerWith(briefly);
    await prepare(made);
    const snapshot = saved(made);

    expect(restored(snapshot).breaker.snapshot()).toEqual(snapshot);
  });

  it.each([
    [0, 8_000],
    [3_000, 5_000],
    [8_000, 0],
    [1e12, 0],
    [-5_000, 8_000],
  ])('after %s ms of wall time waits %s ms of the 8,000 that were left', (passed, left) => {
    const made = tripped();
    made.clock.advance(2_000);
    const { breaker } = restored(saved(made), passed);

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', left]);
  });

  it('is open and ready to probe when it was half-open, and reopens with the next wait', async () => {
    const { breaker } = restored(saved(await halfOpened()));
    const seen = [breaker.state, breaker.retryAfterMs, breaker.canExecute(), breaker.snapshot().openings];
    await fail(breaker);

    expect(seen).toEqual(['open', 0, true, 1]);
    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 20_000]);
  });

  it('is not shortened again when health has shortened a wait before', async () => {
    const made = silentBreakerWith({ ...briefly, healthCheck });
    made.breaker.trip();
    await made.clock.advanceAsync(1_000);
    await fail(made.breaker);
    const { breaker, clock } = restored(saved(made), 0, { healthCheck });

    await clock.advanceAsync(1_000);

    expect(breaker.retryAfterMs).toBe(19_000);
  });

  it('does not let health shorten a wait that was asked for', async () => {
    const { breaker, clock } = restored(saved(tripped({ forMs: 90_000 })), 0, { healthCheck });
    await clock.advanceAsync(1_000);

    expect(breaker.retryAfterMs).toBe(89_000);
  });

  it('starts with an empty window and no totals, and emits nothing', async () => {
    const made = silentBreakerWith(briefly);
    await fail(made.breaker, 4);
    hang(made.breaker);
    const { breaker, events } = breakerWith({ ...briefly, restore: saved(made) });

    const totals = { totalCalls: 0, inFlight: 0, windowCount: 0, failedCalls: 0, stateChanges: 0 };
    expect(breaker.getMetrics()).toMatchObject({ ...totals, consecutiveFailures: 4 });
    expect(events).toEqual([]);
  });

  it('says why it is open, without figures', () => {
    const { breaker } = restored(saved(tripped({ reason: 'planned work' })));

    expect(breaker.explain()).toContain('is open because of "planned work". The next call is admitted in 10000 ms.');
  });
});
