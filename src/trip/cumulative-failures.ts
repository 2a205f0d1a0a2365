import { requireCount } from './require-range.ts';
import type { TripPolicy } from './trip-policy.ts';

/**
 * Opens at so many failures since the circuit closed, with any successes between. The reason is `cumulative_failures`.
 *
 * Keeps a count, for one breaker: create a policy for each.
 *
 * @param failures that open the circuit. Whole number, 1 or more.
 * @example
 * ```ts
 * import { cumulativeFailures, UnifiedCircuitBreaker } from 'unified-circuit-breaker';
 *
 * const breaker = new UnifiedCircuitBreaker({ name: 'gateway', tripPolicy: cumulativeFailures(5) });
 * ```
 * @throws RangeError when the number is out of range.
 */
export function cumulativeFailures(failures: number): TripPolicy {
  requireCount('failures', failures);
  let count = 0;
  return {
    shouldTrip({ failed }) {
      if (failed) count += 1;
      return failed && count >= failures ? 'cumulative_failures' : null;
    },
    clear() {
      count = 0;
    },
  };
}
