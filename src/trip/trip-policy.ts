import type { HealthAnswer } from '../core/health.ts';
import { describe, ignoreRejection, tryOrUndefined } from '../core/untrusted.ts';

/** What a trip policy sees after each counted outcome of a closed circuit. */
export interface TripEvidence {
  /** Milliseconds of the breaker's clock. 0 for a success where no clock is read. */
  readonly now: number;
  /** Whether the call failed. */
  readonly failed: boolean;
  /** Whether the call took longer than `slowCallThresholdMs`. */
  readonly slow: boolean;
  /** The error of the call. `undefined` if it threw nothing. */
  readonly error: unknown;
  /** Milliseconds. 0 when `trackLatency` is off. */
  readonly durationMs: number;
  /** Consecutive failures, including this one. */
  readonly consecutiveFailures: number;
  /** Outcomes in the window, including this one. */
  readonly windowCalls: number;
  /** Failures in the window. */
  readonly windowFailures: number;
  /** Slow calls in the window. */
  readonly windowSlowCalls: number;
  /** The latest answer of the health check. `null` before the first. */
  readonly health: HealthAnswer | null;
}

/**
 * Decides when a closed circuit opens. All built-in thresholds are inclusive (`>=`).
 *
 * A policy may keep state, so give each breaker its own. If it throws, the error is reported and the circuit stays
 * closed.
 */
export interface TripPolicy {
  /** Returns the reason to open, or null. Called after every counted outcome while closed, in order. */
  shouldTrip(evidence: TripEvidence): string | null;
  /** Forgets all outcomes. Called on every state change and on reset. */
  clear?(): void;
}

/** The error for an answer that is neither a reason nor null. */
export function invalidReason(answer: unknown): TypeError {
  ignoreRejection(answer);
  return new TypeError(`\`shouldTrip()\` must return a reason or null. It returned ${describe(answer)}.`);
}

export interface BuiltInRules extends TripPolicy {
  /**
   * Takes in a success while the window holds no slow calls. Returns false if the rules need the whole evidence, whose
   * creation costs more than a success. Missing if such a success can't matter.
   */
  readonly absorbSuccess?: () => boolean;
  /** The detector, unless the window decides. */
  readonly detection?: Detection | null;
}

/** A detector at work in one circuit. */
export interface Detection {
  readonly detector: Detector;
  readonly threshold: number;
  readonly rate: RateDetector;
}

/** Detects a high failure rate from single outcomes. Made for one circuit. */
export interface RateDetector {
  /** True while a success would change nothing. */
  readonly idle: boolean;
  /** Takes in one outcome. Returns true if the rate is above `threshold`. */
  add(failed: boolean, threshold: number): boolean;
  /** Forgets all outcomes. */
  clear(): void;
  /**
   * Takes over what another detector of the circuit has seen, when `reconfigure()` replaces it. `before` may be of
   * another kind. Without this method, the new detector starts empty.
   */
  inherit?(before: RateDetector): void;
}

/** A way to detect a high failure rate, for the option `detector`. `cusum()` is one. */
export interface Detector {
  /** The reason of the openings that it causes. */
  readonly reason: string;
  /**
   * Makes the detector of one circuit.
   * @param threshold the configured `errorRateThreshold`.
   * @throws RangeError if the detector can't work with it.
   */
  create(threshold: number): RateDetector;
}

/** Whether a detector needs no success. One that throws gets it, and its error is reported there. */
export function isIdle(detector: RateDetector): boolean {
  return tryOrUndefined(() => detector.idle) === true;
}
