import { CircuitBreakerTimeoutError } from '../../core/errors.ts';
import { firstExpired, nextMove, settled } from '../../core/half-open.ts';
import { type Outcome, outcomeOf, type Verdict } from '../../core/judge.ts';
import { type HalfOpenState, NON_DECIDING_PERMIT, type Permit, type Probe } from '../../core/state.ts';
import { describe, ignoreRejection } from '../../core/untrusted.ts';
import type { Circuit } from './circuit.ts';

export interface CallEnd {
  readonly now: number;
  /** Milliseconds. −1 if unknown. */
  readonly durationMs: number;
  /** The thrown value. `undefined` if nothing was thrown. */
  readonly error?: unknown;
  readonly retryAfterMs?: number | undefined;
  /** Whether a deadline ended the call. */
  readonly timedOut?: boolean;
}

/** Judges and settles a call that returned. */
export function settleValue(
  circuit: Circuit, permit: Permit, value: unknown, now: number, durationMs: number,
): Outcome {
  if (circuit.judge.judgesValues) {
    return settleVerdict(circuit, permit, circuit.judge.value(value), { now, durationMs });
  }
  settleSuccess(circuit, permit, now, durationMs);
  return 'success';
}

/** Judges and settles a call that threw. */
export function settleError(
  circuit: Circuit, permit: Permit, error: unknown, now: number, durationMs: number,
): Outcome {
  const verdict = circuit.judge.error(error);
  if (typeof verdict !== 'string') return settleVerdict(circuit, permit, verdict, { now, durationMs, error });
  settle(circuit, permit, verdict, { now, durationMs, error });
  return verdict;
}

function settleVerdict(circuit: Circuit, permit: Permit, verdict: Verdict, end: CallEnd): Outcome {
  const retryAfterMs = typeof verdict === 'string' ? undefined : grantedPause(circuit, verdict.retryAfterMs);
  settle(circuit, permit, outcomeOf(verdict), { ...end, retryAfterMs });
  return outcomeOf(verdict);
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
  if (circuit.state.name === 'half_open') expireLeases(circuit, end.now);
  if (permit.name === 'probe' && permit.expired) return;
  if (circuit.emitter === null) settleOther(circuit, permit, outcome, end);
  else circuit.batch(() => settleOther(circuit, permit, outcome, end));
}

function settleOther(circuit: Circuit, permit: Permit, outcome: 'failure' | 'ignored', end: CallEnd): void {
  const { emitter, recorder, options, name } = circuit;
  const { now, durationMs, error, timedOut } = end;
  const slow = outcome === 'failure' && durationMs > options.slowCallThresholdMs;
  if (timedOut) recorder.timeouts += 1;
  if (outcome === 'failure') recorder.totalFailure(error, now, durationMs, slow);
  else recorder.ignored += 1;
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
  const { window } = recorder;
  if (window.failures > 0 || window.slowCalls > 0 || circuit.rules.absorbSuccess?.() === false) {
    considerTrip(circuit, { now, durationMs }, false, slow);
  }
}

function settleSuccessGenerally(circuit: Circuit, permit: Permit, now: number, durationMs: number): void {
  if (circuit.state.name === 'half_open') expireLeases(circuit, now);
  if (permit.name === 'probe' && permit.expired) return;
  const { recorder, emitter, options, limit, name } = circuit;
  const slow = durationMs > options.slowCallThresholdMs;
  limit?.succeeded(now, durationMs, recorder.inFlight);
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
  if (permit === state && permit.name === 'closed' && !disposed) {
    if (outcome === 'ignored' || override !== null) return;
    const failed = outcome === 'failure';
    const { now, durationMs } = end;
    if (failed) circuit.limit?.failed(now, durationMs, recorder.inFlight + 1, end);
    recorder.count(failed, now, slow);
    considerTrip(circuit, end, failed, slow);
  } else if (permit.name !== 'non_deciding' && !disposed) {
    if (state.name === 'half_open' && permit.name === 'probe' && state.probes.includes(permit)) {
      settleProbe(circuit, state, permit, end, override === null ? outcome : 'ignored', slow);
    } else recorder.stale += 1;
  }
}

function considerTrip(circuit: Circuit, end: CallEnd, failed: boolean, slow: boolean): void {
  const { now, durationMs, error, retryAfterMs } = end;
  const { state, recorder } = circuit;
  if (state.name !== 'closed') return;
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
  if (retryAfterMs === undefined && reason === null) return;
  const at = hasTime ? now : circuit.timeline.now();
  if (retryAfterMs !== undefined) circuit.open(state, at, { reason: 'retry_after', retryAfterMs });
  else if (reason !== null) circuit.open(state, at, { reason });
}

/** Frees the slot of a probe. Unless the outcome is ignored, it counts as a success or a failure of the probe. */
function settleProbe(
  circuit: Circuit, state: HalfOpenState, probe: Probe, end: CallEnd, outcome: Outcome, slow: boolean,
): void {
  const { recorder, options } = circuit;
  const { now, retryAfterMs } = end;
  if (outcome === 'ignored') {
    circuit.update(settled(state, probe, 'ignored'));
    return;
  }
  const failed = outcome === 'failure';
  recorder.count(failed, now, slow);
  const isTooSlow = slow && options.slowCallRateThreshold !== null;
  const next = settled(state, probe, failed || isTooSlow ? 'failure' : 'success');
  circuit.update(next);
  const move = nextMove(next, options);
  if (retryAfterMs !== undefined) circuit.open(next, now, { reason: 'retry_after', retryAfterMs });
  else if (move === 'relapse') circuit.open(next, now, { reason: failed ? 'probe_failed' : 'probe_slow' });
  else if (move === 'recover') circuit.recover(next, now);
}

/** Expires leases in the order of their ends. Every admission, record and settlement calls it first. */
export function expireLeases(circuit: Circuit, now: number): void {
  if (circuit.disposed) return;
  for (let { state } = circuit; state.name === 'half_open'; { state } = circuit) {
    const probe = firstExpired(state, now);
    if (probe === null) return;
    // The window rolls first, so that figures don't depend on when they were read.
    circuit.recorder.window.roll?.(now);
    expireProbe(circuit, state, probe, now);
  }
}

/** An expired probe fails at the end of its lease. If the consumer of its stream was busy, it is ignored. */
function expireProbe(circuit: Circuit, state: HalfOpenState, probe: Probe, now: number): void {
  const { options, recorder, name } = circuit;
  const at = probe.leaseEndsAt;
  const heldMs = at - probe.admittedAt;
  const durationMs = options.trackLatency ? heldMs : -1;
  const next = settled(state, probe, probe.paused ? 'ignored' : 'failure');
  circuit.update(next);
  probe.expired = true;
  circuit.batch(() => {
    circuit.emitter?.emit('leaseExpired', { name, noticedAfterMs: now - at });
    if (probe.paused) settleOther(circuit, NON_DECIDING_PERMIT, 'ignored', { now: at, durationMs });
    else {
      const message = `Circuit breaker "${name}": a probe did not settle within ${heldMs} ms.`;
      const error = new CircuitBreakerTimeoutError(name, heldMs, message);
      settleOther(circuit, NON_DECIDING_PERMIT, 'failure', { now: at, durationMs, error });
      recorder.count(true, at, durationMs > options.slowCallThresholdMs);
    }
    probe.onExpired?.();
    if (nextMove(next, options) === 'relapse') circuit.open(next, at, { reason: 'lease_expired' });
  });
}
