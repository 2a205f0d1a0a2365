import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../src/compat/names/agents-base.ts';
import {
  AgentCircuitBreaker, getSystemCircuitBreaker, SystemCircuitBreaker,
} from '../../src/compat/names/agents-security.ts';
import { isCircuitBreakerTimeoutError } from '../../src/index.ts';
import { BOOM, deferred, errorOf } from '../support/outcomes.ts';
import { testRuntime } from './support/agreement.ts';

const MINUTE = 60_000;

describe('the agents CircuitBreaker', () => {
  it('limits a call by `timeoutSeconds`', async () => {
    const { clock, ...runtime } = testRuntime();
    const breaker = new CircuitBreaker({ name: 'agent', timeoutSeconds: 2 }, { ...runtime, clock });
    const call = errorOf(breaker.execute(() => deferred().promise));
    await clock.advanceAsync(2_000);

    expect(isCircuitBreakerTimeoutError(await call)).toBe(true);
  });

  it('shows rejected calls in the total, but not among the failed', async () => {
    const breaker = new CircuitBreaker({ name: 'agent', failureThreshold: 3 }, testRuntime());
    await breaker.execute(() => 'fine');
    for (let call = 0; call < 4; call += 1) await errorOf(breaker.execute(() => Promise.reject(BOOM)));

    expect(breaker.getStatus()).toMatchObject({
      state: 'open', failureThreshold: 3, recoveryTimeout: 60,
      metrics: {
        totalCalls: 5, successfulCalls: 1, failedCalls: 3, circuitBreakerOpens: 1, stateChanges: 1,
        lastFailure: '1970-01-01T00:00:00.000Z',
      },
    });
    expect(breaker.legacyConfig).toBe(breaker.config);
  });
});

function fail(agent: AgentCircuitBreaker, count: number): void {
  for (let failure = 0; failure < count; failure += 1) agent.recordFailure('timeout', 'took too long');
}

/** Returns an agent, by default with an open circuit whose wait is over. */
function agentWith(config: ConstructorParameters<typeof AgentCircuitBreaker>[1] = {}, failures = 3) {
  const runtime = testRuntime();
  const agent = new AgentCircuitBreaker('data', config, runtime);
  fail(agent, failures);
  if (failures > 0) runtime.clock.advance(MINUTE);
  return { agent, clock: runtime.clock };
}

describe('the AgentCircuitBreaker', () => {
  it('24: opens at three failures, and counts rejected questions as blocked, others not', () => {
    const { agent } = agentWith({}, 0);
    const answers = [agent.canExecute(), agent.canExecute()];
    fail(agent, 3);
    answers.push(agent.canExecute(), agent.canExecute());

    expect(answers).toEqual([true, true, false, false]);
    expect(agent.getMetrics()).toMatchObject({ state: 'open', totalRequests: 5, blockedRequests: 2 });
  });

  it.each([[2, [true, true, false, false]], [3, [true, true, true, false]]])(
    '49: lets exactly `maxHalfOpenCalls` %s probes run at once',
    (maxHalfOpenCalls, answers) => {
      const { agent } = agentWith({ maxHalfOpenCalls });

      expect([1, 2, 3, 4].map(() => agent.canExecute())).toEqual(answers);
      expect(agent.getMetrics()).toMatchObject({ state: 'half_open', recoveryAttempts: 1 });
    },
  );

  it('48: reopens at a failed probe, and counts each attempt to recover', () => {
    const { agent, clock } = agentWith();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      agent.canExecute();
      fail(agent, 1);
      expect(agent.state).toBe('open');
      clock.advance(MINUTE);
    }
    agent.recordSuccess();
    agent.recordSuccess();

    expect(agent.getMetrics()).toMatchObject({ state: 'closed', recoveryAttempts: 4 });
  });

  it('returns a permit with each record', () => {
    const { agent } = agentWith({ maxHalfOpenCalls: 1, successThreshold: 3 });
    const answers: boolean[] = [];
    for (let probe = 0; probe < 3; probe += 1) {
      answers.push(agent.canExecute(), agent.canExecute());
      agent.recordSuccess();
    }

    expect([agent.state, ...answers]).toEqual(['closed', true, false, true, false, true, false]);
  });

  it('58: takes back the permits of probes that record nothing, so that it recovers', () => {
    const { agent, clock } = agentWith();
    for (let period = 0; period < 5; period += 1) {
      while (agent.canExecute());
      clock.advance(300_000);
      expect([agent.canExecute(), agent.state]).toEqual([false, 'open']);
      clock.advance(MINUTE);
    }
    for (let probe = 0; probe < 2; probe += 1) if (agent.canExecute()) agent.recordSuccess();

    expect(agent.state).toBe('closed');
  });

  it('counts failures after a recovery, even if a probe was never recorded', () => {
    const { agent } = agentWith();
    for (let probe = 0; probe < 3; probe += 1) agent.canExecute();
    agent.recordSuccess();
    agent.recordSuccess();
    fail(agent, 3);

    expect(agent.state).toBe('open');
    expect(agent.breaker.getMetrics()).toMatchObject({ inFlight: 0, ignoredCalls: 1, staleOutcomes: 1 });
  });

  it('shows its figures, and null for times that have not been', () => {
    const { agent, clock } = agentWith({}, 0);
    expect(agent.getMetrics()).toMatchObject({ lastFailureTime: null, lastSuccessTime: null, openedAt: null });
    clock.advance(1_000);
    agent.recordSuccess();
    clock.advance(1_000);
    fail(agent, 3);
    agent.canExecute();

    expect(agent.getMetrics()).toMatchObject({
      agentName: 'data', state: 'open', failureCount: 3, successCount: 1, recoveryAttempts: 0, totalRequests: 5,
      blockedRequests: 1, lastFailureTime: new Date(2_000), lastSuccessTime: new Date(1_000), openedAt: new Date(2_000),
    });
  });

  it('clears its failures at a forced reset', () => {
    const { agent } = agentWith();
    agent.canExecute();
    agent.forceReset();
    expect(agent.getMetrics()).toMatchObject({ state: 'closed', failureCount: 0, recoveryAttempts: 0 });
    fail(agent, 2);
    expect(agent.state).toBe('closed');
  });
});

function systemWith() {
  const { clock, random } = testRuntime();
  return { clock, system: new SystemCircuitBreaker(undefined, { clock, random }) };
}

function open(system: SystemCircuitBreaker, ...agents: readonly string[]): void {
  for (const agent of agents) {
    for (let failure = 0; failure < 3; failure += 1) system.recordExecutionResult(agent, false);
  }
}

function add(system: SystemCircuitBreaker, count: number): void {
  for (let agent = 0; agent < count; agent += 1) system.recordExecutionResult(`agent-${agent}`, true);
}

describe('the SystemCircuitBreaker', () => {
  it.each([['data', 'triage'], ['optimization', 'data'], ['reporting', 'triage'], ['actions', 'triage']])(
    '108: replaces %s by %s when it is open, and by no agent when both are open',
    (agent, fallback) => {
      const { system } = systemWith();
      const answers = [system.canExecuteAgent(agent)];
      open(system, agent);
      answers.push(system.canExecuteAgent(agent));
      open(system, fallback);

      expect([...answers, system.canExecuteAgent(agent)]).toEqual([[true, null], [true, fallback], [false, null]]);
    },
  );

  it('adds and removes fallbacks', () => {
    const { system } = systemWith();
    open(system, 'writer');
    const answers = [system.canExecuteAgent('writer')];
    system.addFallbackAgent('writer', 'editor');
    answers.push(system.canExecuteAgent('writer'));

    expect([system.removeFallbackAgent('writer'), system.removeFallbackAgent('writer')]).toEqual([true, false]);
    expect([...answers, system.canExecuteAgent('writer')]).toEqual([[false, null], [true, 'editor'], [false, null]]);
  });

  it('recommends the agent, its fallback, then triage, and takes no permit', () => {
    const { system, clock } = systemWith();
    const recommended = [system.getRecommendedAgent('optimization')];
    for (const agent of ['optimization', 'data', 'triage']) {
      open(system, agent);
      recommended.push(system.getRecommendedAgent('optimization'));
    }
    clock.advance(MINUTE);
    for (let question = 0; question < 10; question += 1) system.getRecommendedAgent('data');

    expect(recommended).toEqual(['optimization', 'data', 'triage', 'triage']);
    expect(system.getRecommendedAgent('data')).toBe('data');
    expect(system.getOrCreateBreaker('data').getMetrics().recoveryAttempts).toBe(0);
  });

  it.each([
    [0, 0, 'healthy'], [0, 5, 'healthy'], [1, 5, 'warning'], [1, 4, 'degraded'], [1, 3, 'degraded'],
    [1, 2, 'critical'], [1, 1, 'critical'],
  ])('with %s of %s agents open is %s', (opened, all, systemHealth) => {
    const { system } = systemWith();
    add(system, all);
    open(system, ...Array.from({ length: opened }, (_, index) => `agent-${index}`));
    const systemDegraded = systemHealth === 'critical';
    const agentSummary = { totalAgents: all, healthyAgents: all - opened, degradedAgents: 0, failedAgents: opened };

    expect(system.getSystemStatus()).toMatchObject({ systemHealth, systemDegraded, agentSummary });
    expect(system.systemDegraded).toBe(systemDegraded);
  });

  it('6.13: shows its status without taking permits or counting requests', () => {
    const { system, clock } = systemWith();
    open(system, 'data');
    clock.advance(MINUTE);
    for (let reading = 0; reading < 10; reading += 1) system.getSystemStatus();

    expect(system.getSystemStatus()).toMatchObject({
      systemHealth: 'healthy', systemDegraded: false, globalFailureCount: 3,
      agentSummary: { totalAgents: 1, healthyAgents: 0, degradedAgents: 1, failedAgents: 0 },
      agents: { data: {
        state: 'half_open', failureCount: 3, successCount: 0, totalRequests: 3, blockedRequests: 0,
        lastFailure: '1970-01-01T00:00:00.000Z', recoveryAttempts: 0, canExecute: true,
      } },
      fallbackChains: { data: 'triage', optimization: 'data', reporting: 'triage', actions: 'triage' },
      timestamp: '1970-01-01T00:01:00.000Z',
    });
    expect([1, 2, 3, 4].map(() => system.getOrCreateBreaker('data').canExecute())).toEqual([true, true, true, false]);
  });

  it('109: leaves other agents closed when one opens, and resets one or all', () => {
    const { system } = systemWith();
    add(system, 1);
    open(system, 'data', 'actions');
    expect(system.getOrCreateBreaker('agent-0').state).toBe('closed');
    expect([system.forceResetAgent('data'), system.forceResetAgent('unknown')]).toEqual([true, false]);
    expect(['data', 'actions'].map((agent) => system.getOrCreateBreaker(agent).state)).toEqual(['closed', 'open']);
    expect([system.forceResetAllAgents(), system.getSystemStatus().globalFailureCount]).toEqual([3, 0]);
  });

  it('uses a configuration only for a new agent', () => {
    const { system } = systemWith();
    const agent = system.getOrCreateBreaker('data', { failureThreshold: 1 });

    expect(system.getOrCreateBreaker('data', { failureThreshold: 9 })).toBe(agent);
    expect([agent.config.failureThreshold, system.getOrCreateBreaker('x').config]).toEqual([1, system.defaultConfig]);
  });

  it('keeps at most 1,000 agents, and closed ones leave first', () => {
    const { system } = systemWith();
    open(system, 'broken');
    add(system, 1_000);
    const { agentSummary, agents } = system.getSystemStatus();

    expect(agentSummary).toMatchObject({ totalAgents: 1_000, failedAgents: 1 });
    expect(Object.keys(agents).slice(0, 2)).toEqual(['broken', 'agent-1']);
  });

  it('is one in the process', () => {
    expect(getSystemCircuitBreaker()).toBe(getSystemCircuitBreaker());
  });
});
