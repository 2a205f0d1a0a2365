import { invalidReason, type TripPolicy } from './trip-policy.ts';

/** Opens when one of the policies does, with the reason of the first. Every policy sees every outcome. */
export function anyOf(...policies: readonly TripPolicy[]): TripPolicy {
  return {
    shouldTrip: (evidence) => firstReason(policies, (policy) => policy.shouldTrip(evidence)),
    clear() {
      firstReason(policies, (policy) => {
        policy.clear?.();
        return null;
      });
    },
  };
}

/** Asks every policy. Throws the first error only if no policy has a reason, so that no policy disables another. */
function firstReason(policies: readonly TripPolicy[], ask: (policy: TripPolicy) => string | null): string | null {
  let reason: string | null = null;
  let failure: { readonly error: unknown } | null = null;
  for (const policy of policies) {
    try {
      const own: unknown = ask(policy);
      if (typeof own === 'string') reason ??= own;
      else if (own !== null) throw invalidReason(own);
    } catch (error) {
      failure ??= { error };
    }
  }
  if (reason === null && failure !== null) throw failure.error;
  return reason;
}
