import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../../support/breaker.ts';
import type { Options } from '../../support/breaker.ts';
import { BOOM, errorOf, fail, hang, succeed } from '../../support/outcomes.ts';

const lean = { timeoutMs: null, trackLatency: false } satisfies Options;

/** The same call takes another way through the engine with each of these. */
const WAYS: readonly (readonly [string, Options])[] = [
  ['lean', lean],
  ['lean, with a time window', { ...lean, slidingWindowMs: 10_000 }],
  ['timed by its timeout', { timeoutMs: 1_000, trackLatency: false }],
  ['timed for latency', { timeoutMs: null }],
  ['judged by value', { ...lean, isFailure: () => false }],
  ['with a fallback for other ends', { ...lean, fallback: 'cached', fallbackOn: ['bulkhead'] }],
  ['limited', { ...lean, maxConcurrent: 10 }],
  ['observed', { mode: 'observe' }],
  ['off', { mode: 'off' }],
];

describe.each(WAYS)('a call that is %s', (_way, options) => {
  it('gives what the operation returns', async () => {
    const { breaker } = silentBreakerWith(options);

    const values = [
      await breaker.call(() => 1),
      await breaker.call(() => null),
      await breaker.call(async () => 2),
      await breaker.call(() => Promise.resolve([3])),
      await breaker.call(() => ({ then: (onValue: (value: number) => unknown) => onValue(4) }) as PromiseLike<number>),
    ];

    expect(values).toEqual([1, null, 2, [3], 4]);
  });

  it('throws what the operation throws, and never synchronously', async () => {
    const { breaker } = silentBreakerWith(options);
    const synchronous = breaker.call(() => {
      throw BOOM;
    });
    const asynchronous = breaker.call(() => Promise.reject(BOOM));

    expect([await errorOf(synchronous), await errorOf(asynchronous)]).toEqual([BOOM, BOOM]);
  });

  it('gives a promise of its own', () => {
    const { breaker } = silentBreakerWith(options);
    const own = Promise.resolve('fine');

    const call = breaker.call(() => own);

    expect(call).toBeInstanceOf(Promise);
    expect(call).not.toBe(own);
  });

  it('hands the operation a signal that is not aborted', async () => {
    const { breaker } = silentBreakerWith(options);

    expect(await breaker.call(({ signal }) => [signal instanceof AbortSignal, signal.aborted])).toEqual([true, false]);
  });

  it('refuses an operation that is no function, and counts nothing', async () => {
    const { breaker } = silentBreakerWith(options);

    for (const [operation, shown] of [[undefined, 'undefined'], [null, 'null'], ['text', 'string'], [Promise.resolve(), 'object']] as const) {
      expect(await errorOf(breaker.call(operation as never))).toEqual(new TypeError(`Expected the operation to be a function, got ${shown}`));
    }
    expect(breaker.getMetrics().totalCalls).toBe(0);
  });

  it('refuses options that break a rule, and runs nothing', async () => {
    const { breaker } = silentBreakerWith(options);
    let ran = false;
    const run = () => {
      ran = true;
    };

    for (const callOptions of [{ timeoutMs: 0 }, { timeout: 5 }, { signal: {} }, { fallback: [] }, null]) {
      expect(await errorOf(breaker.call(run, callOptions as never))).toMatchObject({ code: 'ERR_CIRCUIT_CONFIG' });
    }
    expect([ran, breaker.getMetrics().totalCalls]).toEqual([false, 0]);
  });
});

describe.each(WAYS.slice(0, 7))('a counted call that is %s', (_way, options) => {
  it('is in flight until its operation settles, and then counted once', async () => {
    const { breaker } = silentBreakerWith(options);
    const call = hang(breaker);
    const during = breaker.getMetrics();

    call.operation.resolve('fine');
    await call.settled;

    expect(during).toMatchObject({ totalCalls: 1, inFlight: 1, successfulCalls: 0 });
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 1, inFlight: 0, successfulCalls: 1, windowCount: 1, consecutiveSuccesses: 1 });
  });

  it('trips with the last failure of a run', async () => {
    const { breaker } = silentBreakerWith({ ...options, failureThreshold: 3 });
    await fail(breaker, 2);
    await succeed(breaker);
    await fail(breaker, 2);
    const before = breaker.state;

    await breaker
      .call(() => {
        throw BOOM;
      })
      .catch(() => {});

    expect([before, breaker.state, breaker.retryAfterMs]).toEqual(['closed', 'open', 60_000]);
  });

  it('trips as the success that completes the minimum, and recovers', async () => {
    const { breaker, clock } = silentBreakerWith({ ...options, minRequestsThreshold: 4, slidingWindowSize: 4, failureThreshold: null });
    clock.advance(123);
    await fail(breaker, 2);
    await succeed(breaker, 2);
    const tripped = [breaker.state, breaker.retryAfterMs, breaker.snapshot().openings];
    clock.advance(60_000);

    await succeed(breaker, 3);

    expect(tripped).toEqual(['open', 60_000, 1]);
    expect(breaker.state).toBe('closed');
  });

  it('trips as such a success that came at once', async () => {
    const { breaker } = silentBreakerWith({ ...options, minRequestsThreshold: 4, slidingWindowSize: 4, failureThreshold: null });
    await fail(breaker, 3);

    await breaker.call(() => 'at once');

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 60_000]);
  });

  it('is stale when the circuit has moved on', async () => {
    const { breaker } = silentBreakerWith({ ...options, failureThreshold: 1 });
    const calls = [hang(breaker), hang(breaker)] as const;
    breaker.reset();

    calls[0].operation.reject(BOOM);
    calls[1].operation.resolve('late');
    await Promise.all([calls[0].settled, calls[1].settled]);

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 2, staleOutcomes: 2, windowCount: 0, consecutiveSuccesses: 0 });
  });

  it('may call the breaker in its operation', async () => {
    const { breaker } = silentBreakerWith(options);

    const value = await breaker.call(async () => `outer ${await breaker.call(async () => 'inner')}`);

    expect(value).toBe('outer inner');
    expect(breaker.getMetrics()).toMatchObject({ totalCalls: 2, successfulCalls: 2 });
  });

  it('counts the same with listeners', async () => {
    const { breaker, events } = breakerWith({ ...options, failureThreshold: 2 });

    await succeed(breaker);
    await fail(breaker, 2);

    expect(events.map(({ type }) => type)).toEqual(['success', 'failure', 'failure', 'stateChange']);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 1, failedCalls: 2 });
  });

  it('is rejected while open, and admitted at the deadline', async () => {
    const { breaker, clock } = silentBreakerWith({ ...options, successThreshold: 1 });
    breaker.trip();
    const settled = await breaker.tryCall(() => 'fine');
    clock.advance(60_000);
    await succeed(breaker);

    expect(settled.status).toBe('rejected');
    expect(breaker.state).toBe('closed');
  });
});

describe('a lean call', () => {
  it('reads no clock for a success', async () => {
    let readings = 0;
    const { breaker, clock } = silentBreakerWith(lean);
    const now = clock.now.bind(clock);
    Object.defineProperty(clock, 'now', {
      value: () => {
        readings += 1;
        return now();
      },
    });

    await succeed(breaker, 3);
    await breaker.call(() => 'at once');

    expect(readings).toBe(0);
    expect(breaker.getMetrics()).toMatchObject({ successfulCalls: 4, lastSuccessTime: null });
  });

  it('tells a trip policy the time, or 0 where no clock is read', async () => {
    const times: number[] = [];
    const { breaker, clock } = silentBreakerWith(lean, {
      tripPolicy: {
        shouldTrip: ({ now }) => {
          times.push(now);
          return null;
        },
      },
    });
    clock.advance(50);

    await succeed(breaker);
    await fail(breaker);

    expect(times).toEqual([0, 50]);
  });

  it('opens now when a trip policy says so after a success', async () => {
    const { breaker, clock } = silentBreakerWith(lean, { tripPolicy: { shouldTrip: () => 'enough' } });
    clock.advance(50);

    await succeed(breaker);

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 60_000]);
  });

  it('lets a success find that old successes have left a time window', async () => {
    const { breaker, clock } = silentBreakerWith({ ...lean, slidingWindowMs: 4_000, slidingWindowBuckets: 4, minRequestsThreshold: 2, failureThreshold: null });
    await succeed(breaker, 3);
    clock.advance(1_000);
    await fail(breaker);
    clock.advance(3_000);

    await succeed(breaker);

    expect(breaker.state).toBe('open');
  });

  it('notices a lease before it is taken in', async () => {
    const { breaker, clock } = silentBreakerWith({ ...lean, halfOpenLeaseMs: 4_000 });
    const old = breaker.call(() => new Promise((resolve) => void Promise.resolve().then(() => Promise.resolve().then(resolve))));
    breaker.trip();
    clock.advance(60_000);
    hang(breaker);
    clock.advance(4_000);

    await old;

    expect(breaker.state).toBe('open');
  });

  it('uses the permit of its own closed spell', async () => {
    const { breaker } = silentBreakerWith({ ...lean, failureThreshold: 2 });
    const before = hang(breaker);
    breaker.reset();
    await fail(breaker);

    before.operation.reject(BOOM);
    await before.settled;

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ staleOutcomes: 1 });
  });
});
