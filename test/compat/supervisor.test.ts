import { describe, expect, it, vi } from 'vitest';
import * as core from '../../src/compat/names/core.ts';
import {
  CircuitBreaker, CircuitBreakerConfig, CircuitBreakerState, FallbackManager,
} from '../../src/compat/names/supervisor.ts';
import { getUnifiedCircuitBreakerManager, isCircuitBreakerOpenError } from '../../src/index.ts';
import { BOOM } from '../support/outcomes.ts';
import { testRuntime } from './support/agreement.ts';

const failing = (): Promise<never> => Promise.reject(BOOM);

function made() {
  const runtime = testRuntime();
  return { ...runtime, fallbacks: new FallbackManager({}, runtime) };
}

describe('FallbackManager', () => {
  it('returns the result of the agent and its duration in seconds', async () => {
    const { fallbacks, clock } = made();
    const run = async (): Promise<number> => {
      clock.advance(1_500);
      return 42;
    };

    expect(await fallbacks.executeWithFallback('triage', run))
      .toEqual({ success: true, result: 42, error: null, duration: 1.5, metadata: { agentName: 'triage' } });
  });

  it('serves the fallback of a failed agent, with its error', async () => {
    expect(await made().fallbacks.executeWithFallback('triage', failing, (error) => error)).toEqual({
      success: true, result: BOOM, error: null, duration: 0,
      metadata: { agentName: 'triage', fallbackUsed: true, fallbackData: BOOM },
    });
  });

  it('does not run an agent whose circuit is open, and serves its fallback with the rejection', async () => {
    const { fallbacks } = made();
    for (let failure = 0; failure < 3; failure += 1) await fallbacks.executeWithFallback('triage', failing);
    const agent = vi.fn<() => string>(() => 'never');

    expect(await fallbacks.executeWithFallback('triage', agent, isCircuitBreakerOpenError)).toMatchObject({
      success: true, result: true, error: null,
      metadata: { agentName: 'triage', circuitBreakerFallback: true, fallbackData: true },
    });
    expect(agent).not.toHaveBeenCalled();
  });

  it.each([
    ['there is no fallback', undefined],
    ['the fallback fails, too', () => Promise.reject(new Error('spare broken'))],
  ])('returns the error of the agent when %s', async (_, fallback) => {
    expect(await made().fallbacks.executeWithFallback('triage', failing, fallback)).toEqual({
      success: false, result: undefined, error: 'boom', duration: 0,
      metadata: { agentName: 'triage', finalFallback: true, fallbackData: {
        message: 'Unable to complete triage operation', status: 'degraded', error: 'boom', fallbackUsed: true,
      } },
    });
  });

  const trap = Object.defineProperty(new Error(''), 'message', { get: () => { throw BOOM; } });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();

  it.each([
    ['a string', 'boom', 'boom'], ['an error', BOOM, 'boom'], ['an object', {}, 'an object'],
    ['nothing', undefined, 'undefined'], ['a symbol', Symbol('boom'), 'Symbol(boom)'],
    ['an error with a message that throws', trap, 'an object'],
    ['an error with a number as its message', Object.assign(new Error(''), { message: 5 }), 'an object'],
    ['a revoked proxy', proxy, 'an object'],
  ])('has a text for %s', async (_, error, text) => {
    expect(await made().fallbacks.executeWithFallback('triage', () => Promise.reject(error)))
      .toMatchObject({ success: false, error: text });
  });

  it('uses the breaker of an agent as it is, and contradicts no configuration', async () => {
    const { fallbacks, manager } = made();
    const conflicts: string[] = [];
    manager.on('configConflict', ({ name }) => conflicts.push(name));
    const theirs = manager.createCircuitBreaker('agent_triage', { failureThreshold: 50 });
    await fallbacks.executeWithFallback('triage', failing);

    expect([theirs.getMetrics().failedCalls, conflicts]).toEqual([1, []]);
  });

  it('never rejects, even if its manager is disposed', async () => {
    const { fallbacks, manager } = made();
    manager.dispose();

    expect(await fallbacks.executeWithFallback('triage', () => 'never', () => 'spare'))
      .toMatchObject({ success: true, result: 'spare', metadata: { circuitBreakerFallback: true } });
    expect(await fallbacks.executeWithFallback('triage', () => 'never'))
      .toMatchObject({ success: false, metadata: { finalFallback: true } });
  });

  it('counts a result with `success: false` as a failure, and returns it without a fallback', async () => {
    const { fallbacks, manager } = made();
    const report = { success: false, reason: 'no data' };
    const fallback = vi.fn<() => string>(() => 'spare');

    expect(await fallbacks.executeWithFallback('triage', () => report, fallback))
      .toMatchObject({ success: false, result: report, error: null, metadata: { agentName: 'triage' } });
    expect(fallback).not.toHaveBeenCalled();
    expect(manager.getCircuitBreaker('agent_triage')?.getMetrics().failedCalls).toBe(1);
  });

  it('uses the process-wide default manager by default', async () => {
    await new FallbackManager({ recoveryTimeout: 0.1 }).executeWithFallback('triage', () => 1);
    const manager = getUnifiedCircuitBreakerManager();

    expect(manager.getCircuitBreaker('agent_triage')?.getStatus().config).toMatchObject({ recoveryTimeoutMs: 100 });
    manager.dispose();
  });
});

it('the other names of the supervisor are those of core', () => {
  expect([CircuitBreaker, CircuitBreakerConfig, CircuitBreakerState])
    .toEqual([core.CircuitBreaker, core.CircuitConfig, core.CircuitStates]);
});
