import { describe, expect, it } from 'vitest';
import { fastScript, fullScript, stretched } from '../../examples/demo/script.ts';

const scripts = [
  ['full', fullScript, 30_000],
  ['fast', fastScript, 8_500],
] as const;

describe.each(scripts)('the %s script', (_, script, aboutMs) => {
  const { phases, breaker, slowAnswerMs, callsPerSecond } = script;
  const durationOf = (fault: string): number => phases.find((phase) => phase.fault === fault)?.durationMs ?? 0;

  it('takes as long as the help says, and shows every fault between a healthy and a recovered phase', () => {
    const totalMs = phases.reduce((sum, { durationMs }) => sum + durationMs, 0);

    expect(Math.abs(totalMs - aboutMs)).toBeLessThanOrEqual(aboutMs * 0.05);
    expect(phases.map(({ fault }) => fault).join(' ')).toBe('none killed none hanging none errors slow none');
  });

  it('lets each recovery take the longest wait after a failed probe', () => {
    const longestProbeMs = { killed: 0, hanging: breaker.timeoutMs, slow: slowAnswerMs, errors: 0, none: 0 };
    const room = phases.map(({ expected, durationMs }, index) => {
      const before = phases[index - 1]?.fault ?? 'none';
      return expected === 'close again' ? durationMs - longestProbeMs[before] - breaker.maxBackoffMs : Infinity;
    });

    expect(Math.min(...room)).toBeGreaterThanOrEqual(300);
  });

  it('makes enough calls to open, and has time to reject, while the upstream hangs or is slow', () => {
    const hangingMs = breaker.timeoutMs + (breaker.failureThreshold * 1_000) / callsPerSecond;
    const slowCalls = breaker.slidingWindowSize * breaker.slowCallRateThreshold;

    expect(durationOf('hanging')).toBeGreaterThan(hangingMs * 2);
    expect(durationOf('slow')).toBeGreaterThan(slowAnswerMs + (slowCalls * 1_000) / callsPerSecond + 300);
  });

  it('has slow answers that are slow, and in time', () => {
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
