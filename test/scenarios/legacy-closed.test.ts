import { describe, expect, it } from 'vitest';
import { BOOM, errorOf, fail, hang, succeed } from '../support/outcomes.ts';
import { canonicalWith, legacyWith, play } from '../support/legacy.ts';

const NO_COUNTS = {
  totalCalls: 0,
  successfulCalls: 0,
  failedCalls: 0,
  rejectedCalls: 0,
  timeouts: 0,
  stateChanges: 0,
  slowCalls: 0,
  consecutiveFailures: 0,
  consecutiveSuccesses: 0,
  circuitOpenedCount: 0,
  circuitClosedCount: 0,
  failureTypes: {},
  lastFailureTime: null,
  lastSuccessTime: null,
  windowCount: 0,
};

const statusesOf = (settled: readonly { readonly status: string }[]): Record<string, number> =>
  Object.fromEntries(['success', 'failure', 'rejected'].map((status) => [status, settled.filter((each) => each.status === status).length]));

/** LEGACY 5.B. */
describe('closed in the earlier code base', () => {
  it('10: a new breaker is closed, with every counter at zero and an empty window', () => {
    const [{ breaker }, legacy] = [canonicalWith(), legacyWith()];

    expect([breaker.state, breaker.getMetrics()]).toEqual(['closed', expect.objectContaining(NO_COUNTS)]);
    expect([legacy.breaker.state, legacy.breaker.isClosed, legacy.breaker.breaker.getMetrics()]).toEqual(['closed', true, expect.objectContaining(NO_COUNTS)]);
  });

  it('11: an async success gives its result, and counts as one call and one success', async () => {
    const { breaker } = canonicalWith();

    expect(await breaker.call(async () => 'result')).toBe('result');
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, successfulCalls: 1, failedCalls: 0 });
  });

  it('12: an error is thrown on as it is, and counts as one failure, one in a row and one of its class', async () => {
    const { breaker } = canonicalWith();
    const error = new TypeError('no');

    expect(await errorOf(breaker.call(() => Promise.reject(error)))).toBe(error);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, consecutiveFailures: 1, failureTypes: { TypeError: 1 } });
  });

  it('13: a sync function gets its positional argument, and its value is the result', async () => {
    const { breaker } = legacyWith();

    expect(await breaker.call((value: number) => value * 2, 21)).toBe(42);
    expect(breaker.successCount).toBe(1);
  });

  it('14: a success, then a failure: no successes in a row, one failure in a row, and both last times', async () => {
    const { breaker, clock } = canonicalWith();
    clock.advance(1_000);
    await succeed(breaker);
    clock.advance(1_000);
    await fail(breaker);

    expect(breaker.getMetrics()).toMatchObject({ consecutiveSuccesses: 0, consecutiveFailures: 1, lastSuccessTime: 1_000, lastFailureTime: 2_000 });
  });

  it('15: without calls the success rate is 1; after 7 of 10 it is 0.7, and rejections do not lower it', async () => {
    const { breaker } = canonicalWith();
    const rates = [breaker.getMetrics().successRate];
    await play(breaker, 'SSSSSSSFFF');
    rates.push(breaker.getMetrics().successRate);
    breaker.trip();
    await fail(breaker, 10);

    expect([...rates, breaker.getMetrics().successRate]).toEqual([1, 0.7, 0.7]);
  });

  it('16: isolated failures among 70 % successes leave a breaker with a threshold of 3 closed', async () => {
    for (const breaker of [canonicalWith({ failureThreshold: 3 }).breaker, legacyWith({ failureThreshold: 3 }).breaker]) {
      expect(new Set(await play(breaker, 'SFSSFSSSFS'))).toEqual(new Set(['closed']));
    }
  });

  it('17: 50 concurrent successes give 50 results, and 50 in both counters', async () => {
    const { breaker } = canonicalWith();

    const results = await Promise.all(Array.from({ length: 50 }, (_, call) => breaker.call(() => Promise.resolve(call))));

    expect(results).toEqual(Array.from({ length: 50 }, (_, call) => call));
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 50, successfulCalls: 50 });
  });

  it('18: of 20 concurrent calls, every third failing, each is a result, an error or a rejection', async () => {
    const { breaker } = canonicalWith();

    const settled = await Promise.all(Array.from({ length: 20 }, (_, call) => breaker.tryCall(() => (call % 3 === 0 ? Promise.reject(BOOM) : Promise.resolve(call)))));

    expect(statusesOf(settled)).toEqual({ success: 13, failure: 7, rejected: 0 });
  });

  it('19: 50 calls in waves of ten, a quarter failing, are 50 in the total, rejections included', async () => {
    const { breaker } = canonicalWith({ errorRateThreshold: 0.25, minRequestsThreshold: 4 });
    const settled = [];

    for (let wave = 0; wave < 5; wave += 1) {
      settled.push(...(await Promise.all(Array.from({ length: 10 }, (_, call) => breaker.tryCall(() => (call % 4 === 3 ? Promise.reject(BOOM) : Promise.resolve(call)))))));
    }

    expect(statusesOf(settled)).toEqual({ success: 8, failure: 2, rejected: 40 });
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 50, successfulCalls: 8, failedCalls: 2, rejectedCalls: 40, inFlight: 0 });
  });

  it('20: after 60 mixed calls the counters are what was seen: 20 successes, 20 errors and 20 timeouts, which failed too', async () => {
    const { breaker, clock } = canonicalWith({ failureThreshold: null, errorRateThreshold: 1, timeoutMs: 1_000 });
    const settled = Array.from({ length: 20 }, () => [breaker.tryCall(() => 'fine'), breaker.tryCall(() => Promise.reject(BOOM)), hang(breaker).settled]).flat();

    await clock.advanceAsync(1_000);

    expect(statusesOf(await Promise.all(settled))).toEqual({ success: 20, failure: 40, rejected: 0 });
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 60, successfulCalls: 20, failedCalls: 40, timeouts: 20 });
  });

  it('21: while closed, asking gives true', async () => {
    const { breaker } = legacyWith();

    expect([canonicalWith().breaker.canExecute(), breaker.canExecute(), breaker.allowRequest(), await breaker.canExecuteAsync()]).toEqual([true, true, true, true]);
  });

  it('22: a recorded success and a recorded failure are counted at once', () => {
    // LEGACY 2.4 and DESIGN, "Manual form": recording is synchronous; in Python it was so only outside an event loop.
    for (const breaker of [canonicalWith().breaker, legacyWith().breaker]) {
      breaker.recordSuccess();
      expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 0 });
      breaker.recordFailure();
      expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 1 });
    }
  });
});
