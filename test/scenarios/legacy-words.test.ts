import { describe, expect, it } from 'vitest';
import type { CircuitConfigOptions } from '../../src/compat/names/core.ts';
import type { Options } from '../support/breaker.ts';
import { canonicalWith, legacyWith, play } from '../support/legacy.ts';

const NO_COUNTS = {
  totalCalls: 0, successfulCalls: 0, failedCalls: 0, rejectedCalls: 0, timeouts: 0, stateChanges: 0,
  circuitOpenedCount: 0, circuitClosedCount: 0, failureTypes: {}, lastFailureTime: null, lastSuccessTime: null,
};
const NO_WINDOW = { slowCalls: 0, consecutiveFailures: 0, consecutiveSuccesses: 0, windowCount: 0, successRate: 1 };

const untilRate = { failureThreshold: null, errorRateThreshold: 1 };
const ofFive = { slidingWindowSize: 5, errorRateThreshold: 0.6 };

describe('a breaker with the canonical numbers, by words of successes and failures', () => {
  it.each<[title: string, options: Options, word: string, states: string, metrics?: object]>([
    ['10, 15: is new: closed, all counts at zero, success rate 1', {}, '', '', { ...NO_COUNTS, ...NO_WINDOW }],
    ['11: counts a success as a call', {}, 'S', 'c', { totalCalls: 1, successfulCalls: 1, failedCalls: 0 }],
    ['12: counts a failure, one in a row and one of its class', {}, 'F', 'c',
      { failedCalls: 1, consecutiveFailures: 1, failureTypes: { Error: 1 } }],
    ['14: counts in a row and keeps both last times', {}, ' S F', 'cc',
      { consecutiveSuccesses: 0, consecutiveFailures: 1, lastSuccessTime: 1_000, lastFailureTime: 2_000 }],
    ['15: has a success rate of 0.7 after 7 of 10, rejections or not', {}, 'SSSSSSSFFF!FF', 'ccccccccccooo',
      { successRate: 0.7, rejectedCalls: 2 }],
    ['16: stays closed at isolated failures', { failureThreshold: 3 }, 'SFSSFSSSFS', 'cccccccccc'],
    ['20: counts 60 mixed calls', { ...untilRate, timeoutMs: 1_000 }, 'SFH'.repeat(20), 'c'.repeat(60),
      { totalCalls: 60, successfulCalls: 20, failedCalls: 40, timeouts: 20 }],
    ['23: opens at the second of two failures', { failureThreshold: 2 }, 'FF', 'co'],
    ['25: opens by the error rate before the threshold',
      { failureThreshold: 10, slidingWindowSize: 4, minRequestsThreshold: 3 }, 'FFF', 'cco'],
    ['26: keeps the window in order', { ...untilRate, slidingWindowSize: 3, minRequestsThreshold: 3 }, 'SFSS', 'cccc',
      { windowCount: 3, currentErrorRate: 1 / 3 }],
    ['26: drops the oldest first', { ...untilRate, slidingWindowSize: 3, minRequestsThreshold: 3 }, 'SFSSS', 'ccccc',
      { windowCount: 3, currentErrorRate: 0 }],
    ['27: has an error rate of exactly 0.5', {}, 'SFSF', 'cccc', { currentErrorRate: 0.5 }],
    ['28: keeps four of six results', { slidingWindowSize: 4, minRequestsThreshold: 4 }, 'FSSSSF', 'cccccc',
      { windowCount: 4, currentErrorRate: 0.25 }],
    ['29: opens at the third failure of five', { ...ofFive, failureThreshold: 3 }, 'SSSFFF', 'ccccco'],
    ['29: opens by the rate alone', { ...ofFive, failureThreshold: null }, 'SSSFFF', 'ccccco'],
    // 5.K2, 30 against 25: the threshold holds, because the default minimum isn't below it.
    ['30: opens exactly at the fifth failure', {}, 'FFFFF', 'cccco'],
    ['33: opens at timeouts alone', { failureThreshold: 2, timeoutMs: 1_000 }, 'HH', 'co',
      { timeouts: 2, failedCalls: 2 }],
    ['35: runs five of 200 failing calls', {}, 'F'.repeat(200), `cccc${'o'.repeat(196)}`,
      { failedCalls: 5, rejectedCalls: 195, windowCount: 0 }],
    ['45: admits a call after the wait', {}, '!~S', 'oh'],
    ['47: closes at the second success', { successThreshold: 2 }, '!~SS', 'ohc'],
    ['48: reopens at a failed probe', {}, '!~F', 'oo'],
    ['48: reopens at a failed probe after a success', {}, '!~SF', 'oho'],
    ['50, 52: closes at the third success', {}, '!~SSS', 'ohhc'],
    ['51: recovers from an outage', { ...ofFive, failureThreshold: 3, adaptiveThreshold: true }, 'SSSFFF~SSS',
      'cccccohhc', { totalCalls: 9, successfulCalls: 6, failedCalls: 3, rejectedCalls: 0 }],
    ['56: counts 13 and 7 of 20 calls', {}, 'FSSFSSFSSFSSFSSFSSFS', 'c'.repeat(20),
      { totalCalls: 20, successfulCalls: 13, failedCalls: 7, rejectedCalls: 0 }],
    ['80: has rates and the adaptive threshold', { adaptiveThreshold: true }, 'SSSF', 'cccc',
      { totalCalls: 4, successRate: 0.75, currentErrorRate: 0.25, adaptive: { failureThreshold: 5 } }],
    ['91: counts calls, failures and openings', { failureThreshold: 2 }, 'SFF', 'cco',
      { totalCalls: 3, failedCalls: 2, circuitOpenedCount: 1 }],
    ['92: has rates that add up to 1', { slidingWindowSize: 100 }, 'SSSFSFSSSSSFS', 'c'.repeat(13),
      { successRate: 10 / 13, currentErrorRate: 3 / 13 }],
  ])('%s', async (_, options, word, states, metrics = {}) => {
    const made = canonicalWith(options);

    expect(await play(made, word)).toBe(states);
    expect(made.breaker.getMetrics()).toMatchObject(metrics);
  });

  it('54: moves from closed to open, from there to half-open, then to either, and in no other way', async () => {
    const made = canonicalWith({ failureThreshold: 2, successThreshold: 1 });
    await play(made, 'SFF~F~S~FF~FS~SS');
    const moves = made.events.flatMap((event) => (event.type === 'stateChange' ? [`${event.from} ${event.to}`] : []));

    expect(new Set(moves)).toEqual(new Set(['closed open', 'open half_open', 'half_open open', 'half_open closed']));
    expect(made.breaker.getMetrics().stateChanges).toBe(moves.length);
  });
});

describe('the legacy core breaker, by words of successes and failures', () => {
  it.each<[title: string, Omit<CircuitConfigOptions, 'name'>, word: string, states: string, figures?: object]>([
    ['10: is new: closed, all counts at zero', {}, '', '', { ...NO_COUNTS, slowRequests: 0 }],
    ['16: stays closed at isolated failures', { failureThreshold: 3 }, 'SFSSFSSSFS', 'cccccccccc'],
    ['30, 31: opens exactly at the fifth failure', { failureThreshold: 5 }, 'FFFFF', 'cccco'],
    // Rejected calls aren't in the total of the legacy figures.
    ['38: counts a rejected call apart', {}, '!S', 'oo', { totalCalls: 0, failedCalls: 0, rejectedCalls: 1 }],
    ['48: reopens at a failed probe', { recoveryTimeout: 10 }, '!~F', 'oo'],
    ['52: closes at the first success after the wait', { recoveryTimeout: 10 }, '!          S', 'oc'],
    ['55: recovers 30 s after an outage', {}, `FFFFF${' '.repeat(30)}S`, 'ccccoc'],
    ['93: has the figures of a dashboard', {}, 'SF', 'cc', { totalCalls: 2, failedCalls: 1, slowRequests: 0 }],
  ])('%s', async (_, options, word, states, figures = {}) => {
    const made = legacyWith(options);

    expect(await play(made, word)).toBe(states);
    expect(made.breaker.getMetrics()).toMatchObject(figures);
  });
});
