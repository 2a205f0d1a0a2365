import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { fail, hang, succeed } from '../../support/outcomes.ts';

/** Half-open with nothing proved: its only probe was ignored. */
async function halfOpen(options: Options = {}) {
  const made = breakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, ignoreErrors: 'NONE', ...options });
  made.breaker.trip();
  made.clock.advance(10_000);
  await ignored(made.breaker);
  made.events.length = 0;
  return made;
}

const NONE = Object.assign(new Error('none'), { code: 'NONE' });
const ignored = (breaker: Parameters<typeof fail>[0]): Promise<void> => fail(breaker, 1, NONE);

/** S, F and N one after the other. */
async function play(breaker: Parameters<typeof fail>[0], outcomes: string): Promise<void> {
  for (const outcome of outcomes) await (outcome === 'S' ? succeed(breaker) : outcome === 'F' ? fail(breaker) : ignored(breaker));
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
  ] as const)('%s with %o lead to %s', async (outcomes, options, state) => {
    const { breaker } = await halfOpen(options);

    await play(breaker, outcomes);

    expect(breaker.state).toBe(state);
  });

  it('that succeed recover, with the reason and the figures', async () => {
    const { breaker, events } = await halfOpen();

    await succeed(breaker, 3);

    const move = events.find((event) => event.type === 'stateChange');
    expect(kindsOf(events)).toEqual(['success', 'success', 'success', 'stateChange']);
    expect(move).toMatchObject({ from: 'half_open', to: 'closed', reason: 'probes_succeeded', retryAfterMs: 0, metrics: { windowCount: 3, circuitClosedCount: 1 } });
    expect(breaker.getMetrics()).toMatchObject({ windowCount: 0, circuitClosedCount: 1, consecutiveFailures: 0 });
  });

  it('that fail relapse, with the reason and the next wait', async () => {
    const { breaker, events } = await halfOpen();

    await fail(breaker);

    const move = events.find((event) => event.type === 'stateChange');
    expect(kindsOf(events)).toEqual(['failure', 'stateChange']);
    expect(move).toMatchObject({ from: 'half_open', to: 'open', reason: 'probe_failed', retryAfterMs: 20_000 });
    expect(breaker.retryAfterMs).toBe(20_000);
  });

  it('show in the window and the runs of their spell', async () => {
    const { breaker } = await halfOpen({ halfOpenMaxFailures: 3 });

    await play(breaker, 'SF');
    const afterFailure = breaker.getMetrics();
    await play(breaker, 'FS');

    expect(afterFailure).toMatchObject({ windowCount: 2, currentErrorRate: 0.5, consecutiveFailures: 1, consecutiveSuccesses: 0 });
    expect(breaker.getMetrics()).toMatchObject({ windowCount: 4, currentErrorRate: 0.5, consecutiveFailures: 0, consecutiveSuccesses: 1 });
  });

  it('of one spell say nothing in the next', async () => {
    const { breaker, clock } = await halfOpen({ halfOpenMaxFailures: 1 });
    await play(breaker, 'SSFF');
    clock.advance(20_000);

    await play(breaker, 'FSS');
    const before = breaker.state;
    await play(breaker, 'S');

    expect([before, breaker.state]).toEqual(['half_open', 'closed']);
  });

  it('that are still running when the circuit recovers are stale', async () => {
    const { breaker } = await halfOpen({ successThreshold: 1, failureThreshold: 1 });
    const late = hang(breaker);
    await succeed(breaker);

    late.operation.reject(new Error('late'));
    await late.settled;

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ staleOutcomes: 1, failedCalls: 1, consecutiveFailures: 0, windowCount: 0, inFlight: 0 });
  });

  it('that are still running when the circuit relapses are stale', async () => {
    const { breaker, clock } = await halfOpen({ successThreshold: 1 });
    const late = hang(breaker);
    await fail(breaker);
    clock.advance(20_000);
    const probe = hang(breaker);

    late.operation.resolve('late');
    await late.settled;
    const before = breaker.state;
    probe.operation.resolve('fine');
    await probe.settled;

    expect([before, breaker.state]).toEqual(['half_open', 'closed']);
    expect(breaker.getMetrics().staleOutcomes).toBe(1);
  });

  it('need not be the last to decide: the first failure relapses while others run', async () => {
    const { breaker } = await halfOpen();
    hang(breaker);

    await fail(breaker);

    expect(breaker.state).toBe('open');
  });
});

describe('a slow success', () => {
  const rule = { slowCallRateThreshold: 0.5, slowCallThresholdMs: 1_000 };

  it.each([
    ['with the slow rule on', rule, 1_001, 'open', 'probe_slow'],
    ['at the threshold', rule, 1_000, 'closed', 'probes_succeeded'],
    ['with the slow rule off', { slowCallThresholdMs: 1_000 }, 1_001, 'closed', 'probes_succeeded'],
  ] as const)('%s leads to %4$s', async (_when, options, durationMs, state, reason) => {
    const { breaker, clock, events } = await halfOpen({ ...options, successThreshold: 1 });
    const probe = hang(breaker);
    clock.advance(durationMs);

    probe.operation.resolve('fine');
    await probe.settled;

    expect(breaker.state).toBe(state);
    expect(events.find((event) => event.type === 'stateChange')).toMatchObject({ reason });
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 0 });
  });

  it('may be allowed like any failed probe', async () => {
    const { breaker, clock } = await halfOpen({ ...rule, successThreshold: 1, halfOpenMaxFailures: 1 });
    const probe = hang(breaker);
    clock.advance(1_001);
    probe.operation.resolve('fine');
    await probe.settled;

    const afterOne = breaker.state;
    await succeed(breaker);

    expect([afterOne, breaker.state]).toEqual(['half_open', 'closed']);
  });

  it('that fails as well is a failed probe, once', async () => {
    const { breaker, clock, events } = await halfOpen({ ...rule, halfOpenMaxFailures: 1 });
    const probe = hang(breaker);
    clock.advance(1_001);

    probe.operation.reject(new Error('boom'));
    await probe.settled;

    expect(kindsOf(events)).toEqual(['failure', 'slow']);
    expect(breaker.state).toBe('half_open');
  });
});

describe('an ignored probe', () => {
  it('gives its permit back', async () => {
    const { breaker } = await halfOpen({ halfOpenMaxCalls: 1 });
    const probe = hang(breaker);
    const whileRunning = breaker.canExecute();

    probe.operation.reject(NONE);
    await probe.settled;

    expect([whileRunning, breaker.canExecute(), breaker.state]).toEqual([false, true, 'half_open']);
  });

  it('is in no window and ends no run', async () => {
    const { breaker } = await halfOpen({ successThreshold: 3 });
    await succeed(breaker, 2);

    await play(breaker, 'N');

    expect(breaker.getMetrics()).toMatchObject({ windowCount: 2, consecutiveSuccesses: 2, ignoredCalls: 2 });
  });

  it('is what a call is that its caller aborts', async () => {
    const { breaker } = await halfOpen({ halfOpenMaxCalls: 1 });
    const caller = new AbortController();
    const settled = breaker.tryCall(() => new Promise(() => {}), { signal: caller.signal });

    caller.abort('not needed');

    expect(await settled).toEqual({ status: 'ignored', error: 'not needed' });
    expect([breaker.state, breaker.canExecute()]).toEqual(['half_open', true]);
  });
});

describe('totals', () => {
  it('balance through every state', async () => {
    const { breaker, clock } = silentBreakerWith({ failureThreshold: 2, successThreshold: 1, ignoreErrors: 'NONE', timeoutMs: null });
    const seen: number[] = [];
    const check = () => {
      const { totalCalls, rejectedCalls, successfulCalls, failedCalls, ignoredCalls, inFlight } = breaker.getMetrics();
      seen.push(totalCalls - (rejectedCalls + successfulCalls + failedCalls + ignoredCalls + inFlight));
    };

    await play(breaker, 'SN');
    const late = hang(breaker);
    check();
    await play(breaker, 'FFFF');
    check();
    clock.advance(60_000);
    const probe = hang(breaker);
    check();
    late.operation.resolve('late');
    probe.operation.resolve('fine');
    await Promise.all([late.settled, probe.settled]);
    check();

    expect(seen).toEqual([0, 0, 0, 0]);
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 8, successfulCalls: 3, ignoredCalls: 1, failedCalls: 2, rejectedCalls: 2, inFlight: 0, staleOutcomes: 1 });
  });
});
