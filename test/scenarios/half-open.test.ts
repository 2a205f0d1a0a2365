import { describe, expect, it } from 'vitest';
import type { Options } from '../support/breaker.ts';
import { breakerWith } from '../support/breaker.ts';
import { BOOM, fail, hang, succeed } from '../support/outcomes.ts';

/** Ready for up to four probes. */
function ready(options: Options = {}) {
  const made = breakerWith({ timeoutMs: null, recoveryTimeoutMs: 10_000, halfOpenMaxCalls: 4, ignoreErrors: RangeError,
    ...options });
  made.breaker.trip();
  made.clock.advance(10_000);
  return made;
}

type Made = ReturnType<typeof ready>;

/** Plays S, F, N (ignored) and s (a slow success of 5 s). */
async function play({ breaker, clock }: Pick<Made, 'breaker' | 'clock'>, outcomes: string): Promise<void> {
  for (const outcome of outcomes) {
    if (outcome === 'S') await succeed(breaker);
    else if (outcome === 'F') await fail(breaker);
    else if (outcome === 'N') await fail(breaker, 1, new RangeError('ignored'));
    else {
      const call = hang(breaker);
      clock.advance(5_000);
      call.operation.resolve('fine');
      await call.settled;
    }
  }
}

describe('scenarios of permits', () => {
  it('29: four of six get one, and so again in the next spell', () => {
    const { breaker, clock } = ready();
    const acquireSix = () => Array.from({ length: 6 }, () => breaker.tryAcquire());

    const first = acquireSix();
    first[0]?.failure(BOOM);
    clock.advance(20_000);
    const second = acquireSix();

    const got = [true, true, true, true, false, false];
    expect([first, second].map((permits) => permits.map((permit) => permit !== null))).toEqual([got, got]);
  });

  it('30: one that is given back admits one more, and no other', () => {
    const { breaker } = ready();
    const permits = Array.from({ length: 4 }, () => breaker.tryAcquire());

    permits[0]?.ignore();

    expect([breaker.tryAcquire() !== null, breaker.tryAcquire() !== null]).toEqual([true, false]);
  });

  it('39: three pending probes keep five calls out, and close when they succeed', async () => {
    const { breaker } = ready({ halfOpenMaxCalls: 3, successThreshold: 3 });
    const probes = [hang(breaker), hang(breaker), hang(breaker)];
    await fail(breaker, 5);
    const rejected = breaker.getMetrics().rejectedCalls;

    for (const probe of probes) probe.operation.resolve('fine');
    await Promise.all(probes.map(({ settled }) => settled));

    expect([rejected, breaker.state]).toEqual([5, 'closed']);
  });

  it('40: a probe that its caller cancels gives its permit back and proves nothing', async () => {
    const { breaker } = ready({ halfOpenMaxCalls: 1 });
    const caller = new AbortController();
    const settled = breaker.tryCall(() => new Promise(() => {}), { signal: caller.signal });
    const during = breaker.canExecute();

    caller.abort();
    await settled;

    expect([during, breaker.canExecute(), breaker.state]).toEqual([false, true, 'half_open']);
  });

  it('41: a probe that never settles fails at the end of its lease of 10 s, as the next call notices', async () => {
    const { breaker, clock, events } = ready({ halfOpenLeaseMs: 10_000 });
    const probe = hang(breaker);
    clock.advance(15_000);
    const unnoticed = breaker.state;

    await fail(breaker);
    probe.operation.resolve('late');
    await probe.settled;

    expect([unnoticed, breaker.state, breaker.retryAfterMs]).toEqual(['half_open', 'open', 15_000]);
    expect(events.filter(({ type }) => type === 'leaseExpired')).toHaveLength(1);
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, successfulCalls: 0, inFlight: 0 });
  });

  it('41: a lease that is over is allowed like another failed probe', async () => {
    const { breaker, clock } = ready({ halfOpenLeaseMs: 10_000, halfOpenMaxFailures: 1, halfOpenMaxCalls: 1 });
    hang(breaker);
    clock.advance(10_000);

    await succeed(breaker, 3);

    expect(breaker.state).toBe('closed');
  });

  it('42: time alone moves nothing', () => {
    const { breaker, clock, events } = ready();
    hang(breaker);
    events.length = 0;

    clock.advance(1e9);

    expect([breaker.state, events]).toEqual(['half_open', []]);
  });

  it('43: a call admitted while closed says nothing about half_open', async () => {
    const { breaker, clock } = breakerWith({ timeoutMs: null, successThreshold: 1 });
    const old = hang(breaker);
    breaker.trip();
    clock.advance(60_000);
    const probe = hang(breaker);

    old.operation.reject(BOOM);
    await old.settled;
    const after = breaker.state;
    probe.operation.resolve('fine');
    await probe.settled;

    expect([after, breaker.state]).toEqual(['half_open', 'closed']);
  });
});

describe('scenarios of the verdict', () => {
  it.each([
    ['31', 'F', {}, 'open'],
    ['31', 'FF', { successThreshold: 4, halfOpenMaxFailures: 2 }, 'half_open'],
    ['31', 'FFSF', { successThreshold: 4, halfOpenMaxFailures: 2 }, 'open'],
    ['32', 's', { slowCallRateThreshold: 0.5, slowCallThresholdMs: 4_000 }, 'open'],
    ['32', 'sssS', { slowCallRateThreshold: 0.5, slowCallThresholdMs: 4_000, halfOpenMaxFailures: 2 }, 'open'],
    ['32', 'sss', { slowCallThresholdMs: 4_000 }, 'closed'],
    ['33', 'FSSS', { successThreshold: 3, halfOpenMaxFailures: 1 }, 'closed'],
    ['34', 'SSSN', { successThreshold: 4 }, 'half_open'],
    ['34', 'SSSNF', { successThreshold: 4 }, 'open'],
    ['34', 'SSSNFS', { successThreshold: 4, halfOpenMaxFailures: 1 }, 'closed'],
    ['36', 'FSF', { successThreshold: 2, halfOpenMaxFailures: 1 }, 'open'],
    ['36', 'FSS', { successThreshold: 2, halfOpenMaxFailures: 1 }, 'closed'],
    ['37', 'SSF', { successThreshold: 3, failureThreshold: 5 }, 'open'],
  ] as const)('%s: %s with %o leads to %s', async (_row, outcomes, options, state) => {
    const { breaker, clock } = ready(options);
    const untilDecided = async () => {
      for (const outcome of outcomes) if (breaker.getMetrics().stateChanges < 3) await play({ breaker, clock },
        outcome);
    };

    await untilDecided();

    expect(breaker.state).toBe(state);
  });

  it('33: starts the next closed spell with nothing counted', async () => {
    const made = ready({ successThreshold: 3, halfOpenMaxFailures: 1 });
    await play(made, 'FSSS');
    const before = made.breaker.getMetrics();

    await play(made, 'S');

    expect(before).toMatchObject({ windowCount: 0, currentErrorRate: 0, consecutiveFailures: 0 });
    expect(made.breaker.getMetrics().windowCount).toBe(1);
  });
});
