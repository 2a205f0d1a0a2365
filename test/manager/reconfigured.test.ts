import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { managerWith } from '../support/manager.ts';
import { BOOM, fail, hang, succeed } from '../support/outcomes.ts';
import { runs } from '../support/random.ts';

function orders(config: object = {}) {
  const made = managerWith();
  return { ...made, breaker: made.manager.createCircuitBreaker('orders', config) };
}

describe('reconfigure', () => {
  it('changes thresholds and timeouts of a live breaker, without losing its state, totals or window', async () => {
    const { manager, breaker } = orders({ failureThreshold: 10 });
    await succeed(breaker, 2);
    await fail(breaker, 2);
    const before = breaker.getMetrics();

    manager.reconfigure('orders', { failureThreshold: 3, timeoutMs: 50 });

    expect(breaker.getStatus().config).toMatchObject({ failureThreshold: 3, timeoutMs: 50 });
    expect(breaker.getMetrics()).toEqual(before);
    await fail(breaker);
    expect(breaker.state).toBe('open');
  });

  it.each([
    [{ slidingWindowSize: 4 }, 4, 0.5],
    [{ slidingWindowSize: 3, minRequestsThreshold: 3 }, 3, 2 / 3],
    [{ slidingWindowSize: 1_000 }, 6, 1 / 3],
    [{ slidingWindowMs: 60_000 }, 0, 0],
  ])('with %o keeps the newest outcomes that fit: %s of them, error rate %s', async (changes, windowCount, currentErrorRate) => {
    const { manager, breaker } = orders({ errorRateThreshold: null });
    for (const outcome of 'SSSSFF') await breaker.tryCall(() => (outcome === 'S' ? 1 : Promise.reject(BOOM)));

    manager.reconfigure('orders', { ...changes });

    expect(breaker.getMetrics()).toMatchObject({ windowCount, currentErrorRate, totalCalls: 6 });
  });

  it('keeps what a time window holds, and lets it leave in its time', async () => {
    const { manager, breaker, clock } = orders({ slidingWindowMs: 10_000, errorRateThreshold: null, failureThreshold: 50 });
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

  it('leaves a running wait, a probe and an override as they are', () => {
    const { manager, breaker, clock } = orders({ recoveryTimeoutMs: 10_000, jitter: false });
    breaker.trip();
    breaker.forceClose('drill');
    clock.advance(4_000);

    manager.reconfigure('orders', { recoveryTimeoutMs: 1_000 });
    breaker.release();

    expect([breaker.state, breaker.retryAfterMs]).toEqual(['open', 6_000]);
  });

  it('leaves a call in flight its own timeout, and gives the next the new one', async () => {
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

  it('turns the short ways of calls on and off with calls in flight', async () => {
    const { manager, breaker } = orders({ timeoutMs: null, trackLatency: false });
    const calls = [hang(breaker)];
    for (const changes of [{ timeoutMs: 1_000 }, { trackLatency: true }, { maxConcurrent: 5 }, { fallback: 'none' }, { timeoutMs: null, trackLatency: false, maxConcurrent: null }]) {
      manager.reconfigure('orders', changes);
      calls.push(hang(breaker));
    }

    calls.forEach(({ operation }, index) => operation.resolve(String(index)));

    expect(await Promise.all(calls.map(({ settled }) => settled))).toEqual(calls.map((_, index) => ({ status: 'success', value: String(index) })));
    expect(breaker.getMetrics()).toMatchObject({ inFlight: 0, successfulCalls: 6, windowCount: 6 });
  });

  it('lets a smaller bulkhead wait for the calls that run', async () => {
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

  it('lets defaults adapt to what is changed', () => {
    const { manager, breaker } = orders();

    manager.reconfigure('orders', { recoveryTimeoutMs: 600_000, minRequestsThreshold: 500 });

    expect(breaker.getStatus().config).toMatchObject({ maxBackoffMs: 600_000, slidingWindowSize: 500 });
  });

  it('goes from enforcing to observing and back', async () => {
    const { manager, breaker } = orders({ failureThreshold: 1 });
    manager.reconfigure('orders', { mode: 'observe' });
    await fail(breaker);
    expect((await breaker.tryCall(() => 1)).status).toBe('success');

    manager.reconfigure('orders', { mode: 'enforce' });
    expect((await breaker.tryCall(() => 1)).status).toBe('rejected');
  });

  it('keeps a trip policy of its own', async () => {
    const { manager } = managerWith();
    const breaker = manager.createCircuitBreaker('orders', {}, { tripPolicy: { shouldTrip: ({ consecutiveFailures }) => (consecutiveFailures === 2 ? 'mine' : null) } });

    manager.reconfigure('orders', { failureThreshold: 1 });
    await fail(breaker);
    expect(breaker.state).toBe('closed');
    await fail(breaker);

    expect(breaker.explain()).toContain('"mine"');
  });

  it.each([
    [{ timeoutMs: 0 }, 'Expected `timeoutMs` to be milliseconds, 1 to Infinity, or null, got 0'],
    [{ failureThreshold: 2, minRequestsThreshold: 50, slidingWindowSize: 10 }, 'Expected `minRequestsThreshold` to be at most `slidingWindowSize`, 10, got 50'],
    [{ failureTreshold: 2 }, 'Unknown option `failureTreshold`; did you mean `failureThreshold`?'],
    [{ classify: () => 'success' }, '`classify` is for life; remove the breaker and create another one'],
    [{ clock: { now: () => 0, wall: () => 0, after: () => {} } }, '`clock` is for life'],
    [{ healthCheck: { check: () => true } }, '`healthCheck` is for life'],
    [{ mode: 'off' }, 'mode `off` is for life; use forceClose() instead'],
    [{ name: 'stock' }, 'Unknown option `name`'],
    [{ base: 'http' }, 'Unknown option `base`'],
    [null, 'Expected the options to be an object, got null'],
  ])('refuses %o whole', (changes, problem) => {
    const { manager, breaker, events } = orders({ failureThreshold: 5 });
    const before = breaker.getStatus();

    expect(() => manager.reconfigure('orders', changes as never)).toThrow(problem);
    expect(breaker.getStatus()).toEqual(before);
    expect(events.filter(({ type }) => type === 'reconfigured')).toEqual([]);
    manager.reconfigure('orders', { successThreshold: 1 });
    expect(breaker.getStatus().config).toMatchObject({ failureThreshold: 5, successThreshold: 1 });
  });

  it('refuses a name that nobody has', () => {
    expect(() => managerWith().manager.reconfigure('orders', {})).toThrow('Expected a breaker of that name, got none; create it first');
  });

  it('with nothing new changes nothing, whatever has happened', async () => {
    const steps = fc.array(fc.constantFrom('S', 'F', 'trip', 'wait', 'reset', 'force'), { maxLength: 40 });
    const windows = fc.constantFrom({ slidingWindowSize: 20 }, { slidingWindowMs: 1_000 }, { slidingWindowMs: Number.POSITIVE_INFINITY });
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
