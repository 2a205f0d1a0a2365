import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import { readyToProbe, throwing, thrownBy } from '../../support/calls.ts';
import { BOOM } from '../../support/outcomes.ts';

describe('callSync', () => {
  it('returns what the operation returns, and counts a success', () => {
    const { breaker } = silentBreakerWith();

    expect(breaker.callSync(() => 5)).toBe(5);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, successfulCalls: 1, inFlight: 0 });
  });

  it('throws what the operation throws, and counts a failure', () => {
    const { breaker, events } = breakerWith({ failureThreshold: 1 });

    expect(thrownBy(() => breaker.callSync(throwing(BOOM)))).toBe(BOOM);
    expect(kindsOf(events)).toEqual(['failure', 'stateChange']);
  });

  it('throws the rejection while open, and runs nothing', () => {
    const { breaker } = silentBreakerWith();
    breaker.trip();
    let runs = 0;

    expect(() => breaker.callSync(() => (runs += 1))).toThrow('Circuit breaker "orders" is open. Retry in 60000 ms.');
    expect(runs).toBe(0);
  });

  it('judges values and errors', () => {
    const { breaker } = silentBreakerWith({ isFailure: (value: number) => value > 4, ignoreErrors: Error });

    expect(breaker.callSync(() => 5)).toBe(5);
    expect(() => breaker.callSync(throwing(BOOM))).toThrow(BOOM);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, ignoredCalls: 1 });
  });

  it('measures how long it took, and has no timeout and no timer', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000, slowCallThresholdMs: 5 });
    breaker.callSync(() => clock.advance(60_000));

    const totals = { timeouts: 0, successfulCalls: 1, averageResponseTimeMs: 60_000, slowCalls: 1 };
    expect(breaker.getMetrics()).toMatchObject(totals);
    expect(clock.timers).toBe(0);
  });

  it('passes the operation a signal', () => {
    expect(silentBreakerWith().breaker.callSync(({ signal }) => signal.aborted)).toBe(false);
  });

  it('ignores an operation that returns a promise, and frees its probe', async () => {
    const { breaker, events, clock } = readyToProbe(breakerWith({ halfOpenMaxCalls: 1 }));
    expect(() => breaker.callSync(() => Promise.reject(BOOM))).toThrow(TypeError);
    await clock.advanceAsync(0);

    expect([breaker.state, breaker.canExecute()]).toEqual(['half_open', true]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, ignoredCalls: 1, inFlight: 0 });
    expect(kindsOf(events)).toEqual(['stateChange', 'stateChange', 'ignored']);
  });

  it('takes a slot', () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });
    const error = thrownBy(() => breaker.callSync(() => breaker.callSync(() => 5)));

    expect(error).toMatchObject({ code: 'ERR_BULKHEAD_FULL' });
    expect(breaker.getMetrics()).toMatchObject({ rejectedCalls: 1, ignoredCalls: 1 });
  });

  it('passes through in mode off, promises too', async () => {
    const { breaker } = silentBreakerWith({ mode: 'off' });

    expect([breaker.callSync(() => 5), await breaker.callSync(() => Promise.resolve(6))]).toEqual([5, 6]);
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('is rejected after dispose()', () => {
    const { breaker } = silentBreakerWith();
    breaker.dispose();

    expect(thrownBy(() => breaker.callSync(() => 5))).toMatchObject({ code: 'ERR_CIRCUIT_DISPOSED' });
  });
});
