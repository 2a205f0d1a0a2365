import { legacyConfig } from '../convert.ts';
import type { GivenLegacy, LegacyConfig } from '../convert.ts';
import { apiOptions, apiSettings, endpointOptions, endpointSettings } from '../mapping/api-gateway.ts';

/** What `CircuitBreakerConfig` takes: legacy names, seconds. */
export type CircuitBreakerConfigOptions = GivenLegacy<typeof apiOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of an `ApiCircuitBreaker`, in seconds. */
export type CircuitBreakerConfig = LegacyConfig<typeof apiOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of an `ApiCircuitBreaker`, in seconds. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'api-gateway', name: 'CircuitBreakerConfig' }, apiOptions, apiSettings);

/** What `EndpointCircuitBreakerConfig` takes: legacy names, seconds. */
export type EndpointCircuitBreakerConfigOptions = GivenLegacy<typeof endpointOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of one endpoint of an `EndpointCircuitBreakerManager`, in seconds. */
export type EndpointCircuitBreakerConfig = LegacyConfig<typeof endpointOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of one endpoint of an `EndpointCircuitBreakerManager`, in seconds. */
export const EndpointCircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'api-gateway', name: 'EndpointCircuitBreakerConfig' }, endpointOptions, endpointSettings);
