import type { HealthAnswer } from '../core/health.ts';

/** What a trip policy sees after each counted outcome of a closed circuit. */
export interface TripEvidence {
  /** Milliseconds of the breaker's clock; 0 for a success where no clock is read. */
  readonly now: number;
  /** Whether the outcome was a failure. */
  readonly failed: boolean;
  /** Whether the call took longer than `slowCallThresholdMs`. */
  readonly slow: boolean;
  /** What was thrown, if it was. */
  readonly error: unknown;
  /** Milliseconds; 0 when `trackLatency` is off. */
  readonly durationMs: number;
  /** Failures in a row, this one included. */
  readonly consecutiveFailures: number;
  /** Outcomes in the window, this one included. */
  readonly windowCalls: number;
  /** Failures in the window. */
  readonly windowFailures: number;
  /** Slow calls in the window. */
  readonly windowSlowCalls: number;
  /** The latest answer of the health check, `null` before the first. */
  readonly health: HealthAnswer | null;
}

/**
 * Decides when a closed circuit opens. Thresholds are inclusive everywhere: `>=`.
 *
 * A policy of your own may hold state; what it throws is reported, and does not trip.
 */
export interface TripPolicy {
  /** The reason to open, or null. Called after every counted outcome while closed, in order. */
  shouldTrip(evidence: TripEvidence): string | null;
  /** Forgets what was seen. Called on every state change and reset. */
  clear?(): void;
}

/** The built-in rules. */
export interface BuiltInRules extends TripPolicy {
  /**
   * Takes in a success while the window holds nothing bad, and says whether that was all. Missing where such successes do not matter. It is a way
   * around the evidence, which would be the larger part of the cost of a success.
   */
  readonly pass?: () => boolean;
}
