import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../support/breaker.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../support/outcomes.ts';

describe('forced open', () => {
  it('rejects every call with the reason and without retryAfterMs', async () => {
    const { breaker } = silentBreakerWith();
    breaker.forceOpen('deploy');

    const error = await errorOf(breaker.call(() => 'fine'));

    expect(error).toMatchObject({ code: 'ERR_CIRCUIT_OPEN', state: 'open', reason: 'deploy', retryAfterMs: undefined, headers: {}, message: 'Circuit "orders" is forced open: deploy' });
    expect([breaker.state, breaker.override, breaker.retryAfterMs, breaker.canExecute()]).toEqual(['open', { state: 'open', reason: 'deploy' }, undefined, false]);
  });

  it('never half-opens', async () => {
    const { breaker, clock } = silentBreakerWith();
    breaker.forceOpen();

    clock.advance(1e9);
    await fail(breaker, 2);

    expect([breaker.state, breaker.getMetrics().rejectedCalls]).toEqual(['open', 2]);
  });

  it('rejects calls of a machine that is half-open as open', async () => {
    const { breaker, clock } = silentBreakerWith();
    breaker.trip();
    clock.advance(60_000);
    await succeed(breaker);
    breaker.forceOpen('deploy');

    expect(await errorOf(breaker.call(() => 'fine'))).toMatchObject({ state: 'open', reason: 'deploy' });
    breaker.release();
    expect(breaker.state).toBe('half_open');
  });

  it('has a reason of its own when none is given', () => {
    const { breaker } = silentBreakerWith();

    breaker.forceOpen();

    expect(breaker.override).toEqual({ state: 'open', reason: 'forced open' });
  });
});

describe('forced closed', () => {
  it('admits every call, and none of them decides anything', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 2 });
    breaker.forceClose('drill');

    await fail(breaker, 5);

    expect([breaker.state, breaker.override, breaker.retryAfterMs, breaker.canExecute()]).toEqual(['closed', { state: 'closed', reason: 'drill' }, 0, true]);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 5, windowCount: 0, consecutiveFailures: 0, staleOutcomes: 0 });
  });

  it('admits calls over an open machine, which stays as it is', async () => {
    const { breaker, clock } = silentBreakerWith();
    breaker.trip();
    clock.advance(20_000);
    breaker.forceClose();
    const reason = breaker.override?.reason;

    await succeed(breaker, 3);
    breaker.release();

    expect([reason, breaker.state, breaker.retryAfterMs]).toEqual(['forced closed', 'open', 40_000]);
  });

  it('takes no probe and no permit of a half-open machine', async () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, halfOpenMaxCalls: 1 });
    breaker.trip();
    clock.advance(60_000);
    const probe = hang(breaker);
    breaker.forceClose();

    await succeed(breaker, 5);
    breaker.release();
    const released = [breaker.state, breaker.canExecute()];
    probe.operation.resolve('fine');
    await probe.settled;

    expect(released).toEqual(['half_open', false]);
    expect(breaker.getMetrics()).toMatchObject({ windowCount: 1, successfulCalls: 6 });
  });

  it('still limits concurrency', async () => {
    const { breaker } = silentBreakerWith({ maxConcurrent: 1 });
    breaker.forceClose();
    hang(breaker);

    expect(await errorOf(breaker.call(() => 'fine'))).toMatchObject({ code: 'ERR_BULKHEAD_FULL' });
    expect(breaker.canExecute()).toBe(false);
  });
});

describe('calls across an override', () => {
  it('admitted under one decide nothing after the release either', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    breaker.forceClose();
    const call = hang(breaker);
    breaker.release();

    call.operation.reject(BOOM);
    await call.settled;

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, windowCount: 0, consecutiveFailures: 0, staleOutcomes: 0 });
  });

  it.each([['forceOpen'], ['forceClose']] as const)('admitted before %s decide nothing when they settle under it', async (force) => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    const call = hang(breaker);
    breaker[force]();

    call.operation.reject(BOOM);
    await call.settled;
    breaker.release();

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, windowCount: 0, consecutiveFailures: 0 });
  });

  it('admitted before and settled after it decide as usual', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    const call = hang(breaker);
    breaker.forceOpen();
    breaker.release();

    call.operation.reject(BOOM);
    await call.settled;

    expect(breaker.state).toBe('open');
  });

  it.each([
    ['success', false],
    ['failure', true],
  ])('as probes settle under it with %s: the permit is back and nothing is proved', async (_what, fails) => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, halfOpenMaxCalls: 1, successThreshold: 1 });
    breaker.trip();
    clock.advance(60_000);
    const probe = hang(breaker);
    breaker.forceOpen();

    if (fails) probe.operation.reject(BOOM);
    else probe.operation.resolve('fine');
    await probe.settled;
    breaker.release();

    expect([breaker.state, breaker.canExecute(), breaker.getMetrics().windowCount]).toEqual(['half_open', true, 0]);
  });
});

describe('the machine underneath', () => {
  it('reaches its deadline, and probes after the release', async () => {
    const { breaker, clock } = silentBreakerWith();
    breaker.trip();
    breaker.forceOpen();
    clock.advance(60_000);

    breaker.release();
    const ready = [breaker.state, breaker.retryAfterMs, breaker.canExecute()];
    await succeed(breaker);

    expect(ready).toEqual(['open', 0, true]);
    expect(breaker.state).toBe('half_open');
  });

  it('goes on forgetting openings', async () => {
    const { breaker, clock } = silentBreakerWith({ failureThreshold: 1, successThreshold: 1 });
    await fail(breaker);
    clock.advance(60_000);
    await succeed(breaker);
    breaker.forceClose();
    clock.advance(60_000);
    breaker.release();

    await fail(breaker);

    expect(breaker.snapshot().openings).toBe(1);
  });

  it('relapses by a lease that ends meanwhile', async () => {
    const { breaker, clock, events } = breakerWith({ timeoutMs: null, halfOpenLeaseMs: 4_000 });
    breaker.trip();
    clock.advance(60_000);
    hang(breaker);
    breaker.forceClose();
    clock.advance(5_000);

    await succeed(breaker);
    const covered = breaker.state;
    breaker.release();

    expect([covered, breaker.state, breaker.retryAfterMs]).toEqual(['closed', 'open', 119_000]);
    expect(events.findLast((event) => event.type === 'stateChange')).toMatchObject({ to: 'open', reason: 'lease_expired' });
  });

  it.each([
    ['forceOpen', 'open'],
    ['forceClose', 'closed'],
  ] as const)('is tripped under %s', (force, covered) => {
    const { breaker } = silentBreakerWith();
    breaker[force]();

    breaker.trip();
    const state = breaker.state;
    breaker.release();

    expect([state, breaker.state]).toEqual([covered, 'open']);
  });

  it('takes records to the totals only', () => {
    const { breaker, clock } = silentBreakerWith({ failureThreshold: 1, successThreshold: 1 });
    breaker.forceClose();
    breaker.recordFailure(BOOM);
    breaker.trip();
    clock.advance(60_000);
    breaker.recordSuccess();

    breaker.release();

    expect(breaker.state).toBe('open');
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 2, windowCount: 0, consecutiveFailures: 0 });
  });
});

describe('overrides', () => {
  it('replace each other and are released once', () => {
    const { breaker, events } = breakerWith();

    breaker.forceOpen('one');
    breaker.forceClose('two');
    breaker.release();
    breaker.release();

    expect(events).toEqual([
      { type: 'override', name: 'orders', override: { state: 'open', reason: 'one' } },
      { type: 'override', name: 'orders', override: { state: 'closed', reason: 'two' } },
      { type: 'override', name: 'orders', override: null },
    ]);
    expect([breaker.state, breaker.override]).toEqual(['closed', null]);
  });

  it('emit no stateChange and count none', () => {
    const { breaker, events } = breakerWith();
    breaker.trip();
    events.length = 0;

    breaker.forceClose();
    breaker.forceOpen();
    breaker.release();

    expect(kindsOf(events)).toEqual(['override', 'override', 'override']);
    expect(breaker.getMetrics()).toMatchObject({ stateChanges: 1, circuitOpenedCount: 1, circuitClosedCount: 0 });
  });

  it.each([['forceOpen'], ['forceClose']] as const)('%s refuses a reason that is no string', (force) => {
    const { breaker } = silentBreakerWith();

    expect(() => breaker[force](5 as never)).toThrow('Circuit breaker "orders": Expected `reason` to be a string, got 5');
    expect(breaker.override).toBeNull();
  });

  it('are not handed out alive', () => {
    const { breaker } = silentBreakerWith();
    breaker.forceOpen('deploy');

    for (const override of [breaker.override, breaker.getStatus().override]) {
      try {
        (override as { state: string }).state = 'closed';
      } catch {
        // A frozen object is fine too.
      }
    }

    expect([breaker.state, breaker.canExecute()]).toEqual(['open', false]);
  });
});
