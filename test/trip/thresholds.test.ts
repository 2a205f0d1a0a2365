import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thresholdsInForce } from '../../src/trip/thresholds.ts';
import type { ThresholdBounds, ThresholdSignals } from '../../src/trip/thresholds.ts';
import { runs } from '../support/random.ts';

const BOUNDS = { floor: 0.5, ceiling: 2, sensitivity: 'absolute' } as const;
const RELATIVE = { sensitivity: 'relative' } as const;
const QUIET: ThresholdSignals = { normalErrorRate: 0, normalSlowRate: 0, slowRate: 0, health: null, sampleSize: 100 };
const USUAL = { failureThreshold: 10, errorRateThreshold: 0.5 };

describe('thresholdsInForce', () => {
  it.each<[Partial<ThresholdSignals>, number, number, string[]]>([
    [{}, 10, 0.5, []],
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
    // 0.8 of the way is left of 10 by slowness, and 1.25 of that by health: 10 again.
    [{ health: 'healthy', slowRate: 0.26 }, 10, 0.5, []],
    // ⌈ln 10⁷ / −ln 0.2⌉ = 11 failures in a row happen once in ten million calls.
    [{ normalErrorRate: 0.2 }, 11, 0.5, ['noisy']],
  ])('moves 10 and 0.5 by the signals %j to %d and %d', (signals, failureThreshold, errorRateThreshold, reasons) => {
    const moved = thresholdsInForce(USUAL, { ...QUIET, ...signals }, BOUNDS);

    expect(moved).toEqual({ failureThreshold, errorRateThreshold, reasons });
  });

  it.each<[string, Partial<ThresholdSignals>, number, Partial<ThresholdBounds>, number, string[]]>([
    // 0.1 + 3 · √(0.1 · 0.9 / 100)
    ['raises it above the usual noise', { normalErrorRate: 0.1 }, 0.1, {}, 0.19, ['noisy']],
    ['raises it even when sensitivity is relative', { normalErrorRate: 0.1 }, 0.1, RELATIVE, 0.19, ['noisy']],
    ['keeps it for a reliable dependency', { normalErrorRate: 0.01 }, 0.5, {}, 0.5, []],
    ['lowers it when sensitivity is relative', { normalErrorRate: 0.01 }, 0.5, RELATIVE, 0.25, ['reliable']],
    // 0.01 + 3 · √(0.0099 / 100)
    ['lowers it to the noise', { normalErrorRate: 0.01 }, 0.5, { ...RELATIVE, floor: 0.01 }, 0.039_85, ['reliable']],
    ['keeps it when nothing was learned', {}, 0.5, RELATIVE, 0.5, []],
    ['keeps it when the bounds leave no room', { slowRate: 1 }, 0.5, { ...RELATIVE, floor: 1, ceiling: 1 }, 0.5, []],
    // The noise is the threshold itself, so only health moves it.
    [
      'names only what moves it',
      { normalErrorRate: 0.1, health: 'degraded' },
      0.1 + 3 * Math.sqrt((0.1 * 0.9) / 100),
      RELATIVE,
      0.142_5,
      ['health_degraded'],
    ],
  ])('with a failure rate only, %s', (_, signals, errorRateThreshold, bounds, expected, reasons) => {
    const configured = { failureThreshold: null, errorRateThreshold };
    const moved = thresholdsInForce(configured, { ...QUIET, ...signals }, { ...BOUNDS, ...bounds });

    expect(moved).toEqual({ failureThreshold: null, errorRateThreshold: expect.closeTo(expected, 5), reasons });
  });

  it('names only what moves the failures in a row', () => {
    // As many as the noise asks for are configured.
    const configured = { failureThreshold: 11, errorRateThreshold: null };
    const signals = { ...QUIET, normalErrorRate: 0.2, health: 'degraded' } as const;

    expect(thresholdsInForce(configured, signals, BOUNDS).reasons).toEqual(['health_degraded']);
  });

  it('leaves rules off when they are off', () => {
    const off = { failureThreshold: null, errorRateThreshold: null };

    const signals = { ...QUIET, slowRate: 1, normalErrorRate: 0.2 };
    expect(thresholdsInForce(off, signals, BOUNDS)).toEqual({ ...off, reasons: [] });
  });

  it('never leaves its bounds, and says why when it moves a threshold', () => {
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
    const configured = fc.record({ failureThreshold: fc.integer({ min: 1, max: 1_000 }),
      errorRateThreshold: fc.double({ min: 0.001, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(configured, signals, bounds, (thresholds, seen, limits) => {
        const { failureThreshold, errorRateThreshold, reasons } =
          thresholdsInForce(thresholds, seen as ThresholdSignals, limits as typeof BOUNDS);
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
