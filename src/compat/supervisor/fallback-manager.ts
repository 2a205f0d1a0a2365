import type { Settled } from '../../breaker/call/settlement.ts';
import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { systemClock } from '../../core/clock.ts';
import { peek } from '../../core/untrusted.ts';
import { getUnifiedCircuitBreakerManager } from '../../manager/default-manager.ts';
import type { ManagedCircuitConfig } from '../../manager/options.ts';
import { unifiedFrom } from '../convert.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { circuitConfigSettings } from '../mapping/core.ts';
import { fallbackManagerOptions } from '../mapping/supervisor.ts';
import { readLegacy } from '../read-legacy.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { listedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import { served, unserved } from './agent-execution-result.ts';
import type { AgentExecutionResult, Untimed } from './agent-execution-result.ts';

/** What `FallbackManager` takes: legacy names, seconds. */
export type FallbackManagerOptions = GivenLegacy<typeof fallbackManagerOptions>;

/** Serves instead of an agent; gets what the agent failed with, or the rejection. */
export type AgentFallback<F> = (error: unknown) => F | PromiseLike<F>;

/** Runs agents, each behind a breaker of its own, and serves fallbacks. @deprecated Use `UnifiedCircuitBreaker` with `tryCall(operation)`. */
export class FallbackManager {
  readonly #config: ManagedCircuitConfig;
  readonly #runtime: LegacyRuntime;

  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(options: FallbackManagerOptions = {}, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('supervisor', 'FallbackManager', 'UnifiedCircuitBreaker with tryCall(operation)');
    const { held, explicit } = readLegacy('FallbackManager', fallbackManagerOptions, options);
    this.#config = { ...unifiedFrom(fallbackManagerOptions, held, explicit, circuitConfigSettings), isFailure: (result: unknown) => peek(result, 'success') === false };
    this.#runtime = runtime;
  }

  /**
   * Runs an agent behind the breaker `agent_<name>`. When the circuit does not admit it or it fails, the fallback serves. Never rejects.
   */
  async executeWithFallback<T, F = never>(agentName: string, operation: () => T | PromiseLike<T>, fallback?: AgentFallback<F>): Promise<AgentExecutionResult<T, F>> {
    const { clock = systemClock } = this.#runtime;
    const startedAt = clock.now();
    const settled = await this.#run(agentName, operation);
    const untimed: Untimed<T, F> =
      'error' in settled
        ? await serve(agentName, settled.status === 'rejected' ? 'circuitBreakerFallback' : 'fallbackUsed', settled.error, fallback)
        : { success: settled.status === 'success', result: settled.value, error: null, metadata: { agentName } };
    return { ...untimed, duration: (clock.now() - startedAt) / 1_000 };
  }

  /** A breaker that cannot be made, since its manager is disposed, refuses as one does that is. */
  async #run<T>(agentName: string, operation: () => T | PromiseLike<T>): Promise<Settled<T>> {
    try {
      return await this.#breakerOf(agentName).tryCall(() => operation());
    } catch (error) {
      return { status: 'rejected', error };
    }
  }

  #breakerOf(agentName: string): UnifiedCircuitBreaker {
    const { manager = getUnifiedCircuitBreakerManager() } = this.#runtime;
    const name = `agent_${agentName}`;
    return manager.getCircuitBreaker(name) ?? listedBreaker(name, this.#config, { ...this.#runtime, manager });
  }
}

async function serve<F>(agentName: string, why: 'circuitBreakerFallback' | 'fallbackUsed', error: unknown, fallback: AgentFallback<F> | undefined): Promise<Untimed<never, F>> {
  if (fallback === undefined) return unserved(agentName, error);
  try {
    return served(agentName, why, await fallback(error));
  } catch {
    return unserved(agentName, error);
  }
}
