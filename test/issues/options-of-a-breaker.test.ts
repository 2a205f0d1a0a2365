import { describe, expect, it } from 'vitest';
import type { CircuitBreakerConfigError, UnifiedCircuitConfig } from '../../src/index.ts';
import { UnifiedCircuitBreaker } from '../../src/index.ts';

function problemsOf(config: object, extras?: object): readonly string[] {
  try {
    void new UnifiedCircuitBreaker(config as UnifiedCircuitConfig, extras);
  } catch (error) {
    return (error as CircuitBreakerConfigError).problems;
  }
  return [];
}

describe('the options of a breaker', () => {
  it('refuse a minimum that no window of calls can hold', () => {
    expect(problemsOf({ name: 'x', minRequestsThreshold: 1_000_001 })).toEqual([
      'Expected `minRequestsThreshold` to be at most 1000000, the largest window of calls, got 1000001',
    ]);
    expect(problemsOf({ name: 'x', minRequestsThreshold: 1_000_000 })).toEqual([]);
    expect(problemsOf({ name: 'x', minRequestsThreshold: 1_000_001, slidingWindowMs: 1_000 })).toEqual([]);
  });

  it('take an explicit cap below the default wait', () => {
    const breaker = new UnifiedCircuitBreaker({ name: 'x', maxBackoffMs: 30_000 });

    expect(breaker.getStatus().config).toMatchObject({ recoveryTimeoutMs: 30_000, maxBackoffMs: 30_000 });
  });

  it('are reported together with the extras and the snapshot', () => {
    const problems = problemsOf({ name: 'x', failureThreshold: 0 }, { tripPolicy: 1, restore: 5 });

    expect(problems).toEqual([
      'Expected `failureThreshold` to be a whole number, 1 or more, or null, got 0',
      'Expected `tripPolicy` to be a policy with shouldTrip(), got 1',
      'Expected `restore` to be a snapshot, got 5',
    ]);
  });
});
