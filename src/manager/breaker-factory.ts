import type { Circuit } from '../breaker/circuit/circuit.ts';
import type { UnifiedCircuitConfig } from '../breaker/options/options.ts';
import { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { type CircuitSnapshot, parseSnapshot } from '../core/snapshot.ts';
import type { GivenOptions } from './options.ts';
import { warn } from './warn.ts';

/** Marks a configuration whose name the default manager needn't compare with its own. */
export const MANAGED = /* @__PURE__ */ Symbol.for('unified-circuit-breaker.managed');

/**
 * Creates a breaker, and restores its saved state if that fits the options.
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 */
export function createBreaker(name: string, given: GivenOptions, saved?: CircuitSnapshot): UnifiedCircuitBreaker {
  const config = { ...given, name, [MANAGED]: true } as UnifiedCircuitConfig;
  if (saved === undefined || Object.hasOwn(config, 'restore')) return new UnifiedCircuitBreaker(config);
  try {
    return new UnifiedCircuitBreaker({ ...config, restore: saved });
  } catch (error) {
    // Throws again if the options are invalid, and not the snapshot.
    const breaker = new UnifiedCircuitBreaker(config);
    warnOfRestore(String(error));
    return breaker;
  }
}

/** Restores the saved state of a breaker that was made elsewhere, if it fits. */
export function restoreSaved(circuit: Circuit, saved: CircuitSnapshot | undefined): void {
  if (saved === undefined) return;
  const parsed = parseSnapshot(saved, { name: circuit.name, ...circuit.options });
  if ('snapshot' in parsed) circuit.restore(parsed.snapshot);
  else warnOfRestore(parsed.problems.join(' '));
}

function warnOfRestore(problem: string): void {
  warn(`A saved state doesn't fit the options and was dropped. ${problem}`, 'UCB_RESTORE_REFUSED');
}
