import type { Outcome } from './judge.ts';
import type { HalfOpenState, Probe } from './state.ts';

export interface ProbeRules {
  readonly halfOpenMaxCalls: number;
  readonly successThreshold: number;
  readonly halfOpenMaxFailures: number;
}

export function withProbe(state: HalfOpenState, probe: Probe): HalfOpenState {
  return { ...state, probes: [...state.probes, probe] };
}

export function settled(state: HalfOpenState, probe: Probe, outcome: Outcome): HalfOpenState {
  return {
    ...state,
    probes: state.probes.filter((other) => other !== probe),
    successes: state.successes + (outcome === 'success' ? 1 : 0),
    failures: state.failures + (outcome === 'failure' ? 1 : 0),
  };
}

/** The move that the probes ask for, or null. */
export function nextMove(state: HalfOpenState, rules: ProbeRules): 'recover' | 'relapse' | null {
  if (state.failures > rules.halfOpenMaxFailures) return 'relapse';
  return state.successes >= rules.successThreshold ? 'recover' : null;
}

/** The probe whose lease ended first, if any has ended. */
export function firstExpired(state: HalfOpenState, now: number): Probe | null {
  let first: Probe | null = null;
  for (const probe of state.probes) {
    if (probe.leaseEndsAt <= now && (first === null || probe.leaseEndsAt < first.leaseEndsAt)) first = probe;
  }
  return first;
}

/** When the next slot will be free at the latest. `Infinity` if no probe has a limit. */
export function nextPermitAt(state: HalfOpenState): number {
  let at = Number.POSITIVE_INFINITY;
  for (const { leaseEndsAt, timesOutAt } of state.probes) at = Math.min(at, leaseEndsAt, timesOutAt);
  return at;
}

/** A circuit that will open when the next call notices an expired lease. */
export interface Relapse {
  readonly relapsedAt: number;
}

/** The state after expired leases. Changes nothing, so that reads can use it. */
export function lookThrough(state: HalfOpenState, now: number, rules: ProbeRules): HalfOpenState | Relapse {
  let seen = state;
  for (let probe = firstExpired(seen, now); probe !== null; probe = firstExpired(seen, now)) {
    seen = settled(seen, probe, probe.paused ? 'ignored' : 'failure');
    if (nextMove(seen, rules) === 'relapse') return { relapsedAt: probe.leaseEndsAt };
  }
  return seen;
}

/** The options that decide how long a probe may run. */
export interface LeaseRules {
  readonly halfOpenLeaseMs: number | null;
  readonly recoveryTimeoutMs: number;
  readonly maxBackoffMs: number;
  readonly exponentialBackoff: boolean;
  readonly backoff: unknown;
}

/** How long a probe may run, in milliseconds. @param waitMs the wait that just ended. */
export function leaseMs(waitMs: number, rules: LeaseRules): number {
  if (rules.halfOpenLeaseMs !== null) return rules.halfOpenLeaseMs;
  // Whether the waits of a function grow is unknown.
  const waitsGrow = rules.exponentialBackoff && rules.backoff === undefined;
  const longest = waitsGrow ? Math.max(rules.recoveryTimeoutMs, waitMs) : Number.POSITIVE_INFINITY;
  const lease = Math.min(longest, rules.maxBackoffMs);
  // An infinite lease would let a probe that hangs keep its slot forever.
  return lease === Number.POSITIVE_INFINITY ? 10 * rules.recoveryTimeoutMs : lease;
}
