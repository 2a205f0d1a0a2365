/** The legacy names of `llm/`: circuits of language models, and a circuit around retries. @module */
import type { UnifiedCircuitStatus } from '../../breaker/status/status.ts';
import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { ignoredBy, presets } from '../../presets/presets.ts';
import { retry } from '../../retry/retry.ts';
import { guardedCall, legacyErrors, LegacyOpenError, type LegacyOperation } from '../call.ts';
import { configInEffect, legacyConfig, type LegacyConfig } from '../config.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { llmConfig } from '../option-tables.ts';
import { Named } from '../registry.ts';
import { makeBreaker, type LegacyRuntime } from '../runtime.ts';
import { legacyState } from '../status.ts';
import { CircuitBreaker, CircuitConfig } from './core.ts';

const held = () => ({ ignoreErrors: ignoredBy(presets.authService) });
/** The configuration of a circuit, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig(llmConfig, held);
export type CircuitBreakerConfig = LegacyConfig<typeof llmConfig.options>;

type Numbers = readonly [failures: number, wait: number, timeout: number, slow: number];

function clientConfig(name: string, numbers: Numbers): CircuitBreakerConfig {
  warnOfLegacyName('llm', 'LLMClientConfig', 'presets.llm');
  const [failureThreshold, recoveryTimeout, timeoutSeconds, slowCallThreshold] = numbers;
  const options = { name, failureThreshold, recoveryTimeout, timeoutSeconds, slowCallThreshold };
  return insideLegacyName(() => new CircuitBreakerConfig(options));
}

/** The configurations of circuits, by the speed of the model. @deprecated Use `presets.llm`. */
export const LLMClientConfig = {
  get FAST(): CircuitBreakerConfig { return clientConfig('fast_llm', [5, 20, 10, 3]); },
  get STANDARD(): CircuitBreakerConfig { return clientConfig('standard_llm', [7, 45, 20, 15]); },
  get SLOW(): CircuitBreakerConfig { return clientConfig('slow_llm', [3, 60, 30, 20]); },
  get STRUCTURED(): CircuitBreakerConfig { return clientConfig('structured_llm', [3, 20, 10, 5]); },
};

function configFor(model: string): CircuitBreakerConfig {
  const name = model.toLowerCase();
  if (name.includes('fast') || name.includes('gpt-3.5')) return LLMClientConfig.FAST;
  return name.includes('slow') ? LLMClientConfig.SLOW : LLMClientConfig.STANDARD;
}

/** The circuits of language models, at most 1,000 in status and reset. @deprecated Use a manager with `presets.llm`. */
export class LLMCircuitBreakerManager {
  readonly #runtime: LegacyRuntime;
  readonly #circuits = new Named<{ readonly model: string; readonly view: CircuitBreaker }>({ most: 1_000 });
  constructor(runtime: LegacyRuntime = {}) {
    warnOfLegacyName('llm', 'LLMCircuitBreakerManager', 'UnifiedCircuitBreakerManager with presets.llm');
    this.#runtime = runtime;
  }
  /** Returns the circuit `llm_<name>`. The name selects FAST (`fast`, `gpt-3.5`), SLOW (`slow`) or STANDARD. */
  async getCircuit(model: string): Promise<CircuitBreaker> {
    return this.#circuit(model, model, `llm_${model}`, () => configFor(model));
  }
  /** Returns the circuit `<name>_structured`, for structured output. */
  async getStructuredCircuit(model: string): Promise<CircuitBreaker> {
    return this.#circuit(`${model}_structured`, model, `${model}_structured`, () => LLMClientConfig.STRUCTURED);
  }
  #circuit(key: string, model: string, name: string, numbers: () => CircuitBreakerConfig): CircuitBreaker {
    return insideLegacyName(() => {
      const breaker = makeBreaker(name, numbers().toUnifiedConfig(), { ...this.#runtime, shared: true });
      const known = this.#circuits.peek(key)?.view;
      const parts = { ...this.#runtime, breaker };
      const config = configInEffect(CircuitConfig, breaker);
      const view = known?.breaker === breaker ? known : new CircuitBreaker(config, parts);
      return this.#circuits.set(key, { model, view }).view;
    });
  }
  /** Returns the status of each circuit by the name of the model, or `<name>_structured`. */
  async getAllCircuitStatus() { return this.#circuits.map(({ view }) => view.getStatus()); }
  /** Closes every circuit and clears its figures. */
  async resetAllCircuits(): Promise<void> { for (const [, { view }] of this.#circuits) view.reset(); }
  /** Closes the circuits of a model, also the structured one. Returns whether there is one. */
  async resetCircuit(name: string): Promise<boolean> {
    const own = [...this.#circuits].filter(([key, { model }]) => key === name || model === name);
    for (const [, { view }] of own) view.reset();
    return own.length > 0;
  }
}

/** All attempts including the first, the seconds to wait after an attempt, and whether to retry after an error. */
export type RetryPacing = {
  readonly maxAttempts: number; calculateDelay(attempt: number): number; shouldRetry(error: unknown): boolean;
};

const errorFor = /* @__PURE__ */ legacyErrors({
  rejected: (rejection) => new LegacyOpenError(rejection, 'Circuit breaker is open'),
});

/** Runs retries as one call of a circuit. @deprecated Use `UnifiedCircuitBreaker` around `retry()`. */
export class CircuitBreakerRetryStrategy {
  /** How it retries. */ readonly retryStrategy: RetryPacing;
  /** The breaker behind the legacy name. New code uses it directly. */ readonly breaker: UnifiedCircuitBreaker;
  readonly #runtime: LegacyRuntime;
  constructor(retryStrategy: RetryPacing, runtime: LegacyRuntime = {}) {
    warnOfLegacyName('llm', 'CircuitBreakerRetryStrategy', 'UnifiedCircuitBreaker around retry(operation, options)');
    this.retryStrategy = retryStrategy;
    this.breaker = makeBreaker('llm_retry_circuit', {
      failureThreshold: 5, recoveryTimeoutMs: 30_000, successThreshold: 1, timeoutMs: null, errorRateThreshold: null,
      exponentialBackoff: false, jitter: false, ignoreErrors: ignoredBy(presets.authService),
    }, runtime);
    this.#runtime = runtime;
  }
  /**
   * Runs `operation` with its arguments, and again as the strategy says.
   * @throws CircuitBreakerOpenError `Circuit breaker is open` if the circuit rejects the run.
   * @throws the last error of `operation`, unchanged. TypeError if it isn't a function.
   */
  executeWithRetry<Args extends readonly unknown[], T>(operation: LegacyOperation<Args, T>, ...args: Args): Promise<T> {
    const { maxAttempts: attempts } = this.retryStrategy;
    const run = (): Promise<T> => retry(() => operation(...args), {
      attempts, totalTimeoutMs: null, baseDelayMs: 1, maxDelayMs: Number.POSITIVE_INFINITY, jitter: false, budget: null,
      backoff: (attempt) => Math.max(1, Math.round(this.retryStrategy.calculateDelay(attempt) * 1_000)),
      retryOn: (error) => this.retryStrategy.shouldRetry(error),
      clock: this.#runtime.clock,
    });
    return guardedCall<[], T>(this.breaker, typeof operation === 'function' ? run : operation, [], errorFor);
  }
  /** Returns whether the circuit is open and its wait isn't over. */
  isCircuitOpen(): boolean { return legacyState(this.breaker) === 'open'; }
  /** Returns the status of the circuit. */
  getCircuitStatus(): UnifiedCircuitStatus { return this.breaker.getStatus(); }
}
