import fc from 'fast-check';
import { expect, it } from 'vitest';
import { adaptiveConcurrency, cusum, UnifiedCircuitBreaker } from '../../src/index.ts';
import { FakeClock } from '../../src/testing/index.ts';
import { runs } from '../support/random.ts';

const step = fc.oneof(
  fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 5_000 }) }),
  fc.record({ type: fc.constant('call' as const), ms: fc.integer({ min: 0, max: 2_000 }),
    ends: fc.constantFrom('well', 'failed', 'busy', 'never') }),
);

it('keeps totals and bounds, and uses a dependency that has recovered, when everything adapts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const clock = new FakeClock();
      const breaker = new UnifiedCircuitBreaker({
        name: 'orders', clock, timeoutMs: 1_000, recoveryTimeoutMs: 1_000, maxBackoffMs: 5_000, failureThreshold: 3,
        adaptiveThreshold: true, detector: cusum(), maxConcurrent: adaptiveConcurrency({ ceiling: 10 }),
          slowCallThresholdMs: 500,
      });
      const running: Promise<unknown>[] = [];
      const end = (how: string, ms: number): Promise<void> =>
        new Promise((resolve, reject) => {
          if (how !== 'never') clock.after(ms, how === 'well'
            ? resolve : () => reject(Object.assign(new Error(how), how === 'busy' ? { status: 503 } : {})));
        });
      for (const next of steps) {
        if (next.type === 'wait') await clock.advanceAsync(next.ms);
        else running.push(breaker.tryCall(() => end(next.ends, next.ms)));
        const { adaptive, concurrencyLimit, totalCalls, successfulCalls, failedCalls, ignoredCalls, rejectedCalls,
          inFlight } = breaker.getMetrics();

        expect(totalCalls).toBe(successfulCalls + failedCalls + ignoredCalls + rejectedCalls + inFlight);
        expect(adaptive?.failureThreshold).toBeGreaterThanOrEqual(2);
        expect(adaptive?.failureThreshold).toBeLessThanOrEqual(6);
        expect(concurrencyLimit).toBeGreaterThanOrEqual(1);
      }
      await clock.advanceAsync(15_000);
      await Promise.all(running);
      for (let call = 0; call < 60; call += 1) {
        await breaker.tryCall(async () => 1);
        await clock.advanceAsync(1_000);
      }

      expect(breaker.state).toBe('closed');
      expect((await breaker.tryCall(async () => 1)).status).toBe('success');
    }),
    { numRuns: runs(60) },
  );
}, 60_000);
