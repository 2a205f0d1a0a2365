import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, hang } from '../../support/outcomes.ts';

describe('records', () => {
  it('are calls admitted and settled at that moment', () => {
    const { breaker, events } = breakerWith();

    breaker.recordSuccess(12);
    breaker.recordFailure(BOOM, 30);
    breaker.recordFailure();

    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 3, successfulCalls: 1, failedCalls: 2, inFlight: 0, windowCount: 3, consecutiveFailures: 2, averageResponseTimeMs: 21 });
    expect(events).toEqual([
      { type: 'success', name: 'orders', durationMs: 12 },
      { type: 'failure', name: 'orders', error: BOOM, durationMs: 30 },
      { type: 'failure', name: 'orders', error: undefined, durationMs: 0 },
    ]);
  });

  it('trip the circuit', () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 2 });

    breaker.recordFailure();
    const afterOne = breaker.canExecute();
    breaker.recordFailure();

    expect([afterOne, breaker.canExecute(), breaker.state]).toEqual([true, false, 'open']);
  });

  it('of failures go through the filters when they have an error', () => {
    const { breaker } = silentBreakerWith({ ignoreErrors: RangeError });

    breaker.recordFailure(new RangeError('out'));
    breaker.recordFailure(new TypeError('bad'));
    breaker.recordFailure();

    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 2 });
  });

  it('of successes are not filtered', () => {
    const { breaker } = silentBreakerWith({ isFailure: () => true });

    breaker.recordSuccess();

    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 0 });
  });

  it('of failures without an error are not filtered', () => {
    const { breaker } = silentBreakerWith({ classify: () => 'ignored' });

    breaker.recordFailure(undefined, 5);

    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 0, failedCalls: 1 });
  });

  it('without a duration leave latency alone', () => {
    const { breaker } = silentBreakerWith();

    breaker.recordSuccess();
    breaker.recordSuccess(10);

    expect(breaker.getMetrics().averageResponseTimeMs).toBe(10);
  });

  it('leave latency alone without trackLatency', () => {
    const { breaker, events } = breakerWith({ trackLatency: false });

    breaker.recordSuccess(9_000);

    expect(breaker.getMetrics()).toMatchObject({ averageResponseTimeMs: 0, slowCalls: 0 });
    expect(kindsOf(events)).toEqual(['success']);
  });

  it.each([
    [5_000, 0],
    [5_001, 1],
  ])('of %s ms count as slow: %s', (durationMs, slowCalls) => {
    const { breaker } = silentBreakerWith();

    breaker.recordSuccess(durationMs);
    breaker.recordFailure(undefined, durationMs);

    expect(breaker.getMetrics()).toMatchObject({ slowCalls: slowCalls * 2, currentSlowCallRate: slowCalls });
  });

  it.each([
    [-1, '-1'],
    [Number.NaN, 'NaN'],
    ['5', '"5"'],
    [null, 'null'],
  ])('refuse the duration %s and count nothing', (durationMs, shown) => {
    const { breaker } = silentBreakerWith();
    const message = `Expected the duration to be milliseconds, 0 or more, got ${shown}`;

    expect(() => breaker.recordSuccess(durationMs as never)).toThrow(new TypeError(message));
    expect(() => breaker.recordFailure(BOOM, durationMs as never)).toThrow(new TypeError(message));
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('take a duration of 0', () => {
    const { breaker } = silentBreakerWith();

    breaker.recordSuccess(0);
    breaker.recordSuccess(10);

    expect(breaker.getMetrics().averageResponseTimeMs).toBe(5);
  });
});

describe('records while open', () => {
  it('before the deadline go to the totals only', () => {
    const { breaker, clock } = silentBreakerWith({ recoveryTimeoutMs: 5_000 });
    breaker.trip();
    clock.advance(4_999);

    breaker.recordSuccess();
    breaker.recordFailure(BOOM);

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 1]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 2, successfulCalls: 1, failedCalls: 1, rejectedCalls: 0, windowCount: 0, consecutiveFailures: 0, staleOutcomes: 0 });
  });

  it('at the deadline are probes: three successes recover', () => {
    const { breaker, clock, events } = breakerWith({ recoveryTimeoutMs: 5_000 });
    breaker.trip();
    clock.advance(5_000);
    events.length = 0;

    const states = [1, 2, 3].map(() => {
      breaker.recordSuccess();
      return breaker.state;
    });

    expect(states).toEqual(['half_open', 'half_open', 'closed']);
    expect(kindsOf(events)).toEqual(['stateChange', 'success', 'success', 'success', 'stateChange']);
  });

  it('at the deadline are probes: a failure relapses', () => {
    const { breaker, clock, events } = breakerWith({ recoveryTimeoutMs: 5_000 });
    breaker.trip();
    clock.advance(5_000);

    breaker.recordFailure(BOOM);

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 10_000]);
    expect(kindsOf(events)).toEqual(['stateChange', 'stateChange', 'failure', 'stateChange']);
  });

  it('at the deadline prove nothing when ignored', () => {
    const { breaker, clock } = silentBreakerWith({ recoveryTimeoutMs: 5_000, ignoreErrors: RangeError, successThreshold: 1 });
    breaker.trip();
    clock.advance(5_000);

    breaker.recordFailure(new RangeError('out'));

    expect([breaker.state, breaker.canExecute()]).toEqual(['half_open', true]);
  });

  it('with the slow rule on fail as a probe when slow', () => {
    const { breaker, clock, events } = breakerWith({ slowCallRateThreshold: 0.5 });
    breaker.trip();
    clock.advance(60_000);

    breaker.recordSuccess(5_001);

    expect(events.findLast((event) => event.type === 'stateChange')).toMatchObject({ to: 'open', reason: 'probe_slow' });
  });

  it('let code written as "ask, do, record" recover', () => {
    const { breaker, clock } = silentBreakerWith({ failureThreshold: 3 });
    let healthy = false;
    const askDoRecord = () => {
      if (!breaker.canExecute()) return;
      if (healthy) breaker.recordSuccess();
      else breaker.recordFailure(BOOM);
    };
    for (let second = 0; second < 200; second += 1) {
      askDoRecord();
      clock.advance(1_000);
    }
    healthy = true;

    for (let second = 0; second < 300; second += 1) {
      askDoRecord();
      clock.advance(1_000);
    }

    expect(breaker.state).toBe('closed');
  });
});

describe('records while half-open', () => {
  it('go to the totals only when all probes are taken', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, halfOpenMaxCalls: 1, successThreshold: 1 });
    breaker.trip();
    clock.advance(60_000);
    hang(breaker);

    breaker.recordSuccess();
    breaker.recordFailure(BOOM);

    expect(breaker.state).toBe('half_open');
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 3, successfulCalls: 1, failedCalls: 1, rejectedCalls: 0, inFlight: 1, windowCount: 0 });
  });
});
