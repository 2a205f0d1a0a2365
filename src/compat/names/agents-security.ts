/**
 * The legacy names of `agents/security/circuit_breaker`: breakers of agents, and which agent replaces which.
 * @module
 */
import type { CircuitPermit } from '../../breaker/call/manual.ts';
import { systemClock } from '../../core/clock.ts';
import type { CircuitState } from '../../core/state.ts';
import { failuresWithin, type FailuresWithin } from '../../trip/failures-within.ts';
import { NamedBreaker, type BreakerSpec, type Given, type LegacyParts } from '../breaker.ts';
import { failureOf } from '../call.ts';
import { asConfig, legacyConfig, type LegacyConfig } from '../config.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { agentsSecurityConfig } from '../option-tables.ts';
import { assertNotRemoved } from '../options.ts';
import { Named } from '../registry.ts';
import { timelineFor } from '../rules.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { dateOf, type LegacyMetrics } from '../status.ts';

type Options = typeof agentsSecurityConfig.options;
/** The configuration of an `AgentCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig(agentsSecurityConfig);
export type CircuitBreakerConfig = LegacyConfig<Options>;
export { CircuitBreakerConfig as AgentSecurityCircuitConfig };

/** The kinds of failures that agents tell apart. @deprecated Name errors by the kind of failure. */
export const FailureType = /* @__PURE__ */ Object.freeze({
  TIMEOUT: 'timeout', EXCEPTION: 'exception', SILENT_FAILURE: 'silent_failure', MEMORY_ERROR: 'memory_error',
  RATE_LIMIT: 'rate_limit',
} as const);
export type FailureType = (typeof FailureType)[keyof typeof FailureType];

/** The figures of an agent. `failureCount` is that of the window. */
export type CircuitBreakerMetrics = LegacyMetrics<Date | null> & {
  readonly agentName: string; readonly state: CircuitState; readonly openedAt: Date | null;
} & Readonly<Record<'failureCount' | 'successCount', number>>;

type Spec = BreakerSpec<Options, Date | null, FailuresWithin>;

/** Stops an agent that failed too often within a window of time. @deprecated Use `UnifiedCircuitBreaker`. */
export class AgentCircuitBreaker extends NamedBreaker<Options, Date | null, FailuresWithin> {
  /** @internal */ static override readonly spec: Spec = {
    source: 'agents-security', name: 'AgentCircuitBreaker', config: CircuitBreakerConfig, time: dateOf, offered: true,
    rule: ({ failureThreshold, failureWindowSeconds }) =>
      failuresWithin({ failures: failureThreshold, windowMs: failureWindowSeconds * 1_000 }),
  };
  readonly #timeline: ReturnType<typeof timelineFor>;
  /** Permits of questions that were answered with yes and aren't recorded yet. */
  readonly #permits: CircuitPermit[] = [];
  constructor(agentName: string, config?: Given<Options>, parts: LegacyParts = {}) {
    super(agentName, config, parts);
    this.#timeline = timelineFor(parts.clock);
    this.breaker.on('stateChange', ({ from }) => {
      if (from === 'half_open') for (const permit of this.#permits.splice(0)) permit.ignore();
    });
  }
  /** The agent. */ get agentName(): string { return this.name; }
  /** Failures within the window, at most as many as open the circuit. */
  override get failureCount(): number {
    const { breaker, policy, config } = this;
    return breaker.state === 'closed' ? (policy?.failures(this.#timeline.now()) ?? 0) : config.failureThreshold;
  }
  /** Returns whether the agent may run now. After the wait, `true` takes a permit, which the next record returns. */
  override canExecute(): boolean {
    if (this.breaker.state === 'closed') return super.canExecute();
    const permit = this.breaker.tryAcquire();
    if (permit !== null) this.#permits.push(permit);
    return permit !== null;
  }
  /** Records a success of the agent, immediately. */
  override recordSuccess(): void { (this.#permits.pop() ?? recording(this)).success(); }
  /** Records a failure of the agent, immediately. Metrics show the kind. User and context aren't kept. */
  override recordFailure(failureType: FailureType, errorMessage?: string, ..._details: unknown[]): void {
    (this.#permits.pop() ?? recording(this)).failure(failureOf(failureType, errorMessage));
  }
  /** Returns the figures. */
  override getMetrics(): CircuitBreakerMetrics {
    const { agentName, state, failureCount, successCount } = this;
    const openedAt = this.breaker.state === 'open' ? dateOf(this.breaker.getStatus().lastStateChange) : null;
    return { ...super.getMetrics(), agentName, state, failureCount, successCount, openedAt };
  }
  /** Closes the circuit and clears all figures. */ forceReset(): void { this.reset(); }
}

/** Records without a permit. */
const recording = ({ breaker }: AgentCircuitBreaker): Pick<CircuitPermit, 'success' | 'failure'> =>
  ({ success: () => breaker.recordSuccess(), failure: (error) => breaker.recordFailure(error) });

const LAST_RESORT = 'triage';
const FALLBACKS = { data: LAST_RESORT, optimization: 'data', reporting: LAST_RESORT, actions: LAST_RESORT };

/** `critical`: at least half of the agents are open. `degraded`: at least a quarter. `warning`: at least one. */
export type SystemHealth = 'healthy' | 'warning' | 'degraded' | 'critical';

function healthOf(open: number, all: number): SystemHealth {
  if (open === 0) return 'healthy';
  if (open / all >= 0.5) return 'critical';
  return open / all >= 0.25 ? 'degraded' : 'warning';
}

/** Keeps at most 1,000 breakers of agents, and fallback agents. @deprecated Use `UnifiedCircuitBreakerManager`. */
export class SystemCircuitBreaker {
  /** The configuration of agents that have none of their own. */ readonly defaultConfig: CircuitBreakerConfig;
  readonly #runtime: LegacyRuntime;
  readonly #agents: Named<AgentCircuitBreaker>;
  readonly #fallbacks = new Named<string>({ most: 1_000 });
  constructor(defaultConfig: Given<Options> = {}, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('agents-security', 'SystemCircuitBreaker', 'UnifiedCircuitBreakerManager');
    assertNotRemoved(agentsSecurityConfig, runtime);
    this.defaultConfig = asConfig(CircuitBreakerConfig, defaultConfig);
    this.#runtime = runtime;
    this.#agents = new Named({ most: 1_000, clock: runtime.clock, leavesFirst: ({ isClosed }) => isClosed });
    for (const [agent, fallback] of Object.entries(FALLBACKS)) this.#fallbacks.set(agent, fallback);
  }
  /** Whether at least half of the agents are open now. */
  get systemDegraded(): boolean { return this.getSystemStatus().systemDegraded; }
  /** Returns the breaker of an agent. The configuration is only for one that is created. */
  getOrCreateBreaker(agentName: string, config: Given<Options> = this.defaultConfig): AgentCircuitBreaker {
    const create = (): AgentCircuitBreaker => new AgentCircuitBreaker(agentName, config, this.#runtime);
    return this.#agents.ensure(agentName, () => insideLegacyName(create));
  }
  /** Returns whether to go on, and the agent that replaces this one. Record the result under the agent that ran. */
  canExecuteAgent(agentName: string): readonly [canExecute: boolean, fallback: string | null] {
    if (this.getOrCreateBreaker(agentName).canExecute()) return [true, null];
    const fallback = this.#fallbacks.peek(agentName);
    const canRun = fallback !== undefined && this.getOrCreateBreaker(fallback).canExecute();
    return canRun ? [true, fallback] : [false, null];
  }
  /** Records the result of an agent, immediately. */
  recordExecutionResult(agentName: string, success: boolean, type: FailureType = 'exception', message?: string): void {
    const agent = this.getOrCreateBreaker(agentName);
    if (success) agent.recordSuccess();
    else agent.recordFailure(type, message);
  }
  /** Returns the state of the system and of each agent. Reading changes nothing. */
  getSystemStatus() {
    const agents = [...this.#agents].map(([, agent]) => agent);
    const count = (wanted: CircuitState): number => agents.filter(({ state }) => state === wanted).length;
    const [totalAgents, failedAgents] = [agents.length, count('open')];
    const systemHealth = healthOf(failedAgents, totalAgents);
    return {
      systemHealth,
      systemDegraded: systemHealth === 'critical',
      globalFailureCount: agents.reduce((sum, { breaker }) => sum + breaker.getMetrics().failedCalls, 0),
      agentSummary: { totalAgents, healthyAgents: count('closed'), degradedAgents: count('half_open'), failedAgents },
      agents: this.#agents.map((agent) => ({ ...agent.getMetrics(), canExecute: agent.breaker.canExecute() })),
      fallbackChains: Object.fromEntries(this.#fallbacks),
      timestamp: new Date((this.#runtime.clock ?? systemClock).wall()).toISOString(),
    };
  }
  /** Closes the circuit of an agent. Returns whether the agent is known. */
  forceResetAgent(agentName: string): boolean {
    const agent = this.#agents.peek(agentName);
    agent?.forceReset();
    return agent !== undefined;
  }
  /** Closes the circuits of all agents. Returns how many. */
  forceResetAllAgents(): number { return [...this.#agents].filter(([name]) => this.forceResetAgent(name)).length; }
  /** Lets one agent replace another. */
  addFallbackAgent(primary: string, fallback: string): void { this.#fallbacks.set(primary, fallback); }
  /** Lets no agent replace this one. Returns whether one did. */
  removeFallbackAgent(primary: string): boolean { return this.#fallbacks.delete(primary); }
  /** Returns the agent to run: this one, the one that replaces it, or `triage`. Takes no permit. */
  getRecommendedAgent(agentName: string): string {
    const candidates = [agentName, this.#fallbacks.peek(agentName) ?? LAST_RESORT];
    return candidates.find((name) => this.#agents.peek(name)?.breaker.canExecute() ?? true) ?? LAST_RESORT;
  }
}

let system: SystemCircuitBreaker | undefined;

/** Returns the `SystemCircuitBreaker` of the process. @deprecated Use `getUnifiedCircuitBreakerManager()`. */
export function getSystemCircuitBreaker(): SystemCircuitBreaker {
  warnOfLegacyName('agents-security', 'getSystemCircuitBreaker', 'getUnifiedCircuitBreakerManager()');
  return (system ??= insideLegacyName(() => new SystemCircuitBreaker()));
}
