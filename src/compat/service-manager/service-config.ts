import { asConfig, legacyConfig } from '../legacy-config.ts';
import { readLegacy } from '../read-legacy.ts';
import type { LegacyConfig } from '../legacy-config.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { serviceBreakerOptions, serviceBreakerSettings, serviceOptions } from '../mapping/service-manager.ts';

/** What `CircuitBreakerConfig` takes: legacy names, seconds. */
export type CircuitBreakerConfigOptions = GivenLegacy<typeof serviceBreakerOptions>;

/** The configuration of the circuit of a service, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type CircuitBreakerConfig = LegacyConfig<typeof serviceBreakerOptions>;

/** The configuration of the circuit of a service, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'service-manager', name: 'CircuitBreakerConfig' }, serviceBreakerOptions, serviceBreakerSettings);

/** What `ServiceConfig` takes. */
export interface ServiceConfigOptions {
  /** Names the service and its circuit. Required. */
  readonly name: string;
  /** Where the service is. Required. */
  readonly endpoint: string;
  /** Where its health would be asked: shown, and never asked. Default: none. */
  readonly healthCheckUrl?: string | undefined;
  /** The configuration of its circuit. Default: that of `CircuitBreakerConfig`. */
  readonly circuitBreakerConfig?: CircuitBreakerConfig | CircuitBreakerConfigOptions | undefined;
}

/** A service: its name, its addresses, and its circuit. @deprecated Use `UnifiedCircuitConfig`. */
export class ServiceConfig {
  /** Names the service and its circuit. */
  readonly name: string;
  /** Where the service is. */
  readonly endpoint: string;
  /** Where its health would be asked; null when nobody said. */
  readonly healthCheckUrl: string | null;
  /** The configuration of its circuit, in seconds. */
  readonly circuitBreakerConfig: CircuitBreakerConfig;

  /** @throws CircuitBreakerConfigError that lists every problem with the options. */
  constructor(options: ServiceConfigOptions) {
    warnOfLegacyName('service-manager', 'ServiceConfig', 'UnifiedCircuitConfig');
    const { held } = readLegacy('ServiceConfig', serviceOptions, options);
    this.name = held.name;
    this.endpoint = held.endpoint;
    this.healthCheckUrl = held.healthCheckUrl ?? null;
    this.circuitBreakerConfig = asConfig(CircuitBreakerConfig, options.circuitBreakerConfig ?? {});
    Object.freeze(this);
  }
}
