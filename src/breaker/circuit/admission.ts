import { wholeMs } from '../../core/clock.ts';
import { BulkheadFullError, CircuitBreakerDisposedError, CircuitBreakerOpenError } from '../../core/errors.ts';
import { Probe } from '../../core/half-open.ts';
import type { RejectionKind } from '../../core/metrics.ts';
import { NON_DECIDING_PERMIT, type Override, type Permit, readyAt } from '../../core/state.ts';
import type { Circuit } from './circuit.ts';
import { longestRelapse } from './opening.ts';
import { USUAL_MS } from './recorder.ts';
import { expireProbes } from './settle.ts';

type Refusal = CircuitBreakerOpenError | BulkheadFullError;

export type AdmissionError = Refusal | CircuitBreakerDisposedError;

/** Admits or rejects a call. The circuit decides first, then the bulkhead, whose rejection changes no state. */
export function admit(circuit: Circuit, now: number, timeoutMs: number | null): Permit | AdmissionError {
  const { bulkhead, recorder } = circuit;
  circuit.catchUp(now);
  expireProbes(circuit, now);
  bulkhead.freeOverdue(now);
  if (circuit.disposed) return new CircuitBreakerDisposedError(circuit.name);
  const full = bulkhead.fullAt(now);
  recorder.offered += 1;
  if (!stateAdmits(circuit, now)) return reject(circuit, openError(circuit, now));
  if (full) return reject(circuit, () => new BulkheadFullError(circuit.name, bulkhead.limit, bulkhead.waitMs(now)));
  if (circuit.override !== null) return NON_DECIDING_PERMIT;
  const permit = takePermit(circuit, now, timeoutMs);
  if (permit.name !== 'probe' || isStillAdmitted(circuit, permit)) return permit;
  recorder.offered -= 1;
  return admit(circuit, now, timeoutMs);
}

/** Whether the circuit is still as it was when it admitted the probe. A listener of that change may have changed it. */
function isStillAdmitted({ state, override, disposed }: Circuit, probe: Probe): boolean {
  if (state.name !== 'half_open' || !state.probes.has(probe)) return false;
  if (override === null && !disposed) return true;
  state.settle(probe, 'ignored');
  return false;
}

/** Admits a call that ran elsewhere. If it wouldn't have been admitted, its record counts in the totals only. */
export function admitRecord(circuit: Circuit, now: number): Permit {
  circuit.recorder.offered += 1;
  if (circuit.override !== null || !stateAdmits(circuit, now)) return NON_DECIDING_PERMIT;
  return takePermit(circuit, now, null);
}

/** Whether override and state admit a call. Probes must have been expired before. */
function stateAdmits(circuit: Circuit, now: number): boolean {
  if (circuit.state.name === 'open') circuit.wake(now);
  const { state, override, options, gate } = circuit;
  if (override !== null) return override.state === 'closed';
  if (state.name === 'closed') return true;
  // Rounded like `retryAfterMs`, so that a caller who waits exactly that long is admitted.
  const isReady = state.name === 'open' ? wholeMs(readyAt(state) - now) === 0 : state.hasSlot(now, options);
  return isReady && gate?.admitsProbe(now) !== false;
}

/** The permit of a call: the closed state itself, or a probe, which moves an open circuit to half_open. */
function takePermit(circuit: Circuit, now: number, timeoutMs: number | null): Permit {
  const { state, options, recorder } = circuit;
  if (state.name === 'closed') return state;
  const probe = new Probe(now, timeoutMs, options, recorder.lateProbeMs);
  if (state.name === 'open') circuit.probe(state, now, probe);
  else state.add(probe);
  return probe;
}

/** Rejects a call. In mode `observe`, the call runs and decides nothing. */
function reject(circuit: Circuit, build: () => Refusal): Permit | Refusal {
  const { recorder, emitter, options, override, name } = circuit;
  const error = withStack(options.captureStack, build);
  const observing = options.mode === 'observe' && override?.state !== 'open';
  if (observing) recorder.wouldHaveRejected += 1;
  else {
    recorder.rejected += 1;
    recorder.rejections[kindOf(error, override)] += 1;
  }
  emitter?.emit('rejected', { name, error });
  return observing ? NON_DECIDING_PERMIT : error;
}

function kindOf(error: Refusal, override: Override | null): RejectionKind {
  if (error.code === 'ERR_BULKHEAD_FULL') return 'bulkhead';
  if (override !== null) return 'forced';
  return error.state === 'open' ? 'open' : 'half_open_full';
}

/** Collects the facts of a rejection, which may ask user code. Returns what builds the error. */
function openError(circuit: Circuit, now: number): () => CircuitBreakerOpenError {
  const { state, override, recorder, name, timeline } = circuit;
  const reason = override?.reason ?? (state.name === 'open' ? state.reason : 'half_open_full');
  const rejection = {
    state: override === null ? state.name : 'open',
    reason,
    retryAfterMs: override === null ? stateWaitMs(circuit, now) : undefined,
    lastFailure: recorder.lastFailureFor(timeline),
    cause: recorder.lastError,
  };
  return () => new CircuitBreakerOpenError(name, rejection);
}

/**
 * Whole milliseconds until a call may be admitted, rounded up. 0 if one may be now, undefined while forced open and
 * after `dispose()`. Every read asks this, so that all of them say what the next call gets.
 */
export function waitMs(circuit: Circuit, now: number): number | undefined {
  const { disposed, options: { mode }, override } = circuit;
  circuit.wake(now);
  if (disposed) return undefined;
  if (mode === 'off') return 0;
  if (override?.state === 'open') return undefined;
  if (mode === 'observe') return 0;
  return Math.max(override === null ? stateWaitMs(circuit, now) : 0, slotWaitMs(circuit, now));
}

/** Whole milliseconds until the bulkhead may have a free slot, if it is full. Otherwise 0. */
export function slotWaitMs(circuit: Circuit, now: number): number {
  return circuit.options.maxConcurrent === null ? 0 : circuit.bulkhead.waitMs(now);
}

/** Like `waitMs`, for the state alone. Changes nothing, so it assumes the longest wait where a probe has expired. */
export function stateWaitMs(circuit: Circuit, now: number): number {
  const ms = machineWaitMs(circuit, now);
  // A gate doesn't tell when it will admit a probe.
  const isHeld = ms === 0 && circuit.state.name !== 'closed' && circuit.gate?.admitsProbe(now) === false;
  return isHeld ? Infinity : ms;
}

function machineWaitMs(circuit: Circuit, now: number): number {
  const { state, options, recorder } = circuit;
  if (state.name === 'closed') return 0;
  if (state.name === 'open') return wholeMs(readyAt(state) - now);
  const relapsedAt = state.relapsedAt(now, options);
  if (relapsedAt !== undefined) return wholeMs(relapsedAt + longestRelapse(state, relapsedAt, circuit) - now);
  if (state.hasSlot(now, options)) return 0;
  return Math.max(1, wholeMs(state.nextSlotAt(now, recorder.usualMs ?? USUAL_MS) - now));
}

/** Gives an error that was born in a timer the stack of where its call began. */
export function withStackOf<E extends Error>(error: E, calledFrom: Error | null): E {
  // `Error.prepareStackTrace` may return anything.
  const stack: unknown = calledFrom?.stack;
  if (typeof stack === 'string') {
    error.stack = stack.replace(/^Error/, () => `${error.name}: ${error.message}`);
  }
  return error;
}

/** Builds an error. Its stack is optional, because capturing one takes longer than the rest of a rejection. */
export function withStack<E extends Error>(captureStack: boolean, build: () => E): E {
  if (captureStack) return build();
  const limit = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = 0;
  } catch {
    // The intrinsics are frozen.
    return build();
  }
  try {
    return build();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
