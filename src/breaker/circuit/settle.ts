import { CircuitBreakerTimeoutError } from '../../core/errors.ts';
import type { HalfOpenState, Probe } from '../../core/half-open.ts';
import { type Outcome, outcomeOf, type Verdict } from '../../core/judge.ts';
import { NON_DECIDING_PERMIT, type Permit } from '../../core/state.ts';
import { describe, ignoreRejection } from '../../core/untrusted.ts';
import { isOfBurst } from './burst.ts';
import { type CallEnd, pauseOf } from './call-end.ts';
import type { Circuit } from './circuit.ts';
import type { OpeningCause } from './opening.ts';

/** Pauses that the dependency asks for, without a success between them, until the circuit opens by them alone. */
const MOST_PAUSES = 3;

/** Judges and settles a call that returned. */
export function settleValue(
  circuit: Circuit, permit: Permit, value: unknown, now: number, durationMs: number,
): Outcome {
  const { judge } = circuit;
  if (judge.judgesValues && judge.judges(value)) {
    return settleVerdict(circuit, permit, judge.value(value), { now, durationMs, returned: true, value });
  }
  settleSuccess(circuit, permit, now, durationMs);
  return 'success';
}

/** Judges and settles a call that threw. */
export function settleError(
  circuit: Circuit, permit: Permit, error: unknown, now: number, durationMs: number, ageMs: number = durationMs,
): Outcome {
  return settleVerdict(circuit, permit, circuit.judge.error(error), { now, durationMs, ageMs, error, returned: true });
}

/** Settles a call by its verdict, which may ask for a pause. */
export function settleVerdict(circuit: Circuit, permit: Permit, verdict: Verdict, end: CallEnd): Outcome {
  const outcome = outcomeOf(verdict);
  if (typeof verdict === 'string') settle(circuit, permit, outcome, end);
  else {
    const retryAfterMs = grantedPause(circuit, verdict.retryAfterMs);
    settle(circuit, permit, outcome, { ...end, retryAfterMs, opens: verdict.opens !== false });
  }
  return outcome;
}

/** The pause that a classifier asks for, capped. An invalid one is reported and doesn't count. */
function grantedPause(circuit: Circuit, askedMs: unknown): number | undefined {
  if (askedMs === undefined) return undefined;
  if (typeof askedMs === 'number' && askedMs > 0) return Math.min(askedMs, circuit.options.maxRetryAfterMs);
  ignoreRejection(askedMs);
  const message = `\`retryAfterMs\` must be milliseconds greater than 0. Received ${describe(askedMs)}.`;
  circuit.report('retryAfter', new TypeError(message));
  return undefined;
}

/** Settles a call with its outcome: totals, window, state, events. Every call ends here or in `settleSuccess`. */
export function settle(circuit: Circuit, permit: Permit, outcome: Outcome, end: CallEnd): void {
  if (outcome === 'success') {
    settleSuccess(circuit, permit, end.now, end.durationMs);
    return;
  }
  expireProbes(circuit, end.now);
  if (permit.name === 'probe' && permit.expired) return;
  if (circuit.emitter === null) settleOther(circuit, permit, outcome, end);
  else circuit.batch(() => settleOther(circuit, permit, outcome, end));
}

function settleOther(circuit: Circuit, permit: Permit, outcome: 'failure' | 'ignored', end: CallEnd): void {
  const { emitter, recorder, options, name } = circuit;
  const { durationMs, error, timedOut } = end;
  // The rules are about to be asked, so the window must be up to date.
  if (recorder.window.age !== undefined) circuit.wake();
  const slow = outcome === 'failure' && durationMs > options.slowCallThresholdMs;
  if (timedOut) recorder.timeouts += 1;
  if (outcome === 'failure') {
    recorder.totalFailure(end, slow);
    if (options.keepLastError) recorder.lastError = error;
  } else recorder.ignored += 1;
  if (emitter !== null) {
    if (timedOut) emitter.emit('timeout', { name, error });
    if (outcome === 'failure') emitter.emit('failure', { name, error, durationMs: Math.max(0, durationMs) });
    else emitter.emit('ignored', { name, error });
    if (slow) emitter.emit('slow', { name, durationMs });
  }
  applyOutcome(circuit, permit, end, outcome, slow);
}

/** The hot path: a success while closed, without overrides or listeners. */
export function settleSuccess(circuit: Circuit, permit: Permit, now: number, durationMs: number): void {
  if (permit !== circuit.fastPath || circuit.emitter !== null) {
    settleSuccessGenerally(circuit, permit, now, durationMs);
    return;
  }
  const { recorder } = circuit;
  const slow = durationMs > circuit.options.slowCallThresholdMs;
  recorder.success(now, durationMs, slow);
  if (recorder.window.slowCalls > 0 || circuit.rules.absorbSuccess?.() === false) {
    considerTrip(circuit, { now, durationMs }, false, slow);
  }
}

function settleSuccessGenerally(circuit: Circuit, permit: Permit, now: number, durationMs: number): void {
  expireProbes(circuit, now);
  const { recorder, emitter, options, limit, name } = circuit;
  if (permit.name === 'probe' && permit.expired) {
    recorder.learnLateSuccess(permit, now);
    return;
  }
  const slow = durationMs > options.slowCallThresholdMs;
  limit?.succeeded(now, durationMs, recorder.running);
  recorder.totalSuccess(now, durationMs, slow);
  circuit.batch(() => {
    emitter?.emit('success', { name, durationMs: Math.max(0, durationMs) });
    if (slow) emitter?.emit('slow', { name, durationMs });
    applyOutcome(circuit, permit, { now, durationMs }, 'success', slow);
  });
}

/** Applies an outcome to the state, if its permit belongs to the current state. */
function applyOutcome(circuit: Circuit, permit: Permit, end: CallEnd, outcome: Outcome, slow: boolean): void {
  const { state, recorder, override, disposed } = circuit;
  if (outcome !== 'ignored') recorder.show(outcome === 'failure', end.now, slow);
  if (permit.name === 'non_deciding' || disposed) return;
  const counted = override === null ? outcome : 'ignored';
  if (state.name === 'closed' && (permit === state || isStillValid(circuit, permit))) {
    if (counted === 'ignored') return;
    const failed = outcome === 'failure';
    const { now, durationMs } = end;
    // An operation that timed out still runs.
    if (failed) circuit.limit?.failed(now, durationMs, recorder.running + (end.timedOut ? 0 : 1), end);
    if (failed && isOfBurst(recorder, circuit.options, end)) return;
    recorder.count(failed, now, slow);
    considerTrip(circuit, end, failed, slow);
  } else if (state.name === 'half_open' && permit.name === 'probe' && state.probes.has(permit)) {
    settleProbe(circuit, state, permit, end, counted, slow);
  } else if (state.name === 'half_open' && isStillValid(circuit, permit)) {
    if (counted === 'failure') settleProbe(circuit, state, permit as Probe, end, 'failure', slow);
  } else recorder.stale += 1;
}

/** Whether the first item of a stream has decided its probe, and the circuit hasn't opened or started over since. */
function isStillValid({ generation }: Circuit, permit: Permit): boolean {
  return permit.name === 'probe' && permit.decidedIn === generation;
}

function considerTrip(circuit: Circuit, end: CallEnd, failed: boolean, slow: boolean): void {
  const { now, durationMs, error, opens } = end;
  const { state, recorder } = circuit;
  if (state.name !== 'closed') return;
  const retryAfterMs = pauseOf(end);
  const { window, consecutiveFailures } = recorder;
  // A success in a window of calls has no time.
  const hasTime = !Number.isNaN(now);
  const reason = circuit.tripReason({
    now: hasTime ? now : 0,
    failed,
    slow,
    error,
    durationMs: Math.max(0, durationMs),
    consecutiveFailures,
    windowCalls: window.calls,
    windowFailures: window.failures,
    windowSlowCalls: window.slowCalls,
    health: circuit.health,
  });
  const at = hasTime ? now : circuit.now();
  const pauses = retryAfterMs === undefined ? 0 : recorder.pause(at, retryAfterMs);
  const asked = recorder.pauseLeft(at);
  const byPause = pauses >= MOST_PAUSES ? 'retry_after' : null;
  if (retryAfterMs !== undefined && opens) circuit.open(state, at, { reason: 'retry_after', forMs: asked });
  else if (reason ?? byPause) circuit.open(state, at, { reason: (byPause ?? reason) as string, retryAfterMs: asked });
}

/** Takes a probe out. Unless it proved nothing, it counts as a success or a failure of the probe. */
function settleProbe(
  circuit: Circuit, state: HalfOpenState, probe: Probe, end: CallEnd, outcome: Outcome, slow: boolean,
): void {
  const { recorder, options, override, judge } = circuit;
  const { now, opens, error, value } = end;
  const retryAfterMs = pauseOf(end);
  const returned = end.returned === true && override === null;
  if (outcome === 'ignored' && !(returned && judge.answers(error ?? value))) {
    state.settle(probe, 'ignored');
    if (returned) state.widen(options);
    return;
  }
  const failed = outcome === 'failure';
  if (outcome !== 'ignored') recorder.count(failed, now, slow);
  const isTooSlow = slow && options.slowCallRateThreshold !== null;
  const reason = retryAfterMs !== undefined && opens ? 'retry_after' : failed ? 'probe_failed' : 'probe_slow';
  concludeProbe(circuit, state, probe, failed || isTooSlow ? 'failure' : 'success', { now, reason, retryAfterMs });
}

type Conclusion = OpeningCause & { readonly now: number };

function concludeProbe(
  circuit: Circuit, state: HalfOpenState, probe: Probe, outcome: Outcome, conclusion: Conclusion,
): void {
  state.settle(probe, outcome);
  const move = state.nextMove(circuit.options);
  if (move === 'relapse' || conclusion.reason === 'retry_after') circuit.open(state, conclusion.now, conclusion);
  else if (move === 'recover') circuit.recover(state, conclusion.now);
}

/**
 * The first item of a stream shows whether the dependency works, so it decides the probe. The call goes on, and its end
 * is the outcome of a call like any other.
 */
export function decideByFirstItem(circuit: Circuit, probe: Probe, now: number, durationMs: number): void {
  expireProbes(circuit, now);
  const { state, options, generation, override, recorder } = circuit;
  recorder.learnLateSuccess(probe, now);
  if (state.name !== 'half_open' || !state.probes.has(probe)) return;
  probe.decidedIn = generation;
  const isTooSlow = options.slowCallRateThreshold !== null && durationMs > options.slowCallThresholdMs;
  const outcome = override !== null ? 'ignored' : isTooSlow ? 'failure' : 'success';
  concludeProbe(circuit, state, probe, outcome, { now, reason: 'probe_slow' });
}

/** Expires probes in the order of their ends. Every admission, record and settlement calls it first. */
export function expireProbes(circuit: Circuit, now: number): void {
  const { state, disposed } = circuit;
  if (disposed || state.name !== 'half_open') return;
  for (const probe of state.expired(now)) {
    // User code may have changed the state, or called the breaker, which expired the rest.
    if (circuit.state !== state || !state.probes.has(probe)) continue;
    // The window rolls first, so that figures don't depend on when they were read.
    circuit.recorder.window.roll?.(now);
    expireProbe(circuit, state, probe);
  }
}

/** An expired probe is judged like a timeout, at its end. */
function expireProbe(circuit: Circuit, state: HalfOpenState, probe: Probe): void {
  const { options, recorder, name } = circuit;
  const at = probe.endsAt;
  const heldMs = at - probe.admittedAt;
  const durationMs = options.trackLatency ? heldMs : -1;
  const error = new CircuitBreakerTimeoutError(name, heldMs);
  probe.expired = true;
  // Filters may call the breaker, which must not expire this probe again.
  state.probes.delete(probe);
  const outcome = outcomeOf(circuit.judge.timeout(error)) as 'failure' | 'ignored';
  state.settle(probe, outcome);
  circuit.batch(() => {
    circuit.emitter?.emit('leaseExpired', { name, noticedAfterMs: circuit.now() - at });
    settleOther(circuit, NON_DECIDING_PERMIT, outcome, { now: at, durationMs, error });
    if (outcome === 'failure') recorder.count(true, at, durationMs > options.slowCallThresholdMs);
    probe.onExpired?.();
    if (state.nextMove(options) === 'relapse') circuit.open(state, at, { reason: 'lease_expired' });
  });
}
