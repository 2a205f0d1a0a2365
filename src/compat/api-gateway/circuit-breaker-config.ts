import { legacyConfig } from '../legacy-config.ts';
import type { LegacyConfig } from '../legacy-config.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { apiOptions, apiSettings, endpointOptions, endpointSettings } from '../mapping/api-gateway.ts';

/** What `CircuitBreakerConfig` takes: legacy names, seconds. */
export type CircuitBreakerConfigOptions = GivenLegacy<typeof apiOptions>;

/** The configuration of an `ApiCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type CircuitBreakerConfig = LegacyConfig<typeof apiOptions>;

/** The configuration of an `ApiCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'api-gateway', name: 'CircuitBreakerConfig' }, apiOptions, apiSettings);

/** What `EndpointCircuitBreakerConfig` takes: legacy names, seconds. */
export type EndpointCircuitBreakerConfigOptions = GivenLegacy<typeof endpointOptions>;

/** The configuration of one endpoint of an `EndpointCircuitBreakerManager`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type EndpointCircuitBreakerConfig = LegacyConfig<typeof endpointOptions>;

/** The configuration of one endpoint of an `EndpointCircuitBreakerManager`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const EndpointCircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'api-gateway', name: 'EndpointCircuitBreakerConfig' }, endpointOptions, endpointSettings);
