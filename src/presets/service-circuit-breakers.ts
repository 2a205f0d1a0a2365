import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { getUnifiedCircuitBreakerManager } from '../manager/default-manager.ts';
import { type Preset, presets } from './presets.ts';

const registered = (name: string, preset: Preset): UnifiedCircuitBreaker =>
  getUnifiedCircuitBreakerManager().createCircuitBreaker(name, preset);

/** The breakers of five common dependencies in the process-wide default manager. Each is created on first use. */
export const UnifiedServiceCircuitBreakers = {
  /** Returns `database`, created from `presets.database`. */
  getDatabaseCircuitBreaker: (): UnifiedCircuitBreaker => registered('database', presets.database),
  /** Returns `auth_service`, created from `presets.authService`. */
  getAuthServiceCircuitBreaker: (): UnifiedCircuitBreaker => registered('auth_service', presets.authService),
  /** Returns `llm_service`, created from `presets.llmService`. */
  getLlmServiceCircuitBreaker: (): UnifiedCircuitBreaker => registered('llm_service', presets.llmService),
  /** Returns `clickhouse`, created from `presets.clickhouse`. */
  getClickhouseCircuitBreaker: (): UnifiedCircuitBreaker => registered('clickhouse', presets.clickhouse),
  /** Returns `redis`, created from `presets.redis`. */
  getRedisCircuitBreaker: (): UnifiedCircuitBreaker => registered('redis', presets.redis),
} as const;
