import type { ClosedState, HalfOpenState, OpenState } from '../../src/core/state.ts';

/** A state that began at 1 000, plain but for what is given. */
const SPELL = { since: 1_000, openings: 2, saturated: false } as const;

export function closedWith(state: Partial<ClosedState> = {}): ClosedState {
  return { name: 'closed', ...SPELL, ...state };
}

export function openWith(state: Partial<OpenState> = {}): OpenState {
  return { name: 'open', ...SPELL, reason: 'error_rate', waitMs: 5_000, deadline: 6_000, firmUntil: 1_000, heldMs: 0,
    healthShortened: false, ...state };
}

export function halfOpenWith(state: Partial<HalfOpenState> = {}): HalfOpenState {
  return { name: 'half_open', ...SPELL, waitMs: 5_000, successes: 0, failures: 0, probes: [], healthShortened: false,
    ...state };
}
