import { batch } from '../../core/emitter.ts';
import { settled, verdict } from '../../core/half-open.ts';
import { outcomeOf } from '../../core/judge.ts';
import type { Judge, Outcome, Verdict } from '../../core/judge.ts';
import type { HalfOpenState, Permit, Probe } from '../../core/state.ts';
import { describe, disarm } from '../../core/untrusted.ts';
import type { TripEvidence } from '../../trip/trip-policy.ts';
import type { Circuit } from './circuit.ts';
import { noticeLeases } from './leases.ts';
import { rampReason } from './ramp.ts';
import { tallyFailure, tallyIgnored } from './recorder.ts';

/** How a call ended, as far as the breaker is concerned. */
export interface Ending {
  readonly now: number;
  /** Milliseconds; −1 when unknown. */
  readonly durationMs: number;
  /** What was thrown; undefined when nothing was. */
  readonly error?: unknown;
  readonly retryAfterMs?: number | undefined;
  /** Whether a deadline ended the call. */
  readonly timedOut?: boolean;
}

/** Takes one outcome in: totals, window, machine, events. Everything that ends a call comes through here, or through `succeed`. */
export function conclude(circuit: Circuit, permit: Permit, outcome: Outcome, ending: Ending): void {
  if (outcome === 'success') succeed(circuit, permit, ending.now, ending.durationMs);
  else if (noticed(circuit, permit, ending.now)) {
    batch(circuit.emitter, () => {
      if (ending.timedOut) timeOut(circuit, ending.error);
      if (outcome === 'failure') bind(circuit, permit, ending, outcome, tallyFailure(circuit, ending.error, ending.now, ending.durationMs));
      else {
        tallyIgnored(circuit, ending.error);
        bind(circuit, permit, ending, outcome, false);
      }
    });
  }
}

function timeOut({ emitter, recorder, options }: Circuit, error: unknown): void {
  recorder.timeouts += 1;
  emitter?.emit('timeout', { name: options.name, error });
}

/** Notices what is due before this outcome. False: the circuit gave up on this call before, so its outcome is dropped. */
function noticed(circuit: Circuit, permit: Permit, now: number): boolean {
  if (circuit.state.name === 'half_open') noticeLeases(circuit, now);
  return !(permit.name === 'probe' && permit.expired);
}

/** The hot one: a success of a calm circuit to which nobody listens touches nothing that it need not. */
export function succeed(circuit: Circuit, permit: Permit, now: number, durationMs: number): void {
  if (permit !== circuit.calm || circuit.emitter !== null) {
    succeedTheLongWay(circuit, permit, now, durationMs);
    return;
  }
  const { recorder } = circuit;
  const slow = durationMs > circuit.options.slowCallThresholdMs;
  circuit.load?.succeeded(now, durationMs, recorder.inFlight);
  recorder.tallySuccess(now, durationMs, slow);
  recorder.countSuccess(now, slow);
  const { window } = recorder;
  // With neither failures nor slow calls in the window a built-in rule can only learn, or lower what it has summed up.
  if (window.failures > 0 || window.slowCalls > 0 || circuit.pass?.() === false) considerTrip(circuit, { now, durationMs }, false, slow);
}

function succeedTheLongWay(circuit: Circuit, permit: Permit, now: number, durationMs: number): void {
  if (!noticed(circuit, permit, now)) return;
  const { recorder, emitter, options } = circuit;
  const slow = durationMs > options.slowCallThresholdMs;
  circuit.load?.succeeded(now, durationMs, recorder.inFlight);
  recorder.tallySuccess(now, durationMs, slow);
  batch(emitter, () => {
    emitter?.emit('success', { name: options.name, durationMs: Math.max(0, durationMs) });
    if (slow) emitter?.emit('slow', { name: options.name, durationMs });
    bind(circuit, permit, { now, durationMs }, 'success', slow);
  });
}

/** Takes an outcome into the machine, if its permit still binds it there. */
function bind(circuit: Circuit, permit: Permit, ending: Ending, outcome: Outcome, slow: boolean): void {
  const { state, recorder, override, disposed } = circuit;
  if (permit.name === 'unbound' || disposed) return;
  const current = permit === state || (state.name === 'half_open' && permit.name === 'probe' && state.probes.includes(permit));
  if (!current) recorder.stale += 1;
  else if (permit.name === 'probe') proveProbe(circuit, state as HalfOpenState, permit, ending, override === null ? outcome : 'ignored', slow);
  else if (override === null && outcome !== 'ignored') {
    if (outcome === 'failure' && circuit.load?.absorbs(ending.now, ending.durationMs, recorder.inFlight + 1, ending)) return;
    if (outcome === 'success') recorder.countSuccess(ending.now, slow);
    else recorder.countFailure(ending.now, slow);
    if (outcome === 'success') circuit.ramp?.succeeded(ending.now);
    circuit.ease(ending.now);
    considerTrip(circuit, ending, outcome === 'failure', slow);
  }
}

function considerTrip(circuit: Circuit, { now, durationMs, error, retryAfterMs }: Ending, failed: boolean, slow: boolean): void {
  const { state, recorder } = circuit;
  if (state.name !== 'closed') return;
  const { window, consecutiveFailures } = recorder;
  const clocked = !Number.isNaN(now);
  const evidence: TripEvidence = {
    now: clocked ? now : 0,
    failed,
    slow,
    error,
    durationMs: Math.max(0, durationMs),
    consecutiveFailures,
    windowCalls: window.calls,
    windowFailures: window.failures,
    windowSlowCalls: window.slowCalls,
    health: circuit.health,
  };
  const reason = circuit.tripReason(evidence) ?? (circuit.ramp === null ? null : rampReason(evidence, circuit.options));
  const at = clocked ? now : circuit.timeline.now();
  if (retryAfterMs !== undefined) circuit.open(state, at, { reason: 'retry_after', retryAfterMs });
  else if (reason !== null) circuit.open(state, at, { reason });
}

/** A settled probe gives its permit back and, unless it was ignored, proves something. */
function proveProbe(circuit: Circuit, state: HalfOpenState, probe: Probe, ending: Ending, outcome: Outcome, slow: boolean): void {
  const { recorder, options } = circuit;
  const { now, retryAfterMs } = ending;
  if (outcome === 'ignored') {
    circuit.progress(settled(state, probe, 'nothing'));
    return;
  }
  const tooSlow = slow && options.slowCallRateThreshold !== null;
  const failed = outcome === 'failure' || tooSlow;
  if (outcome === 'failure') recorder.countFailure(now, slow);
  else recorder.countSuccess(now, slow);
  const next = settled(state, probe, failed ? 'failure' : 'success');
  circuit.progress(next);
  if (retryAfterMs !== undefined) circuit.open(next, now, { reason: 'retry_after', retryAfterMs });
  else if (verdict(next, options) === 'relapse') circuit.open(next, now, { reason: outcome === 'failure' ? 'probe_failed' : 'probe_slow' });
  else if (verdict(next, options) === 'recover') circuit.recover(next, now);
}

/** Judges what an operation returned and takes it in. */
export function concludeValue(circuit: Circuit, judge: Judge, permit: Permit, value: unknown, now: number, durationMs: number): Outcome {
  if (!judge.judgesValues) {
    succeed(circuit, permit, now, durationMs);
    return 'success';
  }
  const verdict = judge.value(value);
  const outcome = outcomeOf(verdict);
  conclude(circuit, permit, outcome, { now, durationMs, error: undefined, retryAfterMs: retryAfterOf(circuit, verdict) });
  return outcome;
}

/** Judges what an operation threw and takes it in. */
export function concludeError(circuit: Circuit, judge: Judge, permit: Permit, error: unknown, now: number, durationMs: number): Outcome {
  const verdict = judge.error(error);
  const outcome = outcomeOf(verdict);
  conclude(circuit, permit, outcome, { now, durationMs, error, retryAfterMs: retryAfterOf(circuit, verdict) });
  return outcome;
}

/** The pause that a verdict asks for, as far as it is granted. One that is not a number above 0 is as if not given. */
function retryAfterOf(circuit: Circuit, verdict: Verdict): number | undefined {
  if (typeof verdict === 'string' || verdict.retryAfterMs === undefined) return undefined;
  const { retryAfterMs } = verdict;
  if (typeof retryAfterMs === 'number' && retryAfterMs > 0) return Math.min(retryAfterMs, circuit.options.maxRetryAfterMs);
  disarm(retryAfterMs);
  circuit.report('retryAfter', new TypeError(`Expected retryAfterMs to be milliseconds above 0, got ${describe(retryAfterMs)}`));
  return undefined;
}
