import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import { readyToProbe, untimedPermit } from '../../support/calls.ts';
import { BOOM } from '../../support/outcomes.ts';

describe('a permit', () => {
  it.each([
    ['success', { successfulCalls: 1, windowCount: 1, averageResponseTimeMs: 30 }],
    ['failure', { failedCalls: 1, windowCount: 1, averageResponseTimeMs: 30 }],
    ['ignore', { ignoredCalls: 1, windowCount: 0, averageResponseTimeMs: 0 }],
  ] as const)('is a call in flight until %s()', (settle, totals) => {
    const { breaker, clock } = silentBreakerWith();
    const permit = breaker.tryAcquire();
    const during = breaker.getMetrics();
    clock.advance(30);

    permit?.[settle]();

    expect(during).toMatchObject({ totalCalls: 1, inFlight: 1 });
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, inFlight: 0, ...totals });
  });

  it('counts only its first settlement', () => {
    const { breaker, events } = breakerWith();
    {
      using permit = breaker.tryAcquire();
      permit?.failure(BOOM);
      permit?.success();
      permit?.failure(BOOM);
      permit?.ignore();
    }

    expect(events).toEqual([{ type: 'failure', name: 'orders', error: BOOM, durationMs: 0 }]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, failedCalls: 1, successfulCalls: 0, ignoredCalls: 0 });
  });

  it('is ignored when it is disposed unsettled', () => {
    const { breaker, events } = breakerWith();
    {
      using permit = breaker.tryAcquire();
      expect(permit).not.toBeNull();
    }

    expect(events).toEqual([{ type: 'ignored', name: 'orders', error: undefined }]);
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, inFlight: 0 });
  });

  it('of a rejected call is null, which `using` accepts', () => {
    const { breaker } = silentBreakerWith();
    breaker.trip();
    {
      using permit = breaker.tryAcquire();
      expect(permit).toBeNull();
    }

    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, rejectedCalls: 1, inFlight: 0 });
  });

  it('judges errors only', () => {
    const { breaker } = silentBreakerWith({ classify: () => 'ignored' });
    breaker.tryAcquire()?.failure(BOOM);
    breaker.tryAcquire()?.failure();
    breaker.tryAcquire()?.success();

    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 1, successfulCalls: 1 });
  });

  it('balances the totals after dispose(), when no other is issued', () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    const permit = breaker.tryAcquire();
    breaker.dispose();

    permit?.failure(BOOM);

    expect([breaker.state, breaker.tryAcquire()]).toEqual(['closed', null]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, failedCalls: 1, inFlight: 0, windowCount: 0 });
  });

  it('does nothing in mode off', () => {
    const { breaker } = silentBreakerWith({ mode: 'off', failureThreshold: 1 });
    breaker.forceOpen();
    const permit = breaker.tryAcquire();
    permit?.failure(BOOM);
    permit?.success();
    permit?.ignore();
    permit?.[Symbol.dispose]();

    expect(permit).not.toBeNull();
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 0, failedCalls: 0 });
  });
});

describe('the permit of a probe', () => {
  it.each([
    [59_999, 'closed', { successfulCalls: 1, failedCalls: 0 }],
    [60_000, 'open', { successfulCalls: 0, failedCalls: 1 }],
  ])('that succeeds after %s of the 60,000 ms of its lease leaves the circuit %s', (elapsed, state, totals) => {
    const options = { successThreshold: 1, timeoutMs: 1_000, maxConcurrent: 1 };
    const { breaker, clock } = readyToProbe(silentBreakerWith(options));
    const permit = untimedPermit(breaker);
    clock.advance(elapsed);

    permit?.success();

    expect(breaker.state).toBe(state);
    expect(breaker.getMetrics()).toMatchObject({ ...totals, totalCalls: 1, inFlight: 0, abandoned: 0 });
  });

  it.each(['success', 'failure', 'ignore'] as const)('has failed when its lease ends, whatever %s() says', (settle) => {
    const { breaker, clock, events } = readyToProbe(breakerWith({ halfOpenMaxFailures: 5 }));
    const permit = untimedPermit(breaker);
    clock.advance(60_000);
    breaker.recordSuccess();
    events.length = 0;

    permit?.[settle]();

    expect(events).toEqual([]);
    const totals = { totalCalls: 2, failedCalls: 1, successfulCalls: 1, ignoredCalls: 0, inFlight: 0 };
    expect(breaker.getMetrics()).toMatchObject(totals);
  });

  it('keeps its slot after its lease until it is settled', () => {
    const { breaker, clock } = readyToProbe(silentBreakerWith({ maxConcurrent: 1, halfOpenMaxFailures: 5 }));
    const permit = untimedPermit(breaker);
    clock.advance(60_000);
    breaker.recordSuccess();
    const after = [breaker.getMetrics().abandoned, breaker.canExecute()];

    permit?.success();

    expect(after).toEqual([1, false]);
    expect([breaker.getMetrics().abandoned, breaker.canExecute()]).toEqual([0, true]);
  });
});
