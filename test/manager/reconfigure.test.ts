import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cusum } from '../../src/trip/cusum.ts';
import { managerWith } from '../support/manager.ts';
import { BOOM, fail, hang, succeed } from '../support/outcomes.ts';
import { runs } from '../support/random.ts';

function orders(config: object = {}) {
  const made = managerWith({ tags: { app: 'shop' } });
  return { ...made, breaker: made.manager.createCircuitBreaker('orders', config) };
}

describe('reconfigure', () => {
  it('changes thresholds, timeouts and tags, and keeps state, totals and window', async () => {
    const { manager, breaker } = orders({ failureThreshold: 10, tags: { team: 'a' } });
    await succeed(breaker, 2);
    await fail(breaker, 2);
    const before = breaker.getMetrics();

    manager.reconfigure('orders', { failureThreshold: 3, timeoutMs: 50, tags: { team: 'b' } });

    const { config, tags } = breaker.getStatus();
    expect(config).toMatchObject({ failureThreshold: 3, timeoutMs: 50 });
    expect(tags).toEqual({ app: 'shop', team: 'b' });
    expect(breaker.getMetrics()).toEqual(before);
    await fail(breaker);
    expect(breaker.state).toBe('open');
  });

  it.each([
    [{ slidingWindowSize: 4 }, 4, 0.5],
    [{ slidingWindowSize: 3, minRequestsThreshold: 3 }, 3, 2 / 3],
    [{ slidingWindowSize: 1_000 }, 6, 1 / 3],
    [{ slidingWindowMs: 60_000 }, 0, 0],
  ])('with %o keeps the newest %i results', async (changes, windowCount, currentErrorRate) => {
    const { manager, breaker } = orders({ errorRateThreshold: null });
    for (const outcome of 'SSSSFF') await breaker.tryCall(() => (outcome === 'S' ? 1 : Promise.reject(BOOM)));

    manager.reconfigure('orders', { ...changes });

    expect(breaker.getMetrics()).toMatchObject({ windowCount, currentErrorRate, totalCalls: 6 });
  });

  it('keeps what a detector has summed up, also when a new one takes its place', async () => {
    const counts: number[] = [];
    for (const changes of [null, { timeoutMs: 50 }, { detector: cusum() }]) {
      const { manager, breaker } = orders({ detector: cusum(), errorRateThreshold: 0.5 });
      await fail(breaker, 2);
      if (changes !== null) manager.reconfigure('orders', changes);
      let failures = 2;
      for (; breaker.state === 'closed'; failures += 1) await fail(breaker);
      counts.push(failures);
    }
    const [untouched = 0, otherTimeout, otherDetector] = counts;

    expect(otherTimeout).toBe(untouched);
    expect(otherDetector).toBe(untouched);
  });

  it('keeps the results of a time window until they expire', async () => {
    const { manager, breaker, clock } = orders({ slidingWindowMs: 10_000, errorRateThreshold: null });
    await fail(breaker, 2);
    clock.advance(5_000);
    await fail(breaker, 1);

    manager.reconfigure('orders', { slidingWindowMs: 20_000, slidingWindowBuckets: 4 });
    const counts = [breaker.getMetrics().windowCount];
    for (let step = 0; step < 4; step += 1) {
      clock.advance(5_000);
      counts.push(breaker.getMetrics().windowCount);
    }

    expect(counts).toEqual([3, 3, 3, 1, 0]);
  });

  it('keeps a running wait and an override', () => {
    const { manager, breaker, clock } = orders({ recoveryTimeoutMs: 10_000, jitter: false });
    breaker.trip();
    breaker.forceClose('drill');
    clock.advance(4_000);

    manager.reconfigure('orders', { recoveryTimeoutMs: 1_000 });
    breaker.release();

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 6_000]);
  });

  it('uses the snapshot of a breaker only once, when the breaker is created', () => {
    const before = orders({ recoveryTimeoutMs: 10_000 });
    before.breaker.trip();
    const { manager, breaker } = orders({ recoveryTimeoutMs: 10_000, restore: before.breaker.snapshot() });
    breaker.reset();

    manager.reconfigure('orders', { recoveryTimeoutMs: 5, maxBackoffMs: 5, maxRetryAfterMs: 5 });

    expect(breaker.state).toBe('closed');
  });

  it('keeps the timeout of a call in flight, and applies the new one to the next call', async () => {
    const { manager, breaker, clock } = orders({ timeoutMs: 1_000 });
    const old = hang(breaker);

    manager.reconfigure('orders', { timeoutMs: 100 });
    const next = hang(breaker);
    await clock.advanceAsync(100);
    expect(await next.settled).toMatchObject({ status: 'failure', error: { timeoutMs: 100 } });
    expect(breaker.getMetrics().inFlight).toBe(1);

    await clock.advanceAsync(900);
    expect(await old.settled).toMatchObject({ status: 'failure', error: { timeoutMs: 1_000 } });
    expect(breaker.getMetrics()).toMatchObject({ inFlight: 0, timeouts: 2 });
  });

  it('switches between fast and general path with calls in flight', async () => {
    const { manager, breaker } = orders({ timeoutMs: null, trackLatency: false });
    const calls = [hang(breaker)];
    for (const changes of [
      { timeoutMs: 1_000 },
      { trackLatency: true },
      { maxConcurrent: 5 },
      { fallback: 'none' },
      { timeoutMs: null, trackLatency: false, maxConcurrent: null },
    ]) {
      manager.reconfigure('orders', changes);
      calls.push(hang(breaker));
    }

    calls.forEach(({ operation }, index) => operation.resolve(String(index)));

    expect(await Promise.all(calls.map(({ settled }) => settled))).toEqual(
      calls.map((_, index) => ({ status: 'success', value: String(index) })),
    );
    expect(breaker.getMetrics()).toMatchObject({ inFlight: 0, successfulCalls: 6, windowCount: 6 });
  });

  it('applies a smaller bulkhead as running calls end', async () => {
    const { manager, breaker } = orders({ maxConcurrent: 3 });
    const calls = [hang(breaker), hang(breaker), hang(breaker)];

    manager.reconfigure('orders', { maxConcurrent: 1 });
    const statuses = [(await breaker.tryCall(() => 1)).status];
    for (const { operation, settled } of calls) {
      operation.resolve('done');
      await settled;
      statuses.push((await breaker.tryCall(() => 1)).status);
    }

    expect(statuses).toEqual(['rejected', 'rejected', 'rejected', 'success']);
  });

  it('adapts defaults to the changed options', () => {
    const { manager, breaker } = orders();

    manager.reconfigure('orders', { recoveryTimeoutMs: 600_000, minRequestsThreshold: 500 });

    expect(breaker.getStatus().config).toMatchObject({ maxBackoffMs: 3_000_000, slidingWindowSize: 500 });
  });

  it('changes from enforcing to observing and back', async () => {
    const { manager, breaker } = orders({ failureThreshold: 1 });
    manager.reconfigure('orders', { mode: 'observe' });
    await fail(breaker);
    expect((await breaker.tryCall(() => 1)).status).toBe('success');

    manager.reconfigure('orders', { mode: 'enforce' });
    expect((await breaker.tryCall(() => 1)).status).toBe('rejected');
  });

  it.each<[title: string, changes: unknown, problem: string]>([
    ['one is invalid', { timeoutMs: 0 }, '`timeoutMs` must be a number of milliseconds (1 or more), or null.'],
    [
      'they contradict each other',
      { failureThreshold: 2, minRequestsThreshold: 50, slidingWindowSize: 10 },
      '`minRequestsThreshold` must be at most `slidingWindowSize` (10). Received 50.',
    ],
    ['one is unknown', { failureTreshold: 2 }, 'Unknown option `failureTreshold`. Did you mean `failureThreshold`?'],
    [
      'one classifies results',
      { classify: () => 'success' },
      "`classify` can't be changed. Remove the breaker and create a new one.",
    ],
    ['one is a clock', { clock: { now: () => 0, wall: () => 0, after: () => {} } }, "`clock` can't be changed."],
    ['one is a health check', { healthCheck: { check: () => true } }, "`healthCheck` can't be changed."],
    ['the mode becomes off', { mode: 'off' }, "`mode` can't be changed from or to `off`. Use `forceClose()`."],
    ['one is a name', { name: 'stock' }, 'Unknown option `name`.'],
    ['one is a base', { base: 'http' }, 'Unknown option `base`.'],
    ['one is a snapshot', { restore: {} }, 'Unknown option `restore`.'],
    ['there are none', null, 'The options must be an object. Received null.'],
  ])('throws and changes nothing when, of the options, %s', (_title, changes, problem) => {
    const { manager, breaker, events } = orders({ failureThreshold: 5 });
    const before = breaker.getStatus();

    expect(() => manager.reconfigure('orders', changes as never)).toThrow(`Circuit breaker "orders": ${problem}`);
    expect(breaker.getStatus()).toEqual(before);
    expect(events.filter(({ type }) => type === 'reconfigured')).toEqual([]);
    manager.reconfigure('orders', { successThreshold: 1 });
    expect(breaker.getStatus().config).toMatchObject({ failureThreshold: 5, successThreshold: 1 });
  });

  it('throws for an unknown name', () => {
    expect(() => managerWith().manager.reconfigure('orders', {})).toThrow('No breaker has this name. Create it first.');
  });

  it('changes nothing without new options, whatever happened before', async () => {
    const steps = fc.array(fc.constantFrom('S', 'F', 'trip', 'wait', 'reset', 'force'), { maxLength: 40 });
    const windows = fc.constantFrom(
      { slidingWindowSize: 20 },
      { slidingWindowMs: 1_000 },
      { slidingWindowMs: Number.POSITIVE_INFINITY },
    );
    await fc.assert(
      fc.asyncProperty(windows, steps, async (window, taken) => {
        const { manager, breaker, clock } = orders({ ...window, recoveryTimeoutMs: 500, failureThreshold: 4 });
        for (const step of taken) {
          if (step === 'S' || step === 'F') await breaker.tryCall(() => (step === 'S' ? 1 : Promise.reject(BOOM)));
          else if (step === 'trip') breaker.trip();
          else if (step === 'wait') clock.advance(130);
          else if (step === 'reset') breaker.reset();
          else breaker.forceOpen();
        }
        const before = [breaker.getStatus(), breaker.snapshot(), breaker.explain()];

        manager.reconfigure('orders', {});

        expect([breaker.getStatus(), breaker.snapshot(), breaker.explain()]).toEqual(before);
      }),
      { numRuns: runs(100) },
    );
  });
});
