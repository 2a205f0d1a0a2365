import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { finish, movesOf, never, readyToProbe } from '../../support/calls.ts';
import { BOOM, fail, hang, succeed } from '../../support/outcomes.ts';

const options = { timeoutMs: null, recoveryTimeoutMs: 10_000, halfOpenLeaseMs: 4_000 } satisfies Options;

/** A lease of 4 s, waits of 10, 20, 40 … s, and the first wait is over. */
const ready = (more: Options = {}) => readyToProbe(breakerWith({ ...options, ...more }));
type Breaker = ReturnType<typeof ready>['breaker'];

describe('an expired lease', () => {
  it.each([
    [3_999, 'closed'],
    [4_000, 'open'],
    [4_001, 'open'],
  ])('counts as a failure: a success after %s of 4,000 ms leaves the circuit %s', async (elapsed, state) => {
    const { breaker, clock } = ready({ successThreshold: 1 });
    const probe = hang(breaker);
    clock.advance(elapsed);

    expect(await finish(probe)).toEqual({ status: 'success', value: 'fine' });
    expect(breaker.state).toBe(state);
  });

  it('is dated at its end, where the new wait starts', async () => {
    const { breaker, clock, events } = ready();
    hang(breaker);
    clock.advance(9_000);

    await fail(breaker);

    expect(kindsOf(events.slice(2))).toEqual(['leaseExpired', 'failure', 'stateChange', 'rejected']);
    expect(events[2]).toMatchObject({ noticedAfterMs: 5_000 });
    const move = { from: 'half_open', to: 'open', reason: 'lease_expired', retryAfterMs: 15_000 };
    expect(movesOf(events).at(-1)).toMatchObject(move);
    expect(breaker.retryAfterMs).toBe(15_000);
    expect(breaker.getStatus().lastStateChange).toBe(14_000);
    const failureTypes = { ERR_CIRCUIT_TIMEOUT: 1 };
    const totals = { lastFailureTime: 14_000, failedCalls: 1, inFlight: 0, timeouts: 0, failureTypes };
    expect(breaker.getMetrics()).toMatchObject(totals);
  });

  it.each([
    ['slow above the threshold', 3_999, true, 4_000, 1],
    ['not slow at the threshold', 4_000, true, 4_000, 0],
    ['without a duration when trackLatency is off', 3_999, false, 0, 0],
  ])('is %s', (_what, slowCallThresholdMs, trackLatency, durationMs, slowCalls) => {
    const { breaker, clock, events } = ready({ slowCallThresholdMs, trackLatency });
    hang(breaker);
    clock.advance(9_000);

    breaker.recordSuccess();

    expect(breaker.getMetrics()).toMatchObject({ averageResponseTimeMs: durationMs, slowCalls, failedCalls: 1 });
    expect(events.filter(({ type }) => type === 'slow')).toHaveLength(slowCalls);
    const message = 'Circuit breaker "orders": the call took longer than 4000 ms.';
    expect(events[3]).toMatchObject({ type: 'failure', durationMs, error: { message, timeoutMs: 4_000 } });
  });

  it('lets the call that notices it probe when the new wait is over as well', async () => {
    const { breaker, clock, events } = ready();
    hang(breaker);
    clock.advance(24_000);

    await succeed(breaker);

    expect(movesOf(events).slice(2).map(({ to, reason }) => [to, reason])).toEqual([
      ['open', 'lease_expired'],
      ['half_open', 'wait_elapsed'],
    ]);
    expect(breaker.state).toBe('half_open');
  });

  it.each<[string, (breaker: Breaker) => unknown]>([
    ['a call', (breaker) => void breaker.tryCall(() => 'fine')],
    ['tryAcquire()', (breaker) => breaker.tryAcquire()],
    ['a record', (breaker) => breaker.recordSuccess()],
    ['trip()', (breaker) => breaker.trip()],
  ])('is noticed by %s', (_what, act) => {
    const { breaker, clock, events } = ready();
    hang(breaker);
    clock.advance(4_000);

    act(breaker);

    expect(events.find(({ type }) => type === 'leaseExpired')).toMatchObject({ noticedAfterMs: 0 });
    expect(breaker.state).toBe('open');
  });

  it('leaves the caller the result of the operation, whose signal is not aborted', async () => {
    const { breaker, clock } = ready({ maxConcurrent: 3 });
    const probe = hang(breaker);
    let signal: AbortSignal | undefined;
    void breaker.call((context) => ((signal = context.signal), never()));
    clock.advance(4_000);
    breaker.recordSuccess();
    const abandoned = breaker.getMetrics().abandoned;

    expect(await finish(probe, BOOM)).toEqual({ status: 'failure', error: BOOM });
    expect([abandoned, breaker.getMetrics().abandoned, signal?.aborted]).toEqual([1, 0, false]);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, successfulCalls: 1, staleOutcomes: 0 });
  });
});

describe('reads look through an expired lease', () => {
  it.each([
    [3_999, false, 1],
    [4_000, false, 20_000],
    [9_000, false, 15_000],
    [23_999, false, 1],
    [24_000, true, 0],
  ])('%s ms after its start: canExecute() is %s, retryAfterMs %s', (elapsed, canExecute, retryAfterMs) => {
    const { breaker, clock, events } = ready({ halfOpenMaxCalls: 1 });
    hang(breaker);
    clock.advance(elapsed);
    events.length = 0;

    const read = [breaker.canExecute(), breaker.retryAfterMs, breaker.getStatus().retryAfterMs, breaker.state];

    expect(read).toEqual([canExecute, retryAfterMs, retryAfterMs, 'half_open']);
    expect(breaker.explain().includes('a probe took too long')).toBe(elapsed >= 4_000);
    expect([events, breaker.getMetrics().inFlight]).toEqual([[], 1]);
  });

  it('and assume the wait without jitter', async () => {
    const { breaker, clock } = readyToProbe(silentBreakerWith({ ...options, jitter: 'equal', random: () => 0 }));
    hang(breaker);
    clock.advance(4_000);

    const assumed = breaker.retryAfterMs;
    await fail(breaker);

    expect([assumed, breaker.retryAfterMs]).toEqual([20_000, 10_000]);
  });
});
