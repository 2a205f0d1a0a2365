import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import { finish, never, readyToProbe, throwing } from '../../support/calls.ts';
import { checkedBreaker } from '../../support/health.ts';
import { BOOM, deferred, hang, succeed } from '../../support/outcomes.ts';

/** A check that shows its signal and never answers. */
function silentCheck() {
  const signals: AbortSignal[] = [];
  return { signals, check: (signal: AbortSignal): Promise<boolean> => (signals.push(signal), never()) };
}

describe('a health check', () => {
  it('runs while open, first one interval after the opening', async () => {
    const { breaker, clock, times } = checkedBreaker(['degraded']);
    clock.advance(5_000);
    breaker.trip();

    await clock.advanceAsync(3_500);

    expect(times).toEqual([6_000, 7_000, 8_000]);
  });

  it.each([['closed'], ['half_open']])('does not run while %s', async (state) => {
    const made = checkedBreaker(['degraded'], { recoveryTimeoutMs: 900 });
    if (state === 'half_open') await succeed(readyToProbe(made).breaker);
    await made.clock.advanceAsync(10_000);

    expect([made.breaker.state, made.times, made.clock.timers]).toEqual([state, [], 0]);
  });

  it('never holds the process', async () => {
    const { breaker, clock } = checkedBreaker([never()]);
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

  it('is stopped and aborted by dispose()', async () => {
    const { signals, check } = silentCheck();
    const { breaker, clock } = silentBreakerWith({ healthCheck: { check, intervalMs: 1_000 } });
    breaker.trip();
    await clock.advanceAsync(1_000);

    breaker.dispose();

    expect([clock.timers, signals.map(({ aborted }) => aborted)]).toEqual([0, [true]]);
    expect(signals[0]?.reason).toEqual(new Error('The state of the circuit changed.'));
  });

  it('does not exist in mode off', () => {
    const { breaker, clock } = checkedBreaker([true], { mode: 'off' });
    breaker.trip();

    expect([clock.timers, breaker.getStatus().health.hasHealthChecker]).toEqual([0, false]);
  });

  it('runs when a breaker is restored open', async () => {
    const saved = silentBreakerWith();
    saved.breaker.trip();
    let checks = 0;
    const healthCheck = { check: () => (checks += 1) > 0, intervalMs: 1_000 };
    const { breaker, clock } = silentBreakerWith({ healthCheck, restore: saved.breaker.snapshot() });

    await clock.advanceAsync(1_000);

    expect([checks, breaker.retryAfterMs]).toEqual([1, 0]);
  });

  it('counts its first interval from the opening, even when that is noticed late', async () => {
    const options = { halfOpenLeaseMs: 4_000, recoveryTimeoutMs: 900 };
    const { breaker, clock, times } = readyToProbe(checkedBreaker(['degraded'], options));
    breaker.tryAcquire();
    clock.advance(4_700);
    breaker.recordFailure();

    await clock.advanceAsync(300);

    expect(times).toEqual([5_900]);
  });

  it('starts at once when its first interval has passed before the opening is noticed', async () => {
    const options = { halfOpenLeaseMs: 4_000, recoveryTimeoutMs: 900, timeoutMs: null };
    const { breaker, clock, times } = readyToProbe(checkedBreaker(['degraded'], options));
    const probe = hang(breaker);
    clock.advance(5_500);
    await finish(probe);

    await clock.advanceAsync(1);

    expect(times).toEqual([6_401]);
  });
});

describe('an answer that is none', () => {
  it.each([
    ['throws', throwing(BOOM)],
    ['rejects', () => Promise.reject(BOOM)],
  ])('neither prolongs nor shortens when the check %s', async (_what, answer) => {
    const { breaker, clock, events, times } = checkedBreaker([answer]);
    breaker.trip();
    await clock.advanceAsync(2_000);

    expect([breaker.retryAfterMs, times]).toEqual([58_000, [1_000, 2_000]]);
    expect(events[1]).toEqual({ type: 'healthCheck', name: 'orders', status: 'failed', error: BOOM });
  });

  it.each([
    ['5,000 ms by default', undefined, 5_000],
    ['timeoutMs', 800, 800],
  ])('is given up and aborted after %s', async (_what, timeoutMs, limit) => {
    const { signals, check } = silentCheck();
    const { breaker, clock, events } = breakerWith({ healthCheck: { check, intervalMs: 1_000, timeoutMs } });
    breaker.trip();
    await clock.advanceAsync(1_000 + limit - 1);
    const before = [signals[0]?.aborted, events.length];

    await clock.advanceAsync(1);

    expect([before, signals[0]?.aborted]).toEqual([[false, 1], true]);
    const message = `Circuit breaker "orders": the health check took longer than ${limit} ms.`;
    const error = { code: 'ERR_CIRCUIT_TIMEOUT', timeoutMs: limit, message };
    expect(events.at(-1)).toMatchObject({ type: 'healthCheck', status: 'timed_out', error });
    expect(signals[0]?.reason).toMatchObject(error);
    expect(breaker.retryAfterMs).toBe(60_000 - 1_000 - limit);
  });

  it.each([
    [5, '5'],
    [null, 'null'],
    ['fine', '"fine"'],
    [{}, 'an object'],
  ])('is reported and counts as unknown when it is %s', async (answer, shown) => {
    const { breaker, clock, events, internalErrors } = checkedBreaker([answer]);
    breaker.trip();
    await clock.advanceAsync(1_000);

    expect(events.at(-1)).toMatchObject({ type: 'healthCheck', status: 'unknown' });
    const error = new TypeError(`\`healthCheck.check()\` must return a boolean or a status. It returned ${shown}.`);
    expect(internalErrors).toEqual([{ source: 'healthCheck', error }]);
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

    const first = { status: 'unhealthy', hasHealthChecker: true, lastHealthStatus: null, healthCheckIntervalMs: 1_000 };
    expect(shown).toEqual([first, 'degraded', 'critical']);
  });
});
