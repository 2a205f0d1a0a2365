import type { UnifiedCircuitStatus } from '../../breaker/status/status.ts';
import type { LegacyBreaker } from '../legacy-breaker.ts';

/** The status of a domain's breaker: that of the breaker behind it, with the configuration in legacy words. */
export interface DomainStatus<Domain extends string, Config> extends Omit<UnifiedCircuitStatus, 'config'> {
  /** What the breaker protects. */
  readonly domain: Domain;
  /** The configuration, in legacy words and seconds. */
  readonly config: Config;
}

/** What all domains show. */
export function domainStatus<Domain extends string, Config>(shim: LegacyBreaker, domain: Domain, config: { toDict(): Config }): DomainStatus<Domain, Config> {
  return { ...shim.breaker.getStatus(), state: shim.state, domain, config: config.toDict() };
}
