import { legacyConfig } from '../legacy-config.ts';
import type { LegacyConfig } from '../legacy-config.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { reliabilityConfigOptions } from '../mapping/reliability.ts';

/** What `CircuitBreakerConfig` takes: legacy names, seconds. */
export type CircuitBreakerConfigOptions = GivenLegacy<typeof reliabilityConfigOptions>;

/** The configuration of a `CircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type CircuitBreakerConfig = LegacyConfig<typeof reliabilityConfigOptions>;

/** The configuration of a `CircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'reliability', name: 'CircuitBreakerConfig' }, reliabilityConfigOptions);
