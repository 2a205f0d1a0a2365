import { type AdaptiveRuleOptions, AdaptiveRules } from './adaptive-rules.ts';
import type { ThresholdBounds } from './thresholds.ts';
import { type BuiltInRules, type Detection, isIdle, type TripPolicy } from './trip-policy.ts';
import { windowRules, type WindowThresholds } from './window-rules.ts';

export interface ClosedRuleOptions extends AdaptiveRuleOptions {
  readonly adaptiveThreshold: ThresholdBounds | null;
}

let latest: { readonly options: ClosedRuleOptions; readonly policy: TripPolicy } | undefined;

/** @param before the rules that these replace. What they have learned stays, as far as it can be used. */
export function closedRules(options: ClosedRuleOptions, before?: BuiltInRules): BuiltInRules {
  const { adaptiveThreshold } = options;
  const detection = detectionOf(options, before?.detection);
  if (adaptiveThreshold !== null) return new AdaptiveRules(options, adaptiveThreshold, detection, before);
  if (detection !== null) return detectorRules(options, detection);
  // Breakers that are created one after the other often share their options.
  if (latest?.options !== options) latest = { options, policy: windowRules(options) };
  return latest.policy;
}

function detectionOf(
  { detector, errorRateThreshold: threshold }: ClosedRuleOptions, before: Detection | null | undefined,
): Detection | null {
  if (detector === 'window' || threshold === null) return null;
  if (before?.detector === detector && before.threshold === threshold) return before;
  const rate = detector.create(threshold);
  if (before) rate.inherit?.(before.rate);
  return { detector, threshold, rate };
}

/** The window rules, with a detector instead of the failure rate. */
function detectorRules(options: WindowThresholds, detection: Detection): BuiltInRules {
  const { rate, threshold, detector: { reason } } = detection;
  const others = windowRules({ ...options, errorRateThreshold: null });
  return {
    detection,
    absorbSuccess: () => isIdle(rate),
    shouldTrip: (evidence) => (rate.add(evidence.failed, threshold) ? reason : others.shouldTrip(evidence)),
    clear: () => rate.clear(),
  };
}
