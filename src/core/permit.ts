import type { Probe } from './probe.ts';
import type { ClosedState } from './state.ts';

/** The permit of a call that decides nothing: admitted under an override, or only because the breaker observes. */
export interface Unbound {
  readonly name: 'unbound';
}

/** The one permit of its kind. */
export const UNBOUND: Unbound = { name: 'unbound' };

/** The right to run one call. Its identity binds the outcome to the spell that admitted the call. */
export type Permit = ClosedState | Probe | Unbound;
