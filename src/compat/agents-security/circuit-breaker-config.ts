import type { TripPolicy } from '../../trip/trip-policy.ts';
import { legacyConfig } from '../convert.ts';
import type { GivenLegacy, LegacyConfig } from '../convert.ts';
import { agentSecurityOptions, agentSecuritySettings } from '../mapping/agents-security.ts';
import { failuresWithin } from '../quirks.ts';

/** What `CircuitBreakerConfig` takes: legacy names, seconds. */
export type CircuitBreakerConfigOptions = GivenLegacy<typeof agentSecurityOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of an `AgentCircuitBreaker`, in seconds. */
export type CircuitBreakerConfig = LegacyConfig<typeof agentSecurityOptions>;

/** @deprecated Use `UnifiedCircuitConfig`. The configuration of an `AgentCircuitBreaker`, in seconds. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'agents-security', name: 'CircuitBreakerConfig' }, agentSecurityOptions, agentSecuritySettings);

/** The time window of a configuration, in milliseconds. */
export const windowMsOf = ({ failureWindowSeconds }: CircuitBreakerConfig): number => failureWindowSeconds * 1_000;

/** Opens at so many failures in the window. */
export function tripPolicyOf(config: CircuitBreakerConfig): TripPolicy {
  return failuresWithin({ failures: config.failureThreshold, windowMs: windowMsOf(config) });
}
