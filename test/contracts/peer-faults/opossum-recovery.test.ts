import { describe, expect, it } from 'vitest';
import { isCircuitBreakerDisposedError } from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { breakerWith } from '../../support/breaker.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../../support/outcomes.ts';

describe('where opossum recovers wrongly', () => {
  it('op06: does not close on a success that was admitted before the circuit opened', async () => {
    const { breaker, clock } =
      breakerWith({ failureThreshold: 2, successThreshold: 1, recoveryTimeoutMs: 1_000, timeoutMs: null });
    const old = hang(breaker);
    await fail(breaker, 2);
    clock.advance(1_000);
    const probe = hang(breaker);

    old.operation.resolve('late');
    await old.settled;

    expect(breaker.state).toBe('half_open');
    expect(breaker.getMetrics()).toMatchObject({ staleOutcomes: 1, inFlight: 1 });
    probe.operation.resolve('back');
    await probe.settled;
    expect(breaker.state).toBe('closed');
  });

  it('op07: does not reopen on a failure of a call that was admitted before the circuit opened', async () => {
    const { breaker, clock } =
      breakerWith({ failureThreshold: 2, successThreshold: 1, recoveryTimeoutMs: 1_000, timeoutMs: null });
    const old = hang(breaker);
    await fail(breaker, 2);
    clock.advance(1_000);
    const probe = hang(breaker);

    old.operation.reject(BOOM);
    await old.settled;
    probe.operation.resolve('back');
    await probe.settled;

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ circuitOpenedCount: 1, circuitClosedCount: 1, staleOutcomes: 1 });
  });

  it('op08: recovers from a probe that hangs for ever without a timeout', async () => {
    const { breaker, clock } =
      breakerWith({ timeoutMs: null, recoveryTimeoutMs: 1_000, halfOpenMaxCalls: 1, successThreshold: 1 });
    breaker.trip();
    clock.advance(1_000);
    hang(breaker);
    const rejectedBefore = (await breaker.tryCall(() => 'too many')).status;

    clock.advance(20_000);
    const probed = (await breaker.tryCall(() => 'back')).status;

    expect([rejectedBefore, probed]).toEqual(['rejected', 'success']);
    expect(breaker.state).toBe('closed');
  });

  it('op09: checks no health after dispose(), moves no more and runs no operation', async () => {
    let checks = 0;
    const { breaker, clock } = breakerWith({
      recoveryTimeoutMs: 60_000,
      healthCheck: { intervalMs: 1_000, check: () => { checks += 1; return false; } },
    });
    breaker.trip();
    await clock.advanceAsync(1_000);
    breaker.dispose();
    let runs = 0;

    await clock.advanceAsync(600_000);
    const error = await errorOf(breaker.call(() => { runs += 1; }));

    expect(checks).toBe(1);
    expect(clock.timers).toBe(0);
    expect(breaker.state).toBe('open');
    expect(isCircuitBreakerDisposedError(error)).toBe(true);
    expect(runs).toBe(0);
  });

  it('op17: counts the wait from the opening and not from the making of the breaker', async () => {
    const clock = new FakeClock();
    const { breaker } = breakerWith({ clock, failureThreshold: 1, recoveryTimeoutMs: 1_000 });
    clock.advance(990);
    await fail(breaker);

    clock.advance(10);
    const early = breaker.canExecute();
    clock.advance(989);
    const justBefore = breaker.canExecute();
    clock.advance(1);
    const due = breaker.canExecute();

    expect([early, justBefore, due]).toEqual([false, false, true]);
  });

  it('op17: waits out what was left of the wait after a restore', async () => {
    const clock = new FakeClock();
    const before = breakerWith({ clock, failureThreshold: 1, recoveryTimeoutMs: 1_000 }).breaker;
    await fail(before);
    clock.advance(10);

    const { breaker } = breakerWith({ clock, failureThreshold: 1, recoveryTimeoutMs: 1_000,
      restore: JSON.parse(JSON.stringify(before.snapshot())) });

    expect(breaker.state).toBe('open');
    expect(breaker.retryAfterMs).toBe(990);
  });

  it('op20: takes a failure that settles after dispose() as nothing, and stays disposed', async () => {
    const { breaker, clock } = breakerWith({ failureThreshold: 1 });
    const running = hang(breaker);
    breaker.dispose();
    let runs = 0;

    running.operation.reject(BOOM);
    const settled = await running.settled;
    clock.advance(600_000);
    const error = await errorOf(breaker.call(() => { runs += 1; }));

    expect(settled).toEqual({ status: 'failure', error: BOOM });
    expect(breaker.state).toBe('closed');
    expect(isCircuitBreakerDisposedError(error)).toBe(true);
    expect(runs).toBe(0);
  });

  it('op30: starts a closed spell with an empty window, so that one failure does not reopen it', async () => {
    const { breaker, clock } = breakerWith({ failureThreshold: 4, errorRateThreshold: 0.5, minRequestsThreshold: 4,
      successThreshold: 1, recoveryTimeoutMs: 1_000 });
    await fail(breaker, 4);
    clock.advance(1_000);
    await succeed(breaker);
    const afterRecovery = breaker.getMetrics().windowCount;

    await succeed(breaker, 5);
    await fail(breaker);

    expect(afterRecovery).toBe(0);
    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ windowCount: 6, consecutiveFailures: 1 });
  });
});
