import { describe, expect, it } from 'vitest';
import { AdaptiveCircuitBreaker } from '../../src/compat/core/index.ts';
import type { AdaptiveCircuitBreakerOptions, HealthChecker } from '../../src/compat/core/index.ts';
import type { HealthStatus } from '../../src/index.ts';
import { presets } from '../../src/presets/index.ts';
import type { Options } from '../support/breaker.ts';
import { breakerWith } from '../support/breaker.ts';
import { canonicalWith, legacyWith } from '../support/legacy.ts';
import { testRuntime } from '../compat/support/agreement.ts';

type Made = ReturnType<typeof canonicalWith>;

/** Calls that take so long, all at once. */
async function callsOf({ breaker, clock }: Pick<Made, 'breaker' | 'clock'>, count: number, ms: number): Promise<void> {
  const calls = Array.from({ length: count }, () => breaker.call(() => new Promise<void>((resolve) => void clock.after(ms, resolve))));
  await clock.advanceAsync(ms);
  await Promise.all(calls);
}

const thresholdOf = ({ breaker }: Pick<Made, 'breaker'>): number => breaker.getMetrics().adaptive?.failureThreshold ?? 0;

const adaptive = (options: Options = {}): Made => canonicalWith({ slowCallThresholdMs: 1_000, minRequestsThreshold: 2, adaptiveThreshold: true, ...options });

/** The legacy name, with its health check asked once if there is one. */
async function legacyAdaptive(failureThreshold: number, status?: string) {
  const runtime = testRuntime();
  const healthChecker: HealthChecker | undefined = status === undefined ? undefined : { checkHealth: () => ({ status }) };
  const options: AdaptiveCircuitBreakerOptions = { name: 'orders', failureThreshold, slowCallThreshold: 1 };
  const shim = new AdaptiveCircuitBreaker(options, { ...runtime, healthChecker });
  await runtime.clock.advanceAsync(30_000);
  return { shim, breaker: shim.breaker, clock: runtime.clock };
}

/** LEGACY 5.G. */
describe('adaptive thresholds in the earlier code base', () => {
  it('66, 67: two calls of 1.5 s lower a threshold of 5 to 3 and are two slow calls; five fast ones raise it again', async () => {
    const made = adaptive({ failureThreshold: 5 });
    await callsOf(made, 2, 1_500);
    expect([thresholdOf(made), made.breaker.getMetrics().slowCalls]).toEqual([3, 2]);

    await callsOf(made, 5, 10);
    expect(thresholdOf(made)).toBeGreaterThan(3);
  });

  it.each([
    [3, 2],
    [2, 1],
    [1, 1],
  ])('68: slow calls lower a threshold of %d to %d: by more than a tenth, and never below 1', async (threshold, lowered) => {
    const { shim, breaker, clock } = await legacyAdaptive(threshold);
    await callsOf({ breaker, clock }, 10, 1_500);

    expect(shim.getMetrics().adaptiveFailureThreshold).toBe(lowered);
  });

  it('69: good health raises a threshold of 3 to 4, by more than a tenth and to three times at most; fast calls alone leave it as configured', async () => {
    // LEGACY 1.8 raised it by one at any fast call, so that the configured value was never in force.
    const { shim, breaker, clock } = await legacyAdaptive(3);
    await callsOf({ breaker, clock }, 100, 10);

    expect(shim.getMetrics().adaptiveFailureThreshold).toBe(3);
    expect((await legacyAdaptive(3, 'HEALTHY')).shim.getMetrics().adaptiveFailureThreshold).toBe(4);
  });

  it.each([
    ['degraded', 4],
    ['healthy', 6],
    ['unhealthy', 5],
  ])('70: health that is %s moves a threshold of 5 to %d', async (status, threshold) => {
    expect((await legacyAdaptive(5, status)).shim.getMetrics().adaptiveFailureThreshold).toBe(threshold);
  });

  it.each(Object.entries({ database: presets.database, authService: presets.authService, llmService: presets.llmService, clickhouse: presets.clickhouse }))(
    '71: the threshold of %s stays within 1 and 15, and within half and twice the configured one, however slow and ill or fast and well',
    async (_name, preset) => {
      const configured = preset.failureThreshold as number;
      const thresholds: number[] = [];
      for (const [health, ms] of [['degraded', 40_000], ['degraded', 10], ['healthy', 40_000], ['healthy', 10]] as const) {
        const made = breakerWith({ ...preset, timeoutMs: null, adaptiveThreshold: true, healthCheck: { check: (): HealthStatus => health, intervalMs: 1_000 } });
        await made.clock.advanceAsync(1_000);
        await callsOf(made, 20, ms);
        thresholds.push(thresholdOf(made));
      }

      expect(Math.min(...thresholds)).toBeGreaterThanOrEqual(Math.max(1, configured / 2));
      expect(Math.max(...thresholds)).toBeLessThanOrEqual(Math.min(15, configured * 2));
      expect(thresholds[0]).toBeLessThan(configured);
      expect(thresholds[3]).toBeGreaterThan(configured);
    },
  );

  it('72: a call of 0.1 s is one slow request at a threshold of 0.05 s', async () => {
    const { breaker, clock } = legacyWith({ slowCallThreshold: 0.05 });
    await callsOf({ breaker: breaker.breaker, clock }, 1, 100);

    expect([breaker.slowRequests, breaker.getMetrics().slowRequests]).toEqual([1, 1]);
  });

  it('73: a window of 100 holds the slowness of the last 100 calls and no more', async () => {
    const { breaker } = canonicalWith({ slidingWindowSize: 100, slowCallThresholdMs: 1_000 });
    for (let call = 0; call < 1_000; call += 1) breaker.recordSuccess(2_000);
    const before = breaker.getMetrics();
    for (let call = 0; call < 100; call += 1) breaker.recordSuccess(10);

    expect([before.windowCount, before.currentSlowCallRate]).toEqual([100, 1]);
    expect([breaker.getMetrics().windowCount, breaker.getMetrics().currentSlowCallRate]).toEqual([100, 0]);
  });
});
