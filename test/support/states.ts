import { HalfOpenState, Probe } from '../../src/core/half-open.ts';
import type { ClosedState, OpenState } from '../../src/core/state.ts';

/** A state that began at 1 000, plain but for what is given. */
const SPELL = { since: 1_000, openings: 2, saturated: false } as const;

export function closedWith(state: Partial<ClosedState> = {}): ClosedState {
  return { name: 'closed', ...SPELL, ...state };
}

export function openWith(state: Partial<OpenState> = {}): OpenState {
  return { name: 'open', ...SPELL, reason: 'error_rate', waitMs: 5_000, deadline: 6_000, firmUntil: 1_000, heldMs: 0,
    healthShortened: false, ...state };
}

type HalfOpenData = Omit<HalfOpenState, 'name' | 'probes' | Methods>;
type Methods = { [Key in keyof HalfOpenState]: HalfOpenState[Key] extends (...args: never[]) => unknown ? Key : never }[
  keyof HalfOpenState
];

/** Probes end at the given moments. Their slots end with them. */
export function halfOpenWith(state: Partial<HalfOpenData> = {}, ends: readonly number[] = []): HalfOpenState {
  const { successes = 0, failures = 0, ...fixed } = state;
  const halfOpen = new HalfOpenState({ ...SPELL, waitMs: 5_000, healthShortened: false, ...fixed });
  for (const end of ends) halfOpen.add(probeUntil(end));
  return Object.assign(halfOpen, { successes, failures });
}

const PROBE_RULES = { halfOpenMaxCalls: 3, successThreshold: 3, halfOpenMaxFailures: 1 };

/** A probe without a timeout, admitted at 1 000, that ends at a moment. */
export function probeUntil(end: number): Probe {
  return new Probe(1_000, null, { ...PROBE_RULES, halfOpenLeaseMs: end - 1_000 });
}
