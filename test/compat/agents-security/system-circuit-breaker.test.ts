import { afterEach, describe, expect, it, vi } from 'vitest';
import { getSystemCircuitBreaker, SystemCircuitBreaker } from '../../../src/compat/agents-security/index.ts';
import type { SystemCircuitBreakerParts } from '../../../src/compat/agents-security/index.ts';
import { testRuntime } from '../support/agreement.ts';

afterEach(() => vi.unstubAllEnvs());

function systemWith(parts: SystemCircuitBreakerParts = {}) {
  const { clock, random } = testRuntime();
  return { clock, system: new SystemCircuitBreaker(undefined, { clock, random, environment: {}, ...parts }) };
}

/** Three failures: the agent's circuit opens. */
function open(system: SystemCircuitBreaker, ...agents: readonly string[]): void {
  for (const agent of agents) for (let failure = 0; failure < 3; failure += 1) system.recordExecutionResult(agent, false, 'timeout', 'took too long');
}

const know = (system: SystemCircuitBreaker, ...agents: readonly string[]): void => agents.forEach((agent) => system.recordExecutionResult(agent, true));

describe('the SystemCircuitBreaker', () => {
  it('lets a healthy agent run, falls back from an open one, and refuses when both are open', () => {
    const { system } = systemWith();
    const answers = [system.canExecuteAgent('data')];
    open(system, 'data');
    answers.push(system.canExecuteAgent('data'), system.canExecuteAgent('optimization'));
    open(system, 'triage');
    answers.push(system.canExecuteAgent('data'), system.canExecuteAgent('triage'));

    expect(answers).toEqual([
      [true, null],
      [true, 'triage'],
      [true, null],
      [false, null],
      [false, null],
    ]);
  });

  it.each([
    ['data', 'triage'],
    ['optimization', 'data'],
    ['reporting', 'triage'],
    ['actions', 'triage'],
  ])('falls back from %s to %s', (agent, fallback) => {
    const { system } = systemWith();
    open(system, agent);

    expect(system.canExecuteAgent(agent)).toEqual([true, fallback]);
  });

  it('takes other fallbacks, and leaves them out again', () => {
    const { system } = systemWith();
    open(system, 'writer');
    const answers = [system.canExecuteAgent('writer')];
    system.addFallbackAgent('writer', 'editor');
    answers.push(system.canExecuteAgent('writer'));

    expect([system.removeFallbackAgent('writer'), system.removeFallbackAgent('writer')]).toEqual([true, false]);
    expect([...answers, system.canExecuteAgent('writer')]).toEqual([[false, null], [true, 'editor'], [false, null]]);
  });

  it('recommends the agent, then its fallback, then triage, and takes no permit', () => {
    const { system, clock } = systemWith();
    const seen = [system.getRecommendedAgent('optimization')];
    open(system, 'optimization');
    seen.push(system.getRecommendedAgent('optimization'));
    open(system, 'data');
    seen.push(system.getRecommendedAgent('optimization'), system.getRecommendedAgent('data'));
    open(system, 'triage');
    seen.push(system.getRecommendedAgent('data'));
    clock.advance(60_000);
    for (let question = 0; question < 10; question += 1) seen.push(system.getRecommendedAgent('data'));

    expect(seen).toEqual(['optimization', 'data', 'triage', 'triage', 'triage', ...Array.from({ length: 10 }, () => 'data')]);
    expect(system.getOrCreateBreaker('data').getMetrics().recoveryAttempts).toBe(0);
  });

  it.each([
    [1, 1, 'critical', true],
    [1, 2, 'critical', true],
    [1, 3, 'degraded', false],
    [1, 4, 'degraded', false],
    [1, 5, 'warning', false],
    [0, 5, 'healthy', false],
  ])('with %s of %s agents open is %s', (opened, all, systemHealth, systemDegraded) => {
    const { system } = systemWith();
    know(system, ...Array.from({ length: all }, (_, index) => `agent-${index}`));
    open(system, ...Array.from({ length: opened }, (_, index) => `agent-${index}`));

    expect(system.getSystemStatus()).toMatchObject({
      systemHealth,
      systemDegraded,
      agentSummary: { totalAgents: all, healthyAgents: all - opened, degradedAgents: 0, failedAgents: opened },
    });
    expect(system.systemDegraded).toBe(systemDegraded);
  });

  it('is healthy without agents, and no longer degraded when agents have recovered', () => {
    const { system, clock } = systemWith();
    const seen = [system.getSystemStatus().systemHealth];
    open(system, 'data');
    clock.advance(60_000);
    seen.push(system.getSystemStatus().systemHealth);
    know(system, 'data', 'data');

    expect([...seen, system.getSystemStatus().systemHealth]).toEqual(['healthy', 'healthy', 'healthy']);
    expect(system.systemDegraded).toBe(false);
  });

  it('reads the status without taking permits or counting requests', () => {
    const { system, clock } = systemWith();
    open(system, 'data');
    clock.advance(60_000);
    for (let reading = 0; reading < 10; reading += 1) system.getSystemStatus();

    expect(system.getSystemStatus()).toEqual({
      systemHealth: 'healthy',
      systemDegraded: false,
      globalFailureCount: 3,
      agentSummary: { totalAgents: 1, healthyAgents: 0, degradedAgents: 1, failedAgents: 0 },
      agents: {
        data: {
          state: 'half_open',
          failureCount: 3,
          successCount: 0,
          totalRequests: 3,
          blockedRequests: 0,
          lastFailure: '1970-01-01T00:00:00.000Z',
          recoveryAttempts: 0,
          canExecute: true,
        },
      },
      fallbackChains: { data: 'triage', optimization: 'data', reporting: 'triage', actions: 'triage' },
      timestamp: '1970-01-01T00:01:00.000Z',
    });
  });

  it('analyses failures by kind and by agent, and shows the newest 20, the newest first', () => {
    const { system, clock } = systemWith();
    for (let failure = 0; failure < 15; failure += 1) {
      clock.advance(1_000);
      system.recordExecutionResult('data', false, 'timeout', `data ${failure}`, 'user-1', { failure });
      system.recordExecutionResult('actions', false);
    }

    const analysis = system.getFailureAnalysis();

    expect(analysis).toMatchObject({ totalRecentFailures: 30, failureByType: { timeout: 15, exception: 15 }, failureByAgent: { data: 15, actions: 15 }, analysisWindowSeconds: 300 });
    expect(analysis.recentFailures).toHaveLength(20);
    expect(analysis.recentFailures[0]).toEqual({
      timestamp: '1970-01-01T00:00:15.000Z',
      failureType: 'timeout',
      errorMessage: 'data 14',
      agentName: 'data',
      userId: 'user-1',
      context: { failure: 14 },
    });
    expect(analysis.recentFailures[1]).toMatchObject({ agentName: 'actions', failureType: 'exception', errorMessage: '' });
  });

  it('resets one agent, or all', () => {
    const { system } = systemWith();
    open(system, 'data', 'actions');

    expect([system.forceResetAgent('data'), system.forceResetAgent('nobody')]).toEqual([true, false]);
    expect([system.canExecuteAgent('data'), system.getSystemStatus().globalFailureCount]).toEqual([[true, null], 3]);
    expect([system.forceResetAllAgents(), system.systemDegraded, system.getSystemStatus().globalFailureCount]).toEqual([2, false, 0]);
  });

  it('lets an open agent be tried at once, with its figures as they were', () => {
    const { system } = systemWith();
    open(system, 'data');
    const { failureCount, totalRequests } = system.getOrCreateBreaker('data').getMetrics();

    expect(system.testAgentRecovery('data')).toEqual({
      agentName: 'data',
      action: 'forced_half_open',
      state: 'half_open',
      testCallsAllowed: 3,
      message: 'Circuit forced to half-open for recovery testing. Up to 3 test calls allowed.',
    });
    expect(system.canExecuteAgent('data')).toEqual([true, null]);
    expect(system.getOrCreateBreaker('data').getMetrics()).toMatchObject({ failureCount, totalRequests: totalRequests + 1, recoveryAttempts: 1 });
    know(system, 'data', 'data');
    expect(system.getOrCreateBreaker('data').state).toBe('closed');
  });

  it('tries no agent that is not open or not known', () => {
    const { system } = systemWith();
    know(system, 'data');

    expect(system.testAgentRecovery('data')).toEqual({ agentName: 'data', state: 'closed', message: 'Circuit is already closed. No recovery testing needed.' });
    expect(system.testAgentRecovery('nobody')).toEqual({ error: 'No circuit breaker found for nobody' });
  });

  it('uses a configuration only for a new agent', () => {
    const { system } = systemWith();
    const agent = system.getOrCreateBreaker('data', { failureThreshold: 1 });

    expect(system.getOrCreateBreaker('data', { failureThreshold: 9 })).toBe(agent);
    expect(agent.config.failureThreshold).toBe(1);
    expect(system.getOrCreateBreaker('other').config).toBe(system.defaultConfig);
  });

  it('reads the environment when first needed, and not at all when a configuration is given', () => {
    const environment: Record<string, string> = {};
    const { system } = systemWith({ environment });
    Object.assign(environment, {
      CIRCUIT_BREAKER_FAILURE_THRESHOLD: '7',
      CIRCUIT_BREAKER_RECOVERY_TIMEOUT: '5',
      CIRCUIT_BREAKER_SUCCESS_THRESHOLD: ' 1 ',
      CIRCUIT_BREAKER_FAILURE_WINDOW: ' ',
      CIRCUIT_BREAKER_MAX_HALF_OPEN: '4',
    });

    expect({ ...system.getOrCreateBreaker('data').config }).toEqual({ failureThreshold: 7, recoveryTimeout: 5, successThreshold: 1, failureWindowSeconds: 300, maxHalfOpenCalls: 4 });
    expect(new SystemCircuitBreaker({ recoveryTimeout: 9 }, { environment }).defaultConfig).toMatchObject({ failureThreshold: 3, recoveryTimeout: 9 });
  });

  it('says which option a variable does not fit', () => {
    const { system } = systemWith({ environment: { CIRCUIT_BREAKER_FAILURE_THRESHOLD: 'three' } });

    expect(() => system.getOrCreateBreaker('data')).toThrow('Expected `failureThreshold` to be a whole number, 1 or more, got NaN');
  });

  it('reads the environment of the process without being told', () => {
    vi.stubEnv('CIRCUIT_BREAKER_FAILURE_THRESHOLD', '8');

    expect(new SystemCircuitBreaker().defaultConfig.failureThreshold).toBe(8);
  });

  it('knows at most 1 000 agents, and forgets a closed one first', () => {
    const { system } = systemWith();
    open(system, 'broken');
    know(system, ...Array.from({ length: 1_000 }, (_, index) => `agent-${index}`));

    const { agentSummary, agents } = system.getSystemStatus();

    expect(agentSummary).toMatchObject({ totalAgents: 1_000, failedAgents: 1 });
    expect(Object.keys(agents).slice(0, 2)).toEqual(['broken', 'agent-1']);
  });

  it('takes a forgotten agent off the list of its manager', () => {
    const { manager } = testRuntime();
    const { system } = systemWith({ manager });
    for (let agent = 0; agent <= 1_000; agent += 1) system.getOrCreateBreaker(`agent-${agent}`);

    expect([manager.size, manager.getCircuitBreaker('agent-0')]).toEqual([1_000, null]);
  });

  it('forgets the oldest when none is closed', () => {
    const { system } = systemWith();
    open(system, ...Array.from({ length: 1_000 }, (_, index) => `agent-${index}`));
    know(system, 'new');

    expect(system.getSystemStatus().agents).not.toHaveProperty('agent-0');
  });

  it('lists agents in a manager when there is one', () => {
    const runtime = testRuntime();
    know(systemWith(runtime).system, 'data');

    expect(runtime.manager.getCircuitBreakerNames()).toEqual(['data']);
  });

  it('is one in the process', () => {
    expect(getSystemCircuitBreaker()).toBe(getSystemCircuitBreaker());
    expect(getSystemCircuitBreaker()).toBeInstanceOf(SystemCircuitBreaker);
  });
});
