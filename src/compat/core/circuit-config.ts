import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { legacyConfig } from '../legacy-config.ts';
import type { LegacyConfig } from '../legacy-config.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { warnOfLegacyName } from '../deprecation.ts';
import { secondsOf } from '../legacy-view.ts';
import { circuitConfigOptions, circuitConfigSettings } from '../mapping/core.ts';

/** What `CircuitConfig` takes: legacy names, seconds. */
export type CircuitConfigOptions = GivenLegacy<typeof circuitConfigOptions>;

/** The configuration of a `CircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type CircuitConfig = LegacyConfig<typeof circuitConfigOptions>;

/** The configuration of a `CircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitConfig = /* @__PURE__ */ legacyConfig({ source: 'core', name: 'CircuitConfig' }, circuitConfigOptions, circuitConfigSettings);

/** Failure threshold, recovery timeout, probes at once and timeout by environment; the numbers of `presets.environments`, in seconds. */
const ENVIRONMENTS = {
  development: { failureThreshold: 10, recoveryTimeout: 30, halfOpenMaxCalls: 5, timeoutSeconds: 15 },
  staging: { failureThreshold: 8, recoveryTimeout: 60, halfOpenMaxCalls: 4, timeoutSeconds: 12 },
  production: { failureThreshold: 5, recoveryTimeout: 120, halfOpenMaxCalls: 3, timeoutSeconds: 10 },
  testing: { failureThreshold: 15, recoveryTimeout: 5, halfOpenMaxCalls: 10, timeoutSeconds: 30 },
} as const;

/** The configuration for an environment; upper and lower case are alike, and an unknown one is production. @deprecated Use `presets.environments`. */
export function createCircuitConfigForEnvironment(name: string, environment = 'production'): CircuitConfig {
  warnOfLegacyName('core', 'createCircuitConfigForEnvironment', 'presets.environments');
  const key = environment.toLowerCase();
  const known = Object.hasOwn(ENVIRONMENTS, key) ? (key as keyof typeof ENVIRONMENTS) : 'production';
  return new CircuitConfig({ name, ...ENVIRONMENTS[known] });
}

/** The numbers of a breaker that was made elsewhere, as far as a `CircuitConfig` has them. */
export function configInForce(breaker: UnifiedCircuitBreaker): CircuitConfig {
  const { failureThreshold, recoveryTimeoutMs, timeoutMs } = breaker.getStatus().config;
  return new CircuitConfig({ name: breaker.name, failureThreshold: failureThreshold ?? undefined, recoveryTimeout: secondsOf(recoveryTimeoutMs), timeoutSeconds: secondsOf(timeoutMs) });
}

/** Whether a configuration is that of another legacy name. */
export function isOfAnother(config: object | undefined): config is Pick<CircuitConfig, 'toUnifiedConfig'> {
  return config !== undefined && 'toUnifiedConfig' in config && !CircuitConfig.isHeldBy(config);
}
