import { HalfOpenState } from './half-open.ts';
import type { ClosedState, OpenState, State } from './state.ts';

export interface Opening {
  readonly reason: string;
  readonly openings: number;
  readonly saturated: boolean;
  readonly waitMs: number;
  /** How much of the wait a health check can't shorten, in milliseconds. */
  readonly firmMs: number;
}

/** closed → open, and half_open → open. */
export function opened(from: ClosedState | HalfOpenState, at: number, { firmMs, ...opening }: Opening): OpenState {
  return {
    name: 'open',
    since: at,
    ...opening,
    deadline: at + opening.waitMs,
    firmUntil: at + firmMs,
    heldMs: 0,
    healthShortened: from.name === 'half_open' && from.healthShortened,
  };
}

/** open → half_open. */
export function probing({ openings, saturated, waitMs, healthShortened }: OpenState, at: number): HalfOpenState {
  return new HalfOpenState({ since: at, openings, saturated, waitMs, healthShortened });
}

/** half_open → closed. The openings are forgotten step by step while the circuit stays closed. */
export function recovered({ openings, saturated }: HalfOpenState, at: number): ClosedState {
  return { name: 'closed', since: at, openings, saturated };
}

/** Any state → closed, without memory of openings. */
export function pristine(_from: State, at: number): ClosedState {
  return { name: 'closed', since: at, openings: 0, saturated: false };
}

/**
 * The whole state machine: the moves of each state, where they lead and how the new state is made. The circuit calls
 * these functions directly. Other moves don't compile, because a function only takes the states that are listed for it.
 * The diagrams in README and ARCHITECTURE are printed from this table.
 */
export const transitions = {
  closed: { trip: { to: 'open', enter: opened } },
  open: { probe: { to: 'half_open', enter: probing }, reset: { to: 'closed', enter: pristine } },
  half_open: {
    recover: { to: 'closed', enter: recovered },
    relapse: { to: 'open', enter: opened },
    reset: { to: 'closed', enter: pristine },
  },
} as const;
