import { legacyConfig } from '../convert.ts';
import type { GivenLegacy, LegacyConfig } from '../convert.ts';
import { agentsBaseConfigOptions } from '../mapping/agents-base.ts';

/** What `CircuitBreakerConfig` takes: legacy names, seconds. */
export type CircuitBreakerConfigOptions = GivenLegacy<typeof agentsBaseConfigOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of a `CircuitBreaker`, in seconds. */
export type CircuitBreakerConfig = LegacyConfig<typeof agentsBaseConfigOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of a `CircuitBreaker`, in seconds. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'agents-base', name: 'CircuitBreakerConfig' }, agentsBaseConfigOptions);
