import type { TripEvidence } from '../../src/trip/trip-policy.ts';

/** What a trip policy sees: nothing remarkable but what is given. */
export function evidenceWith(evidence: Partial<TripEvidence>): TripEvidence {
  return {
    now: 0,
    failed: false,
    slow: false,
    error: undefined,
    durationMs: 0,
    consecutiveFailures: 0,
    windowCalls: 0,
    windowFailures: 0,
    windowSlowCalls: 0,
    health: null,
    ...evidence,
  };
}
