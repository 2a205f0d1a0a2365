import { legacyConfig } from '../legacy-config.ts';
import type { LegacyConfig } from '../legacy-config.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { agentsBaseConfigOptions } from '../mapping/agents-base.ts';

/** What `CircuitBreakerConfig` takes: legacy names, seconds. */
export type CircuitBreakerConfigOptions = GivenLegacy<typeof agentsBaseConfigOptions>;

/** The configuration of a `CircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type CircuitBreakerConfig = LegacyConfig<typeof agentsBaseConfigOptions>;

/** The configuration of a `CircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'agents-base', name: 'CircuitBreakerConfig' }, agentsBaseConfigOptions);
