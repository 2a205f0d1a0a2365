import { requireCount, requireRange } from './require-range.ts';
import type { TripPolicy } from './trip-policy.ts';

/** How many failures open the circuit, and how long each of them counts. */
export interface FailuresWithinOptions {
  /** Failures that open the circuit. Whole number, 1 or more. */
  readonly failures: number;
  /** How long a failure counts. Milliseconds, above 0. A failure that is exactly this old still counts. */
  readonly windowMs: number;
}

/** A trip policy that counts failures within a window of time. */
export interface FailuresWithin extends TripPolicy {
  /** Returns how many failures count at `now`, in milliseconds of the breaker's clock. At most `failures`. */
  failures(now: number): number;
}

/**
 * Opens at `failures` failures within `windowMs`, whatever succeeds in between. The reason is `failures_within`.
 *
 * Keeps the times of at most `failures` failures, for one breaker: create a policy for each.
 *
 * @example
 * ```ts
 * import { failuresWithin, UnifiedCircuitBreaker } from 'unified-circuit-breaker';
 *
 * const tripPolicy = failuresWithin({ failures: 3, windowMs: 300_000 });
 * const breaker = new UnifiedCircuitBreaker({ name: 'agent', tripPolicy });
 * ```
 * @throws RangeError when a number is out of range.
 */
export function failuresWithin({ failures, windowMs }: FailuresWithinOptions): FailuresWithin {
  requireCount('failures', failures);
  requireRange('windowMs', windowMs, 'a number of milliseconds above 0', (ms) => ms > 0);
  /** The times of the newest failures. Once it is full, `oldest` is where the next one goes. */
  let times: number[] = [];
  let oldest = 0;
  return {
    shouldTrip({ failed, now }) {
      if (!failed) return null;
      if (times.length < failures) times.push(now);
      else {
        times[oldest] = now;
        oldest = (oldest + 1) % failures;
      }
      return times.length === failures && now - (times[oldest] as number) <= windowMs ? 'failures_within' : null;
    },
    failures: (now) => times.filter((time) => now - time <= windowMs).length,
    clear() {
      times = [];
      oldest = 0;
    },
  };
}
