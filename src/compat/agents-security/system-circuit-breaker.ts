import { systemClock } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import { BoundedMap } from '../bounded-map.ts';
import { asConfig } from '../legacy-config.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import type { LegacyRuntime } from '../runtime.ts';
import type { AgentCircuitBreaker } from './agent-circuit-breaker.ts';
import { AgentRoster } from './agent-roster.ts';
import { CircuitBreakerConfig } from './circuit-breaker-config.ts';
import type { CircuitBreakerConfigOptions } from './circuit-breaker-config.ts';
import { configFrom, processEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { FailureType } from './failure-type.ts';
import { recoveryTestOf } from './recovery-test.ts';
import type { RecoveryTest } from './recovery-test.ts';
import { agentStatusOf, failureAnalysisOf, systemConditionOf } from './system-status.ts';
import type { AgentStatus, FailureAnalysis, SystemCondition } from './system-status.ts';

/** What a `SystemCircuitBreaker` may be made with besides. */
export interface SystemCircuitBreakerParts extends LegacyRuntime {
  /** Where CIRCUIT_BREAKER_* are read from, when the first agent is asked for. Default: the environment of the process. */
  readonly environment?: Environment | undefined;
}

/** The status of the system. */
export interface SystemStatus extends SystemCondition {
  /** Each agent by its name. */
  readonly agents: Readonly<Record<string, AgentStatus>>;
  /** Which agent falls back to which. */
  readonly fallbackChains: Readonly<Record<string, string>>;
  /** When this was, in ISO 8601. */
  readonly timestamp: string;
}

/** Fallbacks that are kept at once. */
const MOST_FALLBACKS = 1_000;
/** The agent for everything. */
const LAST_RESORT = 'triage';
const FALLBACKS = { data: LAST_RESORT, optimization: 'data', reporting: LAST_RESORT, actions: LAST_RESORT };

/** A breaker for each agent, and which agent takes over from which; at most 1 000 of either. @deprecated Use `UnifiedCircuitBreakerManager`. */
export class SystemCircuitBreaker {
  readonly #roster: AgentRoster;
  readonly #clock: Clock;
  readonly #environment: Environment | undefined;
  readonly #fallbacks = new BoundedMap<string, string>(MOST_FALLBACKS);
  #defaultConfig: CircuitBreakerConfig | undefined;

  /** @throws CircuitBreakerConfigError that lists every problem with the configuration. */
  constructor(defaultConfig?: CircuitBreakerConfig | CircuitBreakerConfigOptions, { environment, ...runtime }: SystemCircuitBreakerParts = {}) {
    warnOfLegacyName('agents-security', 'SystemCircuitBreaker', 'UnifiedCircuitBreakerManager');
    this.#defaultConfig = defaultConfig === undefined ? undefined : asConfig(CircuitBreakerConfig, defaultConfig);
    this.#environment = environment;
    this.#roster = new AgentRoster(runtime);
    this.#clock = runtime.clock ?? systemClock;
    for (const [agent, fallback] of Object.entries(FALLBACKS)) this.#fallbacks.set(agent, fallback);
  }

  /** The configuration of agents that have none of their own. @throws CircuitBreakerConfigError when the environment does not fit. */
  get defaultConfig(): CircuitBreakerConfig {
    this.#defaultConfig ??= configFrom(this.#environment ?? processEnvironment());
    return this.#defaultConfig;
  }

  /** Whether at least half of the agents are open now. */
  get systemDegraded(): boolean {
    return systemConditionOf([...this.#roster]).systemDegraded;
  }

  /** The breaker of an agent; made when there is none, and only then is the configuration used. */
  getOrCreateBreaker(agentName: string, config?: CircuitBreakerConfig | CircuitBreakerConfigOptions): AgentCircuitBreaker {
    const known = this.#roster.get(agentName);
    return known ?? this.#roster.add(agentName, config === undefined ? this.defaultConfig : asConfig(CircuitBreakerConfig, config));
  }

  /** Whether to go on, and with which agent instead, if not with this one. A yes may hold a permit: record the result under the name of the agent that ran. */
  canExecuteAgent(agentName: string): readonly [canExecute: boolean, fallback: string | null] {
    if (this.getOrCreateBreaker(agentName).canExecute()) return [true, null];
    const fallback = this.#fallbacks.get(agentName);
    return fallback !== undefined && this.getOrCreateBreaker(fallback).canExecute() ? [true, fallback] : [false, null];
  }

  /** Records how an agent did, at once. */
  recordExecutionResult(
    agentName: string,
    success: boolean,
    failureType: FailureType = FailureType.EXCEPTION,
    errorMessage = '',
    userId: string | null = null,
    context: Readonly<Record<string, unknown>> | null = null,
  ): void {
    const agent = this.getOrCreateBreaker(agentName);
    if (success) agent.recordSuccess();
    else agent.recordFailure(failureType, errorMessage, userId, context);
  }

  /** How all agents stand. Reading changes nothing. */
  getSystemStatus(): SystemStatus {
    const agents = [...this.#roster];
    return {
      ...systemConditionOf(agents),
      agents: Object.fromEntries(agents.map((agent) => [agent.agentName, agentStatusOf(agent)])),
      fallbackChains: Object.fromEntries(this.#fallbacks),
      timestamp: new Date(this.#clock.wall()).toISOString(),
    };
  }

  /** What failed lately, by kind and by agent. */
  getFailureAnalysis(): FailureAnalysis {
    return failureAnalysisOf([...this.#roster], this.defaultConfig.failureWindowSeconds);
  }

  /** Closes the circuit of an agent; says whether the agent is known. */
  forceResetAgent(agentName: string): boolean {
    const agent = this.#roster.get(agentName);
    agent?.forceReset();
    return agent !== undefined;
  }

  /** Closes the circuits of all agents; gives their number. */
  forceResetAllAgents(): number {
    for (const agent of this.#roster) agent.forceReset();
    return this.#roster.size;
  }

  /** Lets one agent take over from another. */
  addFallbackAgent(primaryAgent: string, fallbackAgent: string): void {
    this.#fallbacks.set(primaryAgent, fallbackAgent);
  }

  /** Lets no agent take over from this one; says whether one did. */
  removeFallbackAgent(primaryAgent: string): boolean {
    return this.#fallbacks.delete(primaryAgent);
  }

  /** Ends the wait of an open agent, so that it is tried at once. */
  testAgentRecovery(agentName: string): RecoveryTest {
    return recoveryTestOf(agentName, this.#roster);
  }

  /** The agent to run: this one, the one that takes over from it, or `triage`. Only looks, and takes no permit. */
  getRecommendedAgent(requestedAgent: string): string {
    const candidates = [requestedAgent, this.#fallbacks.get(requestedAgent) ?? LAST_RESORT];
    return candidates.find((name) => this.#roster.get(name)?.breaker.canExecute() ?? true) ?? LAST_RESORT;
  }
}
