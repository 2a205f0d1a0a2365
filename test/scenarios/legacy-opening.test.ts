import { describe, expect, it } from 'vitest';
import { getCircuitBreaker, removeCircuitBreaker } from '../../src/compat/core/index.ts';
import { kindsOf } from '../support/breaker.ts';
import { canonicalWith, failTimes, legacyWith, play } from '../support/legacy.ts';
import { BOOM, errorOf, fail, hang } from '../support/outcomes.ts';

class ValueError extends Error {
  override readonly name = 'ValueError';
}

/** LEGACY 5.C. */
describe('opening in the earlier code base', () => {
  it('23: two failures in a row open at a threshold of 2, and not at the first', async () => {
    expect(await play(canonicalWith({ failureThreshold: 2 }).breaker, 'FF')).toEqual(['closed', 'open']);
  });

  it('24: three recorded failures open at a threshold of 3, the third at once', () => {
    const { breaker } = legacyWith({ failureThreshold: 3 });
    const states = Array.from({ length: 3 }, () => {
      breaker.recordFailure('timeout');
      return breaker.state;
    });

    expect(states).toEqual(['closed', 'closed', 'open']);
  });

  it('25: with a threshold of 10, a window of 4 and a minimum of 3, three failures open by the error rate', async () => {
    const { breaker, events } = canonicalWith({ failureThreshold: 10, slidingWindowSize: 4, errorRateThreshold: 0.5, minRequestsThreshold: 3 });

    expect(await play(breaker, 'FFF')).toEqual(['closed', 'closed', 'open']);
    expect(events.find(({ type }) => type === 'stateChange')).toMatchObject({ reason: 'error_rate' });
  });

  it('26: the window holds the outcomes in their order: the oldest leaves first', async () => {
    const { breaker } = canonicalWith({ failureThreshold: null, errorRateThreshold: 1, slidingWindowSize: 3, minRequestsThreshold: 3 });
    const failures: number[] = [];
    for (const word of ['SFS', 'S', 'S']) {
      await play(breaker, word);
      failures.push(Math.round(breaker.getMetrics().currentErrorRate * 3));
    }

    expect(failures).toEqual([1, 1, 0]);
    expect(breaker.getMetrics().windowCount).toBe(3);
  });

  it('27: after success, failure, success and failure the error rate is exactly 0.5', async () => {
    const { breaker } = canonicalWith();
    await play(breaker, 'SFSF');

    expect(breaker.getMetrics().currentErrorRate).toBe(0.5);
  });

  it('28: of six outcomes a window of 4 keeps four', async () => {
    const { breaker } = canonicalWith({ slidingWindowSize: 4, minRequestsThreshold: 4 });
    await play(breaker, 'FSSSSF');

    expect(breaker.getMetrics()).toMatchObject({ windowCount: 4, currentErrorRate: 0.25 });
    expect(breaker.getStatus().slidingWindowSize).toBe(4);
  });

  it.each([[3], [null]])('29: with a window of 5, a rate of 0.6 and a threshold of %s, two failures of five leave closed and the third opens', async (failureThreshold) => {
    const { breaker } = canonicalWith({ failureThreshold, slidingWindowSize: 5, errorRateThreshold: 0.6 });

    expect(await play(breaker, 'SSSFFF')).toEqual(['closed', 'closed', 'closed', 'closed', 'closed', 'open']);
  });

  it('30: five failures at a threshold of 5 open exactly at the fifth', async () => {
    // 5.K2, 30 against 25: the threshold is honoured, because a minimum that nobody gave is not below it; DESIGN, "Closed", and 25 gives one.
    for (const breaker of [legacyWith({ failureThreshold: 5 }).breaker, canonicalWith({ failureThreshold: 5 }).breaker]) {
      expect(await play(breaker, 'FFFFF')).toEqual(['closed', 'closed', 'closed', 'closed', 'open']);
    }
  });

  it('31: five failing calls open the database breaker of the process at its threshold of 5', async () => {
    const breaker = getCircuitBreaker('database', { failureThreshold: 5 });
    try {
      await failTimes(breaker, 4);
      const before = breaker.state;
      await failTimes(breaker, 1);

      expect([before, breaker.state]).toEqual(['closed', 'open']);
    } finally {
      removeCircuitBreaker('database');
    }
  });

  it('32: errors of the expected types count; others are thrown on, and neither open nor heal', async () => {
    // 5.K2: the filter is implemented; DESIGN, "Outcomes": with countErrors all other errors are ignored.
    const { breaker } = canonicalWith({ failureThreshold: 2, countErrors: ['ValueError', TypeError] });
    const unexpected = new RangeError('bug');
    await fail(breaker, 1, new ValueError('bad'));

    expect(await errorOf(breaker.call(() => Promise.reject(unexpected)))).toBe(unexpected);
    expect([breaker.state, breaker.getMetrics()]).toEqual(['closed', expect.objectContaining({ failedCalls: 1, ignoredCalls: 1, consecutiveFailures: 1, windowCount: 1 })]);
    await fail(breaker, 1, new TypeError('bad'));

    expect(breaker.state).toBe('open');
  });

  it('33: timeouts alone open at a threshold of 2', async () => {
    const { breaker, clock } = canonicalWith({ failureThreshold: 2, timeoutMs: 1_000 });
    const states: string[] = [];
    for (let call = 0; call < 2; call += 1) {
      void hang(breaker);
      await clock.advanceAsync(1_000);
      states.push(breaker.state);
    }

    expect(states).toEqual(['closed', 'open']);
    expect(breaker.getMetrics()).toMatchObject({ timeouts: 2, failedCalls: 2 });
  });

  it('34: of ten concurrent failures at a threshold of 3 all fail and the third opens, once', async () => {
    const { breaker, clock, events } = canonicalWith({ failureThreshold: 3, recoveryTimeoutMs: 10_000 });
    const calls = Array.from({ length: 10 }, () => hang(breaker));
    for (const { operation, settled } of calls) {
      operation.reject(BOOM);
      await settled;
      clock.advance(100);
    }

    expect([breaker.state, breaker.getMetrics()]).toEqual(['open', expect.objectContaining({ failedCalls: 10, circuitOpenedCount: 1, staleOutcomes: 7 })]);
    expect(kindsOf(events).filter((kind) => kind === 'stateChange')).toEqual(['stateChange']);
    // Opened at 200 ms; the seven late failures have not moved the deadline.
    expect(breaker.retryAfterMs).toBe(10_000 - 800);
  });

  it('35: after 200 failing calls the circuit is open, five of them ran, and nothing has piled up', async () => {
    const { breaker, clock } = canonicalWith();
    let runs = 0;
    for (let call = 0; call < 200; call += 1) {
      await breaker.tryCall(() => {
        runs += 1;
        throw Object.assign(new Error('boom'), { name: `Error${call}` });
      });
    }

    expect([breaker.state, runs, breaker.getMetrics().rejectedCalls, breaker.getMetrics().windowCount]).toEqual(['open', 5, 195, 0]);
    expect(clock.holdingTimers).toBe(0);
  });

  it('35: 200 failures that do not open, each under another name, keep a window of 10 and 21 names', () => {
    const { breaker } = canonicalWith({ failureThreshold: 1_000, errorRateThreshold: null });
    for (let call = 0; call < 200; call += 1) breaker.recordFailure(Object.assign(new Error('boom'), { name: `Error${call}` }));
    const { windowCount, failureTypes } = breaker.getMetrics();

    expect([breaker.state, windowCount, Object.keys(failureTypes).length, failureTypes['other']]).toEqual(['closed', 10, 21, 180]);
  });

  it('36: forced open it is open, and its last state change is now', () => {
    const { breaker, clock } = legacyWith();
    const before = breaker.breaker.getStatus().lastStateChange;
    clock.advance(5_000);
    breaker.forceOpen();

    expect([before, breaker.state, breaker.isOpen, breaker.breaker.getStatus().lastStateChange]).toEqual([0, 'open', true, 5_000]);
  });

  it('37: two failures at a threshold of 3, saved and restored elsewhere, leave closed, and the third opens: state persists by snapshots', async () => {
    const { breaker } = canonicalWith({ failureThreshold: 3 });
    await fail(breaker, 2);
    const saved = JSON.stringify(breaker.snapshot());

    const { breaker: restored } = canonicalWith({ failureThreshold: 3 }, { restore: JSON.parse(saved) });

    expect([restored.state, restored.getMetrics().consecutiveFailures]).toEqual(['closed', 2]);
    expect(await play(restored, 'F')).toEqual(['open']);
  });
});
