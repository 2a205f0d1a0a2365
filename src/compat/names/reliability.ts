/** The legacy names of `core/reliability_circuit_breaker`. @module */
import { LegacyBreaker, type BreakerSpec, type Given, type LegacyParts } from '../breaker.ts';
import { legacyConfig, type LegacyConfig } from '../config.ts';
import { reliabilityConfig } from '../option-tables.ts';

export { CircuitStates as CircuitBreakerState } from '../status.ts';
export type { LegacyMetrics as ReliabilityMetrics } from '../status.ts';

type Options = typeof reliabilityConfig.options;
/** The configuration of a `CircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig(reliabilityConfig);
export type CircuitBreakerConfig = LegacyConfig<Options>;

/** Opens after consecutive failures and at an error rate. @deprecated Use `UnifiedCircuitBreaker`. */
export class CircuitBreaker extends LegacyBreaker<Options> {
  /** @internal */ static override readonly spec: BreakerSpec<Options> =
    { source: 'reliability', name: 'CircuitBreaker', config: CircuitBreakerConfig, offered: true };

  constructor(config: Given<Options> = {}, parts: LegacyParts = {}) { super(config, parts); }
}
