import { describe, expect, it } from 'vitest';
import { breakerWith, kindsOf, silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { finish, throwing } from '../../support/calls.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../../support/outcomes.ts';

const lean = { timeoutMs: null, trackLatency: false } satisfies Options;

/** One call takes another way through the engine with each of these. */
const COUNTED: readonly (readonly [string, Options])[] = [
  ['lean', lean],
  ['lean, with a time window', { ...lean, slidingWindowMs: 10_000 }],
  ['timed by its timeout', { timeoutMs: 1_000, trackLatency: false }],
  ['timed for latency', { timeoutMs: null }],
  ['judged by value', { ...lean, isFailure: () => false }],
  ['with a fallback for other ends', { ...lean, fallback: 'cached', fallbackOn: ['bulkhead'] }],
  ['limited', { ...lean, maxConcurrent: 10 }],
];

const WAYS = [...COUNTED, ['observed', { mode: 'observe' }], ['off', { mode: 'off' }]] as const;

describe.each(WAYS)('a call that is %s', (_way, options) => {
  it('returns what the operation returns', async () => {
    const { breaker } = silentBreakerWith(options);
    const thenable = { then: (onValue: (value: number) => unknown) => onValue(4) } as PromiseLike<number>;
    const values = [
      await breaker.call(() => 1),
      await breaker.call(() => null),
      await breaker.call(async () => 2),
      await breaker.call(() => Promise.resolve([3])),
      await breaker.call(() => thenable),
    ];

    expect(values).toEqual([1, null, 2, [3], 4]);
  });

  it('throws what the operation throws, and never synchronously', async () => {
    const { breaker } = silentBreakerWith(options);
    const calls = [breaker.call(throwing(BOOM)), breaker.call(() => Promise.reject(BOOM))];

    expect(await Promise.all(calls.map(errorOf))).toEqual([BOOM, BOOM]);
  });

  it('returns its own promise', () => {
    const { breaker } = silentBreakerWith(options);
    const own = Promise.resolve('fine');
    const call = breaker.call(() => own);

    expect(call).toBeInstanceOf(Promise);
    expect(call).not.toBe(own);
  });

  it('passes the operation a signal that is not aborted', async () => {
    const { breaker } = silentBreakerWith(options);

    expect(await breaker.call(({ signal }) => [signal instanceof AbortSignal, signal.aborted])).toEqual([true, false]);
  });

  it('rejects options that break a rule, and runs nothing', async () => {
    const { breaker } = silentBreakerWith(options);
    let runs = 0;
    const run = () => (runs += 1);

    for (const callOptions of [{ timeoutMs: 0 }, { timeout: 5 }, { signal: {} }, { fallback: [] }, null]) {
      expect(await errorOf(breaker.call(run, callOptions as never))).toMatchObject({ code: 'ERR_CIRCUIT_CONFIG' });
    }
    expect([runs, breaker.getMetrics().totalCalls]).toEqual([0, 0]);
  });
});

describe.each(COUNTED)('a counted call that is %s', (_way, options) => {
  const rate = { ...options, minRequestsThreshold: 4, slidingWindowSize: 4, failureThreshold: null };

  it('is in flight until its operation settles, and is then counted once', async () => {
    const { breaker } = silentBreakerWith(options);
    const call = hang(breaker);
    const during = breaker.getMetrics();

    await finish(call);

    expect(during).toMatchObject({ totalCalls: 1, inFlight: 1, successfulCalls: 0 });
    const totals = { totalCalls: 1, inFlight: 0, successfulCalls: 1, windowCount: 1, consecutiveSuccesses: 1 };
    expect(breaker.getMetrics()).toMatchObject(totals);
  });

  it('opens the circuit with the last of consecutive failures', async () => {
    const { breaker } = silentBreakerWith({ ...options, failureThreshold: 3 });
    await fail(breaker, 2);
    await succeed(breaker);
    await fail(breaker, 2);
    const before = breaker.state;

    await errorOf(breaker.call(throwing(BOOM)));

    expect([before, breaker.state, breaker.retryAfterMs]).toEqual(['closed', 'open', 60_000]);
  });

  it('leaves the circuit closed as the success that completes the minimum', async () => {
    const { breaker } = silentBreakerWith(rate);
    await fail(breaker, 2);
    await succeed(breaker);
    await breaker.call(() => 'at once');
    const before = breaker.state;
    await fail(breaker);

    expect([before, breaker.state]).toEqual(['closed', 'open']);
  });

  it('opens the circuit as a success that a policy objects to', async () => {
    const tripPolicy = { shouldTrip: ({ failed }: { readonly failed: boolean }) => (failed ? null : 'too good') };
    const { breaker, clock } = silentBreakerWith({ ...options, tripPolicy });
    clock.advance(123);
    await fail(breaker, 2);
    await succeed(breaker);
    const opened = [breaker.state, breaker.retryAfterMs, breaker.snapshot().openings];
    clock.advance(60_000);
    await succeed(breaker, 3);
    const before = breaker.state;
    await breaker.call(() => 'at once');

    expect([opened, before, breaker.state]).toEqual([['open', 60_000, 1], 'closed', 'open']);
  });

  it('is stale when the circuit has moved on', async () => {
    const { breaker } = silentBreakerWith({ ...options, failureThreshold: 1 });
    const calls = [hang(breaker), hang(breaker)] as const;
    breaker.reset();

    await finish(calls[0], BOOM);
    await finish(calls[1]);

    expect(breaker.state).toBe('closed');
    const totals = { totalCalls: 2, staleOutcomes: 2, windowCount: 0, consecutiveSuccesses: 0 };
    expect(breaker.getMetrics()).toMatchObject(totals);
  });

  it('is counted alike with listeners', async () => {
    const { breaker, events } = breakerWith({ ...options, failureThreshold: 2 });
    await succeed(breaker);
    await fail(breaker, 2);

    expect(kindsOf(events)).toEqual(['success', 'failure', 'failure', 'stateChange']);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 2 });
  });

  it('is rejected while open, and admitted at the deadline', async () => {
    const { breaker, clock } = silentBreakerWith({ ...options, successThreshold: 1 });
    breaker.trip();
    const settled = await breaker.tryCall(() => 'fine');
    clock.advance(60_000);
    await succeed(breaker);

    expect([settled.status, breaker.state]).toEqual(['rejected', 'closed']);
  });
});

describe('a lean call', () => {
  it('reads no clock for a success', async () => {
    let readings = 0;
    const { breaker, clock } = silentBreakerWith(lean);
    const now = clock.now.bind(clock);
    clock.now = () => {
      readings += 1;
      return now();
    };

    await succeed(breaker, 3);
    await breaker.call(() => 'at once');

    expect(readings).toBe(0);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 4, lastSuccessTime: null });
  });

  it('tells a trip policy the time, or 0 where no clock is read', async () => {
    const times: number[] = [];
    const tripPolicy = { shouldTrip: ({ now }: { readonly now: number }) => (times.push(now), null) };
    const { breaker, clock } = silentBreakerWith({ ...lean, tripPolicy });
    clock.advance(50);

    await succeed(breaker);
    await fail(breaker);

    expect(times).toEqual([0, 50]);
  });

  it('opens by the first failure after older successes have left a time window', async () => {
    const window = { slidingWindowMs: 4_000, slidingWindowBuckets: 4, minRequestsThreshold: 2, failureThreshold: null };
    const { breaker, clock } = silentBreakerWith({ ...lean, ...window });
    await succeed(breaker, 3);
    clock.advance(1_000);
    await fail(breaker);
    clock.advance(3_000);

    await succeed(breaker);
    const before = breaker.state;
    await fail(breaker);

    expect([before, breaker.state]).toEqual(['closed', 'open']);
  });
});
