import type { CircuitState, ClosedState, HalfOpenState, OpenState, State } from './state.ts';

/** The whole state machine. A move that is not listed here cannot happen. */
export const moves = {
  closed: { trip: 'open' },
  open: { probe: 'half_open', reset: 'closed' },
  half_open: { recover: 'closed', relapse: 'open', reset: 'closed' },
} as const satisfies Record<CircuitState, Partial<Record<Move, CircuitState>>>;

/** A way from one state to another. */
export type Move = 'trip' | 'probe' | 'recover' | 'relapse' | 'reset';

/** What an opening decides. */
export interface Opening {
  readonly reason: string;
  readonly openings: number;
  readonly saturated: boolean;
  readonly waitMs: number;
  /** How long the wait must not be shortened by health; 0 when it may. */
  readonly firmMs: number;
}

/** What a new state takes over from the old one. */
function after({ generation, openings, saturated }: State, since: number): Pick<State, 'generation' | 'since' | 'openings' | 'saturated'> {
  return { generation: generation + 1, since, openings, saturated };
}

/** closed → open, and half_open → open. */
export function opened(from: ClosedState | HalfOpenState, at: number, { firmMs, ...opening }: Opening): OpenState {
  return {
    name: 'open',
    ...after(from, at),
    ...opening,
    deadline: at + opening.waitMs,
    firmUntil: at + firmMs,
    heldMs: 0,
    healthShortened: from.name === 'half_open' && from.healthShortened,
  };
}

/** open → half_open. */
export function probing(from: OpenState, at: number): HalfOpenState {
  const { waitMs, healthShortened } = from;
  return { name: 'half_open', ...after(from, at), waitMs, healthShortened, successes: 0, failures: 0, probes: [] };
}

/** half_open → closed. What is remembered of the openings fades while it stays closed. */
export function recovered(from: HalfOpenState, at: number): ClosedState {
  return { name: 'closed', ...after(from, at) };
}

/** Any state → closed, with nothing remembered. */
export function pristine(from: State, at: number): ClosedState {
  return { name: 'closed', ...after(from, at), openings: 0, saturated: false };
}

/** How many openings are remembered after a closed spell: one fewer for each full `recoveryTimeoutMs`. */
export function remembered(state: ClosedState | HalfOpenState, at: number, recoveryTimeoutMs: number): { openings: number; saturated: boolean } {
  if (state.name === 'half_open') return state;
  const forgiven = Math.floor((at - state.since) / recoveryTimeoutMs);
  return forgiven <= 0 ? state : { openings: Math.max(0, state.openings - forgiven), saturated: false };
}
