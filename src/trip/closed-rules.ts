import { type AdaptiveRuleOptions, AdaptiveRules } from './adaptive-rules.ts';
import type { ThresholdBounds } from './thresholds.ts';
import { type BuiltInRules, type Detector, isIdle, type TripPolicy } from './trip-policy.ts';
import { windowRules, type WindowThresholds } from './window-rules.ts';

export interface ClosedRuleOptions extends AdaptiveRuleOptions {
  readonly adaptiveThreshold: ThresholdBounds | null;
}

let latest: { readonly options: ClosedRuleOptions; readonly policy: TripPolicy } | undefined;

export function closedRules(options: ClosedRuleOptions): BuiltInRules {
  const { detector, adaptiveThreshold, errorRateThreshold } = options;
  if (adaptiveThreshold !== null) return new AdaptiveRules(options, adaptiveThreshold);
  if (detector !== 'window' && errorRateThreshold !== null) return detectorRules(options, detector, errorRateThreshold);
  // Breakers that are created one after the other often share their options.
  if (latest?.options !== options) latest = { options, policy: windowRules(options) };
  return latest.policy;
}

/** The window rules, with a detector instead of the failure rate. */
function detectorRules(options: WindowThresholds, detector: Detector, threshold: number): BuiltInRules {
  const { reason } = detector;
  const rate = detector.create(threshold);
  const others = windowRules({ ...options, errorRateThreshold: null });
  return {
    absorbSuccess: () => isIdle(rate),
    shouldTrip: (evidence) => (rate.add(evidence.failed, threshold) ? reason : others.shouldTrip(evidence)),
    clear: () => rate.clear(),
  };
}
