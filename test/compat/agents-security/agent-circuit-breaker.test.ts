import { describe, expect, it } from 'vitest';
import { AgentCircuitBreaker, AgentSecurityCircuitConfig, CircuitBreakerConfig, FailureType } from '../../../src/compat/agents-security/index.ts';
import type { CircuitBreakerConfigOptions } from '../../../src/compat/agents-security/index.ts';
import { agreeAlways, agreeOn, testRuntime } from '../support/agreement.ts';
import type { Driven, Step, TestRuntime } from '../support/agreement.ts';
import { within } from '../support/reference.ts';

const RULES = { opensWhen: within(3, 300_000), waitMs: 60_000, closesAfter: 2 };
const MINUTE = 60_000;

const agentWith = (config: CircuitBreakerConfigOptions = {}, runtime: TestRuntime = testRuntime()) => ({ ...runtime, agent: new AgentCircuitBreaker('data', config, runtime) });

function fail(agent: AgentCircuitBreaker, count = 1): void {
  for (let failure = 0; failure < count; failure += 1) agent.recordFailure(FailureType.TIMEOUT, 'took too long');
}

/** The agent's circuit is open and its wait is over. */
function ready(config: CircuitBreakerConfigOptions = {}) {
  const { agent, clock } = agentWith(config);
  fail(agent, 3);
  clock.advance(MINUTE);
  return { agent, clock };
}

const recorded = (runtime: TestRuntime): Driven => {
  const { agent } = agentWith({}, runtime);
  return { success: () => agent.recordSuccess(), failure: () => fail(agent), state: () => agent.state };
};
const asked = (runtime: TestRuntime): Driven => {
  const { agent } = agentWith({}, runtime);
  return {
    success: () => void (agent.canExecute() && agent.recordSuccess()),
    failure: () => void (agent.canExecute() && fail(agent)),
    state: () => agent.state,
  };
};

describe('the AgentCircuitBreaker', () => {
  it.each<{ readonly title: string; readonly sequence: readonly Step[] }>([
    { title: 'opens at the third failure', sequence: ['failure', 'failure', 'failure'] },
    { title: 'counts failures whatever succeeds between them', sequence: ['failure', 'success', 'failure', 'success', 'success', 'failure'] },
    { title: 'counts a failure for exactly five minutes', sequence: ['failure', 'failure', 300_000, 'failure'] },
    { title: 'forgets a failure after five minutes', sequence: ['failure', 'failure', 300_001, 'failure', 'failure', 'failure'] },
    { title: 'closes at the second success after the wait', sequence: ['failure', 'failure', 'failure', MINUTE, 'success', 'success'] },
    { title: 'opens again at any failed probe', sequence: ['failure', 'failure', 'failure', MINUTE, 'success', 'failure', MINUTE - 1, 1] },
    { title: 'counts from nothing after it has closed', sequence: ['failure', 'failure', 'failure', MINUTE, 'success', 'success', 'failure', 'failure', 'failure'] },
    { title: 'is not held open by late failures', sequence: ['failure', 'failure', 'failure', 30_000, 'failure', 'failure', 30_000, 'success'] },
  ])('$title', async ({ sequence }) => {
    await expect(agreeOn(sequence, recorded, RULES)).resolves.toBeUndefined();
    await expect(agreeOn(sequence, asked, RULES)).resolves.toBeUndefined();
  });

  it('does what its rules say for any sequence of records', () => expect(agreeAlways(recorded, RULES)).resolves.toBeUndefined());

  it('does what its rules say for any sequence of questions and records', () => expect(agreeAlways(asked, RULES)).resolves.toBeUndefined());

  it('only looks while closed: questions are no requests', () => {
    const { agent } = agentWith();

    expect([agent.canExecute(), agent.canExecute(), agent.canExecute(), agent.canExecute()]).toEqual([true, true, true, true]);
    expect(agent.getMetrics().totalRequests).toBe(0);
  });

  it('counts a refused question as blocked', () => {
    const { agent } = agentWith();
    fail(agent, 3);

    expect([agent.canExecute(), agent.canExecute()]).toEqual([false, false]);
    expect(agent.getMetrics()).toMatchObject({ totalRequests: 5, blockedRequests: 2 });
  });

  it('lets exactly `maxHalfOpenCalls` probes run at once, the first included', () => {
    const { agent } = ready({ maxHalfOpenCalls: 3 });

    expect([1, 2, 3, 4].map(() => agent.canExecute())).toEqual([true, true, true, false]);
    expect(agent.getMetrics()).toMatchObject({ state: 'half_open', blockedRequests: 1, recoveryAttempts: 1 });
  });

  it('gets a permit back with each record', () => {
    const { agent } = ready({ maxHalfOpenCalls: 1, successThreshold: 3 });
    const answers: boolean[] = [];
    for (let probe = 0; probe < 3; probe += 1) {
      answers.push(agent.canExecute(), agent.canExecute());
      agent.recordSuccess();
    }

    expect(answers).toEqual([true, false, true, false, true, false]);
    expect(agent.state).toBe('closed');
  });

  it('takes back the permits of probes whose end nobody records, so that it is never half open for ever', () => {
    const { agent, clock } = ready();
    while (agent.canExecute());

    clock.advance(300_000);
    expect([agent.canExecute(), agent.state]).toEqual([false, 'open']);
    clock.advance(MINUTE);
    agent.recordSuccess();
    agent.recordSuccess();
    expect(agent.state).toBe('closed');
  });

  it('counts a failure in full after a recovery, though an earlier probe was never recorded', () => {
    const { agent } = ready({ failureThreshold: 3, successThreshold: 2 });
    for (let probe = 0; probe < 3; probe += 1) agent.canExecute();
    agent.recordSuccess();
    agent.recordSuccess();

    fail(agent, 3);

    expect(agent.state).toBe('open');
    expect(agent.breaker.getMetrics()).toMatchObject({ inFlight: 0, ignoredCalls: 1, staleOutcomes: 1 });
  });

  it('keeps what is known of each failure, under the kind and never the message', () => {
    const { agent, clock } = agentWith();
    clock.advance(5_000);
    agent.recordFailure('rate_limit', 'request 4711 was refused', 'user-1', { model: 'large' });
    agent.recordFailure(FailureType.MEMORY_ERROR, 'out of memory');

    expect(agent.failureRecords).toEqual([
      { timestamp: new Date(5_000), failureType: 'rate_limit', errorMessage: 'request 4711 was refused', agentName: 'data', userId: 'user-1', context: { model: 'large' } },
      { timestamp: new Date(5_000), failureType: 'memory_error', errorMessage: 'out of memory', agentName: 'data', userId: null, context: null },
    ]);
    expect(agent.breaker.getMetrics().failureTypes).toEqual({ rate_limit: 1, memory_error: 1 });
  });

  it('keeps the newest 1 000 failures and no more', () => {
    const { agent } = agentWith();
    for (let failure = 0; failure < 1_001; failure += 1) agent.recordFailure('exception', String(failure));

    expect(agent.failureRecords).toHaveLength(1_000);
    expect(agent.failureRecords[0]?.errorMessage).toBe('1');
  });

  it('shows late failures too, for as long as the window, until it closes', () => {
    const { agent, clock } = agentWith({ recoveryTimeout: 600 });
    fail(agent, 5);
    const counts = [agent.getMetrics().failureCount];
    clock.advance(300_001);
    counts.push(agent.getMetrics().failureCount);
    clock.advance(300_000);
    fail(agent);
    counts.push(agent.getMetrics().failureCount);
    clock.advance(600_000);
    agent.recordSuccess();
    agent.recordSuccess();
    counts.push(agent.getMetrics().failureCount);

    expect(counts).toEqual([5, 0, 1, 0]);
  });

  it('forgets its failures when probes close it, within their window', () => {
    const { agent } = ready();
    agent.recordSuccess();
    const before = agent.failureRecords.length;
    agent.recordSuccess();

    expect([before, agent.state, agent.failureRecords]).toEqual([3, 'closed', []]);
  });

  it('has the legacy figures', () => {
    const { agent, clock } = agentWith();
    clock.advance(1_000);
    agent.recordSuccess();
    clock.advance(1_000);
    fail(agent, 3);
    agent.canExecute();

    expect(agent.getMetrics()).toEqual({
      agentName: 'data',
      state: 'open',
      failureCount: 3,
      successCount: 1,
      lastFailureTime: new Date(2_000),
      lastSuccessTime: new Date(1_000),
      openedAt: new Date(2_000),
      recoveryAttempts: 0,
      totalRequests: 5,
      blockedRequests: 1,
    });
    expect(agentWith().agent.getMetrics()).toMatchObject({ lastFailureTime: null, lastSuccessTime: null, openedAt: null });
  });

  it('counts each way from open to half open as an attempt to recover', () => {
    const { agent, clock } = ready();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      agent.canExecute();
      fail(agent);
      clock.advance(MINUTE);
    }
    agent.recordSuccess();
    agent.recordSuccess();

    expect(agent.getMetrics()).toMatchObject({ state: 'closed', recoveryAttempts: 4 });
  });

  it('begins anew at a forced reset', () => {
    const { agent } = ready();
    agent.canExecute();
    agent.forceReset();

    expect(agent.getMetrics()).toMatchObject({ state: 'closed', failureCount: 0, recoveryAttempts: 0 });
    fail(agent, 2);
    expect(agent.state).toBe('closed');
  });

  it('is listed nowhere, and shares nothing with another of its name', () => {
    const runtime = testRuntime();
    const { agent } = agentWith({}, runtime);
    fail(agent, 3);

    expect(agentWith({}, runtime).agent.state).toBe('closed');
    expect(runtime.manager.size).toBe(0);
  });

  it('has the legacy numbers, in seconds', () => {
    expect({ ...new CircuitBreakerConfig() }).toEqual({ failureThreshold: 3, recoveryTimeout: 60, successThreshold: 2, failureWindowSeconds: 300, maxHalfOpenCalls: 3 });
    expect(AgentSecurityCircuitConfig).toBe(CircuitBreakerConfig);
    expect(new CircuitBreakerConfig({ recoveryTimeout: 5 }).toUnifiedConfig()).toMatchObject({
      recoveryTimeoutMs: 5_000,
      halfOpenMaxCalls: 3,
      errorRateThreshold: null,
      timeoutMs: null,
      exponentialBackoff: false,
    });
    expect(Object.values(FailureType)).toEqual(['timeout', 'exception', 'silent_failure', 'memory_error', 'rate_limit']);
  });

  it('tells of every problem with a configuration', () => {
    expect(() => agentWith({ failureThreshold: 0, failureWindowSeconds: -1 })).toThrow(/`failureThreshold`.*`failureWindowSeconds`/);
  });
});
