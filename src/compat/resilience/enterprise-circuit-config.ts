import { legacyConfig } from '../legacy-config.ts';
import type { LegacyConfig } from '../legacy-config.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { circuitConfigSettings } from '../mapping/core.ts';
import { enterpriseConfigOptions } from '../mapping/resilience.ts';

/** What `EnterpriseCircuitConfig` takes: legacy names, seconds. */
export type EnterpriseCircuitConfigOptions = GivenLegacy<typeof enterpriseConfigOptions>;

/** The configuration of an `EnterpriseCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type EnterpriseCircuitConfig = LegacyConfig<typeof enterpriseConfigOptions>;

/** The configuration of an `EnterpriseCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const EnterpriseCircuitConfig = /* @__PURE__ */ legacyConfig({ source: 'resilience', name: 'EnterpriseCircuitConfig' }, enterpriseConfigOptions, circuitConfigSettings);
