import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { getUnifiedCircuitBreakerManager } from '../manager/default-manager.ts';
import type { Preset } from './preset.ts';
import { authService, clickhouse, database, llmService, redis } from './services.ts';

const listed = (name: string, preset: Preset): UnifiedCircuitBreaker => getUnifiedCircuitBreakerManager().createCircuitBreaker(name, preset);

/** The breakers of five usual dependencies, in the manager of the process, under their usual names. Made when first asked for. */
export const UnifiedServiceCircuitBreakers = {
  /** `database`, by `presets.database`. */
  getDatabaseCircuitBreaker: (): UnifiedCircuitBreaker => listed('database', database.preset),
  /** `auth_service`, by `presets.authService`. */
  getAuthServiceCircuitBreaker: (): UnifiedCircuitBreaker => listed('auth_service', authService.preset),
  /** `llm_service`, by `presets.llmService`. */
  getLlmServiceCircuitBreaker: (): UnifiedCircuitBreaker => listed('llm_service', llmService.preset),
  /** `clickhouse`, by `presets.clickhouse`. */
  getClickhouseCircuitBreaker: (): UnifiedCircuitBreaker => listed('clickhouse', clickhouse.preset),
  /** `redis`, by `presets.redis`. */
  getRedisCircuitBreaker: (): UnifiedCircuitBreaker => listed('redis', redis.preset),
} as const;
