import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../src/testing/index.ts';
import { silentBreakerWith } from '../../support/breaker.ts';
import { BOOM, fail, hang, succeed } from '../../support/outcomes.ts';

/** A call that takes so long, and then ends well or badly. */
async function take({ breaker, clock }: Pick<ReturnType<typeof silentBreakerWith>, 'breaker' | 'clock'>, durationMs: number, error?: unknown): Promise<void> {
  const call = hang(breaker);
  clock.advance(durationMs);
  if (error === undefined) call.operation.resolve('fine');
  else call.operation.reject(error);
  await call.settled;
}

describe('the metrics', () => {
  it('of a fresh breaker are all 0, and a success rate of 1', () => {
    const { breaker } = silentBreakerWith();

    expect(breaker.getMetrics()).toEqual({
      totalCalls: 0,
      successfulCalls: 0,
      failedCalls: 0,
      ignoredCalls: 0,
      rejectedCalls: 0,
      inFlight: 0,
      abandoned: 0,
      timeouts: 0,
      slowCalls: 0,
      staleOutcomes: 0,
      wouldHaveRejectedCalls: 0,
      consecutiveFailures: 0,
      consecutiveSuccesses: 0,
      stateChanges: 0,
      circuitOpenedCount: 0,
      circuitClosedCount: 0,
      failureTypes: {},
      lastFailureTime: null,
      lastSuccessTime: null,
      windowCount: 0,
      currentErrorRate: 0,
      currentSlowCallRate: 0,
      averageResponseTimeMs: 0,
      p50Ms: 0,
      p95Ms: 0,
      p99Ms: 0,
      successRate: 1,
      adaptive: null,
      concurrencyLimit: null,
    });
  });

  it('count rates over the window, without regard to the minimum', async () => {
    const { breaker } = silentBreakerWith();

    await succeed(breaker, 3);
    await fail(breaker);

    expect(breaker.getMetrics()).toMatchObject({ windowCount: 4, currentErrorRate: 0.25, currentSlowCallRate: 0, successRate: 0.75, consecutiveFailures: 1, consecutiveSuccesses: 0 });
  });

  it('count successes and failures in a row', async () => {
    const { breaker } = silentBreakerWith();

    await fail(breaker, 2);
    const failing = breaker.getMetrics();
    await succeed(breaker, 3);

    expect(failing).toMatchObject({ consecutiveFailures: 2, consecutiveSuccesses: 0 });
    expect(breaker.getMetrics()).toMatchObject({ consecutiveFailures: 0, consecutiveSuccesses: 3 });
  });

  it('take the rates of the last calls only', async () => {
    const { breaker } = silentBreakerWith({ slidingWindowSize: 4, errorRateThreshold: 1 });
    await fail(breaker, 2);
    await succeed(breaker, 3);

    expect(breaker.getMetrics()).toMatchObject({ windowCount: 4, currentErrorRate: 0.25 });
  });

  it('take the rates of the last milliseconds, also when nothing is recorded', async () => {
    const { breaker, clock } = silentBreakerWith({ slidingWindowMs: 1_000, slidingWindowBuckets: 10 });
    await fail(breaker, 2);
    clock.advance(999);
    const before = breaker.getMetrics().windowCount;

    clock.advance(1);

    expect([before, breaker.getMetrics().windowCount, breaker.getMetrics().currentErrorRate]).toEqual([2, 0, 0]);
  });

  it('leave the success rate to completed calls', async () => {
    const { breaker } = silentBreakerWith({ ignoreErrors: RangeError });
    await succeed(breaker);
    await fail(breaker);
    await fail(breaker, 3, new RangeError('ignored'));
    hang(breaker);

    expect(breaker.getMetrics()).toMatchObject({ successRate: 0.5, ignoredCalls: 3, inFlight: 1 });
  });

  it('measure successes and failures, and not what is ignored', async () => {
    const made = silentBreakerWith({ ignoreErrors: RangeError, timeoutMs: null });
    await take(made, 10);
    await take(made, 30, BOOM);
    await take(made, 5_000, new RangeError('ignored'));

    expect(made.breaker.getMetrics()).toMatchObject({ averageResponseTimeMs: 20, slowCalls: 0 });
  });

  it('measure timeouts by their length', () => {
    const { breaker, clock } = silentBreakerWith({ timeoutMs: 400 });
    hang(breaker);

    clock.advance(400);

    expect(breaker.getMetrics()).toMatchObject({ averageResponseTimeMs: 400 });
  });

  it('give percentiles within 6.25 %', async () => {
    const made = silentBreakerWith();
    for (let durationMs = 1; durationMs <= 100; durationMs += 1) await take(made, durationMs);

    const { p50Ms, p95Ms, p99Ms } = made.breaker.getMetrics();

    expect(Math.abs(p50Ms - 50) / 50).toBeLessThanOrEqual(0.0625);
    expect(Math.abs(p95Ms - 95) / 95).toBeLessThanOrEqual(0.0625);
    expect(Math.abs(p99Ms - 99) / 99).toBeLessThanOrEqual(0.0625);
  });

  it.each([
    [100, 0],
    [101, 1],
  ])('count a call of %s ms as slow beyond 100 ms, rule or not: %s', async (durationMs, slowCalls) => {
    const made = silentBreakerWith({ slowCallThresholdMs: 100 });
    await take(made, durationMs);
    await take(made, durationMs, BOOM);

    expect(made.breaker.getMetrics()).toMatchObject({ slowCalls: 2 * slowCalls, currentSlowCallRate: slowCalls });
  });

  it('keep all latency figures at 0 without trackLatency', async () => {
    const made = silentBreakerWith({ trackLatency: false });
    await take(made, 9_000);
    await take(made, 9_000, BOOM);

    expect(made.breaker.getMetrics()).toMatchObject({ averageResponseTimeMs: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0, slowCalls: 0, currentSlowCallRate: 0, successfulCalls: 1, failedCalls: 1 });
  });

  it('show the wall time of the last success and failure', async () => {
    const { breaker, clock } = silentBreakerWith({ clock: new FakeClock({ now: 5_000, wall: 1_000_000 }) });
    clock.advance(10);
    await succeed(breaker);
    clock.advance(20);
    await fail(breaker);
    clock.advance(500);

    expect(breaker.getMetrics()).toMatchObject({ lastSuccessTime: 1_000_010, lastFailureTime: 1_000_030 });
  });

  it('count state changes, openings and closings', async () => {
    const { breaker, clock } = silentBreakerWith({ successThreshold: 1 });
    breaker.trip();
    clock.advance(60_000);
    await fail(breaker);
    clock.advance(120_000);
    await succeed(breaker);

    expect(breaker.getMetrics()).toMatchObject({ stateChanges: 5, circuitOpenedCount: 2, circuitClosedCount: 1 });
  });

  it('are a copy each time', async () => {
    const { breaker } = silentBreakerWith();
    const before = breaker.getMetrics();

    await fail(breaker);

    expect([before.failedCalls, before.failureTypes, breaker.getMetrics().failedCalls]).toEqual([0, {}, 1]);
  });
});

describe('failure types', () => {
  it('are the names of the errors, or the type of what is none', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: null });
    const hostile = {
      get name() {
        throw BOOM;
      },
    };

    for (const error of [BOOM, BOOM, new RangeError('out'), 'text', 5, undefined, null, { name: 'Custom' }, { name: 5 }, hostile]) await breaker.tryCall(() => Promise.reject(error));

    expect(breaker.getMetrics().failureTypes).toEqual({ Error: 2, RangeError: 1, string: 1, number: 1, undefined: 1, object: 3, Custom: 1 });
  });

  it('are twenty names; further ones count as other', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: null, minRequestsThreshold: 100 });
    for (let type = 1; type <= 23; type += 1) await fail(breaker, 1, { name: `Type${type}` });
    await fail(breaker, 1, { name: 'Type1' });
    await fail(breaker, 1, { name: 'Type21' });

    const { failureTypes } = breaker.getMetrics();

    expect([Object.keys(failureTypes).length, failureTypes['Type1'], failureTypes['Type20'], failureTypes['Type21'], failureTypes['other']]).toEqual([21, 2, 1, undefined, 4]);
  });

  it('have names of at most 100 letters', async () => {
    const { breaker } = silentBreakerWith();

    await fail(breaker, 1, { name: 'x'.repeat(101) });

    expect(breaker.getMetrics().failureTypes).toEqual({ ['x'.repeat(100)]: 1 });
  });

  it('may have the names that every object has', async () => {
    const { breaker } = silentBreakerWith();

    for (const name of ['constructor', '__proto__']) await fail(breaker, 2, { name });

    expect(Object.entries(breaker.getMetrics().failureTypes)).toEqual([
      ['constructor', 2],
      ['__proto__', 2],
    ]);
  });
});
