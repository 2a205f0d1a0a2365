import { describe, expect, it } from 'vitest';
import { errorDraw, errorShare } from '../../examples/demo/error-draw.ts';
import { fastScript, fullScript } from '../../examples/demo/script.ts';

function draws(howMany: number): boolean[] {
  const draw = errorDraw();
  return Array.from({ length: howMany }, () => draw());
}

describe('errorDraw', () => {
  it('draws the same in every run, and fails the stated share in the long run', () => {
    expect(draws(50)).toEqual(draws(50));
    expect(draws(10_000).filter(Boolean).length / 10_000).toBeCloseTo(errorShare, 1);
  });

  const scripts = [['full', fullScript], ['fast', fastScript]] as const;

  it.each(scripts)('keeps clear of every rule in the %s script', (_, { breaker, phases, callsPerSecond }) => {
    const durationMs = phases.find((phase) => phase.fault === 'errors')?.durationMs ?? 0;
    const drawn = draws((2 * durationMs * callsPerSecond) / 1_000);
    const inWindow = drawn.map((_fails, at) => drawn.slice(at, at + breaker.slidingWindowSize).filter(Boolean).length);
    const runs = drawn.map((fails) => (fails ? 'x' : ' ')).join('').split(' ');

    expect(Math.max(...inWindow) / breaker.slidingWindowSize).toBeLessThan(breaker.errorRateThreshold - 0.05);
    expect(Math.max(...runs.map((run) => run.length))).toBeLessThan(breaker.failureThreshold);
  });
});
