import { legacyConfig } from '../convert.ts';
import type { GivenLegacy, LegacyConfig } from '../convert.ts';
import { reliabilityConfigOptions } from '../mapping/reliability.ts';

/** What `CircuitBreakerConfig` takes: legacy names, seconds. */
export type CircuitBreakerConfigOptions = GivenLegacy<typeof reliabilityConfigOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of a `CircuitBreaker`, in seconds. */
export type CircuitBreakerConfig = LegacyConfig<typeof reliabilityConfigOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of a `CircuitBreaker`, in seconds. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'reliability', name: 'CircuitBreakerConfig' }, reliabilityConfigOptions);
