import { peek } from '../core/error-codes.ts';
import type { TripPolicy } from '../trip/trip-policy.ts';
import type { Requirement } from './require.ts';

/** What a breaker may be made with besides its options. */
export interface BreakerExtras {
  /** A snapshot to start from: whatever `JSON.parse` gave. It is validated. */
  readonly restore?: unknown;
  /** Decides when the closed circuit opens, instead of the built-in rules. */
  readonly tripPolicy?: TripPolicy | undefined;
}

/** The rules of the extras. */
export const EXTRAS_RULES: Readonly<Record<keyof BreakerExtras, Requirement>> = {
  restore: { rule: 'a snapshot', fits: () => true },
  tripPolicy: { rule: 'a policy with shouldTrip()', fits: (value) => typeof peek(value, 'shouldTrip') === 'function' },
};
