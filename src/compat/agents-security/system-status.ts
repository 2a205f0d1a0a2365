import type { CircuitState } from '../../core/state.ts';
import type { AgentCircuitBreaker } from './agent-circuit-breaker.ts';
import type { FailureRecord } from './failure-records.ts';

/** One agent in the status of the system. */
export interface AgentStatus {
  /** `half_open` also when the wait of an open circuit is over. */
  readonly state: CircuitState;
  /** Failures in the window since the circuit last closed. */
  readonly failureCount: number;
  /** Successes since the last reset. */
  readonly successCount: number;
  /** What was recorded, refused, or is running. */
  readonly totalRequests: number;
  /** Questions that were answered with no. */
  readonly blockedRequests: number;
  /** The last failure in ISO 8601; null before the first. */
  readonly lastFailure: string | null;
  /** How often it went from open to half open since the last reset. */
  readonly recoveryAttempts: number;
  /** Whether the agent may run now. */
  readonly canExecute: boolean;
}

/** `critical`: at least half of the agents are open; `degraded`: at least a quarter; `warning`: any. */
export type SystemHealth = 'healthy' | 'warning' | 'degraded' | 'critical';

/** How many agents stand how. */
export interface AgentSummary {
  /** Agents that are known. */
  readonly totalAgents: number;
  /** Those that are closed. */
  readonly healthyAgents: number;
  /** Those that are half open. */
  readonly degradedAgents: number;
  /** Those that are open. */
  readonly failedAgents: number;
}

/** How all agents stand, in numbers and in one word. */
export interface SystemCondition {
  /** In one word. */
  readonly systemHealth: SystemHealth;
  /** Whether at least half of the agents are open. */
  readonly systemDegraded: boolean;
  /** Failures since each agent was last reset. */
  readonly globalFailureCount: number;
  /** How many agents stand how. */
  readonly agentSummary: AgentSummary;
}

/** How all agents stand. */
export function systemConditionOf(agents: readonly AgentCircuitBreaker[]): SystemCondition {
  const those = (wanted: CircuitState): number => agents.filter(({ state }) => state === wanted).length;
  const open = those('open');
  const systemHealth = open === 0 ? 'healthy' : healthAt(open / agents.length);
  return {
    systemHealth,
    systemDegraded: systemHealth === 'critical',
    globalFailureCount: agents.reduce((sum, { breaker }) => sum + breaker.getMetrics().failedCalls, 0),
    agentSummary: { totalAgents: agents.length, healthyAgents: those('closed'), degradedAgents: those('half_open'), failedAgents: open },
  };
}

function healthAt(share: number): SystemHealth {
  if (share >= 0.5) return 'critical';
  return share >= 0.25 ? 'degraded' : 'warning';
}

/** One agent, looked at without touching it. */
export function agentStatusOf(agent: AgentCircuitBreaker): AgentStatus {
  const { state, failureCount, successCount, totalRequests, blockedRequests, lastFailureTime, recoveryAttempts } = agent.getMetrics();
  return {
    state,
    failureCount,
    successCount,
    totalRequests,
    blockedRequests,
    lastFailure: lastFailureTime?.toISOString() ?? null,
    recoveryAttempts,
    canExecute: agent.breaker.canExecute(),
  };
}

/** A failure in the analysis; its time is ISO 8601. */
export type ShownFailure = Omit<FailureRecord, 'timestamp'> & {
  /** ISO 8601. */
  readonly timestamp: string;
};

/** The recent failures of all agents. */
export interface FailureAnalysis {
  /** Failures in the windows of all agents. */
  readonly totalRecentFailures: number;
  /** The same by kind. */
  readonly failureByType: Readonly<Record<string, number>>;
  /** The same by agent. */
  readonly failureByAgent: Readonly<Record<string, number>>;
  /** The 20 newest, the newest first. */
  readonly recentFailures: readonly ShownFailure[];
  /** The window of agents without a configuration of their own, in seconds. */
  readonly analysisWindowSeconds: number;
}

/** How many failures the analysis shows. */
const SHOWN = 20;

/** What failed lately, by kind and by agent. */
export function failureAnalysisOf(agents: readonly AgentCircuitBreaker[], analysisWindowSeconds: number): FailureAnalysis {
  const failures = agents
    .flatMap(({ failureRecords }) => failureRecords.toReversed())
    .toSorted((one, other) => other.timestamp.getTime() - one.timestamp.getTime());
  return {
    totalRecentFailures: failures.length,
    failureByType: tally(failures.map(({ failureType }) => failureType)),
    failureByAgent: tally(failures.map(({ agentName }) => agentName)),
    recentFailures: failures.slice(0, SHOWN).map((failure) => ({ ...failure, timestamp: failure.timestamp.toISOString() })),
    analysisWindowSeconds,
  };
}

function tally(words: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}
