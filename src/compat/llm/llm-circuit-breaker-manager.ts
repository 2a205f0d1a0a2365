import { BoundedMap } from '../bounded-map.ts';
import { CircuitBreaker } from '../core/circuit-breaker.ts';
import type { CircuitBreakerStatus } from '../core/circuit-status.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { listedBreaker } from '../runtime.ts';
import type { LegacyRuntime } from '../runtime.ts';
import type { CircuitBreakerConfig } from './circuit-breaker-config.ts';
import { LLMClientConfig } from './llm-client-config.ts';

/** So many circuits have a place in the status; those asked for longest ago make room. */
const MOST_CIRCUITS = 1_000;

/** A circuit that was asked for: what it is called here, and its legacy view. */
interface Asked {
  readonly key: string;
  readonly model: string;
  readonly view: CircuitBreaker;
}

/** The configuration for a model, by its name. */
function configOf(model: string): CircuitBreakerConfig {
  const name = model.toLowerCase();
  if (name.includes('fast') || name.includes('gpt-3.5')) return LLMClientConfig.FAST;
  return name.includes('slow') ? LLMClientConfig.SLOW : LLMClientConfig.STANDARD;
}

/** The circuits of language models, at most 1 000 of them in status and reset. @deprecated Use `UnifiedCircuitBreakerManager` with `presets.llm`. */
export class LLMCircuitBreakerManager {
  readonly #runtime: LegacyRuntime;
  readonly #asked = new BoundedMap<string, Asked>(MOST_CIRCUITS);

  constructor(runtime: LegacyRuntime = {}) {
    warnOfLegacyName('llm', 'LLMCircuitBreakerManager', 'UnifiedCircuitBreakerManager with presets.llm');
    this.#runtime = runtime;
  }

  /** The circuit of a model, listed as `llm_<name>`. `fast` or `gpt-3.5` in its name selects FAST, `slow` SLOW, everything else STANDARD. */
  async getCircuit(configName: string): Promise<CircuitBreaker> {
    return insideLegacyName(() => this.#circuit(`llm_${configName}`, configName, configName, configOf(configName)));
  }

  /** The circuit for structured output of a model, listed as `<name>_structured`. */
  async getStructuredCircuit(configName: string): Promise<CircuitBreaker> {
    return insideLegacyName(() => this.#circuit(`${configName}_structured`, `${configName}_structured`, configName, LLMClientConfig.STRUCTURED));
  }

  #circuit(name: string, key: string, model: string, config: CircuitBreakerConfig): CircuitBreaker {
    const breaker = listedBreaker(name, config.toUnifiedConfig(), this.#runtime);
    const known = this.#asked.get(name)?.view;
    const { failureThreshold, recoveryTimeout, halfOpenMaxCalls, timeoutSeconds, slowCallThreshold } = config;
    const view =
      known?.breaker === breaker
        ? known
        : new CircuitBreaker({ name, failureThreshold, recoveryTimeout, halfOpenMaxCalls, timeoutSeconds, slowCallThreshold }, { ...this.#runtime, breaker });
    this.#asked.set(name, { key, model, view });
    return view;
  }

  /** The status of each circuit that was asked for, by the name of the model; structured ones by `<name>_structured`. */
  async getAllCircuitStatus(): Promise<Record<string, CircuitBreakerStatus>> {
    return Object.fromEntries([...this.#asked].map(([, { key, view }]) => [key, view.getStatus()]));
  }

  /** Closes every circuit that was asked for, and forgets what it has seen. */
  async resetAllCircuits(): Promise<void> {
    for (const [, { view }] of this.#asked) view.reset();
  }

  /** Closes the circuits of a model, the one for structured output too. Says whether there is one. */
  async resetCircuit(configName: string): Promise<boolean> {
    const own = [...this.#asked].filter(([, { key, model }]) => key === configName || model === configName);
    for (const [, { view }] of own) view.reset();
    return own.length > 0;
  }
}
