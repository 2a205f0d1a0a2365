import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { fail, hang, succeed } from '../../support/outcomes.ts';

/** A lease of 4 s, waits of 10, 20, 40 … s; ready to probe. */
function ready(options: Options = {}) {
  const made = breakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, halfOpenLeaseMs: 4_000, ...options });
  made.breaker.trip();
  made.clock.advance(10_000);
  return made;
}

describe('an expired lease', () => {
  it.each([
    [3_999, 'closed'],
    [4_000, 'open'],
    [4_001, 'open'],
  ])('is a failure for a probe that settles after %s of 4 000 ms: %s', async (elapsed, state) => {
    const { breaker, clock } = ready({ successThreshold: 1 });
    const probe = hang(breaker);
    clock.advance(elapsed);

    probe.operation.resolve('late');

    expect(await probe.settled).toEqual({ status: 'success', value: 'late' });
    expect(breaker.state).toBe(state);
  });

  it('is dated at its deadline, where the new wait starts', async () => {
    const { breaker, clock, events } = ready();
    hang(breaker);
    clock.advance(9_000);

    await fail(breaker);

    expect(kindsOf(events)).toEqual(['stateChange', 'stateChange', 'leaseExpired', 'failure', 'stateChange', 'rejected']);
    expect(events[2]).toMatchObject({ noticedAfterMs: 5_000 });
    expect(events[4]).toMatchObject({ from: 'half_open', to: 'open', reason: 'lease_expired', retryAfterMs: 15_000 });
    expect(breaker.retryAfterMs).toBe(15_000);
    expect(breaker.getMetrics()).toMatchObject({ lastFailureTime: 14_000, failedCalls: 1, inFlight: 0, timeouts: 0, failureTypes: { CircuitBreakerTimeoutError: 1 } });
    expect(breaker.getStatus().lastStateChange).toBe(14_000);
  });

  it('shows in latency as the length of the lease', async () => {
    const { breaker, clock, events } = ready({ slowCallThresholdMs: 3_000 });
    hang(breaker);
    clock.advance(9_000);

    breaker.recordSuccess();

    expect(breaker.getMetrics()).toMatchObject({ averageResponseTimeMs: 4_000, slowCalls: 1 });
    expect(kindsOf(events.slice(2))).toEqual(['leaseExpired', 'failure', 'slow', 'stateChange', 'success']);
    expect(events.find(({ type }) => type === 'failure')).toMatchObject({
      durationMs: 4_000,
      error: { message: 'A probe of circuit "orders" did not settle within its lease of 4000 ms', timeoutMs: 4_000 },
    });
  });

  it.each([
    [3_999, 1],
    [4_000, 0],
    [4_001, 0],
  ])('is slow like a call of its length: with slowCallThresholdMs %s there are %s slow calls', (slowCallThresholdMs, slowCalls) => {
    const { breaker, clock, events } = ready({ slowCallThresholdMs });
    hang(breaker);
    clock.advance(4_000);

    breaker.recordSuccess();

    expect(breaker.getMetrics().slowCalls).toBe(slowCalls);
    expect(events.filter(({ type }) => type === 'slow')).toHaveLength(slowCalls);
  });

  it('has no length without trackLatency', () => {
    const { breaker, clock, events } = ready({ trackLatency: false });
    hang(breaker);
    clock.advance(9_000);

    breaker.recordSuccess();

    expect(breaker.getMetrics()).toMatchObject({ averageResponseTimeMs: 0, p50Ms: 0, slowCalls: 0, failedCalls: 1 });
    expect(events.find(({ type }) => type === 'failure')).toMatchObject({ durationMs: 0 });
  });

  it('whose new wait is over as well lets the call that notices it probe', async () => {
    const { breaker, clock, events } = ready();
    hang(breaker);
    clock.advance(24_000);

    await succeed(breaker);

    const moves = events.filter((event) => event.type === 'stateChange').map(({ from, to, reason }) => [from, to, reason]);
    expect(moves.slice(2)).toEqual([
      ['half_open', 'open', 'lease_expired'],
      ['open', 'half_open', 'wait_elapsed'],
    ]);
    expect(breaker.state).toBe('half_open');
  });

  it.each([
    ['an admission', (breaker: ReturnType<typeof ready>['breaker']) => void breaker.tryCall(() => 'fine')],
    ['a refused permit', (breaker: ReturnType<typeof ready>['breaker']) => void breaker.tryAcquire()],
    ['a record', (breaker: ReturnType<typeof ready>['breaker']) => breaker.recordSuccess()],
    ['a trip', (breaker: ReturnType<typeof ready>['breaker']) => breaker.trip()],
  ])('is noticed by %s', (_what, act) => {
    const { breaker, clock, events } = ready();
    hang(breaker);
    clock.advance(4_000);

    act(breaker);

    expect(events.find((event) => event.type === 'leaseExpired')).toMatchObject({ noticedAfterMs: 0 });
    expect(breaker.state).toBe('open');
  });

  it('is noticed by the settlement of a call of an older spell', async () => {
    const { breaker, clock } = breakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, halfOpenLeaseMs: 4_000 });
    const old = hang(breaker);
    breaker.trip();
    clock.advance(10_000);
    hang(breaker);
    clock.advance(4_000);

    old.operation.resolve('old');
    await old.settled;

    expect(breaker.state).toBe('open');
  });

  it('is noticed by the time-out of another call', async () => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 10_000, halfOpenLeaseMs: 4_000, timeoutMs: null });
    const old = breaker.tryCall(() => new Promise(() => {}), { timeoutMs: 15_000 });
    breaker.trip();
    clock.advance(10_000);
    hang(breaker);

    clock.advance(5_000);
    await old;

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 19_000]);
  });

  it('is noticed for the earliest deadline first, and makes the other probes stale', async () => {
    const { breaker, clock } = ready({ halfOpenMaxFailures: 1 });
    const first = hang(breaker);
    clock.advance(1_000);
    const second = hang(breaker);
    clock.advance(1_000);
    const third = hang(breaker);
    clock.advance(8_000);

    third.operation.resolve('late');
    await third.settled;

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 20_000 - 5_000]);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 2, successfulCalls: 1, staleOutcomes: 1, inFlight: 0 });
    first.operation.resolve('late');
    second.operation.resolve('late');
    await Promise.all([first.settled, second.settled]);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 2, successfulCalls: 1, staleOutcomes: 1 });
  });

  it('that is allowed as a failed probe only gives the permit back', async () => {
    const { breaker, clock } = ready({ halfOpenMaxFailures: 1, halfOpenMaxCalls: 1, successThreshold: 1 });
    hang(breaker);
    clock.advance(4_000);

    await succeed(breaker);

    expect(breaker.state).toBe('closed');
  });

  it('lets the caller have the result of the operation, which the breaker drops', async () => {
    const { breaker, clock } = ready();
    const probe = hang(breaker);
    clock.advance(4_000);
    breaker.recordSuccess();

    probe.operation.reject(new RangeError('late'));

    expect(await probe.settled).toEqual({ status: 'failure', error: new RangeError('late') });
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, successfulCalls: 1, staleOutcomes: 0, totalCalls: 2 });
  });

  it('does not abort the operation', () => {
    const { breaker, clock } = ready();
    let signal: AbortSignal | undefined;
    void breaker.call((context) => {
      signal = context.signal;
      return new Promise(() => {});
    });
    clock.advance(4_000);

    breaker.recordSuccess();

    expect(signal?.aborted).toBe(false);
  });

  it('keeps its slot in the bulkhead until the operation settles', async () => {
    const { breaker, clock } = ready({ maxConcurrent: 3 });
    const probe = hang(breaker);
    clock.advance(4_000);
    breaker.recordSuccess();
    const abandoned = breaker.getMetrics().abandoned;

    probe.operation.resolve('late');
    await probe.settled;

    expect([abandoned, breaker.getMetrics().abandoned]).toEqual([1, 0]);
  });

  it('ends a probe whose longer timeout still ends the call', async () => {
    const { breaker, clock, events } = ready();
    const settled = breaker.tryCall(() => new Promise(() => {}), { timeoutMs: 6_000 });
    clock.advance(5_000);
    breaker.recordSuccess();

    clock.advance(1_000);

    expect(await settled).toMatchObject({ status: 'failure', error: { code: 'ERR_CIRCUIT_TIMEOUT', timeoutMs: 6_000 } });
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, totalCalls: 2, inFlight: 0 });
    expect(events.filter(({ type }) => type === 'failure')).toHaveLength(1);
  });
});

describe('reads look through an expired lease', () => {
  it.each([
    [3_999, false, 1, 'half_open'],
    [4_000, false, 20_000, 'half_open'],
    [9_000, false, 15_000, 'half_open'],
    [23_999, false, 1, 'half_open'],
    [24_000, true, 0, 'half_open'],
  ])('%s ms after its start: canExecute %s, retryAfterMs %s, state %s', (elapsed, canExecute, retryAfterMs, state) => {
    const { breaker, clock, events } = ready({ halfOpenMaxCalls: 1 });
    hang(breaker);
    clock.advance(elapsed);
    events.length = 0;

    const read = [breaker.canExecute(), breaker.retryAfterMs, breaker.getStatus().retryAfterMs, breaker.explain().includes('waited too long'), breaker.state];

    expect(read).toEqual([canExecute, retryAfterMs, retryAfterMs, elapsed >= 4_000, state]);
    expect(events).toEqual([]);
    expect(breaker.getMetrics().inFlight).toBe(1);
  });

  it('with the unjittered wait', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, halfOpenLeaseMs: 4_000, jitter: 'equal', random: () => 0 });
    breaker.trip();
    clock.advance(5_000);
    hang(breaker);
    clock.advance(4_000);

    const assumed = breaker.retryAfterMs;
    await fail(breaker);

    expect([assumed, breaker.retryAfterMs]).toEqual([20_000, 10_000]);
  });

  it('and see its permit as free where it is allowed as a failure', () => {
    const { breaker, clock } = ready({ halfOpenMaxCalls: 1, halfOpenMaxFailures: 1 });
    hang(breaker);
    clock.advance(4_000);

    expect([breaker.canExecute(), breaker.retryAfterMs, breaker.state]).toEqual([true, 0, 'half_open']);
  });
});
