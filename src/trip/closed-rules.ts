import { AdaptiveRules } from './adaptive-rules.ts';
import { anyOf } from './any-of.ts';
import { consecutiveFailures } from './consecutive-failures.ts';
import { cusumRule } from './cusum.ts';
import type { CusumTuning } from './cusum.ts';
import { errorRate } from './error-rate.ts';
import { slowCallRate } from './slow-call-rate.ts';
import type { ThresholdBounds } from './thresholds.ts';
import type { BuiltInRules, TripPolicy } from './trip-policy.ts';

/** The built-in rules: thresholds, of which `null` switches a rule off, and how they are applied. */
export interface ClosedRuleOptions extends ClosedThresholds {
  readonly detector?: 'window' | 'cusum';
  readonly cusum?: CusumTuning;
  readonly adaptiveThreshold?: ThresholdBounds | null;
  readonly slidingWindowMs?: number | null;
  readonly slidingWindowSize?: number;
}

/** The thresholds of the built-in rules; `null` switches a rule off. */
export interface ClosedThresholds {
  readonly failureThreshold: number | null;
  readonly errorRateThreshold: number | null;
  readonly slowCallRateThreshold: number | null;
  readonly minRequestsThreshold: number;
}

let latest: { readonly thresholds: ClosedThresholds; readonly policy: TripPolicy } | undefined;

/** The built-in rules. */
export function closedRules(options: ClosedRuleOptions): BuiltInRules {
  const { detector = 'window', cusum: tuning = {}, adaptiveThreshold = null, slidingWindowMs = null, slidingWindowSize, minRequestsThreshold } = options;
  const sampleSize = slidingWindowMs === null && slidingWindowSize !== undefined ? slidingWindowSize : minRequestsThreshold;
  if (adaptiveThreshold !== null) return new AdaptiveRules({ ...options, detector, cusum: tuning, adaptiveThreshold, sampleSize });
  return detector === 'cusum' ? cusumRules(options, tuning) : windowRules(options);
}

function cusumRules({ errorRateThreshold, ...rest }: ClosedThresholds, tuning: CusumTuning): BuiltInRules {
  const others = build({ ...rest, errorRateThreshold: null });
  if (errorRateThreshold === null) return others;
  const sum = cusumRule(errorRateThreshold, tuning);
  return { ...anyOf(sum, others), pass: sum.pass };
}

/** Rules over the window hold no state, so breakers made with the same thresholds one after the other share them. */
function windowRules(thresholds: ClosedThresholds): TripPolicy {
  if (latest === undefined || !equal(latest.thresholds, thresholds)) latest = { thresholds: only(thresholds), policy: build(thresholds) };
  return latest.policy;
}

function only({ failureThreshold, errorRateThreshold, slowCallRateThreshold, minRequestsThreshold }: ClosedThresholds): ClosedThresholds {
  return { failureThreshold, errorRateThreshold, slowCallRateThreshold, minRequestsThreshold };
}

function equal(one: ClosedThresholds, other: ClosedThresholds): boolean {
  return (
    one.failureThreshold === other.failureThreshold &&
    one.errorRateThreshold === other.errorRateThreshold &&
    one.slowCallRateThreshold === other.slowCallRateThreshold &&
    one.minRequestsThreshold === other.minRequestsThreshold
  );
}

function build({ failureThreshold, errorRateThreshold, slowCallRateThreshold, minRequestsThreshold }: ClosedThresholds): TripPolicy {
  const rules: TripPolicy[] = [];
  if (failureThreshold !== null) rules.push(consecutiveFailures(failureThreshold));
  if (errorRateThreshold !== null) rules.push(errorRate({ threshold: errorRateThreshold, minRequestsThreshold }));
  if (slowCallRateThreshold !== null) rules.push(slowCallRate({ threshold: slowCallRateThreshold, minRequestsThreshold }));
  return anyOf(...rules);
}
