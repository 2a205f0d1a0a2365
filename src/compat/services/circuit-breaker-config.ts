import { legacyConfig } from '../convert.ts';
import type { GivenLegacy, LegacyConfig } from '../convert.ts';
import { servicesConfigOptions } from '../mapping/services.ts';

/** What `CircuitBreakerConfig` takes: legacy names, seconds. */
export type CircuitBreakerConfigOptions = GivenLegacy<typeof servicesConfigOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of a `CircuitBreaker`, in seconds. */
export type CircuitBreakerConfig = LegacyConfig<typeof servicesConfigOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of a `CircuitBreaker`, in seconds. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'services', name: 'CircuitBreakerConfig' }, servicesConfigOptions);
