import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, recordEvents, silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../../support/outcomes.ts';

describe('where mollitia goes wrong', () => {
  it('ml03: stays closed after it was opened and closed by hand, however much time passes', () => {
    const { breaker, clock, events } = breakerWith({ recoveryTimeoutMs: 1_000 });
    breaker.trip();
    breaker.reset();
    events.length = 0;

    clock.advance(1_000_000);

    expect(breaker.state).toBe('closed');
    expect(events).toEqual([]);
    expect(clock.timers).toBe(0);
  });

  it('ml04: closes although stale results come in while it is half-open', async () => {
    const { breaker, clock } = breakerWith({ failureThreshold: 3, successThreshold: 2, halfOpenMaxCalls: 2,
      recoveryTimeoutMs: 1_000, timeoutMs: null });
    const old = Array.from({ length: 5 }, () => hang(breaker));
    await fail(breaker, 3);
    clock.advance(1_000);
    const probes = [hang(breaker), hang(breaker)];

    for (const { operation, settled } of [...old, ...probes]) {
      operation.resolve('fine');
      await settled;
    }

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ staleOutcomes: 5, rejectedCalls: 0 });
  });

  it('ml05: frees the place of a hung probe when its lease ends', async () => {
    const { breaker, clock } = breakerWith({ halfOpenMaxCalls: 1, successThreshold: 1, recoveryTimeoutMs: 1_000,
      halfOpenLeaseMs: 500, halfOpenMaxFailures: 1, timeoutMs: null });
    breaker.trip();
    clock.advance(1_000);
    hang(breaker);

    clock.advance(499);
    const early = breaker.canExecute();
    clock.advance(1);

    expect(early).toBe(false);
    expect(await breaker.call(() => 'back')).toBe('back');
    expect(breaker.state).toBe('closed');
  });

  it('ml06: runs synchronous operations, and counts what they throw', async () => {
    const { breaker } = breakerWith({ failureThreshold: 1 });

    const answer = await breaker.call(() => 'sync');
    const error = await errorOf(breaker.call(() => { throw BOOM; }));

    expect(answer).toBe('sync');
    expect(error).toBe(BOOM);
    expect(breaker.state).toBe('open');
  });

  it('ml07: trips at a slow-call rate of 1, and at an error rate of 1', async () => {
    const slow = breakerWith({ failureThreshold: null, slowCallRateThreshold: 1, slowCallThresholdMs: 100,
      minRequestsThreshold: 2 });
    const failing = breakerWith({ failureThreshold: null, errorRateThreshold: 1, minRequestsThreshold: 2,
      slidingWindowMs: 60_000 });

    for (let call = 0; call < 2; call += 1) await slow.breaker.call(() => slow.clock.advance(101));
    await fail(failing.breaker, 2);

    expect([slow.breaker.state, failing.breaker.state]).toEqual(['open', 'open']);
  });

  it("ml09: gives the caller the operation's error, and counts it, when the error filter throws", async () => {
    const { breaker } = breakerWith({ failureThreshold: 2, countErrors: () => { throw new Error('filter'); } });

    const errors = [await errorOf(breaker.call(() => Promise.reject(BOOM))),
      await errorOf(breaker.call(() => Promise.reject(BOOM)))];

    expect(errors).toEqual([BOOM, BOOM]);
    expect(breaker.state).toBe('open');
  });

  it('ml10: removes exactly the listener whose removal is called, the first one too', async () => {
    const { breaker } = silentBreakerWith();
    const told: string[] = [];
    const same = () => void told.push('same');
    const offFirst = breaker.on('success', () => void told.push('first'));
    breaker.on('success', same);
    const offSecond = breaker.on('success', same);
    breaker.on('success', () => void told.push('last'));

    offFirst();
    offSecond();
    offSecond();
    await succeed(breaker);

    expect(told).toEqual(['same', 'last']);
  });
});

describe('where brakes, levee, @fastify/circuit-breaker and nestjs-resilience go wrong', () => {
  it('bk01, nr01: lets halfOpenMaxCalls of 100 calls reach a dependency that is still down', async () => {
    const { breaker, clock } = breakerWith({ halfOpenMaxCalls: 3, recoveryTimeoutMs: 1_000 });
    breaker.trip();
    clock.advance(1_000);
    let reached = 0;

    await Promise.all(Array.from({ length: 100 },
      () => breaker.tryCall(async () => { reached += 1; await undefined; throw BOOM; })));

    expect(reached).toBe(3);
    expect(breaker.state).toBe('open');
  });

  it("bk02: leaves the caller's error as it is, however often it is thrown", async () => {
    const { breaker } = breakerWith();
    const error = Object.freeze(new Error('original'));

    const received = [await errorOf(breaker.call(() => Promise.reject(error))),
      await errorOf(breaker.call(() => Promise.reject(error)))];

    expect(received[0]).toBe(error);
    expect(received[1]).toBe(error);
    expect(error.message).toBe('original');
  });

  it('lv01: does not let a late success close an open circuit', async () => {
    const { breaker } = breakerWith({ failureThreshold: 2, successThreshold: 1, timeoutMs: null });
    const late = hang(breaker);
    await fail(breaker, 2);

    late.operation.resolve('fine');
    await late.settled;

    expect(breaker.state).toBe('open');
    expect(breaker.canExecute()).toBe(false);
  });

  it('fa03: admits the same number of probes after every trip', async () => {
    const { breaker, clock } = breakerWith({ halfOpenMaxCalls: 1, recoveryTimeoutMs: 1_000, maxBackoffMs: 1_000 });
    breaker.trip();

    for (let round = 0; round < 10; round += 1) {
      clock.advance(1_000);
      const settled = await Promise.all(Array.from({ length: 20 }, () => breaker.tryCall(() => Promise.reject(BOOM))));

      expect(settled.filter(({ status }) => status === 'failure')).toHaveLength(1);
      expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(19);
    }
  });

  it('fa02: is not wedged by a client that aborts its probe', async () => {
    const { breaker, clock } = breakerWith({ halfOpenMaxCalls: 1, successThreshold: 1, recoveryTimeoutMs: 1_000 });
    breaker.trip();
    clock.advance(1_000);
    const controller = new AbortController();
    const aborted = breaker.tryCall(() => new Promise(() => {}), { signal: controller.signal });
    controller.abort();
    await aborted;

    const settled = await breaker.tryCall(() => 'back');

    expect(settled).toEqual({ status: 'success', value: 'back' });
    expect(breaker.state).toBe('closed');
  });
});

describe('where @std/async goes wrong', () => {
  it('dn1: does not reopen on a stale failure', async () => {
    const { breaker, clock } =
      breakerWith({ failureThreshold: 2, successThreshold: 1, recoveryTimeoutMs: 1_000, timeoutMs: null });
    const old = hang(breaker);
    await fail(breaker, 2);
    clock.advance(1_000);
    const probe = hang(breaker);

    old.operation.reject(BOOM);
    await old.settled;

    expect(breaker.state).toBe('half_open');
    probe.operation.resolve('back');
    await probe.settled;
    expect(breaker.state).toBe('closed');
  });

  it('dn2: does not reopen a closed circuit on a slow probe of a half-open spell that is over', async () => {
    const { breaker, clock } =
      breakerWith({ failureThreshold: 5, successThreshold: 1, recoveryTimeoutMs: 1_000, timeoutMs: null });
    breaker.trip();
    clock.advance(1_000);
    const slow = hang(breaker);
    await succeed(breaker);

    slow.operation.reject(BOOM);
    await slow.settled;

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ consecutiveFailures: 0, windowCount: 0, staleOutcomes: 1 });
  });

  it('dn3: is not wedged by a hung probe with one place', async () => {
    const { breaker, clock } =
      breakerWith({ halfOpenMaxCalls: 1, successThreshold: 1, recoveryTimeoutMs: 1_000, timeoutMs: null });
    breaker.trip();
    clock.advance(1_000);
    hang(breaker);

    clock.advance(20_000);

    expect(await breaker.call(() => 'back')).toBe('back');
    expect(breaker.state).toBe('closed');
  });

  it('dn4: goes on as usual when every kind of listener throws', async () => {
    const { breaker, clock } =
      silentBreakerWith({ failureThreshold: 1, successThreshold: 1, recoveryTimeoutMs: 1_000, timeoutMs: 100 });
    const events = recordEvents(breaker);
    for (const event of [
      'stateChange',
      'success',
      'failure',
      'ignored',
      'rejected',
      'timeout',
      'fallback',
      'override',
      'reset',
    ] as const) {
      breaker.on(event, () => {
        throw new Error(event);
      });
    }

    const timedOut = hang(breaker).settled;
    await clock.advanceAsync(100);
    await timedOut;
    await breaker.tryCall(() => 'rejected');
    clock.advance(1_000);
    await succeed(breaker);
    breaker.forceOpen();
    breaker.release();
    breaker.reset();

    const atFirst = ['timeout', 'failure', 'slow', 'stateChange', 'rejected', 'slotFreed'];
    expect(kindsOf(events)).toEqual([...atFirst, 'stateChange', 'success', 'stateChange', 'override', 'override',
      'reset']);
    expect(breaker.state).toBe('closed');
  });

  it('dn5: takes a wall clock that gains a day for sleep, and one that is set back for nothing', async () => {
    const { breaker, clock } = breakerWith({ failureThreshold: null, minRequestsThreshold: 2, slidingWindowMs: 1_000,
      recoveryTimeoutMs: 1_000 });
    await fail(breaker);
    clock.jumpWall(86_400_000);
    await fail(breaker);
    const afterSleep = breaker.state;
    clock.jumpWall(-2 * 86_400_000);
    await fail(breaker);
    const opened = breaker.state;
    clock.advance(1_000);

    expect([afterSleep, opened, breaker.canExecute()]).toEqual(['closed', 'open', true]);
  });
});
