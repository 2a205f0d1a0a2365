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

/** The data that a state takes over from the state before. */
function after({ openings, saturated }: State, since: number) {
  return { since, openings, saturated };
}

/** open → half_open. */
export function probing(from: OpenState, at: number): HalfOpenState {
  const { waitMs, healthShortened } = from;
  return new HalfOpenState({ ...after(from, at), waitMs, healthShortened });
}

/** half_open → closed. The openings are forgotten step by step while the circuit stays closed. */
export function recovered(from: HalfOpenState, at: number): ClosedState {
  return { name: 'closed', ...after(from, at) };
}

/** Any state → closed, without memory of openings. */
export function pristine(from: State, at: number): ClosedState {
  return { name: 'closed', ...after(from, at), openings: 0, saturated: false };
}

/**
 * The whole state machine: the moves of each state, where they lead and how the new state is made. Other moves don't
 * compile. The diagrams in README and ARCHITECTURE are printed from this table.
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
