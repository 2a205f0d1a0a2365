import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../src/testing/index.ts';
import { silentBreakerWith } from '../../support/breaker.ts';
import { FRESH_METRICS, take, throwing } from '../../support/calls.ts';
import { BOOM, fail, succeed } from '../../support/outcomes.ts';

describe('the metrics', () => {
  it('of a fresh breaker are all 0, with a success rate of 1', () => {
    expect(silentBreakerWith().breaker.getMetrics()).toEqual(FRESH_METRICS);
  });

  it('show rates of the window whatever the minimum, and consecutive outcomes', async () => {
    const { breaker } = silentBreakerWith();
    await succeed(breaker, 2);
    await fail(breaker, 2);
    const failing = breaker.getMetrics();
    await succeed(breaker, 4);

    const rates = { windowCount: 4, currentErrorRate: 0.5, currentSlowCallRate: 0, successRate: 0.5 };
    expect(failing).toMatchObject({ ...rates, consecutiveFailures: 2, consecutiveSuccesses: 0 });
    const later = { windowCount: 8, currentErrorRate: 0.25, successRate: 0.75 };
    expect(breaker.getMetrics()).toMatchObject({ ...later, consecutiveFailures: 0, consecutiveSuccesses: 4 });
  });

  it('show rates of the last milliseconds, even when nothing is recorded', async () => {
    const { breaker, clock } = silentBreakerWith({ slidingWindowMs: 1_000, slidingWindowBuckets: 10 });
    await fail(breaker, 2);
    clock.advance(999);
    const before = breaker.getMetrics().windowCount;

    clock.advance(1);

    expect([before, breaker.getMetrics().windowCount, breaker.getMetrics().currentErrorRate]).toEqual([2, 0, 0]);
  });

  it('show percentiles within 6.25%', async () => {
    const made = silentBreakerWith();
    for (let durationMs = 1; durationMs <= 100; durationMs += 1) await take(made, durationMs);
    const { p50Ms, p95Ms, p99Ms } = made.breaker.getMetrics();

    for (const [shown, exact] of [[p50Ms, 50], [p95Ms, 95], [p99Ms, 99]] as const) {
      expect(Math.abs(shown - exact) / exact).toBeLessThanOrEqual(0.0625);
    }
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

  it('show no latency without trackLatency', async () => {
    const made = silentBreakerWith({ trackLatency: false });
    await take(made, 9_000);
    await take(made, 9_000, BOOM);

    const figures = { averageResponseTimeMs: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0, slowCalls: 0, currentSlowCallRate: 0 };
    expect(made.breaker.getMetrics()).toMatchObject({ ...figures, successfulCalls: 1, failedCalls: 1 });
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

  it('are a copy each time', async () => {
    const { breaker } = silentBreakerWith();
    const before = breaker.getMetrics();
    await fail(breaker);

    expect([before.failedCalls, before.failureTypes, breaker.getMetrics().failedCalls]).toEqual([0, {}, 1]);
    expect(Object.isFrozen(before)).toBe(true);
  });
});

describe('failure types', () => {
  it('are the names of errors and of classes, or the type of what has none', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: null });
    const hostile = Object.defineProperty({}, 'name', { get: throwing(BOOM) });
    const named = [BOOM, BOOM, new RangeError('out'), { name: 'Custom' }];
    const errors = [...named, 'text', 5, undefined, null, { name: 5 }, hostile];

    for (const error of errors) await breaker.tryCall(() => Promise.reject(error));

    const types = { Error: 2, RangeError: 1, string: 1, number: 1, undefined: 1, object: 2, Object: 1, Custom: 1 };
    expect(breaker.getMetrics().failureTypes).toEqual(types);
  });

  it('count as "other" when twenty names are known', async () => {
    const { breaker } = silentBreakerWith({ failureThreshold: null, minRequestsThreshold: 100 });
    for (let type = 1; type <= 23; type += 1) await fail(breaker, 1, { name: `Type${type}` });
    await fail(breaker, 1, { name: 'Type1' });
    await fail(breaker, 1, { name: 'Type21' });

    const { failureTypes } = breaker.getMetrics();

    expect(Object.keys(failureTypes)).toHaveLength(21);
    expect(failureTypes).toMatchObject({ Type1: 2, Type20: 1, other: 4 });
  });

  it('have names of at most 100 characters', async () => {
    const { breaker } = silentBreakerWith();
    await fail(breaker, 1, { name: 'x'.repeat(101) });

    expect(breaker.getMetrics().failureTypes).toEqual({ ['x'.repeat(100)]: 1 });
  });

  it('may have the names of keys that every object has', async () => {
    const { breaker } = silentBreakerWith();
    for (const name of ['constructor', '__proto__']) await fail(breaker, 2, { name });

    expect(Object.entries(breaker.getMetrics().failureTypes)).toEqual([['constructor', 2], ['__proto__', 2]]);
  });
});
