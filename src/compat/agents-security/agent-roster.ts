import { UnifiedCircuitBreakerManager } from '../../manager/unified-circuit-breaker-manager.ts';
import { insideLegacyName } from '../deprecation.ts';
import { listedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { AgentCircuitBreaker } from './agent-circuit-breaker.ts';
import { tripPolicyOf } from './circuit-breaker-config.ts';
import type { CircuitBreakerConfig } from './circuit-breaker-config.ts';

/** The most agents that are known at once. */
const MOST_AGENTS = 1_000;

/** The breakers of at most 1 000 agents, in a manager of their own unless the runtime has one. */
export class AgentRoster implements Iterable<AgentCircuitBreaker> {
  readonly #runtime: LegacyRuntime & { readonly manager: UnifiedCircuitBreakerManager };
  readonly #agents = new Map<string, AgentCircuitBreaker>();

  constructor({ clock, random, manager = new UnifiedCircuitBreakerManager({ clock, random }) }: LegacyRuntime) {
    this.#runtime = { clock, random, manager };
  }

  /** How many agents are known. */
  get size(): number {
    return this.#agents.size;
  }

  /** The breaker of an agent that is known. */
  get(name: string): AgentCircuitBreaker | undefined {
    return this.#agents.get(name);
  }

  /** Makes the breaker of a new agent. */
  add(name: string, config: CircuitBreakerConfig): AgentCircuitBreaker {
    if (this.#agents.size >= MOST_AGENTS) this.#makeRoom();
    const breaker = listedBreaker(name, config.toUnifiedConfig(), this.#runtime, { tripPolicy: tripPolicyOf(config) });
    const agent = insideLegacyName(() => new AgentCircuitBreaker(name, config, { ...this.#runtime, breaker }));
    this.#agents.set(name, agent);
    return agent;
  }

  /** Forgets the oldest agent whose circuit is closed; when none is, the oldest. */
  #makeRoom(): void {
    const agents = [...this];
    const leaving = (agents.find(({ state }) => state === 'closed') ?? agents[0]) as AgentCircuitBreaker;
    this.#agents.delete(leaving.agentName);
    this.#runtime.manager.removeCircuitBreaker(leaving.agentName);
  }

  /** Ends the wait of an open circuit, so that the next question gets a probe. Figures stay. */
  endWait({ breaker }: AgentCircuitBreaker): void {
    this.#runtime.manager.restore({ version: 1, breakers: [{ ...breaker.snapshot(), remainingWaitMs: 0, firmWaitMs: 0 }], keyed: [] });
  }

  /** The agents, the oldest first. */
  [Symbol.iterator](): IterableIterator<AgentCircuitBreaker> {
    return this.#agents.values();
  }
}
