import { describe, expect, it } from 'vitest';
import { Load, loadOf } from '../../../src/breaker/circuit/load.ts';
import type { LoadEvidence } from '../../../src/breaker/circuit/load.ts';
import { UnifiedCircuitBreaker } from '../../../src/index.ts';
import type { UnifiedCircuitConfig } from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';

const busy = async (): Promise<never> => {
  throw Object.assign(new Error('busy'), { status: 503 });
};
const good = async (): Promise<number> => 1;

function breakerWith(config: Partial<UnifiedCircuitConfig>): { readonly breaker: UnifiedCircuitBreaker; readonly clock: FakeClock } {
  const clock = new FakeClock();
  return { clock, breaker: new UnifiedCircuitBreaker({ name: 'orders', clock, ...config }) };
}

describe('overload', () => {
  it('answers a 503 with a lower rate, and does not count it towards opening', async () => {
    const { breaker, clock } = breakerWith({ overload: true, failureThreshold: 1 });
    await breaker.tryCall(busy);

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics()).toMatchObject({ failedCalls: 1, consecutiveFailures: 0, windowCount: 0 });
    await expect(breaker.call(good)).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN', state: 'closed', reason: 'throttled' });
    clock.advance(2_000);
    await expect(breaker.call(good)).resolves.toBe(1);
  });

  it.each([
    ['429', { status: 429 }, true],
    ['503 in a cause', { cause: { statusCode: 503 } }, true],
    ['500', { status: 500 }, false],
    ['nothing said', {}, false],
  ])('takes an error with %s for overload or not', async (_, properties, overloaded) => {
    const { breaker } = breakerWith({ overload: true, failureThreshold: 1 });
    await breaker.tryCall(async () => {
      throw Object.assign(new Error('failed'), properties);
    });

    expect(breaker.state).toBe(overloaded ? 'closed' : 'open');
  });

  it('takes a timeout for overload', async () => {
    const { breaker, clock } = breakerWith({ overload: true, failureThreshold: 1, timeoutMs: 100 });
    const call = breaker.tryCall(() => new Promise(() => {}));
    await clock.advanceAsync(100);
    await call;

    expect(breaker.state).toBe('closed');
    expect(breaker.getMetrics().timeouts).toBe(1);
  });

  it('keeps everybody out for as long as the dependency asks, where that would open the circuit without it', async () => {
    const classify = (): { failure: true; retryAfterMs: number } => ({ failure: true, retryAfterMs: 5_000 });
    const { breaker, clock } = breakerWith({ overload: true, classify });
    await breaker.tryCall(busy);
    await expect(breaker.call(good)).rejects.toMatchObject({ reason: 'throttled', retryAfterMs: 5_000 });
    clock.advance(4_999);
    expect((await breaker.tryCall(good)).status).toBe('rejected');

    const plain = breakerWith({ classify }).breaker;
    await plain.tryCall(busy);
    expect(plain.state).toBe('open');
  });

  it('takes more than five signs without a success between them for an outage', async () => {
    const statesAfter = async (calls: number): Promise<string> => {
      const { breaker } = breakerWith({ overload: true, failureThreshold: 1 });
      for (let call = 0; call < 50; call += 1) await breaker.call(good);
      await Promise.all(Array.from({ length: calls }, () => breaker.tryCall(busy)));
      return breaker.state;
    };

    expect([await statesAfter(5), await statesAfter(6)]).toEqual(['closed', 'open']);
  });

  it('counts what comes when the rate is as low as it gets', async () => {
    const { breaker, clock } = breakerWith({ overload: true, failureThreshold: 1 });
    await breaker.tryCall(busy);
    clock.advance(10_000);
    await breaker.tryCall(busy);
    expect(breaker.state).toBe('closed');
    clock.advance(10_000);
    await breaker.tryCall(busy);

    expect(breaker.state).toBe('open');
  });

  it('is forgotten after a minute without any sign of it', async () => {
    const { breaker, clock } = breakerWith({ overload: true });
    await breaker.tryCall(busy);
    clock.advance(60_000);

    const settled = await Promise.all(Array.from({ length: 20 }, () => breaker.tryCall(good)));
    expect(settled.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 'success'));
  });

  it('works without latency and timeouts', async () => {
    const { breaker, clock } = breakerWith({ overload: true, trackLatency: false, timeoutMs: null });
    await breaker.tryCall(busy);
    expect((await breaker.tryCall(good)).status).toBe('rejected');
    clock.advance(2_000);

    expect((await breaker.tryCall(good)).status).toBe('success');
    expect((await breaker.tryCall(good)).status).toBe('rejected');
  });

  it('is explained while a call has to wait', async () => {
    const { breaker, clock } = breakerWith({ overload: true });
    for (let call = 0; call < 5; call += 1) await breaker.call(good);
    expect(breaker.explain()).not.toContain('overloaded');

    // Six calls in half a second are 12 a second, cut to 8.4: one in 119.05 ms.
    await breaker.tryCall(busy);
    expect(breaker.explain()).toMatch(/ The dependency is overloaded; the next call is admitted in 120 ms\.$/);
    clock.advance(120);
    expect(breaker.explain()).not.toContain('overloaded');
  });

  it('is forgotten on a reset', async () => {
    const { breaker } = breakerWith({ overload: true });
    await breaker.tryCall(busy);
    breaker.reset();

    expect((await breaker.tryCall(good)).status).toBe('success');
  });
});

describe("maxConcurrent: 'adaptive'", () => {
  it('needs a ceiling and latency', () => {
    expect(() => breakerWith({ maxConcurrent: 'adaptive' })).toThrow("Expected `maxConcurrentCeiling` to be a whole number, 1 or more, with `maxConcurrent: 'adaptive'`, got undefined");
    expect(() => breakerWith({ maxConcurrent: 'adaptive', maxConcurrentCeiling: 10, trackLatency: false })).toThrow('Expected `trackLatency` to be true');
  });

  it('begins at the ceiling, which it shows and never exceeds', async () => {
    const { breaker } = breakerWith({ maxConcurrent: 'adaptive', maxConcurrentCeiling: 2, timeoutMs: null });
    expect(breaker.getMetrics().concurrencyLimit).toBe(2);
    void breaker.tryCall(() => new Promise(() => {}));
    void breaker.tryCall(() => new Promise(() => {}));

    await expect(breaker.call(good)).rejects.toMatchObject({ code: 'ERR_BULKHEAD_FULL', maxConcurrent: 2 });
  });

  it('learns from the calls that it sees: a queue lowers it', async () => {
    const { breaker, clock } = breakerWith({ maxConcurrent: 'adaptive', maxConcurrentCeiling: 100 });
    const batch = async (calls: number, ms: number): Promise<void> => {
      const running = Array.from({ length: calls }, () => breaker.call(() => new Promise<void>((resolve) => void clock.after(ms, resolve))));
      await clock.advanceAsync(ms);
      await Promise.all(running);
    };
    for (let round = 0; round < 3; round += 1) await batch(10, 100);
    expect(breaker.getMetrics().concurrencyLimit).toBe(100);
    await batch(60, 600);

    expect(breaker.getMetrics().concurrencyLimit).toBeLessThan(60);
  });

  it('learns nothing from records that bear no duration', async () => {
    const { breaker, clock } = breakerWith({ maxConcurrent: 'adaptive', maxConcurrentCeiling: 100 });
    for (let record = 0; record < 40; record += 1) breaker.recordSuccess();
    for (let round = 0; round < 10; round += 1) {
      const running = Array.from({ length: 10 }, () => breaker.call(() => new Promise<void>((resolve) => void clock.after(100, resolve))));
      await clock.advanceAsync(100);
      await Promise.all(running);
    }

    expect(breaker.getMetrics().concurrencyLimit).toBe(100);
  });

  it('is null without it', () => {
    expect(breakerWith({ maxConcurrent: 5 }).breaker.getMetrics().concurrencyLimit).toBeNull();
  });
});

describe('Load', () => {
  const ADAPTIVE = { maxConcurrent: 'adaptive', maxConcurrentCeiling: 200, overload: false } as const;
  const THROTTLED = { maxConcurrent: 5, maxConcurrentCeiling: null, overload: true } as const;

  it('is there only where something is learned', () => {
    expect(loadOf({ ...THROTTLED, overload: false }, 0)).toBeNull();
    expect(loadOf(THROTTLED, 0)?.limit).toBeNull();
    expect(loadOf(ADAPTIVE, 0)?.limit).toBe(200);
  });

  it('learns no limit beside a fixed one', () => {
    const load = new Load(THROTTLED, 0);
    for (let call = 1; call <= 20; call += 1) load.succeeded(10 * call, 100, 30);

    expect(load.limit).toBeNull();
  });

  it.each([
    [ADAPTIVE, ADAPTIVE, true],
    [ADAPTIVE, { ...ADAPTIVE, maxConcurrentCeiling: 100 }, false],
    [ADAPTIVE, { ...ADAPTIVE, overload: true }, false],
    [THROTTLED, { ...THROTTLED, maxConcurrent: 6 }, false],
    [{ ...ADAPTIVE, overload: true }, { ...ADAPTIVE, overload: true, maxConcurrent: 200 }, false],
  ] as const)('of %o is kept for %o: %s', (rules, others, kept) => {
    expect(new Load(rules, 0).fits({ ...others })).toBe(kept);
  });

  it('lets everything through where no rate is learned', () => {
    const load = new Load(ADAPTIVE, 0);

    expect([load.wouldTake(0), load.take(0), load.waitMs(0)]).toEqual([true, true, 0]);
    expect(load.absorbs(0, 100, 1, { timedOut: true })).toBe(false);
    expect(load.wouldTake(0)).toBe(true);
  });

  it('takes a pause that is asked for as overload by itself', () => {
    const load = new Load(THROTTLED, 0);

    expect(load.absorbs(0, 100, 1, { error: new Error('later'), retryAfterMs: 3_000 })).toBe(true);
    expect(load.waitMs(0)).toBe(3_000);
  });

  it.each([
    ['timeouts', { timedOut: true }, 100, 15],
    ['refusals that take no time', { error: { status: 503 } }, 0, 15],
    ['other failures', { error: new Error('failed') }, 100, 200],
  ] satisfies [string, LoadEvidence, number, number][])('learns a limit from %s: of 30 at once, of which a tenth ended so, %o', (_, evidence, durationMs, expected) => {
    const load = new Load(ADAPTIVE, 0);
    for (let call = 1; call <= 18; call += 1) load.succeeded(10 * call, 100, 30);
    for (let call = 19; call <= 20; call += 1) load.absorbs(10 * call, durationMs, 30, evidence);

    expect(load.limit).toBe(expected);
  });
});
