import { describe, expect, it } from 'vitest';
import { AgentCircuitBreaker, SystemCircuitBreaker } from '../../src/compat/agents-security/index.ts';
import { testRuntime } from '../compat/support/agreement.ts';

function open(agent: AgentCircuitBreaker): void {
  for (let failure = 0; failure < 3; failure += 1) agent.recordFailure('exception', 'no');
}

function withAgents() {
  const { clock, random } = testRuntime();
  return { clock, system: new SystemCircuitBreaker({}, { clock, random }) };
}

/** LEGACY 5.C, 5.E and 5.J, as far as they touch the breakers of agents, and 6.8 and 6.13. */
describe('agents behind breakers', () => {
  it('24: three recorded failures open', () => {
    const agent = new AgentCircuitBreaker('data', {}, testRuntime());
    open(agent);

    expect([agent.state, agent.canExecute()]).toEqual(['open', false]);
  });

  it('48: one failure while half open opens again', () => {
    const { clock, ...runtime } = testRuntime();
    const agent = new AgentCircuitBreaker('data', {}, { ...runtime, clock });
    open(agent);
    clock.advance(60_000);
    agent.canExecute();
    agent.recordFailure('timeout', 'too slow');

    expect(agent.state).toBe('open');
  });

  it('49: with `maxHalfOpenCalls` 2, of three calls at once two pass', () => {
    const { clock, ...runtime } = testRuntime();
    const agent = new AgentCircuitBreaker('data', { maxHalfOpenCalls: 2 }, { ...runtime, clock });
    open(agent);
    clock.advance(60_000);

    expect([agent.canExecute(), agent.canExecute(), agent.canExecute()]).toEqual([true, true, false]);
  });

  it('58: nothing that agents do, or fail to do, leaves the circuit open or half open for ever', () => {
    const { clock, ...runtime } = testRuntime();
    const agent = new AgentCircuitBreaker('data', {}, { ...runtime, clock });
    open(agent);
    for (let spell = 0; spell < 5; spell += 1) {
      clock.advance(60_000);
      while (agent.canExecute());
      clock.advance(300_000);
    }
    clock.advance(60_000);
    for (let probe = 0; probe < 2; probe += 1) if (agent.canExecute()) agent.recordSuccess();

    expect(agent.state).toBe('closed');
  });

  it('108: of two agents, one open, the other runs', () => {
    const { system } = withAgents();
    open(system.getOrCreateBreaker('reporting'));
    system.removeFallbackAgent('reporting');

    expect([system.canExecuteAgent('reporting'), system.canExecuteAgent('optimization')]).toEqual([
      [false, null],
      [true, null],
    ]);
  });

  it('109: a failing worker touches neither supervisor nor triage, and a reset of all closes all', () => {
    const { system } = withAgents();
    const [worker, supervisor, triage] = (['worker', 'supervisor', 'triage'] as const).map((name) => system.getOrCreateBreaker(name));
    open(worker as AgentCircuitBreaker);
    const states = [worker, supervisor, triage].map((agent) => agent?.state);
    system.forceResetAllAgents();

    expect(states).toEqual(['open', 'closed', 'closed']);
    expect([worker, supervisor, triage].map((agent) => agent?.state)).toEqual(['closed', 'closed', 'closed']);
  });

  it('6.13: a dashboard that polls the status takes no probe away from the agents', () => {
    const { system, clock } = withAgents();
    open(system.getOrCreateBreaker('data'));
    clock.advance(60_000);
    for (let poll = 0; poll < 100; poll += 1) system.getSystemStatus();

    expect([1, 2, 3].map(() => system.getOrCreateBreaker('data').canExecute())).toEqual([true, true, true]);
    expect(system.getSystemStatus().agents['data']).toMatchObject({ totalRequests: 6, blockedRequests: 0, canExecute: false });
  });
});
