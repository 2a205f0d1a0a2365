import { describe, expect, it } from 'vitest';
import { AdaptiveCircuitBreaker } from '../../src/compat/names/core.ts';
import type { HealthStatus } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';
import { breakerWith } from '../support/breaker.ts';
import type { Made } from '../support/breaker.ts';
import { canonicalWith, legacyWith } from '../support/legacy.ts';

type Subject = Pick<Made, 'breaker' | 'clock'>;

/** Runs calls of this length, all at once. */
async function callsOf({ breaker, clock }: Subject, count: number, ms: number): Promise<void> {
  const operation = () => new Promise<void>((resolve) => void clock.after(ms, resolve));
  const calls = Array.from({ length: count }, () => breaker.call(operation));
  await clock.advanceAsync(ms);
  await Promise.all(calls);
}

const thresholdOf = ({ breaker }: Subject): number => breaker.getMetrics().adaptive?.failureThreshold ?? 0;

/** Returns a legacy breaker that is asked for its health once, if it has a check. */
async function legacyAdaptive(failureThreshold: number, status?: string) {
  const { clock, ...runtime } = testRuntime();
  const healthChecker = status === undefined ? undefined : { checkHealth: () => ({ status }) };
  const options = { name: 'orders', failureThreshold, slowCallThreshold: 1 };
  const shim = new AdaptiveCircuitBreaker(options, { ...runtime, clock, healthChecker });
  await clock.advanceAsync(30_000);
  return { shim, breaker: shim.breaker, clock };
}

describe('adaptive thresholds', () => {
  it('66, 67: two slow calls lower a threshold of 5 to 3, and five fast ones raise it again', async () => {
    const made = canonicalWith({ slowCallThresholdMs: 1_000, minRequestsThreshold: 2, adaptiveThreshold: true });
    await callsOf(made, 2, 1_500);
    expect([thresholdOf(made), made.breaker.getMetrics().slowCalls]).toEqual([3, 2]);
    await callsOf(made, 5, 10);
    expect(thresholdOf(made)).toBeGreaterThan(3);
  });

  it.each<readonly [title: string, threshold: number, health: string | undefined, ms: number, adapted: number]>([
    ['68: slow calls lower 3', 3, undefined, 1_500, 2],
    ['68: slow calls lower 2', 2, undefined, 1_500, 1],
    ['68: slow calls never lower 1', 1, undefined, 1_500, 1],
    // The legacy code raised it at any fast call, so that the configured value never applied.
    ['69: fast calls alone leave 3 as it is', 3, undefined, 10, 3],
    ['69: good health raises 3', 3, 'HEALTHY', 0, 4],
    ['70: degraded health lowers 5', 5, 'degraded', 0, 4],
    ['70: good health raises 5', 5, 'healthy', 0, 6],
    ['70: bad health leaves 5 as it is', 5, 'unhealthy', 0, 5],
  ])('%s', async (_, threshold, health, ms, adapted) => {
    const made = await legacyAdaptive(threshold, health);
    if (ms > 0) await callsOf(made, 10, ms);

    expect(made.shim.getMetrics().adaptiveFailureThreshold).toBe(adapted);
  });

  it.each(['database', 'authService', 'llmService', 'clickhouse'] as const)(
    '71: the threshold of %s stays from 1 to 15, and from half to twice the configured one',
    async (name) => {
      const configured = Number(presets[name].failureThreshold);
      const thresholds: number[] = [];
      const cases = [['degraded', 40_000], ['degraded', 10], ['healthy', 40_000], ['healthy', 10]] as const;
      for (const [health, ms] of cases) {
        const healthCheck = { check: (): HealthStatus => health, intervalMs: 1_000 };
        const made = breakerWith({ ...presets[name], timeoutMs: null, adaptiveThreshold: true, healthCheck });
        await made.clock.advanceAsync(1_000);
        await callsOf(made, 20, ms);
        thresholds.push(thresholdOf(made));
      }

      expect(Math.min(...thresholds)).toBeGreaterThanOrEqual(Math.max(1, configured / 2));
      expect(Math.max(...thresholds)).toBeLessThanOrEqual(Math.min(15, configured * 2));
      expect([Number(thresholds[0]) < configured, Number(thresholds[3]) > configured]).toEqual([true, true]);
    },
  );

  it('72: a call of 0.1 s is one slow request at a threshold of 0.05 s', async () => {
    const { breaker, clock } = legacyWith({ slowCallThreshold: 0.05 });
    await callsOf({ breaker: breaker.breaker, clock }, 1, 100);

    expect([breaker.slowRequests, breaker.getMetrics().slowRequests]).toEqual([1, 1]);
  });

  it('73: a window of 100 holds the slowness of the last 100 calls', () => {
    const { breaker } = canonicalWith({ slidingWindowSize: 100, slowCallThresholdMs: 1_000 });
    for (let call = 0; call < 1_000; call += 1) breaker.recordSuccess(2_000);
    const before = breaker.getMetrics();
    for (let call = 0; call < 100; call += 1) breaker.recordSuccess(10);

    expect([before.windowCount, before.currentSlowCallRate]).toEqual([100, 1]);
    expect(breaker.getMetrics()).toMatchObject({ windowCount: 100, currentSlowCallRate: 0 });
  });
});
