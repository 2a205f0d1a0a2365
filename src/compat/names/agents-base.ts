/** The legacy names of `agents/base/circuit_breaker` and `agents/base/circuit_breaker_components`. @module */
import { LegacyBreaker, type BreakerSpec } from '../breaker.ts';
import { legacyConfig, type LegacyConfig } from '../config.ts';
import { agentsBaseConfig } from '../option-tables.ts';

export { LegacyOpenError as CircuitBreakerOpenException } from '../call.ts';

type Options = typeof agentsBaseConfig.options;
/** The configuration of a `CircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig(agentsBaseConfig);
export type CircuitBreakerConfig = LegacyConfig<Options>;

/** Opens after consecutive failures and at an error rate. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreaker extends LegacyBreaker<Options> {
  /** @internal */ static override readonly spec: BreakerSpec<Options> =
    { source: 'agents-base', name: 'CircuitBreaker', config: CircuitBreakerConfig, offered: true };

  /** The configuration, in seconds. */ get legacyConfig(): CircuitBreakerConfig { return this.config; }
  /** Runs `operation`, as `call()` does. */
  execute<T>(operation: () => T | PromiseLike<T>): Promise<T> { return this.call(operation); }
  /** Returns the status, with the two main numbers. */
  override getStatus() {
    const { failureThreshold, recoveryTimeout } = this.config;
    return { ...super.getStatus(), failureThreshold, recoveryTimeout };
  }
}
