import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thresholdsInForce } from '../../src/trip/thresholds.ts';
import type { ThresholdSignals } from '../../src/trip/thresholds.ts';
import { runs } from '../support/random.ts';

const BOUNDS = { floor: 0.5, ceiling: 2, sensitivity: 'absolute' } as const;
const QUIET: ThresholdSignals = { normalErrorRate: 0, normalSlowRate: 0, slowRate: 0, health: null, sampleSize: 100 };
const USUAL = { failureThreshold: 10, errorRateThreshold: 0.5 };

describe('thresholdsInForce', () => {
  it('gives the configured thresholds without signals', () => {
    expect(thresholdsInForce(USUAL, QUIET, BOUNDS)).toEqual({ ...USUAL, reasons: [] });
  });

  it.each([
    // No more than chance.
    [{ slowRate: 0.1 }, 10, 0.5, []],
    // (0.3 − 0.1) / 0.4 = a half of the way to the floor: 0.75.
    [{ slowRate: 0.3 }, 8, 0.375, ['slow']],
    [{ slowRate: 1 }, 5, 0.25, ['slow']],
    [{ slowRate: 0.3, normalSlowRate: 0.2 }, 10, 0.5, []],
    [{ health: 'degraded' }, 8, 0.375, ['health_degraded']],
    [{ health: 'healthy' }, 13, 0.625, ['health_healthy']],
    [{ health: 'unhealthy' }, 10, 0.5, []],
    [{ health: 'failed' }, 10, 0.5, []],
    // 0.75 · 0.5 is below the floor.
    [{ health: 'degraded', slowRate: 1 }, 5, 0.25, ['slow', 'health_degraded']],
    // ⌈ln 10⁷ / −ln 0.2⌉ = 11 failures in a row happen once in ten million calls.
    [{ normalErrorRate: 0.2 }, 11, 0.5, ['noisy']],
  ] as const)('answers %o with %d failures in a row and a rate of %d', (signals, failureThreshold, errorRateThreshold, reasons) => {
    expect(thresholdsInForce(USUAL, { ...QUIET, ...signals }, BOUNDS)).toEqual({ failureThreshold, errorRateThreshold, reasons });
  });

  it('raises a rate that the usual noise reaches to three deviations above it, 0.1 + 3 · √(0.1 · 0.9 / 100)', () => {
    const { errorRateThreshold, reasons } = thresholdsInForce({ failureThreshold: null, errorRateThreshold: 0.1 }, { ...QUIET, normalErrorRate: 0.1 }, BOUNDS);

    expect(errorRateThreshold).toBeCloseTo(0.19, 12);
    expect(reasons).toEqual(['noisy']);
  });

  it('lowers the rate of a reliable dependency only when it is asked to be relative, and then to the floor at most', () => {
    const signals = { ...QUIET, normalErrorRate: 0.01 };

    expect(thresholdsInForce(USUAL, signals, BOUNDS).errorRateThreshold).toBe(0.5);
    expect(thresholdsInForce(USUAL, signals, { ...BOUNDS, sensitivity: 'relative' })).toMatchObject({ errorRateThreshold: 0.25, reasons: ['reliable'] });
    // 0.01 + 3 · √(0.0099 / 100) = 0.039 85
    expect(thresholdsInForce(USUAL, signals, { floor: 0.01, ceiling: 2, sensitivity: 'relative' }).errorRateThreshold).toBeCloseTo(0.039_85, 5);
  });

  it('holds nobody to a rate that it has not learned', () => {
    expect(thresholdsInForce(USUAL, QUIET, { ...BOUNDS, sensitivity: 'relative' })).toEqual({ ...USUAL, reasons: [] });
  });

  it('names only what moves a threshold', () => {
    // ⌈ln 10⁷ / −ln 0.2⌉ = 11, and as much is configured.
    expect(thresholdsInForce({ failureThreshold: 11, errorRateThreshold: null }, { ...QUIET, normalErrorRate: 0.2, health: 'degraded' }, BOUNDS).reasons).toEqual(['health_degraded']);
    const rate = 0.1 + 3 * Math.sqrt((0.1 * 0.9) / 100);
    const signals = { ...QUIET, normalErrorRate: 0.1, health: 'degraded' } as const;
    expect(thresholdsInForce({ failureThreshold: null, errorRateThreshold: rate }, signals, { ...BOUNDS, sensitivity: 'relative' }).reasons).toEqual(['health_degraded']);
    expect(thresholdsInForce({ failureThreshold: null, errorRateThreshold: 0.1 }, { ...QUIET, normalErrorRate: 0.1 }, { ...BOUNDS, sensitivity: 'relative' }).reasons).toEqual(['noisy']);
  });

  it('leaves rules that are off alone', () => {
    expect(thresholdsInForce({ failureThreshold: null, errorRateThreshold: null }, { ...QUIET, slowRate: 1, normalErrorRate: 0.2 }, BOUNDS)).toEqual({
      failureThreshold: null,
      errorRateThreshold: null,
      reasons: [],
    });
  });

  it('gives no reason where signals move nothing', () => {
    const signals = { ...QUIET, slowRate: 1, normalErrorRate: 0.2 };

    expect(thresholdsInForce(USUAL, signals, { floor: 1, ceiling: 1, sensitivity: 'relative' })).toEqual({ ...USUAL, reasons: [] });
    // 0.8 of the way is left of 10 by slowness, and 1.25 of that by health: 10 again.
    expect(thresholdsInForce(USUAL, { ...QUIET, slowRate: 0.26, health: 'healthy' }, BOUNDS)).toEqual({ ...USUAL, reasons: [] });
  });

  it('never leaves its bounds, and says why when it moves, for any signals', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const signals = fc.record({
      normalErrorRate: fc.double({ min: 0, max: 0.2, noNaN: true }),
      normalSlowRate: share,
      slowRate: share,
      health: fc.constantFrom(null, 'healthy', 'degraded', 'unhealthy', 'critical', 'unknown', 'failed', 'timed_out'),
      sampleSize: fc.integer({ min: 1, max: 10_000 }),
    });
    const bounds = fc.record({
      floor: fc.double({ min: 0.01, max: 1, noNaN: true }),
      ceiling: fc.double({ min: 1, max: 10, noNaN: true }),
      sensitivity: fc.constantFrom('absolute', 'relative'),
    });
    const configured = fc.record({ failureThreshold: fc.integer({ min: 1, max: 1_000 }), errorRateThreshold: fc.double({ min: 0.001, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(configured, signals, bounds, (thresholds, seen, limits) => {
        const { failureThreshold, errorRateThreshold, reasons } = thresholdsInForce(thresholds, seen as ThresholdSignals, limits as typeof BOUNDS);
        const { failureThreshold: run, errorRateThreshold: rate } = thresholds;

        expect(failureThreshold).toBeGreaterThanOrEqual(Math.min(run, Math.ceil(run * limits.floor)));
        expect(failureThreshold).toBeLessThanOrEqual(Math.floor(run * limits.ceiling));
        expect(Number.isInteger(failureThreshold)).toBe(true);
        expect(errorRateThreshold).toBeGreaterThanOrEqual(rate * limits.floor);
        expect(errorRateThreshold).toBeLessThanOrEqual(Math.min(1, rate * limits.ceiling));
        expect(reasons.length === 0).toBe(failureThreshold === run && errorRateThreshold === rate);
      }),
      { numRuns: runs(500) },
    );
  });
});
