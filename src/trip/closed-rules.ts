import { anyOf } from './any-of.ts';
import { consecutiveFailures } from './consecutive-failures.ts';
import { errorRate } from './error-rate.ts';
import { slowCallRate } from './slow-call-rate.ts';
import type { TripPolicy } from './trip-policy.ts';

/** The thresholds of the built-in rules; `null` switches a rule off. */
export interface ClosedThresholds {
  readonly failureThreshold: number | null;
  readonly errorRateThreshold: number | null;
  readonly slowCallRateThreshold: number | null;
  readonly minRequestsThreshold: number;
}

let latest: { readonly thresholds: ClosedThresholds; readonly policy: TripPolicy } | undefined;

/** The built-in rules. They hold no state, so breakers made with the same thresholds one after the other share them. */
export function closedRules(thresholds: ClosedThresholds): TripPolicy {
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
