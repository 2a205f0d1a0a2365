import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/index.ts';
import { CountWindow } from '../../src/window/count-window.ts';
import { FAILED, SLOW } from '../../src/window/window.ts';
import type { OutcomeBits } from '../../src/window/window.ts';
import type { Made, Options } from '../support/breaker.ts';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../support/outcomes.ts';
import { problemsOfConfig } from '../support/problems.ts';

/** Plays S and F, one call after the other; what the breaker says after each. */
async function statesAfter({ breaker }: Pick<Made, 'breaker'>, outcomes: string): Promise<string[]> {
  const states: string[] = [];
  for (const outcome of outcomes) {
    await (outcome === 'S' ? succeed(breaker) : fail(breaker));
    states.push(breaker.state);
  }
  return states;
}

const closed = (count: number): string[] => new Array<string>(count).fill('closed');
const rate = (errorRateThreshold: number, size: number, more: Options = {}): Options => ({
  failureThreshold: null,
  errorRateThreshold,
  slidingWindowSize: size,
  minRequestsThreshold: size,
  ...more,
});

/** A call of so many milliseconds. */
async function take(
  { breaker, clock }: Pick<Made, 'breaker' | 'clock'>,
  durationMs: number,
  fails: boolean,
): Promise<void> {
  const call = hang(breaker);
  clock.advance(durationMs);
  if (fails) call.operation.reject(BOOM);
  else call.operation.resolve('fine');
  await call.settled;
}

describe('scenarios of the error rate', () => {
  it('1: stays closed below the minimum, and its rate is defined all the same', async () => {
    const made = silentBreakerWith(rate(0.5, 10));

    expect(await statesAfter(made, 'FFFFFSSSS')).toEqual(closed(9));
    expect(made.breaker.getMetrics()).toMatchObject({ windowCount: 9, currentErrorRate: 5 / 9 });
  });

  it('2: opens at the threshold, on a failure and not on the success that completes the minimum', async () => {
    const { breaker, events } = breakerWith(rate(0.5, 10));
    const made = silentBreakerWith(rate(0.5, 10));

    expect(await statesAfter(made, 'FFFFFSSSSSF')).toEqual([...closed(10), 'open']);
    expect(await statesAfter({ breaker }, 'SSSSSFFFFF')).toEqual([...closed(9), 'open']);
    expect(events.at(-1)).toMatchObject({ type: 'stateChange', reason: 'error_rate',
      metrics: { windowCount: 10, currentErrorRate: 0.5 } });
  });

  it('3: opens with 3 of 5 failed, once, on the failure, and rejects the next call', async () => {
    const { breaker, events } = breakerWith(rate(0.5, 5));

    const states = await statesAfter({ breaker }, 'FFSSF');
    await fail(breaker);

    const moves = events.filter((event) => event.type === 'stateChange');
    expect(states).toEqual([...closed(4), 'open']);
    expect(moves).toMatchObject([{ reason: 'error_rate',
      metrics: { windowCount: 5, failedCalls: 3, currentErrorRate: 0.6 } }]);
    expect(breaker.getMetrics().rejectedCalls).toBe(1);
  });

  it('4: opens by a window of time at 3 of 6, not at 2 of 5', async () => {
    const made = silentBreakerWith({ failureThreshold: null, errorRateThreshold: 0.5, slidingWindowMs: 20_000,
      minRequestsThreshold: 5 });
    const states: string[] = [];
    for (const outcome of 'SSSFFF') {
      states.push(...(await statesAfter(made, outcome)));
      made.clock.advance(1_000);
    }

    expect(states).toEqual([...closed(5), 'open']);
  });

  it('5: the rule alone waits for the minimum, then follows the window at each failure', () => {
    const window = new CountWindow(10);
    const rule = errorRate({ threshold: 0.5, minRequestsThreshold: 10 });
    const after = (outcomes: string): [number, number, string | null] => {
      for (const outcome of outcomes) window.record(outcome === 'F' ? FAILED : 0);
      const failed = outcomes.endsWith('F');
      const evidence = { now: 0, failed, slow: false, error: undefined, durationMs: 0, health: null,
        consecutiveFailures: 0 };
      return [window.failures, window.calls, rule.shouldTrip({ ...evidence, windowCalls: window.calls,
        windowFailures: window.failures, windowSlowCalls: 0 })];
    };

    expect([after('SSFF'), after('FFFSSSS'), after('F'), after('SSSF')]).toEqual([
      [2, 4, null],
      [5, 10, null],
      [6, 10, 'error_rate'],
      [3, 10, null],
    ]);
  });

  it.each([
    [10, 0, null],
    [10, 1, 'error_rate'],
    [10, 2, 'error_rate'],
    [11, 3, 'error_rate'],
    [9, 1, null],
  ])('6: the rule at 10% of at least 10 calls: of %s, %s failed → %s', (windowCalls, windowFailures, reason) => {
    const rule = errorRate({ threshold: 0.1, minRequestsThreshold: 10 });

    expect(rule.shouldTrip({ now: 0, failed: true, slow: false, error: undefined, durationMs: 0, health: null,
      consecutiveFailures: 1, windowCalls, windowFailures, windowSlowCalls: 0 })).toBe(reason);
  });

  it('7: a window of four forgets the fifth-last', () => {
    const window = new CountWindow(4);

    const counts = [FAILED, 0, 0, 0, 0].map((outcome) => {
      window.record(outcome as OutcomeBits);
      return [window.calls, window.calls - window.failures, window.failures];
    });

    expect(counts).toEqual([[1, 0, 1], [2, 1, 1], [3, 2, 1], [4, 3, 1], [4, 4, 0]]);
  });

  it('9: a window of five counts slow successes and slow failures', () => {
    const window = new CountWindow(5);

    for (const outcome of [SLOW, FAILED | SLOW, 0, 0, 0]) window.record(outcome as OutcomeBits);

    expect([window.calls, window.failures, window.slowCalls, window.slowCalls / window.calls]).toEqual([5, 1, 2, 0.4]);
  });

  it('10: refuses a minimum above the window of calls', () => {
    expect(problemsOfConfig({ name: 'orders', minRequestsThreshold: 10, slidingWindowSize: 5 })).toEqual([
      expect.stringMatching(/^`minRequestsThreshold` must be at most `slidingWindowSize` \(5\)\. Received 10\. The/u),
    ]);
  });

  it('11: leaves a minimum beside a window of time as it is', () => {
    const { breaker } = silentBreakerWith({ minRequestsThreshold: 100, slidingWindowMs: 10_000 });

    expect(breaker.getStatus().config.minRequestsThreshold).toBe(100);
  });
});

describe('scenarios of failures in a row', () => {
  it('12: opens at three in a row', async () => {
    const made = silentBreakerWith({ failureThreshold: 3 });

    expect(await statesAfter(made, 'FSFFF')).toEqual([...closed(4), 'open']);
  });

  it('13: opens at 2 of the last 3, and never at 2 of 4 where 3 are asked for', async () => {
    const twoOfThree = silentBreakerWith(rate(2 / 3, 3));
    const threeOfFour = silentBreakerWith(rate(3 / 4, 4));

    expect(await statesAfter(twoOfThree, 'FSF')).toEqual([...closed(2), 'open']);
    expect(await statesAfter(threeOfFour, 'SF'.repeat(20))).toEqual(closed(40));
  });

  it('14: opens exactly at the sixth in a row', async () => {
    const made = silentBreakerWith({ failureThreshold: 6, errorRateThreshold: null });

    expect(await statesAfter(made, 'FFFFFSFFFFFF')).toEqual([...closed(11), 'open']);
  });
});

describe('scenarios of slow calls', () => {
  it('15: opens with 3 of 5 slow; exactly the threshold is not slow', async () => {
    const slow = { failureThreshold: null, errorRateThreshold: null, slowCallRateThreshold: 0.5,
      slowCallThresholdMs: 4_000, slidingWindowSize: 5 };
    const { breaker, clock, events } = breakerWith(slow);
    const exact = silentBreakerWith(slow);
    for (const [durationMs, fails] of [[5_000, true], [5_000, false], [100, true],
      [100, false]] as const) await take({ breaker, clock }, durationMs, fails);
    const before = breaker.state;

    await take({ breaker, clock }, 5_000, false);
    for (let call = 0; call < 5; call += 1) await take(exact, 4_000, false);

    expect([before, breaker.state, exact.breaker.state]).toEqual(['closed', 'open', 'closed']);
    expect(events.at(-1)).toMatchObject({ reason: 'slow_call_rate', metrics: { currentSlowCallRate: 0.6 } });
  });

  it('17: with both rates reached while observing, opens once and rejects nothing', async () => {
    const { breaker, clock, events } =
      breakerWith({ ...rate(0.5, 5), mode: 'observe', slowCallRateThreshold: 0.5, slowCallThresholdMs: 4_000 });
    for (let call = 0; call < 5; call += 1) await take({ breaker, clock }, 5_000, true);

    expect(await errorOf(breaker.call(() => Promise.reject(BOOM)))).toBe(BOOM);
    expect(events.filter(({ type }) => type === 'stateChange'))
      .toMatchObject([{ to: 'open', metrics: { currentErrorRate: 1, currentSlowCallRate: 1 } }]);
    expect(breaker.getMetrics()).toMatchObject({ rejectedCalls: 0, wouldHaveRejectedCalls: 1 });
  });
});
