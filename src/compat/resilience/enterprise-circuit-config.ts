import { legacyConfig } from '../convert.ts';
import type { GivenLegacy, LegacyConfig } from '../convert.ts';
import { circuitConfigSettings } from '../mapping/core.ts';
import { enterpriseConfigOptions } from '../mapping/resilience.ts';

/** What `EnterpriseCircuitConfig` takes: legacy names, seconds. */
export type EnterpriseCircuitConfigOptions = GivenLegacy<typeof enterpriseConfigOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of an `EnterpriseCircuitBreaker`, in seconds. */
export type EnterpriseCircuitConfig = LegacyConfig<typeof enterpriseConfigOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of an `EnterpriseCircuitBreaker`, in seconds. */
export const EnterpriseCircuitConfig = /* @__PURE__ */ legacyConfig({ source: 'resilience', name: 'EnterpriseCircuitConfig' }, enterpriseConfigOptions, circuitConfigSettings);
