import { describe, expect, it } from 'vitest';
import {
  CircuitBreakerConfigError, isCircuitBreakerOpenError, isCircuitBreakerTimeoutError, UnifiedCircuitBreaker,
} from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../../support/outcomes.ts';

describe('where cockatiel goes wrong', () => {
  it('ck01: does not reopen on a failure of the closed spell before, and takes the good probe', async () => {
    const { breaker, clock } =
      breakerWith({ failureThreshold: 1, successThreshold: 1, recoveryTimeoutMs: 1_000, timeoutMs: null });
    const old = hang(breaker);
    await fail(breaker);
    clock.advance(1_000);
    const probe = hang(breaker);

    old.operation.reject(BOOM);
    await old.settled;
    const between = breaker.state;
    probe.operation.resolve('back');
    await probe.settled;

    expect(between).toBe('half_open');
    expect(breaker.state).toBe('closed');
  });

  it('ck02: rejects further calls at once while half-open, and never releases them in a herd', async () => {
    const { breaker, clock } = breakerWith({ halfOpenMaxCalls: 1, successThreshold: 1, recoveryTimeoutMs: 1_000 });
    breaker.trip();
    clock.advance(1_000);
    const probe = hang(breaker);
    let runs = 0;

    const settled = await Promise.all(Array.from({ length: 10_000 }, () => breaker.tryCall(() => { runs += 1; })));
    probe.operation.resolve('back');
    await probe.settled;
    await clock.advanceAsync(0);

    expect(settled.every((end) => end.status === 'rejected' && isCircuitBreakerOpenError(end.error))).toBe(true);
    expect(runs).toBe(0);
    expect(clock.timers).toBe(1);
  });

  it('ck02: honours an abort of a running probe at once, and gives its permit back', async () => {
    const { breaker, clock } = breakerWith({ halfOpenMaxCalls: 1, recoveryTimeoutMs: 1_000 });
    breaker.trip();
    clock.advance(1_000);
    const controller = new AbortController();
    const call = errorOf(breaker.call(() => new Promise(() => {}), { signal: controller.signal }));

    controller.abort(BOOM);

    expect(await call).toBe(BOOM);
    expect(breaker.state).toBe('half_open');
    expect(breaker.canExecute()).toBe(true);
  });

  it('ck03: lets no caller hang on a probe that hangs', async () => {
    const { breaker, clock } = breakerWith({ halfOpenMaxCalls: 1, recoveryTimeoutMs: 1_000, timeoutMs: null });
    breaker.trip();
    clock.advance(1_000);
    hang(breaker);

    const settled = await Promise.all(Array.from({ length: 100 }, () => breaker.tryCall(() => 'not run')));

    expect(settled.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 'rejected'));
  });

  it('ck04: keeps results, errors, state and the other listeners as they are when listeners throw', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 2 });
    const told: string[] = [];
    for (const event of ['success', 'failure', 'stateChange'] as const) {
      breaker.on(event, () => { throw new Error('listener'); });
      breaker.on(event, () => void told.push(event));
    }

    const answer = await breaker.call(() => Promise.resolve('fine'));
    const errors = [await errorOf(breaker.call(() => Promise.reject(BOOM))),
      await errorOf(breaker.call(() => Promise.reject(BOOM)))];

    expect(answer).toBe('fine');
    expect(errors).toEqual([BOOM, BOOM]);
    expect(told).toEqual(['success', 'failure', 'failure', 'stateChange']);
  });

  it('ck05: forgets failures of an hour ago in one step', async () => {
    const { breaker, clock } = breakerWith({ failureThreshold: null, minRequestsThreshold: 15, slidingWindowMs: 10_000,
      slidingWindowBuckets: 10 });
    await fail(breaker, 14);

    clock.advance(3_600_000);
    await fail(breaker, 14);
    const afterAnHour = { state: breaker.state, count: breaker.getMetrics().windowCount };
    await fail(breaker);

    expect(afterAnHour).toEqual({ state: 'closed', count: 14 });
    expect(breaker.state).toBe('open');
  });

  it('ck05: opens after the minimum of failures following an idle hour of successes', async () => {
    const { breaker, clock } =
      breakerWith({ failureThreshold: null, minRequestsThreshold: 15, slidingWindowMs: 10_000 });
    await succeed(breaker, 400);
    clock.advance(3_600_000);

    await fail(breaker, 15);

    expect(breaker.state).toBe('open');
  });

  it('ck06: keeps to its wait when the wall clock is set an hour back', async () => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 60_000 });
    breaker.trip();

    clock.jumpWall(-3_600_000);
    const atOnce = breaker.canExecute();
    clock.advance(59_999);
    const justBefore = breaker.canExecute();
    clock.advance(1);

    expect([atOnce, justBefore, breaker.canExecute()]).toEqual([false, false, true]);
  });

  it('ck06: probes early, and once, when the wall clock is set two minutes ahead', async () => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 60_000, failureThreshold: 1 });
    breaker.trip();

    clock.jumpWall(120_000);
    const atOnce = breaker.canExecute();
    await fail(breaker);

    expect([atOnce, breaker.state, breaker.canExecute()]).toEqual([true, 'open', false]);
  });

  it('ck06: stays open no longer than its wait when the monotonic clock steps back', async () => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 60_000 });
    breaker.trip();
    clock.jump(-3_600_000);
    const left = breaker.retryAfterMs;

    clock.advance(60_000);

    expect(left).toBe(60_000);
    expect(breaker.canExecute()).toBe(true);
  });

  it('ck07: shows an open circuit as open again after a forced opening is released', () => {
    const { breaker, clock } = breakerWith({ recoveryTimeoutMs: 60_000 });
    breaker.trip({ reason: 'outage' });
    breaker.forceOpen('deploy');
    clock.advance(10_000);

    breaker.release();

    expect(breaker.state).toBe('open');
    expect(breaker.retryAfterMs).toBe(50_000);
    expect(breaker.override).toBeNull();
  });

  it('ck07: can release an override that came with a snapshot', async () => {
    const clock = new FakeClock();
    const before = breakerWith({ clock }).breaker;
    before.forceOpen('deploy');

    const { breaker } = breakerWith({ clock, restore: JSON.parse(JSON.stringify(before.snapshot())) });
    const covered = [breaker.override, breaker.canExecute()];
    breaker.release();

    expect(covered).toEqual([{ state: 'open', reason: 'deploy' }, false]);
    expect(breaker.state).toBe('closed');
    expect(await breaker.call(() => 'fine')).toBe('fine');
  });

  it.each([
    ['an empty object', {}],
    ['a foreign state', { ownState: { nextBackoff: 1 }, breakerState: 7 }],
    ['an unknown state', { ...new UnifiedCircuitBreaker({ name: 'orders' }).snapshot(), state: 'isolated' }],
    ['a list', []],
    ['nothing', null],
  ])('ck08: refuses %s as a snapshot with a typed error', (_title, restore) => {
    expect(() => breakerWith({ restore })).toThrow(CircuitBreakerConfigError);
  });

  it('ck08: takes nothing from a snapshot that it does not know, and shares nothing with it', async () => {
    const parsed = JSON.parse(
      JSON.stringify(breakerWith().breaker.snapshot())
        .replace('{', '{"__proto__":{"call":null,"polluted":1},"call":null,"canExecute":null,'),
    ) as { override: unknown };

    const { breaker } = breakerWith({ restore: parsed });
    parsed.override = { state: 'open', reason: 'later' };

    expect(await breaker.call(() => 'fine')).toBe('fine');
    expect(breaker.canExecute()).toBe(true);
    expect('polluted' in {}).toBe(false);
    expect('polluted' in breaker).toBe(false);
  });

  it.each([
    ['failureThreshold', Number.NaN],
    ['errorRateThreshold', Number.NaN],
    ['errorRateThreshold', '0.5'],
    ['recoveryTimeoutMs', Number.NaN],
    ['minRequestsThreshold', Number.NaN],
    ['slidingWindowSize', Number.NaN],
    ['successThreshold', Number.NaN],
  ])('ck09: refuses %s: %s', (option, value) => {
    expect(() => new UnifiedCircuitBreaker({ name: 'x', [option]: value })).toThrow(CircuitBreakerConfigError);
  });

  it('ck09: keeps breakers with the same thresholds apart', async () => {
    const [one, other] = [breakerWith({ failureThreshold: 3 }).breaker, breakerWith({ failureThreshold: 3 }).breaker];

    await fail(one, 2);
    await fail(other, 1);

    expect([one.state, other.state]).toEqual(['closed', 'closed']);
    await fail(one, 1);
    expect([one.state, other.state]).toEqual(['open', 'closed']);
  });

  it('ck10: opens under few calls a second when all of them fail', async () => {
    const { breaker, clock } = breakerWith({ failureThreshold: null, slidingWindowMs: 60_000 });

    for (let call = 0; call < 20; call += 1) {
      await fail(breaker);
      clock.advance(1_000);
    }

    expect(breaker.state).toBe('open');
  });

  it("ck11: reports a caller's abort as that and not as a timeout", async () => {
    const { breaker } = breakerWith({ timeoutMs: 1_000 });
    const controller = new AbortController();
    const call = errorOf(breaker.call(() => new Promise(() => {}), { signal: controller.signal }));

    controller.abort(BOOM);
    const error = await call;

    expect(error).toBe(BOOM);
    expect(isCircuitBreakerTimeoutError(error)).toBe(false);
    expect(breaker.getMetrics()).toMatchObject({ ignoredCalls: 1, timeouts: 0, failedCalls: 0 });
  });

  it('ck11: does not run an operation whose signal is aborted already', async () => {
    const { breaker } = breakerWith();
    let runs = 0;

    const error = await errorOf(breaker.call(() => { runs += 1; }, { signal: AbortSignal.abort(BOOM) }));

    expect(error).toBe(BOOM);
    expect(runs).toBe(0);
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('ck13: takes the growth of the waits from backoff(n), also with jitter', () => {
    const waits = ['none', 'equal', 'proportional', 'full'].map((jitter) => {
      const { breaker, clock } = breakerWith({
        recoveryTimeoutMs: 1,
        maxBackoffMs: 1_000_000,
        halfOpenMaxFailures: 0,
        jitter: jitter as 'none',
        backoff: (openings) => 10 ** openings,
      });
      return [1, 2, 3].map(() => {
        breaker.recordFailure();
        if (breaker.state === 'closed') breaker.trip();
        const wait = breaker.snapshot().drawnWaitMs ?? 0;
        clock.advance(wait);
        return wait;
      });
    });

    // U is 0.5.
    expect(waits).toEqual([[10, 100, 1_000], [7.5, 75, 750], [9, 90, 900], [5, 50, 500]]);
  });

  it('ck14: does not close on a probe that proved nothing', async () => {
    const { breaker, clock } = breakerWith({ countErrors: ['Handled'], successThreshold: 1, recoveryTimeoutMs: 1_000 });
    breaker.trip();
    clock.advance(1_000);

    await fail(breaker, 1, new Error('unhandled'));

    expect(breaker.state).toBe('half_open');
  });

  it('ck15: does not count what an earlier closed spell admitted', async () => {
    const { breaker, clock } =
      breakerWith({ failureThreshold: 3, successThreshold: 1, recoveryTimeoutMs: 1_000, timeoutMs: null });
    const old = Array.from({ length: 5 }, () => hang(breaker));
    await fail(breaker, 3);
    clock.advance(1_000);
    await succeed(breaker);

    for (const { operation } of old) operation.reject(BOOM);
    await Promise.all(old.map(({ settled }) => settled));

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics())
      .toMatchObject({ consecutiveFailures: 0, windowCount: 0, staleOutcomes: 5, failedCalls: 8 });
  });
});
