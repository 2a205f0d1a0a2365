import type { BreakerExtras } from '../breaker/options/options.ts';
import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { getUnifiedCircuitBreakerManager } from '../manager/default-manager.ts';
import type { ManagedCircuitConfig } from '../manager/options.ts';
import type { UnifiedCircuitBreakerManager } from '../manager/unified-circuit-breaker-manager.ts';

/** Where a legacy name gets breakers, time and chance from. Tests give their own. */
export interface LegacyRuntime {
  /** Lists the breakers that the legacy code listed. Default: the manager of the process. */
  readonly manager?: UnifiedCircuitBreakerManager | undefined;
  /** Default: the platform's clock. */
  readonly clock?: Clock | undefined;
  /** Default: the platform's randomness. */
  readonly random?: Random | undefined;
}

/** The breaker of that name in the manager; made when there is none. */
export function listedBreaker(name: string, config: ManagedCircuitConfig, { manager = getUnifiedCircuitBreakerManager(), clock, random }: LegacyRuntime, extras?: BreakerExtras): UnifiedCircuitBreaker {
  return manager.createCircuitBreaker(name, { ...config, clock, random }, extras);
}

/** A breaker that nobody lists: it goes when its owner goes. */
export function ownBreaker(name: string, config: ManagedCircuitConfig, { clock, random }: LegacyRuntime, extras?: BreakerExtras): UnifiedCircuitBreaker {
  const { base: _, ...options } = config;
  return new UnifiedCircuitBreaker({ ...options, name, clock, random }, extras);
}

/** A breaker for those who want no circuit: calls have their timeout, and none decides anything. */
export function uncountedBreaker(name: string, config: ManagedCircuitConfig, runtime: LegacyRuntime): UnifiedCircuitBreaker {
  const breaker = ownBreaker(name, config, runtime);
  breaker.forceClose('the circuit breaker is not wanted');
  return breaker;
}
