import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ramp, rampReason } from '../../../src/breaker/circuit/ramp.ts';
import { UnifiedCircuitBreaker } from '../../../src/index.ts';
import type { UnifiedCircuitConfig } from '../../../src/index.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { evidenceWith } from '../../support/evidence.ts';
import { runs } from '../../support/random.ts';

const RULES = { stages: [0.25, 0.5], successes: 10, stageMs: 1_000 };
const good = async (): Promise<number> => 1;
const bad = async (): Promise<never> => {
  throw new Error('down');
};

async function recovered(config: Partial<UnifiedCircuitConfig> = {}): Promise<{ readonly breaker: UnifiedCircuitBreaker; readonly clock: FakeClock }> {
  const clock = new FakeClock();
  const breaker = new UnifiedCircuitBreaker({ name: 'orders', clock, ramp: true, recoveryTimeoutMs: 1_000, ...config });
  breaker.trip();
  clock.advance(1_000);
  for (let probe = 0; probe < 3; probe += 1) await breaker.call(good);
  return { breaker, clock };
}

const statuses = (breaker: UnifiedCircuitBreaker, calls: number): Promise<string> =>
  Array.from({ length: calls }).reduce<Promise<string>>(async (seen) => (await seen) + (await breaker.tryCall(good)).status[0], Promise.resolve(''));

describe('Ramp', () => {
  it('lets the first call of a quarter through, and then each fourth', () => {
    const ramp = new Ramp(RULES, 0);

    expect(Array.from({ length: 9 }, () => ramp.admit(0))).toEqual([true, false, false, false, true, false, false, false, true]);
  });

  it('goes on by time or by successes, whichever is first', () => {
    const ramp = new Ramp(RULES, 0);
    expect([ramp.share(0), ramp.share(999), ramp.share(1_000), ramp.share(2_000)]).toEqual([0.25, 0.25, 0.5, 1]);
    expect(ramp.nextStageMs(400)).toBe(600);

    for (let success = 0; success < 10; success += 1) ramp.succeeded(400);
    expect(ramp.share(400)).toBe(0.5);
    expect(ramp.nextStageMs(400)).toBe(1_000);
  });

  it('knows before it is asked whether it admits the next call', () => {
    const ramp = new Ramp(RULES, 0);

    const known = Array.from({ length: 9 }, () => [ramp.wouldAdmit(0), ramp.admit(0)]);

    expect(known.map(([would]) => would)).toEqual(known.map(([, did]) => did));
    expect(known.map(([would]) => would)).toContain(false);
  });

  it('counts successes of a stage from its beginning, also where that was noticed late', () => {
    const ramp = new Ramp({ ...RULES, stages: [0.25, 0.5, 0.75] }, 0);
    for (let success = 0; success < 9; success += 1) ramp.succeeded(0);
    ramp.succeeded(1_500);
    expect([ramp.share(1_500), ramp.nextStageMs(1_500)]).toEqual([0.5, 500]);

    ramp.succeeded(2_500);
    expect([ramp.share(2_500), ramp.nextStageMs(2_500)]).toEqual([0.75, 500]);
  });

  it('admits the share of a stage, to within one call', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.integer({ min: 1, max: 500 }), (share, offered) => {
        const ramp = new Ramp({ stages: [share], successes: 1_000, stageMs: 1_000 }, 0);

        const admitted = Array.from({ length: offered }, () => ramp.admit(0)).filter(Boolean).length;

        expect(Math.abs(admitted - share * offered)).toBeLessThanOrEqual(1);
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('rampReason', () => {
  const bar = { failureThreshold: 10, errorRateThreshold: 0.5, minRequestsThreshold: 20 };

  it.each([
    [{ failed: true, consecutiveFailures: 3 }, bar, null],
    [{ failed: true, consecutiveFailures: 4 }, bar, 'ramp_failed'],
    [{ failed: true, consecutiveFailures: 5 }, { ...bar, failureThreshold: null }, 'ramp_failed'],
    [{ failed: true, windowCalls: 6, windowFailures: 6 }, bar, null],
    [{ failed: true, windowCalls: 7, windowFailures: 4 }, bar, 'ramp_failed'],
    [{ failed: true, windowCalls: 8, windowFailures: 3 }, bar, null],
    [{ failed: true, windowCalls: 8, windowFailures: 4 }, bar, 'ramp_failed'],
    [{ failed: true, windowCalls: 8, windowFailures: 8 }, { ...bar, errorRateThreshold: null }, null],
    [{ failed: false, consecutiveFailures: 0, windowCalls: 7, windowFailures: 6 }, bar, null],
  ])('answers %o with a third of %o: %s', (evidence, thresholds, reason) => {
    expect(rampReason(evidenceWith(evidence), thresholds)).toBe(reason);
  });
});

describe('a breaker with a ramp', () => {
  it('is closed, says how far it is, and rejects the others with the reason and the time of the next stage', async () => {
    const { breaker, clock } = await recovered();
    expect(breaker.getStatus()).toMatchObject({ state: 'closed', ramp: { share: 0.25, nextStageMs: 1_000 } });
    expect(breaker.explain()).toContain('admits 25 % of its calls until it has proved itself');

    expect(await statuses(breaker, 5)).toBe('srrrs');
    clock.advance(400);
    await expect(breaker.call(good)).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN', state: 'closed', reason: 'ramp', retryAfterMs: 600 });
  });

  it('admits half in the second stage, and everything afterwards', async () => {
    const { breaker, clock } = await recovered();
    clock.advance(1_000);
    expect(breaker.getStatus().ramp?.share).toBe(0.5);
    expect(await statuses(breaker, 4)).toMatch(/^(sr){2}|(rs){2}$/);

    clock.advance(1_000);
    expect(breaker.getStatus().ramp).toBeNull();
    expect(await statuses(breaker, 4)).toBe('ssss');
  });

  it('opens again at a third of the usual bar, and starts from the beginning next time', async () => {
    const { breaker, clock } = await recovered({ ramp: { stages: [0.9], stageMs: 60_000 } });
    // The second is shed.
    for (let failure = 0; failure < 5; failure += 1) await breaker.tryCall(bad);
    expect(breaker.state).toBe('open');
    expect(breaker.explain()).toContain('it failed while traffic was coming back');

    clock.advance(10_000);
    for (let probe = 0; probe < 3; probe += 1) await breaker.call(good);
    expect(breaker.getStatus().ramp?.share).toBe(0.9);
  });

  it('knows no time of the next stage where only successes lead there', async () => {
    const { breaker } = await recovered({ ramp: { stageMs: Number.POSITIVE_INFINITY, successes: 1 } });
    expect(breaker.getStatus().ramp).toEqual({ share: 0.25, nextStageMs: null });

    await breaker.call(good);
    expect(breaker.getStatus().ramp?.share).toBe(0.5);
  });

  it('has none after a reset, nor at the beginning', async () => {
    const { breaker } = await recovered();
    breaker.reset();

    expect(breaker.getStatus().ramp).toBeNull();
    expect(new UnifiedCircuitBreaker({ name: 'fresh', ramp: true }).getStatus().ramp).toBeNull();
  });

  it('only counts what it would have shed while it observes', async () => {
    const { breaker } = await recovered({ mode: 'observe' });

    expect(await statuses(breaker, 4)).toBe('ssss');
    expect(breaker.getMetrics().wouldHaveRejectedCalls).toBe(3);
  });

  it('is not there when it is off', async () => {
    const { breaker } = await recovered({ ramp: false });

    expect(await statuses(breaker, 4)).toBe('ssss');
    expect(breaker.getStatus().ramp).toBeNull();
  });
});
