import type { UnifiedCircuitConfig } from '../breaker/options/options.ts';
import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { CircuitSnapshot } from '../core/snapshot.ts';
import type { GivenOptions } from './options.ts';
import { warn } from './warn.ts';

/**
 * Creates a breaker, and restores its saved state if that fits the options.
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 */
export function createBreaker(name: string, given: GivenOptions, saved?: CircuitSnapshot): UnifiedCircuitBreaker {
  const config = { ...given, name } as UnifiedCircuitConfig;
  if (saved === undefined || Object.hasOwn(config, 'restore')) return new UnifiedCircuitBreaker(config);
  try {
    return new UnifiedCircuitBreaker({ ...config, restore: saved });
  } catch (error) {
    // Throws again if the options are invalid, and not the snapshot.
    const breaker = new UnifiedCircuitBreaker(config);
    warn(`A saved state doesn't fit the options and was dropped. ${String(error)}`, 'UCB_RESTORE_REFUSED');
    return breaker;
  }
}
