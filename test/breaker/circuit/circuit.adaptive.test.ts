import { describe, expect, it } from 'vitest';
import { UnifiedCircuitBreaker, UnifiedCircuitBreakerManager } from '../../../src/index.ts';
import type { UnifiedCircuitConfig } from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';

const bad = async (): Promise<never> => {
  throw new Error('down');
};

function breakerWith(config: Partial<UnifiedCircuitConfig>): { readonly breaker: UnifiedCircuitBreaker; readonly clock: FakeClock } {
  const clock = new FakeClock();
  return { clock, breaker: new UnifiedCircuitBreaker({ name: 'orders', clock, ...config }) };
}

async function callsOf(breaker: UnifiedCircuitBreaker, clock: FakeClock, calls: number, ms: number): Promise<void> {
  const running = Array.from({ length: calls }, () => breaker.call(() => new Promise<void>((resolve) => void clock.after(ms, resolve))));
  await clock.advanceAsync(ms);
  await Promise.all(running);
}

describe('adaptiveThreshold', () => {
  it('shows nothing while it is off', () => {
    expect(breakerWith({}).breaker.getMetrics().adaptive).toBeNull();
  });

  it('shows the configured thresholds and no reason while nothing moves them', () => {
    expect(breakerWith({ adaptiveThreshold: true }).breaker.getMetrics().adaptive).toEqual({ failureThreshold: 10, errorRateThreshold: 0.5, baselineErrorRate: 0, reasons: [] });
  });

  it('opens earlier while calls are slow, and says why', async () => {
    const { breaker, clock } = breakerWith({ adaptiveThreshold: true, slowCallThresholdMs: 100 });
    await callsOf(breaker, clock, 40, 200);
    expect(breaker.getMetrics().adaptive).toMatchObject({ failureThreshold: 5, errorRateThreshold: 0.25, reasons: ['slow'] });
    expect(breaker.explain()).toContain('5 failures in a row, or 25 % errors among at least 20 calls (configured: 10 in a row and 50 %; moved because calls are slower than usual)');

    for (let call = 0; call < 5; call += 1) await breaker.tryCall(bad);
    expect(breaker.state).toBe('open');
  });

  it('says how much is usual when noise has raised a threshold, and where health has lowered it', async () => {
    const { breaker, clock } = breakerWith({ adaptiveThreshold: true, failureThreshold: 3, errorRateThreshold: null, healthCheck: { check: () => 'degraded', intervalMs: 60_000 } });
    for (let call = 0; call < 500; call += 1) await breaker.tryCall(async () => (call % 10 === 0 ? bad() : 1));
    // Five lessons of a tenth: 0.1 · (1 − 0.98⁵) = 0.0096, and ⌈ln 10⁷ / −ln 0.0096⌉ = 4 failures in a row.
    expect(breaker.explain()).toContain('It opens at 4 failures in a row (configured: 3 in a row; moved because 1 % errors are usual here).');

    await clock.advanceAsync(60_000);
    // 4 · 0.75, which is what is configured.
    expect(breaker.getMetrics().adaptive).toMatchObject({ failureThreshold: 3, reasons: [] });
    expect(breaker.explain()).toContain('It opens at 3 failures in a row.');
  });

  it('unlearns noise by calls that only succeed', async () => {
    const { breaker } = breakerWith({ adaptiveThreshold: true });
    for (let call = 0; call < 1_000; call += 1) await breaker.tryCall(async () => (call % 10 === 0 ? bad() : 1));
    const learned = breaker.getMetrics().adaptive?.baselineErrorRate as number;
    for (let call = 0; call < 200; call += 1) await breaker.call(async () => 1);

    expect(learned).toBeCloseTo(0.1 * (1 - 0.98 ** 10), 9);
    expect(breaker.getMetrics().adaptive?.baselineErrorRate).toBeCloseTo(learned * 0.8 ** 2, 9);
  });

  it('comes back when calls are fast again', async () => {
    const { breaker, clock } = breakerWith({ adaptiveThreshold: true, slowCallThresholdMs: 100 });
    await callsOf(breaker, clock, 40, 200);
    await callsOf(breaker, clock, 100, 10);

    expect(breaker.getMetrics().adaptive).toMatchObject({ failureThreshold: 10, errorRateThreshold: 0.5, reasons: [] });
  });

  it.each([
    ['degraded', 8, 0.375],
    ['healthy', 13, 0.625],
    ['unhealthy', 10, 0.5],
  ] as const)('asks the health check while closed: %s moves the thresholds to %d and %d', async (health, failureThreshold, errorRateThreshold) => {
    const { breaker, clock } = breakerWith({ adaptiveThreshold: true, healthCheck: { check: () => health, intervalMs: 1_000 } });
    await clock.advanceAsync(1_000);

    expect(breaker.getMetrics().adaptive).toMatchObject({ failureThreshold, errorRateThreshold });
    expect(breaker.getStatus().health.lastHealthStatus).toBe(health);
  });

  it('does not ask while closed when it is off, and holds no process when it is on', async () => {
    let asked = 0;
    const healthCheck = { check: () => (asked += 1) > 0, intervalMs: 1_000 };
    await breakerWith({ healthCheck }).clock.advanceAsync(10_000);
    expect(asked).toBe(0);

    const { breaker, clock } = breakerWith({ healthCheck, adaptiveThreshold: true });
    expect(clock.holdingTimers).toBe(0);
    await clock.advanceAsync(10_000);
    expect(asked).toBe(10);
    breaker.dispose();
    expect(clock.timers).toBe(0);
  });

  it('needs no timer by itself', () => {
    expect(breakerWith({ adaptiveThreshold: true }).clock.timers).toBe(0);
  });

  it.each([
    [{ floor: 0 }, '`adaptiveThreshold.floor` to be a rate'],
    [{ ceiling: 0.5 }, '`adaptiveThreshold.ceiling` to be a multiple, 1 to 10'],
    [{ sensitivity: 'high' }, '`adaptiveThreshold.sensitivity`'],
    [{ flor: 1 }, 'floor'],
  ])('refuses %o', (adaptiveThreshold, problem) => {
    expect(() => breakerWith({ adaptiveThreshold: adaptiveThreshold as never })).toThrow(problem.startsWith('`adaptiveThreshold.floor`') ? '`adaptiveThreshold.floor`' : problem);
  });
});

describe("detector: 'cusum'", () => {
  it('sees a total outage in 17 calls, and runs of failures do not count beside it', async () => {
    const { breaker } = breakerWith({ detector: 'cusum' });
    for (let call = 0; call < 16; call += 1) await breaker.tryCall(bad);
    expect(breaker.state).toBe('closed');
    expect(breaker.explain()).toContain('a lasting rise of errors above 50 %');

    await breaker.tryCall(bad);
    expect(breaker.state).toBe('open');
    expect(breaker.explain()).toContain('errors have become more');
  });

  it('forgets failures by the successes that follow, also when the window has forgotten them before', async () => {
    const { breaker, clock } = breakerWith({ detector: 'cusum', slidingWindowMs: 1_000 });
    for (let call = 0; call < 16; call += 1) await breaker.tryCall(bad);
    clock.advance(2_000);
    for (let call = 0; call < 16; call += 1) await breaker.call(async () => 1);
    for (let call = 0; call < 16; call += 1) await breaker.tryCall(bad);

    expect(breaker.state).toBe('closed');
  });

  it('lets a run of failures count when it is asked for', async () => {
    const { breaker } = breakerWith({ detector: 'cusum', failureThreshold: 3 });
    for (let call = 0; call < 3; call += 1) await breaker.tryCall(bad);

    expect(breaker.state).toBe('open');
  });

  it('is quicker the more false trips are allowed', async () => {
    const { breaker } = breakerWith({ detector: 'cusum', cusum: { tolerated: 0.1, callsPerFalseTrip: 1_000 } });
    // ln 1000 / (2 · ln 9) = 1.57: four failures of a half each.
    for (let call = 0; call < 4; call += 1) await breaker.tryCall(bad);

    expect(breaker.state).toBe('open');
  });

  it('refuses what can never fire', () => {
    expect(() => breakerWith({ detector: 'cusum', errorRateThreshold: 1 })).toThrow("Expected `errorRateThreshold` to be below 1 with `detector: 'cusum'`");
    expect(() => breakerWith({ cusum: { tolerated: 0.5 } })).toThrow('Expected `cusum.tolerated` to be below `errorRateThreshold`, 0.5, got 0.5');
    expect(() => breakerWith({ detector: 'cusum', errorRateThreshold: null })).toThrow('the circuit could never open');
  });
});

describe('a manager', () => {
  it('takes the new options over into a live breaker: what was learned stays, and a ramp can end', async () => {
    const clock = new FakeClock();
    const manager = new UnifiedCircuitBreakerManager({ clock });
    const breaker = manager.createCircuitBreaker('orders', { adaptiveThreshold: true, ramp: true, recoveryTimeoutMs: 1_000 });
    for (let call = 0; call < 300; call += 1) await breaker.tryCall(async () => (call % 10 === 0 ? bad() : 1));
    const learned = breaker.getMetrics().adaptive?.baselineErrorRate;
    expect(learned).toBeGreaterThan(0);

    manager.reconfigure('orders', { adaptiveThreshold: { ceiling: 3 } });
    expect(breaker.getMetrics().adaptive?.baselineErrorRate).toBe(learned);

    breaker.trip();
    clock.advance(1_000);
    for (let probe = 0; probe < 3; probe += 1) await breaker.call(async () => 1);
    expect(breaker.getStatus().ramp).not.toBeNull();
    manager.reconfigure('orders', { ramp: false });
    expect(breaker.getStatus().ramp).toBeNull();
  });
});
