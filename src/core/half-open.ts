import type { HalfOpenState, Probe } from './state.ts';

/** How half_open is judged. */
export interface ProbeRules {
  readonly halfOpenMaxCalls: number;
  readonly successThreshold: number;
  readonly halfOpenMaxFailures: number;
}

/** One more probe runs. */
export function withProbe(state: HalfOpenState, probe: Probe): HalfOpenState {
  return { ...state, probes: [...state.probes, probe] };
}

/** The probe has settled: its permit is back, and what it proved is counted. */
export function settled(state: HalfOpenState, probe: Probe, proved: 'success' | 'failure' | 'nothing'): HalfOpenState {
  return {
    ...state,
    probes: state.probes.filter((other) => other !== probe),
    successes: state.successes + (proved === 'success' ? 1 : 0),
    failures: state.failures + (proved === 'failure' ? 1 : 0),
  };
}

/** What the probes have shown so far. */
export function verdict(state: HalfOpenState, rules: ProbeRules): 'recover' | 'relapse' | null {
  if (state.failures > rules.halfOpenMaxFailures) return 'relapse';
  return state.successes >= rules.successThreshold ? 'recover' : null;
}

/** The probe whose lease ran out first, of those whose lease has run out. */
export function firstExpired(state: HalfOpenState, now: number): Probe | null {
  let first: Probe | null = null;
  for (const probe of state.probes) {
    if (probe.leaseEndsAt <= now && (first === null || probe.leaseEndsAt < first.leaseEndsAt)) first = probe;
  }
  return first;
}

/** When the next permit comes back at the latest; `Infinity` when nothing bounds it. */
export function nextPermitAt(state: HalfOpenState): number {
  let at = Number.POSITIVE_INFINITY;
  for (const { leaseEndsAt, timesOutAt } of state.probes) at = Math.min(at, leaseEndsAt, timesOutAt);
  return at;
}

/** How half_open looks once the leases that have run out are noticed, without noticing them. */
export function lookThrough(state: HalfOpenState, now: number, rules: ProbeRules): HalfOpenState | { readonly relapsedAt: number } {
  let seen = state;
  for (let probe = firstExpired(seen, now); probe !== null; probe = firstExpired(seen, now)) {
    seen = settled(seen, probe, probe.excused ? 'nothing' : 'failure');
    if (verdict(seen, rules) === 'relapse') return { relapsedAt: probe.leaseEndsAt };
  }
  return seen;
}

/** The lease of the probes of a spell. */
export interface LeaseRules {
  readonly halfOpenLeaseMs: number | null;
  readonly recoveryTimeoutMs: number;
  readonly maxBackoffMs: number;
  readonly waitsGrow: boolean;
}

/** How long a probe of a spell may hold its permit, in milliseconds. */
export function leaseMs(waitMs: number, rules: LeaseRules): number {
  if (rules.halfOpenLeaseMs !== null) return rules.halfOpenLeaseMs;
  const longest = rules.waitsGrow ? Math.max(rules.recoveryTimeoutMs, waitMs) : Number.POSITIVE_INFINITY;
  const lease = Math.min(longest, rules.maxBackoffMs);
  // A lease that never ends would leave a hung probe holding its permit for ever.
  return lease === Number.POSITIVE_INFINITY ? 10 * rules.recoveryTimeoutMs : lease;
}
