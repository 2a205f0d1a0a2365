import { describe } from '../core/untrusted.ts';
import type { TripEvidence, TripPolicy } from './trip-policy.ts';

/** Opens when one of the policies says so, with the reason of the first that does. Every policy sees every outcome. */
export function anyOf(...policies: readonly TripPolicy[]): TripPolicy {
  return {
    shouldTrip: (evidence: TripEvidence) => eachOf(policies, (policy) => policy.shouldTrip(evidence)),
    clear() {
      eachOf(policies, (policy) => {
        policy.clear?.();
        return null;
      });
    },
  };
}

/** Asks every policy. The first answer counts; without one, what the first misbehaving policy threw. */
function eachOf(policies: readonly TripPolicy[], ask: (policy: TripPolicy) => string | null): string | null {
  let answer: string | null = null;
  let failure: { readonly error: unknown } | null = null;
  for (const policy of policies) {
    try {
      const own: unknown = ask(policy);
      if (typeof own === 'string') answer ??= own;
      else if (own !== null) failure ??= { error: new TypeError(`Expected shouldTrip() to return a reason or null, got ${describe(own)}`) };
    } catch (error) {
      failure ??= { error };
    }
  }
  if (answer === null && failure !== null) throw failure.error;
  return answer;
}
