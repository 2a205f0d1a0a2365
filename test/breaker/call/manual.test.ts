import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import { readyToProbe, thrownBy } from '../../support/calls.ts';
import { BOOM } from '../../support/outcomes.ts';

describe('records', () => {
  it('count as calls that are admitted and settled at that moment', () => {
    const { breaker, events } = breakerWith();
    breaker.recordSuccess(12);
    breaker.recordFailure(BOOM, 30);
    breaker.recordFailure();

    const totals = { totalCalls: 3, successfulCalls: 1, failedCalls: 2, inFlight: 0, windowCount: 3 };
    expect(breaker.getMetrics()).toMatchObject({ ...totals, consecutiveFailures: 2, averageResponseTimeMs: 21 });
    expect(events).toEqual([
      { type: 'success', name: 'orders', durationMs: 12 },
      { type: 'failure', name: 'orders', error: BOOM, durationMs: 30 },
      { type: 'failure', name: 'orders', error: undefined, durationMs: 0 },
    ]);
  });

  it('of failures go through the filters when they have an error', () => {
    const { breaker } = silentBreakerWith({ ignoreErrors: RangeError });
    breaker.recordFailure(new RangeError('out'));
    breaker.recordFailure(new TypeError('bad'));
    breaker.recordFailure();

    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 2 });
  });

  it('without an error are not judged', () => {
    const { breaker } = silentBreakerWith({ classify: () => 'ignored' });
    breaker.recordSuccess();
    breaker.recordFailure(undefined, 5);

    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 0, successfulCalls: 1, failedCalls: 1 });
  });

  it('change latency only when they have a duration, which may be 0', () => {
    const { breaker } = silentBreakerWith();
    breaker.recordSuccess();
    breaker.recordSuccess(0);
    breaker.recordSuccess(10);

    expect(breaker.getMetrics().averageResponseTimeMs).toBe(5);
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
  ])('of %s ms count as slow %s times each', (durationMs, slowCalls) => {
    const { breaker } = silentBreakerWith();
    breaker.recordSuccess(durationMs);
    breaker.recordFailure(undefined, durationMs);

    expect(breaker.getMetrics()).toMatchObject({ slowCalls: slowCalls * 2, currentSlowCallRate: slowCalls });
  });

  it.each([
    [-1, '-1'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['5', 'the string "5"'],
    [null, 'null'],
    [5n, '5'],
  ])('reject the duration %s and count nothing', (durationMs, shown) => {
    const { breaker } = silentBreakerWith();
    const error = new TypeError(`\`durationMs\` must be a number of milliseconds (0 or more). Received ${shown}.`);

    expect(thrownBy(() => breaker.recordSuccess(durationMs as never))).toEqual(error);
    expect(thrownBy(() => breaker.recordFailure(BOOM, durationMs as never))).toEqual(error);
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });
});

describe('records while open', () => {
  it('go to the totals only before the deadline', () => {
    const { breaker, clock } = silentBreakerWith({ recoveryTimeoutMs: 5_000 });
    breaker.trip();
    clock.advance(4_999);

    breaker.recordSuccess();
    breaker.recordFailure(BOOM);

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 1]);
    const totals = { totalCalls: 2, successfulCalls: 1, failedCalls: 1, rejectedCalls: 0 };
    expect(breaker.getMetrics()).toMatchObject({ ...totals, windowCount: 0, consecutiveFailures: 0, staleOutcomes: 0 });
  });

  it('reopen with a failure from the deadline on', () => {
    const { breaker, events } = readyToProbe(breakerWith({ recoveryTimeoutMs: 5_000 }));
    breaker.recordFailure(BOOM);

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 10_000]);
    expect(kindsOf(events)).toEqual(['stateChange', 'stateChange', 'failure', 'stateChange']);
  });
});
