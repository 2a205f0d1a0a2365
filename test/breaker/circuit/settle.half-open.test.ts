import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { finish, movesOf, never, readyToProbe, take, throwing } from '../../support/calls.ts';
import { BOOM, fail, hang, succeed } from '../../support/outcomes.ts';

const NONE = Object.assign(new Error('none'), { code: 'NONE' });
type Breaker = Parameters<typeof fail>[0];

/** S success, F failure, N ignored, one after the other. */
async function play(breaker: Breaker, outcomes: string): Promise<void> {
  for (const outcome of outcomes) {
    await (outcome === 'S' ? succeed(breaker) : fail(breaker, 1, outcome === 'F' ? BOOM : NONE));
  }
}

/** Half-open with nothing proved: its only probe was ignored. */
async function halfOpen(options: Options = {}) {
  const defaults = { timeoutMs: null, recoveryTimeoutMs: 10_000, ignoreErrors: 'NONE' };
  const made = readyToProbe(breakerWith({ ...defaults, ...options }));
  await play(made.breaker, 'N');
  made.events.length = 0;
  return made;
}

describe('probes', () => {
  it.each([
    ['SS', {}, 'half_open'],
    ['SSS', {}, 'closed'],
    ['F', {}, 'open'],
    ['SSF', {}, 'open'],
    ['SNNNNS', {}, 'half_open'],
    ['SNSNS', {}, 'closed'],
    ['NNNNNN', {}, 'half_open'],
    ['S', { successThreshold: 1 }, 'closed'],
    ['SSSS', { successThreshold: 5 }, 'half_open'],
    ['SSSSS', { successThreshold: 5 }, 'closed'],
    ['F', { halfOpenMaxFailures: 1 }, 'half_open'],
    ['FSS', { halfOpenMaxFailures: 1 }, 'half_open'],
    ['FSSS', { halfOpenMaxFailures: 1 }, 'closed'],
    ['FSF', { halfOpenMaxFailures: 1 }, 'open'],
    ['FF', { halfOpenMaxFailures: 2 }, 'half_open'],
    ['FFF', { halfOpenMaxFailures: 2 }, 'open'],
  ] as const)('that end with %s and %o leave the circuit %s', async (outcomes, options, state) => {
    const { breaker } = await halfOpen(options);

    await play(breaker, outcomes);

    expect(breaker.state).toBe(state);
  });

  it('close the circuit when enough succeed, with the reason and the figures', async () => {
    const { breaker, events } = await halfOpen();
    await succeed(breaker, 3);

    expect(kindsOf(events)).toEqual(['success', 'success', 'success', 'stateChange']);
    const metrics = { windowCount: 3, circuitClosedCount: 1 };
    const move = { from: 'half_open', to: 'closed', reason: 'probes_succeeded', retryAfterMs: 0, metrics };
    expect(movesOf(events)).toMatchObject([move]);
    expect(breaker.getMetrics()).toMatchObject({ windowCount: 0, circuitClosedCount: 1, consecutiveFailures: 0 });
  });

  it('reopen the circuit at the first failure while others run, with the reason and the next wait', async () => {
    const { breaker, events } = await halfOpen();
    hang(breaker);
    await fail(breaker);

    expect(kindsOf(events)).toEqual(['failure', 'stateChange']);
    const move = { from: 'half_open', to: 'open', reason: 'probe_failed', retryAfterMs: 20_000 };
    expect(movesOf(events)).toMatchObject([move]);
    expect(breaker.retryAfterMs).toBe(20_000);
  });
});

describe('a slow probe', () => {
  const rule = { slowCallRateThreshold: 0.5, slowCallThresholdMs: 1_000 };

  it.each([
    ['reopens the circuit when the slow rule is on', rule, 1_001, 'open', 'probe_slow'],
    ['is a success at the threshold', rule, 1_000, 'closed', 'probes_succeeded'],
    ['is a success when the slow rule is off', { slowCallThresholdMs: 1_000 }, 1_001, 'closed', 'probes_succeeded'],
  ] as const)('%s', async (_when, options, durationMs, state, reason) => {
    const made = await halfOpen({ ...options, successThreshold: 1 });

    await take(made, durationMs);

    expect(made.breaker.state).toBe(state);
    expect(movesOf(made.events)).toMatchObject([{ reason }]);
    expect(made.breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 0 });
  });

  it('is one failure when it fails as well', async () => {
    const made = await halfOpen({ ...rule, halfOpenMaxFailures: 1 });
    await take(made, 1_001, BOOM);

    expect([kindsOf(made.events), made.breaker.state]).toEqual([['failure', 'slow'], 'half_open']);
  });
});

describe('an ignored probe', () => {
  it('counts in no window and breaks no consecutive outcomes', async () => {
    const { breaker } = await halfOpen();
    await play(breaker, 'SSN');

    expect(breaker.getMetrics()).toMatchObject({ windowCount: 2, consecutiveSuccesses: 2, ignoredCalls: 2 });
  });

  it('is also a call that its caller aborts', async () => {
    const { breaker } = await halfOpen({ halfOpenMaxCalls: 1 });
    const caller = new AbortController();
    const settled = breaker.tryCall(never, { signal: caller.signal });

    caller.abort('not needed');

    expect(await settled).toEqual({ status: 'ignored', error: 'not needed' });
    expect([breaker.state, breaker.canExecute()]).toEqual(['half_open', true]);
  });
});

describe('a stale result', () => {
  it.each([
    ['success', undefined, { successfulCalls: 1 }],
    ['failure', BOOM, { failedCalls: 1 }],
  ])('of a call admitted while closed leaves half_open as it is when it is a %s', async (_what, error, totals) => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, successThreshold: 1 });
    const call = hang(breaker);
    breaker.trip();
    clock.advance(60_000);
    const probe = hang(breaker);

    await finish(call, error);

    expect(breaker.state).toBe('half_open');
    const figures = { staleOutcomes: 1, windowCount: 0, consecutiveFailures: 0, consecutiveSuccesses: 0, inFlight: 1 };
    expect(breaker.getMetrics()).toMatchObject({ ...totals, ...figures });
    await finish(probe);
    expect(breaker.state).toBe('closed');
  });

  it('is also that of a call that itself opens the circuit', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: 1 });
    await breaker.tryCall(() => (breaker.trip(), throwing(BOOM)()));

    expect(breaker.getMetrics()).toMatchObject({ staleOutcomes: 1, circuitOpenedCount: 1 });
  });

  it('may be ignored', async () => {
    const { breaker } = silentBreakerWith({ ignoreErrors: Error });
    const late = hang(breaker);
    breaker.reset();

    await finish(late, BOOM);

    expect(breaker.getMetrics()).toMatchObject({ staleOutcomes: 1, ignoredCalls: 1 });
  });
});
