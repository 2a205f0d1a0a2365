import { describe, expect, it } from 'vitest';
import { kindsOf } from '../../support/breaker.ts';
import { checkedBreaker } from '../../support/health.ts';
import { BOOM, deferred, fail, succeed } from '../../support/outcomes.ts';

const infinite = Number.POSITIVE_INFINITY;

describe('healthy', () => {
  it.each([[true], ['healthy']])('as %s ends the wait', async (answer) => {
    const { breaker, clock, events } = checkedBreaker([answer]);
    breaker.trip();

    await clock.advanceAsync(1_000);

    expect([breaker.state, breaker.retryAfterMs, breaker.canExecute()]).toEqual(['open', 0, true]);
    expect(events.at(-1)).toEqual({ type: 'healthCheck', name: 'orders', status: 'healthy', error: undefined });
  });

  it('ends the wait of a promised answer too', async () => {
    const { breaker, clock } = checkedBreaker([Promise.resolve('healthy')]);
    breaker.trip();

    await clock.advanceAsync(1_000);

    expect(breaker.retryAfterMs).toBe(0);
  });

  it('lets user traffic confirm', async () => {
    const { breaker, clock } = checkedBreaker([true]);
    breaker.trip();
    await clock.advanceAsync(1_000);

    await succeed(breaker, 3);

    expect(breaker.state).toBe('closed');
  });

  it('shortens no second wait of one outage', async () => {
    const { breaker, clock } = checkedBreaker([true]);
    breaker.trip();
    await clock.advanceAsync(1_000);
    await fail(breaker);

    await clock.advanceAsync(5_000);

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 115_000]);
  });

  it('shortens again after a recovery', async () => {
    const { breaker, clock } = checkedBreaker([true], { successThreshold: 1 });
    breaker.trip();
    await clock.advanceAsync(1_000);
    await succeed(breaker);
    breaker.trip();

    await clock.advanceAsync(1_000);

    expect(breaker.retryAfterMs).toBe(0);
  });

  it('shortens again after a reset', async () => {
    const { breaker, clock } = checkedBreaker([true]);
    breaker.trip();
    await clock.advanceAsync(1_000);
    breaker.reset();
    breaker.trip();

    await clock.advanceAsync(1_000);

    expect(breaker.retryAfterMs).toBe(0);
  });

  it('that comes after the deadline has not shortened anything', async () => {
    const { breaker, clock } = checkedBreaker([true], { recoveryTimeoutMs: 500 });
    breaker.trip();
    await clock.advanceAsync(1_000);
    await fail(breaker);

    await clock.advanceAsync(1_000);

    expect([breaker.snapshot().healthShortened, breaker.retryAfterMs]).toEqual([false, 0]);
  });

  it.each([
    ['an override', (breaker: ReturnType<typeof checkedBreaker>['breaker']) => breaker.forceOpen(), undefined],
    ['a trip for a time', (breaker: ReturnType<typeof checkedBreaker>['breaker']) => breaker.trip({ forMs: 50_000 }), 49_000],
    ['a trip for a time while open', (breaker: ReturnType<typeof checkedBreaker>['breaker']) => (breaker.trip(), breaker.trip({ forMs: 50_000 })), 49_000],
    ['a trip for ever', (breaker: ReturnType<typeof checkedBreaker>['breaker']) => breaker.trip({ forMs: infinite }), infinite],
    ['a retryAfterMs', (breaker: ReturnType<typeof checkedBreaker>['breaker']) => breaker.recordFailure(BOOM), 49_000],
  ] as const)('does not shorten %s', async (_what, open, left) => {
    const { breaker, clock } = checkedBreaker([true], { classify: () => ({ failure: true, retryAfterMs: 50_000 }) });
    open(breaker);

    await clock.advanceAsync(1_000);

    expect(breaker.retryAfterMs).toBe(left);
  });

  it('shortens a relapse only to the pause that was asked for', async () => {
    const { breaker, clock } = checkedBreaker([true], { recoveryTimeoutMs: 500, classify: () => ({ failure: true, retryAfterMs: 10_000 }), backoff: () => 80_000 });
    breaker.trip({ forMs: 500 });
    clock.advance(500);
    await fail(breaker);
    const before = breaker.retryAfterMs;

    await clock.advanceAsync(1_000);

    expect([before, breaker.retryAfterMs]).toEqual([80_000, 9_000]);
  });

  it('of a check that began in an older state is dropped', async () => {
    const late = deferred<boolean>();
    const { breaker, clock, events } = checkedBreaker([late.promise, 'degraded'], { recoveryTimeoutMs: 1_500 });
    breaker.trip();
    await clock.advanceAsync(1_500);
    await fail(breaker);
    events.length = 0;

    late.resolve(true);
    await clock.advanceAsync(0);

    expect([breaker.retryAfterMs, kindsOf(events)]).toEqual([3_000, []]);
  });
});

describe('unhealthy', () => {
  it.each([
    ['unhealthy', {}, 300_000],
    ['critical', {}, 300_000],
    [false, {}, 300_000],
    ['unhealthy', { maxBackoffMs: 90_000 }, 90_000],
    ['unhealthy', { maxBackoffMs: infinite }, 300_000],
  ] as const)('as %s with %o adds %s ms to the stored wait', async (answer, options, added) => {
    const { breaker, clock } = checkedBreaker([answer], options);
    breaker.trip();

    await clock.advanceAsync(3_000);

    expect(breaker.retryAfterMs).toBe(60_000 + added - 3_000);
    expect(breaker.snapshot().remainingWaitMs).toBe(57_000);
  });

  it.each([['degraded'], ['unknown'], [() => Promise.reject(BOOM)]])('is taken back by the next answer: %s', async (answer) => {
    const { breaker, clock } = checkedBreaker(['unhealthy', answer]);
    breaker.trip();
    await clock.advanceAsync(1_000);
    const held = breaker.retryAfterMs;

    await clock.advanceAsync(1_000);

    expect([held, breaker.retryAfterMs]).toEqual([359_000, 58_000]);
  });

  it('is taken back by a check that hangs', async () => {
    const { breaker, clock } = checkedBreaker(['unhealthy', new Promise(() => {})]);
    breaker.trip();

    await clock.advanceAsync(7_000);

    expect(breaker.retryAfterMs).toBe(53_000);
  });

  it('is taken back and shortened by healthy', async () => {
    const { breaker, clock } = checkedBreaker(['unhealthy', 'healthy']);
    breaker.trip();

    await clock.advanceAsync(2_000);

    expect(breaker.retryAfterMs).toBe(0);
  });

  it('keeps the circuit open past its own deadline, and calls are admitted at the prolonged one', async () => {
    const { breaker, clock } = checkedBreaker(['unhealthy'], { maxBackoffMs: 60_000 });
    breaker.trip();
    await clock.advanceAsync(119_999);
    const before = await breaker.tryCall(() => 'fine');

    await clock.advanceAsync(1);
    const after = await breaker.tryCall(() => 'fine');

    expect([before.status, after.status]).toEqual(['rejected', 'success']);
  });

  it('is explained', async () => {
    const { breaker, clock } = checkedBreaker(['unhealthy']);
    breaker.trip();
    const before = breaker.explain();

    await clock.advanceAsync(1_000);

    expect([before.includes('health check'), breaker.explain().includes('Its health check says that the dependency is unhealthy')]).toEqual([false, true]);
  });
});
