import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import { finish, FRESH_METRICS, readyToProbe } from '../../support/calls.ts';
import { errorOf, fail, hang, succeed } from '../../support/outcomes.ts';

describe('reset', () => {
  it.each([['open'], ['half_open']] as const)('closes a circuit that is %s', async (state) => {
    const { breaker, events } = readyToProbe(breakerWith());
    if (state === 'half_open') await succeed(breaker);
    events.length = 0;

    breaker.reset();

    expect(breaker.state).toBe('closed');
    const move = { type: 'stateChange', from: state, to: 'closed', reason: 'reset', retryAfterMs: 0 };
    expect(events).toMatchObject([move, { type: 'reset', name: 'orders' }]);
  });

  it('moves no closed circuit, but emits its event', () => {
    const { breaker, events } = breakerWith();
    breaker.reset();

    expect(events).toEqual([{ type: 'reset', name: 'orders' }]);
  });

  it('forgets everything except calls in flight, which become stale', async () => {
    const { breaker, clock } = silentBreakerWith({ maxConcurrent: 5, timeoutMs: null });
    await succeed(breaker, 3);
    await fail(breaker, 3);
    const call = hang(breaker);
    breaker.trip();
    await fail(breaker);
    clock.advance(10);

    breaker.reset();

    expect(breaker.getMetrics()).toEqual({ ...FRESH_METRICS, totalCalls: 1, inFlight: 1 });
    await finish(call);
    const totals = { totalCalls: 1, successfulCalls: 1, inFlight: 0, staleOutcomes: 1, windowCount: 0 };
    expect(breaker.getMetrics()).toMatchObject(totals);
  });

  it('forgets the last failure and the figures of the last opening', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    await fail(breaker);
    breaker.reset();
    breaker.trip();

    const error = (await errorOf(breaker.call(() => 'fine'))) as Error;

    expect(error.cause).toBeUndefined();
    expect(breaker.explain()).toContain('(0 consecutive failures');
  });
});
