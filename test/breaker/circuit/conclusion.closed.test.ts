import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { fail, hang, succeed } from '../../support/outcomes.ts';

/** Plays outcomes: S success, F failure, N ignored, s slow success, f slow failure, '.' one second. */
async function play({ breaker, clock }: Pick<ReturnType<typeof silentBreakerWith>, 'breaker' | 'clock'>, outcomes: string): Promise<void> {
  for (const outcome of outcomes) {
    if (outcome === '.') clock.advance(1_000);
    else if (outcome === 'S') await succeed(breaker);
    else if (outcome === 'F') await fail(breaker);
    else if (outcome === 'N') await breaker.tryCall(() => Promise.reject(Object.assign(new Error('none'), { code: 'NONE' })));
    else {
      const call = hang(breaker);
      clock.advance(5_001);
      if (outcome === 's') call.operation.resolve('fine');
      else call.operation.reject(new Error('boom'));
      await call.settled;
    }
  }
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
const seconds = only({ errorRateThreshold: 0.5, slidingWindowMs: 4_000, slidingWindowBuckets: 4, minRequestsThreshold: 2 });

describe('a closed circuit', () => {
  it.each([
    ['two failures in a row', inARow, 'FF', null],
    ['three failures in a row', inARow, 'FFF', 'consecutive_failures'],
    ['failures broken by a success', inARow, 'FFSFF', null],
    ['failures again after a success', inARow, 'FFSFFF', 'consecutive_failures'],
    ['an ignored call among failures', inARow, 'FFNF', 'consecutive_failures'],
    ['ignored calls alone', inARow, 'NNNNNN', null],
    ['half of too few', rate, 'FFF', null],
    ['half of just enough, the last a failure', rate, 'SFSF', 'error_rate'],
    ['half of just enough, the last a success', rate, 'FFSS', 'error_rate'],
    ['less than half', rate, 'SSSF', null],
    ['half, after old successes have left the window', rate, 'SSSSFF', 'error_rate'],
    ['ignored calls beside failures', rate, 'FFFNNNN', null],
    ['the first failure that makes half', wideRate, 'SSFF', 'error_rate'],
    ['failures that successes outnumber', wideRate, 'SSFSF', null],
    ['half slow, the last a success', slow, 'sSsS', 'slow_call_rate'],
    ['half slow failures', slow, 'fSfS', 'slow_call_rate'],
    ['less than half slow', slow, 'sSSS', null],
    ['too few slow', slow, 'sss', null],
    ['failures where only slow calls count', slow, 'FFFFFF', null],
    ['slow calls where only failures count', rate, 'ssss', null],
    ['a success that finds old successes gone', seconds, 'SSS.F...S', 'error_rate'],
    ['a success that finds old failures gone', seconds, 'F....SS', null],
    ['failures that are too far apart', seconds, 'F....F', null],
  ] as const)('%s: %3$s → %4$s', async (_what, options, outcomes, reason) => {
    const made = breakerWith(options);

    await play(made, outcomes);

    const moves = made.events.filter((event) => event.type === 'stateChange');
    expect(moves.map(({ from, to, reason: why }) => [from, to, why])).toEqual(reason === null ? [] : [['closed', 'open', reason]]);
    expect(made.breaker.state).toBe(reason === null ? 'closed' : 'open');
  });

  it('trips on the outcome that makes the rule true, not one later', async () => {
    const made = silentBreakerWith(rate);
    const states: string[] = [];

    for (const outcome of 'FFSS') {
      await play(made, outcome);
      states.push(made.breaker.state);
    }

    expect(states).toEqual(['closed', 'closed', 'closed', 'open']);
  });

  it.each([
    [0.07, 100, 7, 'open'],
    [0.07, 100, 6, 'closed'],
    [0.29, 100, 29, 'open'],
    [0.57, 100, 57, 'open'],
    [1, 10, 10, 'open'],
    [1, 10, 9, 'closed'],
  ] as const)('never rounds: at a threshold of %s, of %s calls %s failures leave it %s', async (errorRateThreshold, size, failures, state) => {
    const { breaker } = silentBreakerWith(only({ errorRateThreshold, slidingWindowSize: size, minRequestsThreshold: size }));
    await succeed(breaker, size - failures);

    await fail(breaker, failures);

    expect(breaker.state).toBe(state);
  });

  it.each([
    [4_999, 0],
    [5_000, 0],
    [5_001, 1],
  ])('finds a call of %s ms slow or not: %s, with slowCallThresholdMs 5 000', async (durationMs, slowCalls) => {
    const { breaker, clock, events } = breakerWith(slow);
    const call = hang(breaker);
    clock.advance(durationMs);
    call.operation.resolve('fine');
    await call.settled;

    expect(breaker.getMetrics()).toMatchObject({ slowCalls, currentSlowCallRate: slowCalls });
    expect(events.filter(({ type }) => type === 'slow')).toHaveLength(slowCalls);
  });

  it('opens by slow successes alone, whoever listens', async () => {
    const made = silentBreakerWith(slow);

    await play(made, 'sSs');
    const before = made.breaker.state;
    await play(made, 'S');

    expect([before, made.breaker.state]).toEqual(['closed', 'open']);
  });

  it.each([
    ['success', false],
    ['failure', true],
  ] as const)('says how long a slow %s took', async (type, fails) => {
    const { breaker, clock, events } = breakerWith(slow);

    await play({ breaker, clock }, fails ? 'f' : 's');

    expect(events.map((event) => event.type)).toEqual([type, 'slow']);
    expect(events[1]).toEqual({ type: 'slow', name: 'orders', durationMs: 5_001 });
  });

  it('names the first rule that holds: failures in a row before the rate', async () => {
    const { breaker, events } = breakerWith({ failureThreshold: 4, errorRateThreshold: 0.5, minRequestsThreshold: 4 });

    await fail(breaker, 4);

    expect(events.find((event) => event.type === 'stateChange')).toMatchObject({ reason: 'consecutive_failures' });
  });

  it('by default survives ten calls of which half fail', async () => {
    const made = silentBreakerWith();

    await play(made, 'FSFSFSFSFS');

    expect(made.breaker.state).toBe('closed');
  });

  it.each([
    [9, 'closed'],
    [10, 'open'],
  ])('by default sees a total outage after ten calls: after %s it is %s', async (failures, state) => {
    const { breaker } = silentBreakerWith();
    await succeed(breaker, 100);

    await fail(breaker, failures);

    expect(breaker.state).toBe(state);
  });

  it('by default trips at half of twenty calls', async () => {
    const made = silentBreakerWith();

    await play(made, 'FSFSFSFSFSFSFSFSFSF');
    const before = made.breaker.state;
    await play(made, 'S');

    expect([before, made.breaker.state]).toEqual(['closed', 'open']);
  });

  it('reports the figures that decided, taken before the window is emptied', async () => {
    const { breaker, events } = breakerWith(rate);

    await play({ breaker, clock: undefined as never }, 'FSFS');

    const move = events.find((event) => event.type === 'stateChange');
    expect(move).toMatchObject({ metrics: { windowCount: 4, currentErrorRate: 0.5, totalCalls: 4, failedCalls: 2, stateChanges: 1, circuitOpenedCount: 1 } });
    expect(breaker.getMetrics()).toMatchObject({ windowCount: 0, currentErrorRate: 0 });
  });

  it('decides by its own window again after it has recovered', async () => {
    const made = silentBreakerWith({ ...rate, successThreshold: 1 });
    await play(made, 'FFFF');
    made.clock.advance(60_000);
    await succeed(made.breaker);

    await play(made, 'FSS');
    const afterThree = made.breaker.state;
    await play(made, 'F');

    expect([afterThree, made.breaker.state]).toEqual(['closed', 'open']);
  });

  it('counts the run of failures anew after it has recovered', async () => {
    const made = silentBreakerWith({ ...inARow, successThreshold: 1, halfOpenMaxFailures: 5 });
    await play(made, 'FFF');
    made.clock.advance(60_000);
    await play(made, 'FFS');

    await play(made, 'FF');
    const afterTwo = made.breaker.state;
    await play(made, 'F');

    expect([afterTwo, made.breaker.state]).toEqual(['closed', 'open']);
  });

  it('takes outcomes of concurrent calls as they come', async () => {
    const { breaker } = silentBreakerWith(inARow);
    const calls = [hang(breaker), hang(breaker), hang(breaker)];

    for (const { operation, settled } of calls.toReversed()) {
      operation.reject(new Error('boom'));
      await settled;
    }

    expect(breaker.state).toBe('open');
  });
});
