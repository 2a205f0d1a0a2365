import { describe, expect, it, vi } from 'vitest';
import { CircuitBreaker, CircuitBreakerConfig, CircuitBreakerState, FallbackManager } from '../../../src/compat/supervisor/index.ts';
import * as core from '../../../src/compat/core/index.ts';
import { getUnifiedCircuitBreakerManager, isCircuitBreakerOpenError, isCircuitBreakerTimeoutError } from '../../../src/index.ts';
import type { UnifiedCircuitBreaker } from '../../../src/index.ts';
import { BOOM, deferred } from '../../support/outcomes.ts';
import { agreeAlways, testRuntime } from '../support/agreement.ts';
import type { Driven, TestRuntime } from '../support/agreement.ts';
import { inARow } from '../support/reference.ts';

const RULES = { opensWhen: inARow(3), waitMs: 60_000, closesAfter: 1 };
const failing = (): Promise<never> => Promise.reject(BOOM);
const breakerOf = ({ manager }: TestRuntime): UnifiedCircuitBreaker => manager.getCircuitBreaker('agent_triage') as UnifiedCircuitBreaker;
const driven = (runtime: TestRuntime): Driven => {
  const manager = new FallbackManager({}, runtime);
  return {
    success: () => manager.executeWithFallback('triage', () => 'fine'),
    failure: () => manager.executeWithFallback('triage', failing),
    state: () => {
      const breaker = runtime.manager.getCircuitBreaker('agent_triage');
      if (breaker === null) return 'closed';
      return breaker.state === 'open' && breaker.canExecute() ? 'half_open' : breaker.state;
    },
  };
};

describe('FallbackManager', () => {
  it('opens at three failures in a row, waits 60 s, and closes at the first success, for any sequence', () => expect(agreeAlways(driven, RULES)).resolves.toBeUndefined());

  it('gives what the agent gives, and how long it took, in seconds', async () => {
    const runtime = testRuntime();
    const run = async (): Promise<number> => {
      runtime.clock.advance(1_500);
      return 42;
    };

    expect(await new FallbackManager({}, runtime).executeWithFallback('triage', run)).toEqual({ success: true, result: 42, error: null, duration: 1.5, metadata: { agentName: 'triage' } });
  });

  it('serves the fallback of a failed agent, and says so', async () => {
    const seen: unknown[] = [];
    const fallback = (error: unknown): string => {
      seen.push(error);
      return 'spare';
    };

    expect(await new FallbackManager({}, testRuntime()).executeWithFallback('triage', failing, fallback)).toEqual({
      success: true,
      result: 'spare',
      error: null,
      duration: 0,
      metadata: { agentName: 'triage', fallbackUsed: true, fallbackData: 'spare' },
    });
    expect(seen).toEqual([BOOM]);
  });

  it('does not run an agent whose circuit is open, and serves its fallback with the rejection', async () => {
    const runtime = testRuntime();
    const manager = new FallbackManager({}, runtime);
    for (let failure = 0; failure < 3; failure += 1) await manager.executeWithFallback('triage', failing);
    const agent = vi.fn<() => string>(() => 'never');

    expect(await manager.executeWithFallback('triage', agent, (error) => isCircuitBreakerOpenError(error))).toEqual({
      success: true,
      result: true,
      error: null,
      duration: 0,
      metadata: { agentName: 'triage', circuitBreakerFallback: true, fallbackData: true },
    });
    expect(agent).not.toHaveBeenCalled();
  });

  it.each([
    ['there is no fallback', undefined],
    ['the fallback fails too', () => Promise.reject(new Error('spare broken'))],
  ])('tells what failed when %s', async (_, fallback) => {
    expect(await new FallbackManager({}, testRuntime()).executeWithFallback('triage', failing, fallback)).toEqual({
      success: false,
      result: undefined,
      error: 'boom',
      duration: 0,
      metadata: {
        agentName: 'triage',
        finalFallback: true,
        fallbackData: { message: 'Unable to complete triage operation', status: 'degraded', error: 'boom', fallbackUsed: true },
      },
    });
  });

  it('tells what failed in words when it was no error', async () => {
    expect(await new FallbackManager({}, testRuntime()).executeWithFallback('triage', () => Promise.reject(undefined))).toMatchObject({ success: false, error: 'undefined' });
  });

  it('takes the breaker of an agent as it stands, and contradicts nobody', async () => {
    const runtime = testRuntime();
    const conflicts: string[] = [];
    runtime.manager.on('configConflict', ({ name }) => conflicts.push(name));
    const theirs = runtime.manager.createCircuitBreaker('agent_triage', { failureThreshold: 50 });
    await new FallbackManager({}, runtime).executeWithFallback('triage', failing);

    expect([theirs.getMetrics().failedCalls, conflicts]).toEqual([1, []]);
  });

  it('never rejects, though its manager be disposed', async () => {
    const runtime = testRuntime();
    runtime.manager.dispose();
    const manager = new FallbackManager({}, runtime);

    expect(await manager.executeWithFallback('triage', () => 'never', () => 'spare')).toMatchObject({ success: true, result: 'spare', metadata: { circuitBreakerFallback: true } });
    expect(await manager.executeWithFallback('triage', () => 'never')).toMatchObject({ success: false, metadata: { finalFallback: true } });
  });

  it('takes a result with `success: false` for a failure of the agent, and gives it as it is', async () => {
    const runtime = testRuntime();
    const manager = new FallbackManager({}, runtime);
    const report = { success: false, reason: 'no data' };
    const fallback = vi.fn<() => string>(() => 'spare');

    expect(await manager.executeWithFallback('triage', () => report, fallback)).toMatchObject({ success: false, result: report, error: null, metadata: { agentName: 'triage' } });
    expect(fallback).not.toHaveBeenCalled();
    expect(breakerOf(runtime).getMetrics().failedCalls).toBe(1);
  });

  it('has a breaker for each agent: an open one stops no other', async () => {
    const runtime = testRuntime();
    const manager = new FallbackManager({ failureThreshold: 1 }, runtime);
    await manager.executeWithFallback('triage', failing);

    expect((await manager.executeWithFallback('data', () => 'fine')).result).toBe('fine');
    expect(Object.entries(runtime.manager.getAllStatus()).map(([name, { state }]) => [name, state])).toEqual([['agent_triage', 'open'], ['agent_data', 'closed']]);
  });

  it('gives an agent up after its timeout, which is 30 s by default', async () => {
    const runtime = testRuntime();
    const call = new FallbackManager({}, runtime).executeWithFallback('triage', () => deferred().promise, (error) => isCircuitBreakerTimeoutError(error));
    runtime.clock.advance(30_000);

    expect(await call).toMatchObject({ success: true, result: true, duration: 30 });
  });

  it('uses the manager of the process when it is given none', async () => {
    await new FallbackManager({ recoveryTimeout: 0.1 }).executeWithFallback('triage', () => 1);

    expect(getUnifiedCircuitBreakerManager().getCircuitBreaker('agent_triage')?.getStatus().config).toMatchObject({ failureThreshold: 3, recoveryTimeoutMs: 100, timeoutMs: 30_000 });
    getUnifiedCircuitBreakerManager().dispose();
  });
});

describe('the other supervisor names', () => {
  it('are those of core', () => {
    expect([CircuitBreaker, CircuitBreakerConfig, CircuitBreakerState]).toEqual([core.CircuitBreaker, core.CircuitConfig, core.CircuitStates]);
  });
});
