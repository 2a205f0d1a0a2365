/** A manual forced open or forced closed that holds until it is released. */
export interface Override {
  /** What calls meet. */
  readonly state: 'open' | 'closed';
  /** The text given to `forceOpen()` or `forceClose()`. */
  readonly reason: string;
}

/** The permit of a call admitted in half_open. Its identity binds the call to the spell that admitted it. */
export class Probe {
  readonly name = 'probe';
  /** When the circuit stops waiting for it; `Infinity` when a timeout ends the call before. */
  leaseEndsAt: number;
  /** When the call's own timeout ends it; `Infinity` without one. */
  readonly timesOutAt: number;
  readonly admittedAt: number;
  /** Whether the circuit has given up on it; its outcome is then dropped. */
  expired = false;
  /** Told when that happens. */
  onExpired: (() => void) | null = null;
  /** A stream whose consumer is away: an expired lease then says nothing about the dependency. */
  excused = false;

  constructor(admittedAt: number, leaseEndsAt: number, timesOutAt: number) {
    this.admittedAt = admittedAt;
    this.leaseEndsAt = leaseEndsAt;
    this.timesOutAt = timesOutAt;
  }
}

/** Where the circuit stands. Overrides cover it: see `override`. */
export type CircuitState = 'closed' | 'open' | 'half_open';

/** What every state remembers. Times are of the breaker's monotonic timeline, in milliseconds. */
interface Spell {
  /** Rises on every state change and on reset; an outcome of an older one is stale. */
  readonly generation: number;
  /** When this state began. */
  readonly since: number;
  /** `n`: how often the circuit has opened, forgotten slowly while it is closed. */
  readonly openings: number;
  /** Whether the wait for `openings` has reached the cap, so that more openings would change nothing. */
  readonly saturated: boolean;
}

/** Calls run and are counted. */
export interface ClosedState extends Spell {
  readonly name: 'closed';
}

/** Calls are rejected. */
export interface OpenState extends Spell {
  readonly name: 'open';
  readonly reason: string;
  /** The whole wait, as drawn at the opening. */
  readonly waitMs: number;
  /** When the wait is over. Only health, `trip()` and `reset()` move it. */
  readonly deadline: number;
  /** Health checks never shorten the wait to before this moment: a `retryAfterMs` or `trip({ forMs })` asked for it. */
  readonly firmUntil: number;
  /** How much an unhealthy answer adds to the deadline; 0 otherwise. */
  readonly heldMs: number;
  /** Whether health has shortened a wait since the circuit was last closed. */
  readonly healthShortened: boolean;
}

/** Probes find out how the dependency is. */
export interface HalfOpenState extends Spell {
  readonly name: 'half_open';
  /** The wait that ended. */
  readonly waitMs: number;
  readonly successes: number;
  readonly failures: number;
  readonly probes: readonly Probe[];
  readonly healthShortened: boolean;
}

/** A union whose members hold only what that state needs. */
export type State = ClosedState | OpenState | HalfOpenState;

/** When an open circuit starts to admit. */
export function readyAt(state: OpenState): number {
  return state.deadline + state.heldMs;
}

/** A healthy answer ends the wait, once an outage, and never a wait that was asked for. */
export function shortened(state: OpenState, now: number): OpenState {
  const earliest = Math.max(now, state.firmUntil);
  if (state.healthShortened || state.deadline <= earliest) return state;
  return { ...state, deadline: earliest, healthShortened: true };
}

/** An unhealthy answer adds to the wait; the next other answer takes it back. */
export function held(state: OpenState, heldMs: number): OpenState {
  return state.heldMs === heldMs ? state : { ...state, heldMs };
}

/** `trip({ forMs })` while open: the later deadline stands. */
export function postponed(state: OpenState, now: number, forMs: number): OpenState {
  const until = now + forMs;
  return {
    ...state,
    waitMs: Math.max(state.waitMs, forMs),
    deadline: Math.max(state.deadline, until),
    firmUntil: Math.max(state.firmUntil, until),
  };
}

/** The permit of a call that decides nothing: admitted under an override, or only because the breaker observes. */
export interface Unbound {
  readonly name: 'unbound';
}

/** The one permit of its kind. */
export const UNBOUND: Unbound = { name: 'unbound' };

/** The right to run one call. Its identity binds the outcome to the spell that admitted the call. */
export type Permit = ClosedState | Probe | Unbound;
