import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakerWith, silentBreakerWith } from '../support/breaker.ts';
import { flush } from '../support/drive.ts';
import { BOOM } from '../support/outcomes.ts';
import { runs } from '../support/random.ts';

const TIMEOUT_MS = 40;

/** A call that starts at a moment, and what becomes of its operation. `failed: null`: it hangs until the timeout. */
interface Planned {
  readonly startsAt: number;
  readonly endsAt: number;
  readonly failed: boolean | null;
}

const planned: fc.Arbitrary<Planned> = fc.record({
  startsAt: fc.integer({ min: 0, max: 60 }),
  // Many end together.
  endsAt: fc.integer({ min: 1, max: 16 }).map((sixth) => sixth * 6),
  failed: fc.constantFrom(true, true, true, false, null),
}).map(({ startsAt, endsAt, failed }) => {
  if (failed === null) return { startsAt, endsAt: startsAt + TIMEOUT_MS, failed };
  return { startsAt, endsAt: Math.min(startsAt + TIMEOUT_MS - 1, Math.max(startsAt + 1, endsAt)), failed };
});

/** What a breaker that never opens counts in the end. */
async function countedBy(calls: readonly Planned[], burstMs: number) {
  const { breaker, clock } = silentBreakerWith({ burstMs, timeoutMs: TIMEOUT_MS, failureThreshold: 1_000,
    errorRateThreshold: null });
  for (let now = 0; now <= 100; now += 1) {
    for (const { startsAt, endsAt, failed } of calls.filter((call) => call.startsAt === now)) {
      const settle = (resolve: (value: number) => void, reject: (error: unknown) => void): void => {
        if (failed !== null) clock.after(endsAt - startsAt, () => (failed ? reject(BOOM) : resolve(1)));
      };
      void breaker.tryCall(() => new Promise<number>(settle));
    }
    await flush();
    clock.advance(1);
    await flush();
  }
  const { consecutiveFailures, windowCount, currentErrorRate, failedCalls, timeouts } = breaker.getMetrics();
  return { run: consecutiveFailures, window: windowCount, failures: currentErrorRate * windowCount, failedCalls,
    timeouts };
}

/** The law, from lists: an early failure counts with the first of its burst, and then not for a whole window. */
function countedByLaw(calls: readonly Planned[], burstMs: number) {
  // Timeouts are noticed before what ends at that moment.
  const order = (call: Planned): number => (call.failed === null ? 0 : 1);
  const inOrder = calls.toSorted((a, b) => a.endsAt - b.endsAt || order(a) - order(b) || a.startsAt - b.startsAt);
  const counted: { readonly bad: boolean }[] = [];
  let run = 0;
  let beganAt = Number.NEGATIVE_INFINITY;
  let uncounted = 0;
  for (const { startsAt, endsAt, failed } of inOrder) {
    // All calls fit into one window.
    if (failed === true && startsAt < beganAt && endsAt - beganAt < burstMs) {
      uncounted += 1;
      continue;
    }
    if (failed !== false && endsAt - beganAt >= burstMs) beganAt = uncounted < 3 ? endsAt : Number.NEGATIVE_INFINITY;
    counted.push({ bad: failed !== false });
    run = failed === false ? 0 : run + 1;
  }
  const failures = counted.filter(({ bad }) => bad).length;
  return { run, window: counted.length, failures: (failures / counted.length) * counted.length,
    failedCalls: calls.filter(({ failed }) => failed !== false).length,
    timeouts: calls.filter(({ failed }) => failed === null).length };
}

describe('a burst of failures', () => {
  it('counts once, whatever else succeeds, fails or times out', async () => {
    const schedule = fc.array(planned, { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(schedule, fc.constantFrom(0, 1, 7, 30, 1_000), async (calls, burstMs) => {
        expect(await countedBy(calls, burstMs)).toEqual(countedByLaw(calls, burstMs));
      }),
      { numRuns: runs(150) },
    );
  });

  it('is never seen in calls that come one by one', async () => {
    const call = fc.record({ durationMs: fc.double({ min: 0, max: 50, noNaN: true }), failed: fc.boolean(),
      restMs: fc.constantFrom(0, 0, 0.1, 7) });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 60 }), async (calls) => {
        const [each, once] = [breakerWith({ burstMs: 0 }), breakerWith()];
        for (const { durationMs, failed, restMs } of calls) {
          for (const { breaker, clock } of [each, once]) {
            const ended = breaker.tryCall(() =>
              new Promise((resolve, reject) => clock.after(durationMs, () => (failed ? reject(BOOM) : resolve(1)))),
            );
            clock.advance(durationMs);
            await ended;
            clock.advance(restMs);
          }
        }

        expect(once.events).toEqual(each.events);
        expect(once.breaker.getMetrics()).toEqual(each.breaker.getMetrics());
      }),
      { numRuns: runs(100) },
    );
  });
});
