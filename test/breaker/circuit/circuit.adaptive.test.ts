import { describe, expect, it } from 'vitest';
import {
  adaptiveConcurrency, cusum, isCircuitBreakerTimeoutError, UnifiedCircuitBreakerManager,
} from '../../../src/index.ts';
import type { UnifiedCircuitBreaker } from '../../../src/index.ts';
import type { ConcurrencyLimit, LoadEvidence } from '../../../src/limit/adaptive-concurrency.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { silentBreakerWith } from '../../support/breaker.ts';
import type { Made } from '../../support/breaker.ts';
import { finish, take, thrownBy } from '../../support/calls.ts';
import { BOOM, fail, hang, succeed } from '../../support/outcomes.ts';

/** So many calls at once that take so long. */
async function together({ breaker, clock }: Pick<Made, 'breaker' | 'clock'>, calls: number, ms: number): Promise<void> {
  const running = Array.from({ length: calls }, () => hang(breaker));
  clock.advance(ms);
  for (const call of running) await finish(call);
}

/** Calls of which every tenth fails. */
async function noise(breaker: UnifiedCircuitBreaker, calls: number): Promise<void> {
  for (let call = 0; call < calls; call += 1) await (call % 10 === 0 ? fail(breaker) : succeed(breaker));
}

describe('adaptiveThreshold', () => {
  it('shows nothing while it is off', () => {
    expect(silentBreakerWith().breaker.getMetrics().adaptive).toBeNull();
  });

  it('shows the configured thresholds while nothing adapts them, and needs no timer', () => {
    const { breaker, clock } = silentBreakerWith({ adaptiveThreshold: true });

    const adaptive = { failureThreshold: 10, errorRateThreshold: 0.5, baselineErrorRate: 0, reasons: [] };
    expect(breaker.getMetrics().adaptive).toEqual(adaptive);
    expect(clock.timers).toBe(0);
  });

  it('opens earlier while calls are slow, and says why', async () => {
    const made = silentBreakerWith({ adaptiveThreshold: true, slowCallThresholdMs: 100 });
    const { breaker } = made;
    await together(made, 40, 200);

    const slow = { failureThreshold: 5, errorRateThreshold: 0.25, reasons: ['slow'] };
    expect(breaker.getMetrics().adaptive).toMatchObject(slow);
    expect(breaker.explain()).toContain(
      '5 consecutive failures, or a failure rate of 25% in at least 20 calls '
      + '(configured: 10 consecutive failures and 50%; adapted because calls are slower than usual)',
    );
    await fail(breaker, 5);
    expect(breaker.state).toBe('open');
  });

  it('says what is usual when noise has raised a threshold, until health lowers it', async () => {
    const healthCheck = { check: () => 'degraded' as const, intervalMs: 60_000 };
    const rules = { failureThreshold: 3, errorRateThreshold: null };
    const { breaker, clock } = silentBreakerWith({ adaptiveThreshold: true, ...rules, healthCheck });
    await noise(breaker, 500);
    // Five lessons of a tenth: 0.1 · (1 − 0.98⁵) = 0.0096, and ⌈ln 10⁷ / −ln 0.0096⌉ = 4 failures in a row.
    expect(breaker.explain()).toContain(
      'It opens at 4 consecutive failures '
      + '(configured: 3 consecutive failures; adapted because a failure rate of 1% is usual here).',
    );

    await clock.advanceAsync(60_000);

    // 4 · 0.75, which is what is configured.
    expect(breaker.getMetrics().adaptive).toMatchObject({ failureThreshold: 3, reasons: [] });
    expect(breaker.explain()).toContain('It opens at 3 consecutive failures.');
  });

  it('unlearns noise by calls that only succeed', async () => {
    const { breaker } = silentBreakerWith({ adaptiveThreshold: true });
    const learned = () => breaker.getMetrics().adaptive?.baselineErrorRate as number;
    await noise(breaker, 1_000);
    const before = learned();
    await succeed(breaker, 200);

    expect(before).toBeCloseTo(0.1 * (1 - 0.98 ** 10), 9);
    expect(learned()).toBeCloseTo(before * 0.8 ** 2, 9);
  });

  it.each([
    ['degraded', 8, 0.375],
    ['healthy', 13, 0.625],
    ['unhealthy', 10, 0.5],
  ] as const)('asks the health check while closed: %s makes thresholds of %d and %d', async (health, count, rate) => {
    const healthCheck = { check: () => health, intervalMs: 1_000 };
    const { breaker, clock } = silentBreakerWith({ adaptiveThreshold: true, healthCheck });
    await clock.advanceAsync(1_000);

    const thresholds = { failureThreshold: count, errorRateThreshold: rate };
    expect(breaker.getMetrics().adaptive).toMatchObject(thresholds);
    expect(breaker.getStatus().health.lastHealthStatus).toBe(health);
  });

  it('asks the health check while closed only when it is on, and holds no process', async () => {
    let asked = 0;
    const healthCheck = { check: () => (asked += 1) > 0, intervalMs: 1_000 };
    await silentBreakerWith({ healthCheck }).clock.advanceAsync(10_000);
    const off = asked;

    const { breaker, clock } = silentBreakerWith({ healthCheck, adaptiveThreshold: true });
    const holding = clock.holdingTimers;
    await clock.advanceAsync(10_000);
    breaker.dispose();

    expect([off, holding, asked, clock.timers]).toEqual([0, 0, 10, 0]);
  });

  it('keeps what it has learned when a manager changes its bounds', async () => {
    const manager = new UnifiedCircuitBreakerManager({ clock: new FakeClock() });
    const breaker = manager.createCircuitBreaker('orders', { adaptiveThreshold: true });
    await noise(breaker, 300);
    const learned = breaker.getMetrics().adaptive?.baselineErrorRate;

    manager.reconfigure('orders', { adaptiveThreshold: { ceiling: 3 } });

    expect(learned).toBeGreaterThan(0);
    expect(breaker.getMetrics().adaptive?.baselineErrorRate).toBe(learned);
  });
});

describe('a detector', () => {
  it.each([[false], [true]])('opens after 17 failures, with adaptiveThreshold: %s', async (adaptiveThreshold) => {
    const { breaker } = silentBreakerWith({ detector: cusum(), adaptiveThreshold });
    await fail(breaker, 16);
    const before = breaker.state;
    await fail(breaker);

    expect([before, breaker.state]).toEqual(['closed', 'open']);
    expect(breaker.explain()).toContain('is open because the failure rate rose');
  });

  it('forgets failures by the successes that follow, even when the window has forgotten them before', async () => {
    const { breaker, clock } = silentBreakerWith({ detector: cusum(), slidingWindowMs: 1_000 });
    await fail(breaker, 16);
    clock.advance(2_000);
    await succeed(breaker, 16);
    await fail(breaker, 16);

    expect(breaker.state).toBe('closed');
  });

  it('opens by consecutive failures or slow calls as well when their rules are on', async () => {
    const byFailures = silentBreakerWith({ detector: cusum(), failureThreshold: 3 });
    const slow = { slowCallRateThreshold: 0.5, slowCallThresholdMs: 5, minRequestsThreshold: 2 };
    const bySlowCalls = silentBreakerWith({ detector: cusum(), ...slow });

    await fail(byFailures.breaker, 3);
    await take(bySlowCalls, 6);
    await take(bySlowCalls, 6);

    expect([byFailures.breaker.state, bySlowCalls.breaker.state]).toEqual(['open', 'open']);
  });

  it('is quicker when more false openings are allowed', async () => {
    const { breaker } = silentBreakerWith({ detector: cusum({ tolerated: 0.1, callsPerFalseTrip: 1_000 }) });
    // ln 1000 / (2 · ln 9) = 1.57: four failures of a half each.
    await fail(breaker, 4);

    expect(breaker.state).toBe('open');
  });

  it('has its own memory in each breaker, which a reset clears', async () => {
    const detector = cusum();
    const [one, other] = [silentBreakerWith({ detector }).breaker, silentBreakerWith({ detector }).breaker];
    await fail(one, 16);
    await fail(other, 16);
    const states = [one.state, other.state];

    one.reset();
    await fail(one, 16);

    expect([states, one.state]).toEqual([['closed', 'closed'], 'closed']);
  });
});

describe('a limiter', () => {
  /** A limiter that shows what its limits learn from. */
  function watching() {
    const learned: unknown[][] = [];
    const limits: { current: number }[] = [];
    const create = (): ConcurrencyLimit => {
      const limit = {
        current: 2,
        succeeded: (...sample: unknown[]) => void learned.push(['succeeded', ...sample]),
        failed: (now: number, durationMs: number, inFlight: number, evidence: LoadEvidence) => {
          const { error, timedOut, retryAfterMs } = evidence;
          learned.push(['failed', now, durationMs, inFlight, error, timedOut, retryAfterMs]);
        },
      };
      limits.push(limit);
      return limit;
    };
    return { learned, limits, maxConcurrent: { create } };
  }

  it('learns from calls that count, with their time, duration and running operations', async () => {
    const { learned, maxConcurrent } = watching();
    const classify = ({ status, ...end }: { status: string; error?: unknown }) => {
      if (status === 'success') return 'success' as const;
      if (isCircuitBreakerTimeoutError(end.error)) return 'failure' as const;
      return end.error === 'ignore me' ? ('ignored' as const) : ({ failure: true, retryAfterMs: 9 } as const);
    };
    const made = silentBreakerWith({ maxConcurrent, classify, timeoutMs: 50, tripPolicy: { shouldTrip: () => null } });
    const { breaker, clock } = made;
    await take(made, 10);
    await take(made, 10, 'ignore me');
    const slow = hang(breaker);
    clock.advance(50);
    await slow.settled;
    await take(made, 5, BOOM);

    const timeout = expect.objectContaining({ code: 'ERR_CIRCUIT_TIMEOUT' }) as unknown;
    expect(learned).toEqual([
      ['succeeded', 10, 10, 1],
      ['failed', 70, 50, 1, timeout, true, undefined],
      // The operation that timed out still runs.
      ['failed', 75, 5, 2, BOOM, undefined, 9],
    ]);
  });

  it('limits calls by its current value, which the error and the metrics show', () => {
    const { limits, maxConcurrent } = watching();
    const { breaker } = silentBreakerWith({ maxConcurrent });
    hang(breaker);
    const withOne = breaker.canExecute();
    hang(breaker);

    expect([withOne, breaker.canExecute(), breaker.getMetrics().concurrencyLimit]).toEqual([true, false, 2]);
    expect(thrownBy(() => breaker.callSync(() => 1))).toMatchObject({ code: 'ERR_BULKHEAD_FULL', maxConcurrent: 2 });
    (limits[0] as { current: number }).current = 5;
    expect([breaker.canExecute(), breaker.getMetrics().concurrencyLimit]).toEqual([true, 5]);
  });

  it('makes a new limit for each breaker and after a reset', () => {
    const { limits, maxConcurrent } = watching();
    const { breaker } = silentBreakerWith({ maxConcurrent });
    silentBreakerWith({ maxConcurrent });

    breaker.reset();

    expect(limits).toHaveLength(3);
  });

  const patient = { maxConcurrent: adaptiveConcurrency({ ceiling: 40 }), tripPolicy: { shouldTrip: () => null } };
  const limitOf = ({ breaker }: Pick<Made, 'breaker'>) => breaker.getMetrics().concurrencyLimit;

  it('starts at its ceiling, and timeouts lower it', async () => {
    const made = silentBreakerWith({ ...patient, timeoutMs: 100 });
    const before = limitOf(made);
    for (let call = 0; call < 20; call += 1) hang(made.breaker);
    made.clock.advance(100);

    expect([before, limitOf(made)]).toEqual([40, 10]);
  });

  it('is lowered by overload, but not by other failures or records without a duration', async () => {
    const made = silentBreakerWith(patient);
    const busy = { status: 503 };
    await fail(made.breaker, 40);
    for (let record = 0; record < 40; record += 1) {
      made.breaker.recordFailure(busy);
      made.breaker.recordSuccess();
    }
    const before = limitOf(made);

    await fail(made.breaker, 20, busy);

    expect([before, limitOf(made)]).toEqual([40, 1]);
  });
});
