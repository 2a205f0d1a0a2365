import type { TripPolicy } from '../../trip/trip-policy.ts';
import { legacyConfig } from '../legacy-config.ts';
import type { LegacyConfig } from '../legacy-config.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { agentSecurityOptions, agentSecuritySettings } from '../mapping/agents-security.ts';
import { failuresWithin } from '../quirks.ts';

/** What `CircuitBreakerConfig` takes: legacy names, seconds. */
export type CircuitBreakerConfigOptions = GivenLegacy<typeof agentSecurityOptions>;

/** The configuration of an `AgentCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type CircuitBreakerConfig = LegacyConfig<typeof agentSecurityOptions>;

/** The configuration of an `AgentCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const CircuitBreakerConfig = /* @__PURE__ */ legacyConfig({ source: 'agents-security', name: 'CircuitBreakerConfig' }, agentSecurityOptions, agentSecuritySettings);

/** The time window of a configuration, in milliseconds. */
export const windowMsOf = ({ failureWindowSeconds }: CircuitBreakerConfig): number => failureWindowSeconds * 1_000;

/** Opens at so many failures in the window. */
export function tripPolicyOf(config: CircuitBreakerConfig): TripPolicy {
  return failuresWithin({ failures: config.failureThreshold, windowMs: windowMsOf(config) });
}
