import { describe, expect, it } from 'vitest';
import { fastScript, fullScript, stretched } from '../../examples/demo/script.ts';

const scripts = [
  ['full', fullScript, 30_000],
  ['fast', fastScript, 8_500],
] as const;

describe('the scripts', () => {
  it.each(scripts)('%s: takes as long as the help says', (_, { phases }, aboutMs) => {
    const totalMs = phases.reduce((sum, phase) => sum + phase.durationMs, 0);

    expect(Math.abs(totalMs - aboutMs)).toBeLessThanOrEqual(aboutMs * 0.05);
  });

  it.each(scripts)('%s: begins healthy, ends recovered, and shows every fault', (_, { phases }) => {
    expect(phases.map((phase) => phase.fault)).toEqual(['none', 'killed', 'none', 'hanging', 'none', 'errors', 'slow', 'none']);
  });

  it.each(scripts)('%s: lets each recovery take the longest wait, after a probe that the fault still held', (_, script) => {
    const { maxBackoffMs, timeoutMs } = script.breaker;
    const longestProbeMs = { killed: 0, hanging: timeoutMs, slow: script.slowAnswerMs, errors: 0, none: 0 };
    const room = script.phases.map(({ expected, durationMs }, index) => {
      const before = script.phases[index - 1]?.fault ?? 'none';
      return expected === 'close again' ? durationMs - longestProbeMs[before] - maxBackoffMs : Infinity;
    });

    expect(Math.min(...room)).toBeGreaterThanOrEqual(300);
  });

  it.each(scripts)('%s: makes enough calls to open while the upstream hangs, and time to reject', (_, script) => {
    const hanging = script.phases.find((phase) => phase.fault === 'hanging')?.durationMs;
    const toOpenMs = script.breaker.timeoutMs + (script.breaker.failureThreshold * 1_000) / script.callsPerSecond;

    expect(hanging).toBeGreaterThan(toOpenMs * 2);
  });

  it.each(scripts)('%s: makes enough calls to open while the upstream is slow, and time to reject', (_, script) => {
    const slow = script.phases.find((phase) => phase.fault === 'slow')?.durationMs;
    const slowCalls = script.breaker.slidingWindowSize * script.breaker.slowCallRateThreshold;

    expect(slow).toBeGreaterThan(script.slowAnswerMs + (slowCalls * 1_000) / script.callsPerSecond + 300);
  });

  it.each(scripts)('%s: has slow answers that are slow, and in time', (_, { slowAnswerMs, breaker }) => {
    expect(slowAnswerMs - breaker.slowCallThresholdMs).toBeGreaterThan(100);
    expect(breaker.timeoutMs - slowAnswerMs).toBeGreaterThan(100);
  });
});

describe('stretched', () => {
  it('makes every duration longer and leaves the rules and the pace alone', () => {
    const { phases, breaker, ...rest } = stretched(fastScript, 2);

    expect(phases.map((phase) => phase.durationMs)).toEqual(fastScript.phases.map((phase) => phase.durationMs * 2));
    expect(breaker).toEqual({
      ...fastScript.breaker,
      timeoutMs: 1_200,
      slowCallThresholdMs: 700,
      recoveryTimeoutMs: 1_200,
      maxBackoffMs: 1_200,
    });
    expect(rest).toEqual({ callsPerSecond: 60, bareDeadlineMs: 2_000, slowAnswerMs: 960, recentMs: 1_000 });
  });
});
