import { legacyConfig } from '../legacy-config.ts';
import type { GivenLegacy } from '../read-legacy.ts';
import { domainSettings } from '../mapping/domain.ts';
import { agentOptions } from '../mapping/domain-options.ts';
import { domainConfig } from './domain-config.ts';
import type { DomainConfig } from './domain-config.ts';

/** What `AgentCircuitBreakerConfig` takes: legacy names, seconds. */
export type AgentCircuitBreakerOptions = GivenLegacy<typeof agentOptions>;

type Shown = 'failureThreshold' | 'taskTimeoutSeconds' | 'preserveContextOnFailure' | 'nestedTaskSupport';

/** The configuration of an `AgentTaskCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export type AgentCircuitBreakerConfig = DomainConfig<typeof agentOptions, Shown>;

/** The configuration of an `AgentTaskCircuitBreaker`, in seconds. @deprecated Use `UnifiedCircuitConfig`. */
export const AgentCircuitBreakerConfig = /* @__PURE__ */ domainConfig(
  /* @__PURE__ */ legacyConfig({ source: 'domain', name: 'AgentCircuitBreakerConfig' }, agentOptions, domainSettings),
  agentOptions,
  { shown: ['failureThreshold', 'taskTimeoutSeconds', 'preserveContextOnFailure', 'nestedTaskSupport'], expected: 'expectedAgentExceptions' },
);
