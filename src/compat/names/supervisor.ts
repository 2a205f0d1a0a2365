/** The legacy names of `agents/supervisor*`: those of core, and the fallback manager. @module */
import { systemClock } from '../../core/clock.ts';
import { describe, safeGet } from '../../core/untrusted.ts';
import type { ManagedCircuitConfig } from '../../manager/options.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { fallbackConfig } from '../option-tables.ts';
import { readLegacy, unifiedFrom, type GivenLegacy } from '../options.ts';
import { makeBreaker, managerOf, type LegacyRuntime } from '../runtime.ts';

export { CircuitStates as CircuitBreakerState } from '../status.ts';
export { CircuitBreaker, CircuitConfig as CircuitBreakerConfig } from './core.ts';

/** What `FallbackManager` takes: legacy names, seconds. */
export type FallbackManagerOptions = GivenLegacy<typeof fallbackConfig.options>;

/** Runs instead of an agent. It gets the error of the agent, or the rejection. */
export type AgentFallback<F> = (error: unknown) => F | PromiseLike<F>;

/** The result of an agent or its fallback. `error` is set if both failed. `duration` is in seconds. */
export type AgentExecutionResult<T, F = never> = {
  readonly success: boolean; readonly result: T | F | undefined; readonly error: string | null;
  readonly duration: number; readonly metadata: { readonly agentName: string; readonly fallbackData?: unknown } &
    Readonly<Partial<Record<'circuitBreakerFallback' | 'fallbackUsed' | 'finalFallback', true>>>;
};
type Untimed<T, F> = Omit<AgentExecutionResult<T, F>, 'duration'>;

/** Runs agents and their fallbacks. @deprecated Use `UnifiedCircuitBreaker` with `tryCall(operation)`. */
export class FallbackManager {
  readonly #config: ManagedCircuitConfig;
  readonly #runtime: LegacyRuntime;
  constructor(options: FallbackManagerOptions = {}, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('supervisor', 'FallbackManager', 'UnifiedCircuitBreaker with tryCall(operation)');
    const config = unifiedFrom(fallbackConfig, readLegacy(fallbackConfig, options));
    this.#config = { ...config, isFailure: (result) => safeGet(result, 'success') === false };
    this.#runtime = runtime;
  }
  /** Runs an agent by the breaker `agent_<name>`. If it fails or is rejected, the fallback runs. Never rejects. */
  async executeWithFallback<T, F = never>(
    agentName: string, operation: () => T | PromiseLike<T>, fallback?: AgentFallback<F>,
  ): Promise<AgentExecutionResult<T, F>> {
    const { clock = systemClock } = this.#runtime;
    const startedAt = clock.now();
    const settled = await this.#run(agentName, operation);
    const flag = settled.status === 'rejected' ? 'circuitBreakerFallback' : 'fallbackUsed';
    const result: Untimed<T, F> = 'error' in settled
      ? await fallBack(agentName, flag, settled.error, fallback)
      : { success: settled.status === 'success', result: settled.value, error: null, metadata: { agentName } };
    return { ...result, duration: (clock.now() - startedAt) / 1_000 };
  }
  /** A breaker that can't be made, because its manager is disposed, rejects the call. */
  async #run<T>(agentName: string, operation: () => T | PromiseLike<T>) {
    const name = `agent_${agentName}`;
    try {
      const known = managerOf(this.#runtime).getCircuitBreaker(name);
      const breaker = known ?? makeBreaker(name, this.#config, { ...this.#runtime, shared: true });
      return await breaker.tryCall(() => operation());
    } catch (error) {
      return { status: 'rejected', error } as const;
    }
  }
}

async function fallBack<F>(
  agentName: string, flag: 'circuitBreakerFallback' | 'fallbackUsed', cause: unknown, fallback?: AgentFallback<F>,
): Promise<Untimed<never, F>> {
  try {
    if (fallback === undefined) throw cause;
    const fallbackData = await fallback(cause);
    return { success: true, result: fallbackData, error: null, metadata: { [flag]: true, agentName, fallbackData } };
  } catch {
    const text = typeof cause === 'string' ? cause : safeGet(cause, 'message');
    const error = typeof text === 'string' ? text : describe(cause);
    const message = `Unable to complete ${agentName} operation`;
    const fallbackData = { message, status: 'degraded', error, fallbackUsed: true };
    return { success: false, result: undefined, error, metadata: { finalFallback: true, agentName, fallbackData } };
  }
}
