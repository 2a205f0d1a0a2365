import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, hang } from '../../support/outcomes.ts';

describe('a permit', () => {
  it.each([
    ['success', { successfulCalls: 1, windowCount: 1 }],
    ['failure', { failedCalls: 1, windowCount: 1 }],
    ['ignore', { ignoredCalls: 1, windowCount: 0 }],
  ] as const)('is a call in flight until %s', (settle, totals) => {
    const { breaker, clock } = silentBreakerWith();
    const permit = breaker.tryAcquire();
    const during = breaker.getMetrics();
    clock.advance(30);

    permit?.[settle]();

    expect(during).toMatchObject({ totalCalls: 1, inFlight: 1 });
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, inFlight: 0, averageResponseTimeMs: settle === 'ignore' ? 0 : 30, ...totals });
  });

  it('is settled once: only the first settlement counts', () => {
    const { breaker, events } = breakerWith();
    const permit = breaker.tryAcquire();

    permit?.failure(BOOM);
    permit?.success();
    permit?.failure(BOOM);
    permit?.ignore();

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

  it('stays as it was settled when it is disposed', () => {
    const { breaker } = silentBreakerWith();
    {
      using permit = breaker.tryAcquire();
      permit?.success();
    }

    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, ignoredCalls: 0 });
  });

  it('of a rejected call is null, and may be used like one', () => {
    const { breaker } = silentBreakerWith();
    breaker.trip();
    {
      using permit = breaker.tryAcquire();
      expect(permit).toBeNull();
    }

    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, rejectedCalls: 1, inFlight: 0 });
  });

  it('passes an error through the filters', () => {
    const { breaker } = silentBreakerWith({ ignoreErrors: RangeError });

    breaker.tryAcquire()?.failure(new RangeError('out'));
    breaker.tryAcquire()?.failure(BOOM);
    breaker.tryAcquire()?.failure();

    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, failedCalls: 2 });
  });

  it('passes a success by the filters', () => {
    const { breaker } = silentBreakerWith({ classify: () => 'ignored' });

    breaker.tryAcquire()?.success();
    breaker.tryAcquire()?.failure();

    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 1, ignoredCalls: 0 });
  });

  it('measures no time without trackLatency', () => {
    const { breaker, clock } = silentBreakerWith({ trackLatency: false });
    const permit = breaker.tryAcquire();
    clock.advance(9_000);

    permit?.success();

    expect(breaker.getMetrics()).toMatchObject({ averageResponseTimeMs: 0, slowCalls: 0 });
  });

  it('has no timeout', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 1_000 });
    breaker.tryAcquire();

    clock.advance(60_000);

    expect([breaker.getMetrics().inFlight, clock.timers]).toEqual([1, 0]);
  });

  it('is stale when the circuit has moved on', () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    const permit = breaker.tryAcquire();
    breaker.reset();

    permit?.failure(BOOM);

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ staleOutcomes: 1, failedCalls: 1 });
  });
});

describe('the permit of a probe', () => {
  it('moves the circuit to half_open and proves something', () => {
    const { breaker, clock, events } = breakerWith({ successThreshold: 1 });
    breaker.trip();
    clock.advance(60_000);

    const permit = breaker.tryAcquire();
    const during = breaker.state;
    permit?.success();

    expect([during, breaker.state]).toEqual(['half_open', 'closed']);
    expect(kindsOf(events)).toEqual(['stateChange', 'stateChange', 'success', 'stateChange']);
  });

  it('comes back when it is disposed unsettled', () => {
    const { breaker, clock } = silentBreakerWith({ halfOpenMaxCalls: 1 });
    breaker.trip();
    clock.advance(60_000);
    const during: boolean[] = [];
    {
      using permit = breaker.tryAcquire();
      during.push(permit !== null, breaker.canExecute());
    }

    expect([...during, breaker.canExecute(), breaker.state]).toEqual([true, false, true, 'half_open']);
  });

  it.each([
    [59_999, 'closed', { successfulCalls: 1, failedCalls: 0 }],
    [60_000, 'open', { successfulCalls: 0, failedCalls: 1 }],
  ])('has a lease: settled with success after %s of 60 000 ms it leads to %s', (elapsed, state, totals) => {
    const { breaker, clock } = silentBreakerWith({ successThreshold: 1, timeoutMs: 1_000, maxConcurrent: 1 });
    breaker.trip();
    clock.advance(60_000);
    const permit = breaker.tryAcquire();
    clock.advance(elapsed);

    permit?.success();

    expect(breaker.state).toBe(state);
    expect(breaker.getMetrics()).toMatchObject({ ...totals, totalCalls: 1, inFlight: 0, abandoned: 0 });
  });

  it.each([['success'], ['failure'], ['ignore']] as const)('says nothing by %s after its lease: it has failed already', (settle) => {
    const { breaker, clock, events } = breakerWith({ halfOpenMaxFailures: 5 });
    breaker.trip();
    clock.advance(60_000);
    const permit = breaker.tryAcquire();
    clock.advance(60_000);
    breaker.recordSuccess();
    events.length = 0;

    permit?.[settle]();

    expect(events).toEqual([]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 2, failedCalls: 1, successfulCalls: 1, ignoredCalls: 0, inFlight: 0 });
  });

  it('keeps its slot after its lease until it is settled', () => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 1, halfOpenMaxFailures: 5 });
    breaker.trip();
    clock.advance(60_000);
    const permit = breaker.tryAcquire();
    clock.advance(60_000);
    breaker.recordSuccess();
    const after = [breaker.getMetrics().abandoned, breaker.canExecute()];

    permit?.success();

    expect(after).toEqual([1, false]);
    expect([breaker.getMetrics().abandoned, breaker.canExecute(), breaker.getMetrics().successfulCalls]).toEqual([0, true, 1]);
  });
});

describe('tryAcquire', () => {
  it('gives null after dispose and counts nothing', () => {
    const { breaker } = silentBreakerWith();
    breaker.dispose();

    expect([breaker.tryAcquire(), breaker.getMetrics().totalCalls]).toEqual([null, 0]);
  });

  it('gave permits that still balance the totals after dispose', () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    const permit = breaker.tryAcquire();
    breaker.dispose();

    permit?.failure(BOOM);

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, failedCalls: 1, inFlight: 0, windowCount: 0 });
  });

  it('gives a permit that does nothing while off', () => {
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

  it('gives a permit that decides nothing where the breaker only observes a rejection', () => {
    const { breaker } = silentBreakerWith({ mode: 'observe', successThreshold: 1 });
    breaker.trip();

    breaker.tryAcquire()?.success();

    expect(breaker.state).toBe('open');
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, successfulCalls: 1, wouldHaveRejectedCalls: 1, rejectedCalls: 0 });
  });

  it('shares the probes with calls', () => {
    const { breaker, clock } = silentBreakerWith({ halfOpenMaxCalls: 2 });
    breaker.trip();
    clock.advance(60_000);
    hang(breaker);

    const permits = [breaker.tryAcquire(), breaker.tryAcquire()];

    expect(permits.map((permit) => permit === null)).toEqual([false, true]);
  });
});
