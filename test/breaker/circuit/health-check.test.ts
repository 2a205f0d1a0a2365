import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import { checkedBreaker } from '../../support/health.ts';
import { BOOM, deferred, succeed } from '../../support/outcomes.ts';

describe('a health check', () => {
  it('runs while open, first one interval after the opening', async () => {
    const { breaker, clock, times } = checkedBreaker(['degraded']);
    clock.advance(5_000);
    breaker.trip();

    await clock.advanceAsync(3_500);

    expect(times).toEqual([6_000, 7_000, 8_000]);
  });

  it.each([
    ['closed', false],
    ['half_open', true],
  ])('does not run while %s', async (state, opens) => {
    const { breaker, clock, times } = checkedBreaker(['degraded'], { recoveryTimeoutMs: 1_500 });
    if (opens) {
      breaker.trip();
      await clock.advanceAsync(1_500);
      await succeed(breaker);
    }
    times.length = 0;

    await clock.advanceAsync(10_000);

    expect([breaker.state, times, clock.timers]).toEqual([state, [], 0]);
  });

  it('holds no process', async () => {
    const { breaker, clock } = checkedBreaker([new Promise(() => {})]);
    breaker.trip();
    const waiting = [clock.timers, clock.holdingTimers];

    await clock.advanceAsync(1_500);

    expect([waiting, [clock.timers, clock.holdingTimers]]).toEqual([[1, 0], [1, 0]]);
  });

  it('runs one interval after the answer to the one before', async () => {
    const first = deferred<boolean>();
    const { breaker, clock, times } = checkedBreaker([first.promise, 'degraded']);
    breaker.trip();
    await clock.advanceAsync(3_000);
    first.resolve(false);

    await clock.advanceAsync(1_500);

    expect(times).toEqual([1_000, 4_000]);
  });

  it('runs every 30 seconds by default', async () => {
    let checks = 0;
    const check = () => {
      checks += 1;
      return 'degraded' as const;
    };
    const { breaker, clock } = silentBreakerWith({ healthCheck: { check } });
    breaker.trip();
    await clock.advanceAsync(29_999);
    const before = checks;

    await clock.advanceAsync(30_001);

    expect([before, checks]).toEqual([0, 2]);
  });

  it('is stopped by dispose, and told so', async () => {
    const signals: AbortSignal[] = [];
    const check = (signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<boolean>(() => {});
    };
    const { breaker, clock } = silentBreakerWith({ healthCheck: { check, intervalMs: 1_000 } });
    breaker.trip();
    await clock.advanceAsync(1_000);

    breaker.dispose();

    expect([clock.timers, signals.map(({ aborted }) => aborted)]).toEqual([0, [true]]);
    expect(signals[0]?.reason).toEqual(new Error('The circuit has moved on'));
  });

  it('does not exist while off', () => {
    const { breaker, clock } = checkedBreaker([true], { mode: 'off' });
    breaker.trip();

    expect([clock.timers, breaker.getStatus().health.hasHealthChecker]).toEqual([0, false]);
  });

  it('runs for a breaker that is restored open', async () => {
    const saved = silentBreakerWith();
    saved.breaker.trip();
    let checks = 0;
    const check = () => {
      checks += 1;
      return true;
    };
    const { breaker, clock } = silentBreakerWith({ healthCheck: { check, intervalMs: 1_000 } }, { restore: saved.breaker.snapshot() });

    await clock.advanceAsync(1_000);

    expect([checks, breaker.retryAfterMs]).toEqual([1, 0]);
  });

  it('counts its first interval from the moment of the opening, also when that is noticed late', async () => {
    const { breaker, clock, times } = checkedBreaker(['degraded'], { halfOpenLeaseMs: 4_000, recoveryTimeoutMs: 900 });
    breaker.trip();
    clock.advance(900);
    breaker.tryAcquire();
    clock.advance(4_700);
    breaker.recordFailure();

    await clock.advanceAsync(300);

    expect(times).toEqual([5_900]);
  });
});

describe('an answer that is none', () => {
  it.each([
    ['a throw', () => { throw BOOM; }],
    ['a rejection', () => Promise.reject(BOOM)],
  ])('%s neither holds nor shortens', async (_what, answer) => {
    const { breaker, clock, events, times } = checkedBreaker([answer]);
    breaker.trip();

    await clock.advanceAsync(2_000);

    expect([breaker.retryAfterMs, times]).toEqual([58_000, [1_000, 2_000]]);
    expect(events[1]).toEqual({ type: 'healthCheck', name: 'orders', status: 'failed', error: BOOM });
  });

  it.each([
    [undefined, 5_000],
    [800, 800],
  ])('a hang of more than timeoutMs %s is given up after %s ms, and its signal aborted', async (timeoutMs, limit) => {
    const signals: AbortSignal[] = [];
    const check = (signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<boolean>(() => {});
    };
    const { breaker, clock, events } = breakerWith({ healthCheck: { check, intervalMs: 1_000, timeoutMs } });
    breaker.trip();
    await clock.advanceAsync(1_000 + limit - 1);
    const before = [signals[0]?.aborted, events.length];

    await clock.advanceAsync(1);

    expect([before, signals[0]?.aborted]).toEqual([[false, 1], true]);
    expect(events.at(-1)).toMatchObject({ type: 'healthCheck', status: 'timed_out', error: { code: 'ERR_CIRCUIT_TIMEOUT', timeoutMs: limit, message: `Health check of circuit "orders" took longer than ${limit} ms` } });
    expect(breaker.retryAfterMs).toBe(60_000 - 1_000 - limit);
  });

  it('that comes after its time is dropped', async () => {
    const late = deferred<boolean>();
    const { breaker, clock } = checkedBreaker([late.promise, 'degraded']);
    breaker.trip();
    await clock.advanceAsync(6_000);

    late.resolve(true);
    await clock.advanceAsync(0);

    expect(breaker.retryAfterMs).toBe(54_000);
  });

  it.each([
    [5, '5'],
    [null, 'null'],
    ['fine', '"fine"'],
    [{}, 'an object'],
  ])('%s is reported and counts as unknown', async (answer, shown) => {
    const { breaker, clock, events, internalErrors } = checkedBreaker([answer]);
    breaker.trip();

    await clock.advanceAsync(1_000);

    expect(events.at(-1)).toMatchObject({ type: 'healthCheck', status: 'unknown' });
    expect(internalErrors).toEqual([{ source: 'healthCheck', error: new TypeError(`Expected the health check to give a boolean or a status, got ${shown}`) }]);
    expect(breaker.retryAfterMs).toBe(59_000);
  });
});

describe('the status', () => {
  it('shows the latest answer', async () => {
    const { breaker, clock } = checkedBreaker(['degraded', 'critical']);
    breaker.trip();
    const shown: unknown[] = [breaker.getStatus().health];
    for (let check = 0; check < 2; check += 1) {
      await clock.advanceAsync(1_000);
      shown.push(breaker.getStatus().health.lastHealthStatus);
    }

    expect(shown).toEqual([{ status: 'unhealthy', hasHealthChecker: true, lastHealthStatus: null, healthCheckIntervalMs: 1_000 }, 'degraded', 'critical']);
  });
});
