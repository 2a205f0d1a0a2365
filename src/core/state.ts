import type { HalfOpenState, Probe } from './half-open.ts';

/** A manual override of the state, which lasts until `release()`. */
export interface Override {
  /** The state that applies to calls. */
  readonly state: 'open' | 'closed';
  /** The text given to `forceOpen()` or `forceClose()`. */
  readonly reason: string;
}

/** The state of a circuit. */
export type CircuitState = 'closed' | 'open' | 'half_open';

/** The data of every state. Times are milliseconds of the breaker's timeline. */
interface AnyState {
  /** When this state began. */
  readonly since: number;
  /** Openings that the backoff remembers. */
  readonly openings: number;
  /** Whether the wait has reached its cap, so that more openings change nothing. */
  readonly saturated: boolean;
}

/** Calls run and are counted. */
export interface ClosedState extends AnyState {
  readonly name: 'closed';
}

/** Calls are rejected. */
export interface OpenState extends AnyState {
  readonly name: 'open';
  readonly reason: string;
  /** The whole wait, drawn at the opening. */
  readonly waitMs: number;
  /** When the wait ends. Only the health check, `trip()` and `reset()` change it. */
  readonly deadline: number;
  /** The health check can't end the wait earlier, because `retryAfterMs` or `trip({ forMs })` asked for it. */
  readonly firmUntil: number;
  /** How much an unhealthy answer of the health check adds to the deadline, in milliseconds. */
  readonly heldMs: number;
  /** Whether the health check has shortened a wait since the circuit was last closed. */
  readonly healthShortened: boolean;
}

/** The state machine's state. Each member holds only what that state needs. */
export type State = ClosedState | OpenState | HalfOpenState;

/** When an open circuit admits its first probe. */
export function readyAt(state: OpenState): number {
  return state.deadline + state.heldMs;
}

/** The state after the machine slept, which its clock didn't count. */
export function aged(state: OpenState, ms: number): OpenState {
  return { ...state, since: state.since - ms, deadline: state.deadline - ms, firmUntil: state.firmUntil - ms };
}

/** The state after a healthy answer, which ends the wait once per outage. */
export function shortened(state: OpenState, now: number): OpenState {
  const earliest = Math.max(now, state.firmUntil);
  if (state.healthShortened || state.deadline <= earliest) return state;
  return { ...state, deadline: earliest, healthShortened: true };
}

/** The state after any answer of the health check. An unhealthy one prolongs the wait until the next answer. */
export function held(state: OpenState, heldMs: number): OpenState {
  return state.heldMs === heldMs ? state : { ...state, heldMs };
}

/** The state after `trip({ forMs })` while open. The later deadline applies. */
export function postponed(state: OpenState, now: number, forMs: number): OpenState {
  const until = now + forMs;
  return {
    ...state,
    waitMs: Math.max(state.waitMs, forMs),
    deadline: Math.max(state.deadline, until),
    firmUntil: Math.max(state.firmUntil, until),
  };
}

/** The permit of a call that decides nothing, for example under an override. */
export interface NonDecidingPermit {
  readonly name: 'non_deciding';
}

export const NON_DECIDING_PERMIT: NonDecidingPermit = { name: 'non_deciding' };

/** The right to run one call. A permit of an earlier state makes the outcome stale. */
export type Permit = ClosedState | Probe | NonDecidingPermit;
