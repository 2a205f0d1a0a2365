import { describe, expect, it } from 'vitest';
import { anyOf, consecutiveFailures, cusum, errorRate, slowCallRate } from '../../src/index.ts';
import { breakerWith, kindsOf, silentBreakerWith } from '../support/breaker.ts';
import type { Made, Options } from '../support/breaker.ts';
import { finish, take } from '../support/calls.ts';
import { flush } from '../support/drive.ts';
import { BOOM, fail, hang, succeed } from '../support/outcomes.ts';
import { everyPreset } from '../support/presets.ts';

type Timed = Pick<Made, 'breaker' | 'clock'>;

/** Calls in flight that fail one after the other, this many milliseconds apart, after 20 ms. */
async function resetTogether({ breaker, clock }: Timed, connections: number, apartMs = 0): Promise<void> {
  const calls = Array.from({ length: connections }, () => hang(breaker));
  clock.advance(20);
  for (const call of calls) {
    await finish(call, BOOM);
    clock.advance(apartMs);
  }
}

describe('a success', () => {
  it.each<[string, Options]>([
    ['the failure rate', {}],
    ['an adaptive failure rate', { adaptiveThreshold: true }],
    ['an own set of built-in rules', { tripPolicy: anyOf(consecutiveFailures(50),
      errorRate({ threshold: 0.5, minRequestsThreshold: 20 })) }],
  ])('never opens by %s, and the next failure does', async (_, options) => {
    const { breaker } = silentBreakerWith(options);
    await fail(breaker, 9);
    await succeed(breaker);
    await fail(breaker);
    await succeed(breaker, 9);
    const recovered = breaker.state;
    await fail(breaker);

    expect([recovered, breaker.state]).toEqual(['closed', 'open']);
  });

  it.each<[string, Options]>([
    ['the rate of slow calls', { slowCallRateThreshold: 0.5 }],
    ['an adaptive rate of slow calls', { slowCallRateThreshold: 0.5, adaptiveThreshold: true }],
    ['an own set of built-in rules', { tripPolicy: slowCallRate({ threshold: 0.5, minRequestsThreshold: 20 }) }],
  ])('that is fast never opens by %s, and the next slow one does', async (_, options) => {
    const made = silentBreakerWith({ timeoutMs: null, ...options });
    for (let call = 0; call < 15; call += 1) await take(made, 5_001);
    await succeed(made.breaker, 5);
    const recovered = made.breaker.state;
    await take(made, 5_001);

    expect([recovered, made.breaker.state]).toEqual(['closed', 'open']);
  });

  it('never opens by a learned rate that falls below the one in the window', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: null, detector: cusum(), adaptiveThreshold: true });
    await fail(breaker, 16);
    await succeed(breaker, 20);

    expect(breaker.state).toBe('closed');
  });
});

const PRESETS = everyPreset().filter(([path]) => path !== 'canonical');
const IN_EFFECT: readonly [string, Options][] = [
  ['the defaults', {}],
  ['the cusum detector', { detector: cusum() }],
  ['adaptive thresholds', { adaptiveThreshold: true }],
  ['a rate of its own', { errorRateThreshold: 0.2 }],
  ['a window of time', { slidingWindowMs: 10_000 }],
  ...PRESETS,
];

describe.each(IN_EFFECT)('with %s, connections that are reset together', (_, options) => {
  it.each([
    [10, 0],
    [100, 0],
    [100, 9],
  ])('leave the circuit closed: %i, %i ms apart', async (connections, apartMs) => {
    const made = silentBreakerWith({ ...options, timeoutMs: null });
    await succeed(made.breaker, 1_000);
    await resetTogether(made, connections, apartMs);

    const { failedCalls, consecutiveFailures: run, lastFailureTime, failureTypes } = made.breaker.getMetrics();
    expect([made.breaker.state, failedCalls, run]).toEqual(['closed', connections, 1]);
    expect([lastFailureTime, failureTypes]).toEqual([made.clock.wall() - apartMs, { Error: connections }]);
  });

  it('leave it closed again, once calls have succeeded', async () => {
    const made = silentBreakerWith(options);
    for (let blip = 0; blip < 20; blip += 1) {
      await succeed(made.breaker, 100);
      made.clock.advance(10_000);
      await resetTogether(made, 20);
    }

    expect(made.breaker.state).toBe('closed');
  });
});

describe('connections that are reset together', () => {
  it.each<[string, Options]>([
    ['failureThreshold is set', { failureThreshold: 10 }],
    ['the preset is canonical', Object.fromEntries(everyPreset())['canonical'] as Options],
    ['burstMs is 0', { burstMs: 0 }],
    ['a policy is set', { tripPolicy: consecutiveFailures(10) }],
    ['no latency is tracked', { trackLatency: false }],
    ['the calls are slow to fail', { burstMs: 100 }],
  ])('count each when %s', async (_, options) => {
    const made = silentBreakerWith(options);
    await succeed(made.breaker, 1_000);
    await resetTogether(made, 20, 100);

    expect(made.breaker.state).toBe('open');
  });

  it('are events each', async () => {
    const made = breakerWith();
    await resetTogether(made, 3);

    expect(kindsOf(made.events)).toEqual(['failure', 'failure', 'failure']);
  });

  it.each([
    [999, 1],
    [1_000, 2],
  ])('count with the first one until a second has passed: after %i ms, %i', async (apartMs, count) => {
    const made = silentBreakerWith();
    await resetTogether(made, 2, apartMs);

    expect(made.breaker.getMetrics()).toMatchObject({ consecutiveFailures: count, windowCount: count });
  });

  it('count with the first one if they were admitted before it ended, not at that moment', async () => {
    const { breaker, clock } = silentBreakerWith();
    const first = hang(breaker);
    clock.advance(20);
    const before = hang(breaker);
    clock.advance(0.1);
    await finish(first, BOOM);
    const after = hang(breaker);
    clock.advance(20.7);
    await finish(before, BOOM);
    const counted = breaker.getMetrics().consecutiveFailures;
    await finish(after, BOOM);

    expect([counted, breaker.getMetrics().consecutiveFailures]).toEqual([1, 2]);
  });

  it('count once although a call succeeds in between', async () => {
    const { breaker, clock } = silentBreakerWith();
    const [one, two, three] = [hang(breaker), hang(breaker), hang(breaker)];
    clock.advance(20);
    await finish(one, BOOM);
    await finish(two);
    await finish(three, BOOM);

    expect(breaker.getMetrics()).toMatchObject({ consecutiveFailures: 0, windowCount: 2, currentErrorRate: 1 / 2 });
  });

  it.each([
    [1, 'closed'],
    [0.5, 'open'],
  ])('count once, and then each until the window is full of others: after %d of it, %s', async (share, state) => {
    const made = silentBreakerWith({ burstMs: 500 });
    await succeed(made.breaker, 1_000);
    await resetTogether(made, 20);
    made.clock.advance(600);
    await succeed(made.breaker, 100 * share);
    await resetTogether(made, 20);

    expect(made.breaker.state).toBe(state);
  });

  it.each([
    ['all calls of each second fail, and some others succeed (59%)', 10, 7],
    ['many calls of each second fail (93%)', 100, 7],
  ])('hide no outage: %s', async (_, failing, succeeding) => {
    const made = silentBreakerWith({ timeoutMs: null });
    await succeed(made.breaker, 1_000);
    let seconds = 0;
    for (; made.breaker.state === 'closed' && seconds < 60; seconds += 1) {
      await resetTogether(made, failing);
      if (made.breaker.state === 'closed') await succeed(made.breaker, succeeding);
      made.clock.advance(980);
    }

    expect(seconds).toBe(2);
  });

  it('are those of streams, too, which run longer than until their first item', async () => {
    const { breaker, clock } = silentBreakerWith();
    await succeed(breaker, 1_000);
    const fails: (() => void)[] = [];
    for (let stream = 0; stream < 12; stream += 1) {
      const items = breaker.stream(async function* items() {
        yield 1;
        await new Promise((_, reject) => fails.push(() => reject(BOOM)));
      });
      await items.next();
      void items.next().catch(() => {});
    }
    await flush();
    clock.advance(5_000);
    for (const cut of fails) {
      cut();
      await flush();
      clock.advance(50);
    }

    expect([breaker.state, breaker.getMetrics().consecutiveFailures]).toEqual(['closed', 1]);
  });

  it('of an earlier state are stale, and begin no burst', async () => {
    const made = silentBreakerWith();
    const earlier = Array.from({ length: 10 }, () => hang(made.breaker));
    made.clock.advance(10);
    made.breaker.reset();
    for (const call of earlier) await finish(call, BOOM);
    await resetTogether(made, 10);

    expect(made.breaker.getMetrics()).toMatchObject({ staleOutcomes: 10, failedCalls: 20, consecutiveFailures: 1 });
  });

  it('open the circuit if one of them asks for a pause', async () => {
    const pause = new Error('slow down');
    const classify: Options['classify'] = (result) =>
      result.status === 'failure' && result.error === pause ? { failure: true, retryAfterMs: 7_000 } : result.status;
    const made = silentBreakerWith({ classify });
    const [one, two] = [hang(made.breaker), hang(made.breaker)];
    made.clock.advance(20);
    await finish(one, BOOM);
    await finish(two, pause);

    expect([made.breaker.state, made.breaker.retryAfterMs]).toEqual(['open', 7_000]);
  });

  it('count with a timeout that came first, and a timeout counts by itself', async () => {
    const made = silentBreakerWith({ timeoutMs: 100 });
    const calls = Array.from({ length: 5 }, () => hang(made.breaker));
    made.clock.advance(50);
    const later = Array.from({ length: 3 }, () => hang(made.breaker));
    made.clock.advance(50);
    await flush();
    const afterTimeouts = made.breaker.getMetrics().consecutiveFailures;
    for (const call of later) await finish(call, BOOM);

    expect([calls.length, afterTimeouts, made.breaker.getMetrics().consecutiveFailures]).toEqual([5, 5, 5]);
  });
});

describe('a lasting outage', () => {
  type Fails = (call: number) => boolean;
  const openedAfter = async (options: Options, latencyMs: number, fails: Fails): Promise<number> => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: null, ...options });
    await succeed(breaker, 1_000);
    for (let tick = 0; breaker.state === 'closed' && tick < 3_000; tick += 1) {
      void breaker.tryCall(() =>
        new Promise((resolve, reject) => clock.after(latencyMs, () => (fails(tick) ? reject(BOOM) : resolve(1)))),
      );
      clock.advance(2);
      await flush();
    }
    return breaker.state === 'open' ? clock.now() : Number.POSITIVE_INFINITY;
  };

  it.each([1, 5, 200, 990, 1_500, 3_000])('opens at most a second later when errors take %i ms', async (latencyMs) => {
    const counted = await openedAfter({ burstMs: 0 }, latencyMs, () => true);
    const delayMs = (await openedAfter({}, latencyMs, () => true)) - counted;

    expect(delayMs).toBeGreaterThanOrEqual(0);
    expect(delayMs).toBeLessThanOrEqual(1_000);
  });

  it.each([5, 200, 900])('that leaves 2 of 5 calls well opens by the failure rate: %i ms', async (latencyMs) => {
    const counted = await openedAfter({ burstMs: 0 }, latencyMs, (call) => call % 5 > 1);
    const delayMs = (await openedAfter({}, latencyMs, (call) => call % 5 > 1)) - counted;

    expect(delayMs).toBeLessThanOrEqual(1_000);
  });

  it('opens at the tenth of calls that come one by one', async () => {
    const made = silentBreakerWith();
    await succeed(made.breaker, 1_000);
    for (let call = 0; call < 9; call += 1) await take(made, 1.1, BOOM);
    const before = made.breaker.state;
    await take(made, 1.1, BOOM);

    expect([before, made.breaker.state]).toEqual(['closed', 'open']);
  });
});

describe('a preset', () => {
  it.each(PRESETS)('%s waits for failureThreshold failures when its window can hold as many', async (_, preset) => {
    const { failureThreshold = 0, errorRateThreshold = 0, slidingWindowSize = 0, minRequestsThreshold = 0 } = preset;
    const failures = Math.ceil((minRequestsThreshold as number) * (errorRateThreshold as number));

    expect(failures >= (failureThreshold as number) || minRequestsThreshold === slidingWindowSize).toBe(true);
  });

  it('for databases stays closed when two of the first three calls fail', async () => {
    const { breaker } = silentBreakerWith(Object.fromEntries(PRESETS)['database'] as Options);
    await succeed(breaker);
    await fail(breaker, 2);

    expect(breaker.state).toBe('closed');
  });
});
