import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import type { Made, Options } from '../../support/breaker.ts';
import { movesOf, take } from '../../support/calls.ts';
import { BOOM, fail, succeed } from '../../support/outcomes.ts';

const NONE = Object.assign(new Error('none'), { code: 'NONE' });

/** Plays outcomes: S success, F failure, N ignored, s slow success, f slow failure, '.' one second. */
async function play(made: Pick<Made, 'breaker' | 'clock'>, outcomes: string): Promise<void> {
  const { breaker, clock } = made;
  for (const outcome of outcomes) {
    if (outcome === '.') clock.advance(1_000);
    else if (outcome === 'S') await succeed(breaker);
    else if (outcome === 'F' || outcome === 'N') await fail(breaker, 1, outcome === 'F' ? BOOM : NONE);
    else await take(made, 5_001, outcome === 's' ? undefined : BOOM);
  }
}

/** The state after each outcome. */
async function statesOf(made: Made, outcomes: string): Promise<string[]> {
  const states: string[] = [];
  for (const outcome of outcomes) {
    await play(made, outcome);
    states.push(made.breaker.state);
  }
  return states;
}

const only = (rules: Options): Options => ({
  failureThreshold: null,
  errorRateThreshold: null,
  ignoreErrors: 'NONE',
  timeoutMs: null,
  ...rules,
});

const inARow = only({ failureThreshold: 3 });
const rate = only({ errorRateThreshold: 0.5, slidingWindowSize: 4, minRequestsThreshold: 4 });
const wideRate = only({ errorRateThreshold: 0.5, slidingWindowSize: 10, minRequestsThreshold: 2 });
const slow = only({ slowCallRateThreshold: 0.5, slidingWindowSize: 4, minRequestsThreshold: 4 });
const fourSeconds = { slidingWindowMs: 4_000, slidingWindowBuckets: 4 };
const seconds = only({ errorRateThreshold: 0.5, ...fourSeconds, minRequestsThreshold: 2 });

describe('a closed circuit', () => {
  it.each<[string, Options, string, string | null]>([
    ['two consecutive failures', inARow, 'FF', null],
    ['three consecutive failures', inARow, 'FFF', 'consecutive_failures'],
    ['failures broken by a success', inARow, 'FFSFF', null],
    ['failures again after a success', inARow, 'FFSFFF', 'consecutive_failures'],
    ['an ignored call among failures', inARow, 'FFNF', 'consecutive_failures'],
    ['ignored calls alone', inARow, 'NNNNNN', null],
    ['half of too few', rate, 'FFF', null],
    ['half of just enough, the last a failure', rate, 'SFSF', 'error_rate'],
    ['half of just enough, the last a success', rate, 'FFSS', null],
    ['a failure after too many of just enough', rate, 'FFSSF', 'error_rate'],
    ['less than half', rate, 'SSSF', null],
    ['half, after old successes have left the window', rate, 'SSSSFF', 'error_rate'],
    ['ignored calls and too few failures', rate, 'FFFNNNN', null],
    ['the first failure that makes half', wideRate, 'SSFF', 'error_rate'],
    ['failures that successes outnumber', wideRate, 'SSFSF', null],
    ['half slow, the last fast', slow, 'sSsS', null],
    ['half slow, the last slow', slow, 'sSSs', 'slow_call_rate'],
    ['half slow failures', slow, 'fSSf', 'slow_call_rate'],
    ['half slow, the last a fast failure', slow, 'ssSF', null],
    ['half failed, the last slow', { ...rate, slowCallRateThreshold: 1 }, 'FFSs', null],
    ['less than half slow', slow, 'sSSS', null],
    ['too few slow', slow, 'sss', null],
    ['failures where only slow calls count', slow, 'FFFFFF', null],
    ['slow calls where only failures count', rate, 'ssss', null],
    ['a failure that finds old successes gone', seconds, 'SSS.F...SF', 'error_rate'],
    ['a success that finds old successes gone', seconds, 'SSS.F...S', null],
    ['a success that finds old failures gone', seconds, 'F....SS', null],
    ['failures that are too far apart', seconds, 'F....F', null],
    ['failures by both rules', { failureThreshold: 4, minRequestsThreshold: 4 }, 'FFFF', 'consecutive_failures'],
    ['ten calls of which half fail, by default', {}, 'FSFSFSFSFS', null],
    ['half of nineteen calls, by default', {}, 'FSFSFSFSFSFSFSFSFSF', null],
    ['half of twenty calls, by default', {}, 'SFSFSFSFSFSFSFSFSFSF', 'error_rate'],
    ['a success after which half of twenty failed', {}, 'FFFFFFFFFSFSSSSSSSSS', null],
  ])('decides right after %s', async (_what, options, outcomes, reason) => {
    const [heard, silent] = [breakerWith(options), silentBreakerWith(options)];
    await play(heard, outcomes);
    await play(silent, outcomes);

    const moves = movesOf(heard.events).map((move) => [move.from, move.to, move.reason]);
    expect(moves).toEqual(reason === null ? [] : [['closed', 'open', reason]]);
    expect(heard.breaker.state).toBe(reason === null ? 'closed' : 'open');
    expect(silent.breaker.state).toBe(heard.breaker.state);
  });

  it('opens on the outcome that makes the rule true, not one later', async () => {
    expect(await statesOf(silentBreakerWith(rate), 'FSSF')).toEqual(['closed', 'closed', 'closed', 'open']);
    expect(await statesOf(silentBreakerWith(slow), 'sSSs')).toEqual(['closed', 'closed', 'closed', 'open']);
  });

  it.each([
    [0.07, 100, 7, 'open'],
    [0.07, 100, 6, 'closed'],
    [0.29, 100, 29, 'open'],
    [0.57, 100, 57, 'open'],
    [1, 10, 10, 'open'],
    [1, 10, 9, 'closed'],
  ] as const)('never rounds: at %s, of %s calls %s failures leave it %s', async (threshold, size, failures, state) => {
    const window = { slidingWindowSize: size, minRequestsThreshold: size };
    const { breaker } = silentBreakerWith(only({ errorRateThreshold: threshold, ...window }));
    await succeed(breaker, size - failures);

    await fail(breaker, failures);

    expect(breaker.state).toBe(state);
  });

  it.each([
    [9, 'closed'],
    [10, 'open'],
  ])('after %s failures of a total outage is %s by default', async (failures, state) => {
    const { breaker } = silentBreakerWith();
    await succeed(breaker, 100);
    await fail(breaker, failures);

    expect(breaker.state).toBe(state);
  });

  it.each([
    ['success', 4_999, 0],
    ['success', 5_000, 0],
    ['success', 5_001, 1],
    ['failure', 5_001, 1],
  ] as const)('after a %s of %s ms has seen %s slow calls', async (kind, durationMs, slowCalls) => {
    const made = breakerWith(slow);
    await take(made, durationMs, kind === 'failure' ? BOOM : undefined);

    expect(made.breaker.getMetrics()).toMatchObject({ slowCalls, currentSlowCallRate: slowCalls });
    expect(made.events[0]?.type).toBe(kind);
    expect(made.events.slice(1)).toEqual(slowCalls === 0 ? [] : [{ type: 'slow', name: 'orders', durationMs }]);
  });

  it('reports the figures that decided, taken before the window is emptied', async () => {
    const made = breakerWith(rate);
    await play(made, 'SFSF');

    const metrics = {
      windowCount: 4, currentErrorRate: 0.5, totalCalls: 4, failedCalls: 2, stateChanges: 1, circuitOpenedCount: 1,
    };
    expect(movesOf(made.events)).toMatchObject([{ metrics }]);
    expect(made.breaker.getMetrics()).toMatchObject({ windowCount: 0, currentErrorRate: 0 });
  });
});
