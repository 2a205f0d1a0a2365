import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../support/breaker.ts';
import { finish } from '../support/calls.ts';
import { BOOM, errorOf, fail, hang } from '../support/outcomes.ts';

describe('forced open', () => {
  it('rejects every call with the reason and without retryAfterMs', async () => {
    const { breaker } = silentBreakerWith();
    breaker.forceOpen('deploy');

    expect(await errorOf(breaker.call(() => 'fine'))).toMatchObject({
      code: 'ERR_CIRCUIT_OPEN',
      state: 'open',
      reason: 'deploy',
      retryAfterMs: undefined,
      headers: {},
      message: 'Circuit breaker "orders" is forced open (deploy) until `release()` is called.',
    });
    const seen = [breaker.state, breaker.override, breaker.retryAfterMs, breaker.canExecute()];
    expect(seen).toEqual(['open', { state: 'open', reason: 'deploy' }, undefined, false]);
  });
});

describe('forced closed', () => {
  it('admits every call, and none of them decides anything', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 2 });
    breaker.forceClose('drill');
    await fail(breaker, 5);

    const seen = [breaker.state, breaker.override, breaker.retryAfterMs, breaker.canExecute()];
    expect(seen).toEqual(['closed', { state: 'closed', reason: 'drill' }, 0, true]);
    const totals = { failedCalls: 5, windowCount: 5, consecutiveFailures: 0, staleOutcomes: 0 };
    expect(breaker.getMetrics()).toMatchObject(totals);
    breaker.release();
    expect(breaker.getMetrics().windowCount).toBe(0);
  });
});

describe('a call across an override', () => {
  it.each([['forceOpen'], ['forceClose']] as const)('decides nothing when it ends after %s', async (force) => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    const call = hang(breaker);
    breaker[force]();

    await finish(call, BOOM);
    breaker.release();

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, windowCount: 0, consecutiveFailures: 0 });
  });

  it('decides as usual when it began before one and ends after its release', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    const call = hang(breaker);
    breaker.forceOpen();
    breaker.release();

    await finish(call, BOOM);

    expect(breaker.state).toBe('open');
  });
});

describe('overrides', () => {
  it('replace each other, are released once, and move no state', () => {
    const { breaker, events } = breakerWith();
    breaker.trip();
    breaker.forceOpen('one');
    breaker.forceClose('two');
    breaker.release();
    breaker.release();

    expect(events.slice(1)).toEqual([
      { type: 'override', name: 'orders', override: { state: 'open', reason: 'one' } },
      { type: 'override', name: 'orders', override: { state: 'closed', reason: 'two' } },
      { type: 'override', name: 'orders', override: null },
    ]);
    expect(kindsOf(events)).toEqual(['stateChange', 'override', 'override', 'override']);
    expect([breaker.state, breaker.override]).toEqual(['open', null]);
    const moves = { stateChanges: 1, circuitOpenedCount: 1, circuitClosedCount: 0 };
    expect(breaker.getMetrics()).toMatchObject(moves);
  });

  it.each([
    ['forceOpen', 'forced open'],
    ['forceClose', 'forced closed'],
  ] as const)('after %s() have the reason "%s" when none is given', (force, reason) => {
    const { breaker } = silentBreakerWith();

    breaker[force]();

    expect(breaker.override?.reason).toBe(reason);
  });

  it.each([['forceOpen'], ['forceClose']] as const)('are rejected when %s() gets no string', (force) => {
    const { breaker } = silentBreakerWith();
    const forcing = () => breaker[force](5 as never);

    expect(forcing).toThrow('Circuit breaker "orders": `reason` must be a string. Received 5.');
    expect(breaker.override).toBeNull();
  });

  it('cannot be changed by who reads them', () => {
    const { breaker } = silentBreakerWith();
    breaker.forceOpen('deploy');

    expect([breaker.override, breaker.getStatus().override].every((override) => Object.isFrozen(override))).toBe(true);
    expect([breaker.state, breaker.canExecute()]).toEqual(['open', false]);
  });
});
