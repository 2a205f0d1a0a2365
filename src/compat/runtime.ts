import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { getUnifiedCircuitBreakerManager } from '../manager/default-manager.ts';
import type { ManagedCircuitConfig } from '../manager/options.ts';
import type { UnifiedCircuitBreakerManager } from '../manager/unified-circuit-breaker-manager.ts';
import type { TripPolicy } from '../trip/trip-policy.ts';

/** Where a legacy name gets breakers, time and chance from. Tests pass their own. */
export interface LegacyRuntime {
  /** Lists the breakers that the legacy code listed. Default: the process-wide default manager. */
  readonly manager?: UnifiedCircuitBreakerManager | undefined;
  /** Default: the platform's clock. */ readonly clock?: Clock | undefined;
  /** Default: the platform's randomness. */ readonly random?: Random | undefined;
}

/** How to make a breaker: whether breakers of one name share the circuit in the manager, and when it opens. */
export type Making = LegacyRuntime & { shared?: boolean | undefined; tripPolicy?: TripPolicy | undefined };

/** Returns the manager of a runtime. */
export const managerOf = ({ manager }: LegacyRuntime): UnifiedCircuitBreakerManager =>
  manager ?? getUnifiedCircuitBreakerManager();

/** Makes the breaker behind a legacy name, or returns the one that the manager lists. */
export function makeBreaker(name: string, config: ManagedCircuitConfig, making: Making): UnifiedCircuitBreaker {
  const { clock, random, tripPolicy } = making;
  const options = { ...config, clock, random, tripPolicy };
  if (making.shared === true) return managerOf(making).createCircuitBreaker(name, options);
  const { base: _, ...own } = options;
  return new UnifiedCircuitBreaker({ ...own, name });
}
