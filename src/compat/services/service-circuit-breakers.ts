import type { UnifiedCircuitBreaker } from '../../breaker/unified-circuit-breaker.ts';
import { UnifiedServiceCircuitBreakers } from '../../presets/service-circuit-breakers.ts';
import { insideLegacyName, warnOfLegacyName } from '../deprecation.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

/** The breaker of a preset, with its own numbers as configuration. */
function shown(breakerOf: () => UnifiedCircuitBreaker): CircuitBreaker {
  warnOfLegacyName('services', 'ServiceCircuitBreakers', 'UnifiedServiceCircuitBreakers');
  const breaker = breakerOf();
  return insideLegacyName(() => new CircuitBreaker(breaker.name, undefined, { breaker }));
}

/** The breakers of five usual dependencies, in the manager of the process. @deprecated Use `UnifiedServiceCircuitBreakers`. */
export const ServiceCircuitBreakers = {
  /** `database`, by `presets.database`. */
  getDatabaseCircuitBreaker: (): CircuitBreaker => shown(UnifiedServiceCircuitBreakers.getDatabaseCircuitBreaker),
  /** `auth_service`, by `presets.authService`. */
  getAuthServiceCircuitBreaker: (): CircuitBreaker => shown(UnifiedServiceCircuitBreakers.getAuthServiceCircuitBreaker),
  /** `llm_service`, by `presets.llmService`. */
  getLlmServiceCircuitBreaker: (): CircuitBreaker => shown(UnifiedServiceCircuitBreakers.getLlmServiceCircuitBreaker),
  /** `clickhouse`, by `presets.clickhouse`. */
  getClickhouseCircuitBreaker: (): CircuitBreaker => shown(UnifiedServiceCircuitBreakers.getClickhouseCircuitBreaker),
  /** `redis`, by `presets.redis`. */
  getRedisCircuitBreaker: (): CircuitBreaker => shown(UnifiedServiceCircuitBreakers.getRedisCircuitBreaker),
} as const;
