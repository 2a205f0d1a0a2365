import type { CircuitState } from '../../core/state.ts';
import type { AgentRoster } from './agent-roster.ts';

/** What became of the wish to try an agent. */
export type RecoveryTest =
  | { readonly error: string }
  | {
      readonly agentName: string;
      /** `half_open` after an open circuit's wait was ended. */
      readonly state: CircuitState;
      readonly message: string;
      /** Only when a wait was ended. */
      readonly action?: 'forced_half_open';
      /** Only when a wait was ended: how many may run at once. */
      readonly testCallsAllowed?: number;
    };

/** Ends the wait of an agent whose circuit is open. */
export function recoveryTestOf(agentName: string, roster: AgentRoster): RecoveryTest {
  const agent = roster.get(agentName);
  if (agent === undefined) return { error: `No circuit breaker found for ${agentName}` };
  const { state } = agent;
  if (state !== 'open') return { agentName, state, message: `Circuit is already ${state}. No recovery testing needed.` };
  roster.endWait(agent);
  const testCallsAllowed = agent.config.maxHalfOpenCalls;
  return {
    agentName,
    action: 'forced_half_open',
    state: agent.state,
    testCallsAllowed,
    message: `Circuit forced to half-open for recovery testing. Up to ${testCallsAllowed} test calls allowed.`,
  };
}
