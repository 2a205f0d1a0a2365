import { describe, expect, it } from 'vitest';
import { isCircuitBreakerOpenError } from '../../src/index.ts';
import { kindsOf } from '../support/breaker.ts';
import { canonicalWith, failTimes, legacyWith } from '../support/legacy.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../support/outcomes.ts';

const countsOf = (settled: readonly { readonly status: string }[]): readonly number[] =>
  ['success', 'failure', 'rejected'].map((wanted) => settled.filter(({ status }) => status === wanted).length);

describe('calls while closed', () => {
  it('17: returns 50 results of 50 concurrent calls, and counts 50', async () => {
    const { breaker } = canonicalWith();
    const numbers = Array.from({ length: 50 }, (_, call) => call);

    expect(await Promise.all(numbers.map((call) => breaker.call(() => Promise.resolve(call))))).toEqual(numbers);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 50, successfulCalls: 50 });
  });

  it('18, 19: has 50 calls in its total when they come in waves and most are rejected', async () => {
    const { breaker } = canonicalWith({ errorRateThreshold: 0.25, minRequestsThreshold: 4 });
    const settled = [];
    for (let wave = 0; wave < 5; wave += 1) {
      const calls = Array.from({ length: 10 }, (_, call) =>
        breaker.tryCall(() => (call % 4 === 3 ? Promise.reject(BOOM) : Promise.resolve(call))));
      settled.push(...(await Promise.all(calls)));
    }

    expect(countsOf(settled)).toEqual([8, 2, 40]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 50, rejectedCalls: 40, inFlight: 0 });
  });

  it('21, 36, 40: answers yes while closed and no when it was just forced open, in every way of asking', async () => {
    const { breaker, clock } = legacyWith();
    clock.advance(5_000);
    const ask = async () => [breaker.canExecute(), breaker.allowRequest(), await breaker.canExecuteAsync()];
    const closed = await ask();
    breaker.forceOpen();

    expect([closed, await ask()]).toEqual([[true, true, true], [false, false, false]]);
    expect([breaker.state, breaker.isOpen, breaker.breaker.getStatus().lastStateChange]).toEqual(['open', true, 5_000]);
  });

  it('22: counts each record immediately, and opens at the third failure', () => {
    const { breaker } = legacyWith({ failureThreshold: 3 });
    breaker.recordSuccess();
    const counts = [breaker.successCount];
    const states = [1, 2, 3].map(() => {
      breaker.recordFailure('timeout');
      return breaker.state;
    });

    expect([...counts, breaker.getMetrics().failedCalls]).toEqual([1, 3]);
    expect(states).toEqual(['closed', 'closed', 'open']);
  });
});

describe('opening', () => {
  it('34: opens once at the third of ten concurrent failures, and late ones extend no wait', async () => {
    const { breaker, clock, events } = canonicalWith({ failureThreshold: 3, recoveryTimeoutMs: 10_000 });
    for (const { operation, settled } of Array.from({ length: 10 }, () => hang(breaker))) {
      operation.reject(BOOM);
      await settled;
      clock.advance(100);
    }

    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 10, circuitOpenedCount: 1, staleOutcomes: 7 });
    expect(kindsOf(events).filter((kind) => kind === 'stateChange')).toEqual(['stateChange']);
    // It opened at 200 ms.
    expect(breaker.retryAfterMs).toBe(10_000 - 800);
  });

  it('37: opens at the third failure when two come from a snapshot', async () => {
    const { breaker } = canonicalWith({ failureThreshold: 3 });
    await fail(breaker, 2);
    const saved = JSON.stringify(breaker.snapshot());
    const { breaker: restored } = canonicalWith({ failureThreshold: 3, restore: JSON.parse(saved) });
    const before = restored.state;
    await fail(restored);

    expect([before, restored.state]).toEqual(['closed', 'open']);
  });
});

describe('open', () => {
  it('38, 41: rejects before call() returns, without running, a timer or time', async () => {
    const { breaker, clock } = legacyWith();
    breaker.forceOpen();
    let runs = 0;
    const rejected = errorOf(breaker.call(() => (runs += 1)));

    expect([breaker.getMetrics().rejectedCalls, runs, clock.timers]).toEqual([1, 0, 0]);
    expect(isCircuitBreakerOpenError(await rejected)).toBe(true);
  });

  it('42, 46, 53: answers yes and reads half_open from the end of the wait, and a call moves it', async () => {
    const { breaker, clock } = legacyWith({ failureThreshold: 1, recoveryTimeout: 30 });
    await failTimes(breaker, 1);
    clock.advance(29_999);
    const before = [breaker.canExecute(), breaker.state];
    clock.advance(1);

    expect([before, await breaker.canExecuteAsync(), breaker.state]).toEqual([[false, 'open'], true, 'half_open']);
    expect(breaker.breaker.state).toBe('open');
    hang(breaker.breaker);
    expect(breaker.breaker.state).toBe('half_open');
  });

  it('43: moves and starts nothing when its state is read, also after the wait', () => {
    const { breaker, clock } = legacyWith({ recoveryTimeout: 30 });
    breaker.forceOpen();
    clock.advance(30_000);
    const see = () => [breaker.breaker.getMetrics(), breaker.breaker.snapshot(), clock.timers];
    const before = see();
    const states = [breaker.state, breaker.getState(), breaker.getStatus().state, breaker.breaker.state];

    expect(states).toEqual(['half_open', 'half_open', 'half_open', 'open']);
    expect(see()).toEqual(before);
  });
});

describe('recovery', () => {
  it('49: runs two of three probes at once when the limit is 2, and closes at the third success', async () => {
    const { breaker, clock } = canonicalWith({ halfOpenMaxCalls: 2, successThreshold: 3 });
    breaker.trip();
    clock.advance(60_000);
    const probes = [hang(breaker), hang(breaker), hang(breaker)];
    for (const { operation } of probes) operation.resolve('fine');
    const settled = await Promise.all(probes.map((probe) => probe.settled));
    const state = breaker.state;
    await succeed(breaker);

    expect(settled.map(({ status }) => status)).toEqual(['success', 'success', 'rejected']);
    expect([state, breaker.state]).toEqual(['half_open', 'closed']);
  });

  it('57: asks a function for each wait', async () => {
    const { breaker, clock } = canonicalWith({ backoff: (openings) => openings * 7_000 });
    breaker.trip();
    const waits = [breaker.retryAfterMs];
    clock.advance(7_000);
    await fail(breaker);

    expect([...waits, breaker.retryAfterMs]).toEqual([7_000, 14_000]);
  });
});
