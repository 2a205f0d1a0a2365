import { wholeMs } from '../../core/clock.ts';
import { BulkheadFullError, CircuitBreakerOpenError } from '../../core/errors.ts';
import { leaseMs, lookThrough, nextPermitAt, withProbe } from '../../core/half-open.ts';
import { Probe, readyAt, UNBOUND } from '../../core/state.ts';
import type { Permit } from '../../core/state.ts';
import type { Slots } from './bulkhead.ts';
import type { Circuit } from './circuit.ts';
import { noticeLeases } from './leases.ts';
import { unjitteredWait } from './opening.ts';

/** Why a call was not admitted. */
export type AdmissionError = CircuitBreakerOpenError | BulkheadFullError;

/** Offers a call: the circuit decides first, then the bulkhead. A refusal by the bulkhead takes no probe and moves no state. */
export function admit(circuit: Circuit, slots: Slots, now: number, timeoutMs: number | null): Permit | AdmissionError {
  noticeLeases(circuit, now);
  circuit.ease(now);
  slots.freeOverdue(now);
  const full = slots.fullAt(now);
  circuit.recorder.offered += 1;
  if (!standing(circuit, now)) return refuse(circuit, openError(circuit, now, refusalOf(circuit)));
  const paced = pace(circuit, now);
  if (paced !== null) return refuse(circuit, openError(circuit, now, paced));
  if (full) return refuse(circuit, withoutStack(circuit.options, () => new BulkheadFullError(circuit.options.name, slots.limit)));
  if (circuit.override !== null) return UNBOUND;
  return takeProbe(circuit, now, timeoutMs);
}

/** Whether the circuit, as it stands, admits a call. Leases must have been noticed. */
export function standing({ state, override, options }: Circuit, now: number): boolean {
  if (override !== null) return override.state === 'closed';
  // By the same measure as `retryAfterMs`: who waits exactly that long is admitted.
  if (state.name === 'open') return wholeMs(readyAt(state) - now) === 0;
  return state.name === 'closed' || state.probes.length < options.halfOpenMaxCalls;
}

/** Why a closed circuit does not let this call through all the same, or null. A call counts either way. */
export function pace({ state, ramp, load, override }: Circuit, now: number): 'ramp' | 'throttled' | null {
  if (override !== null || state.name !== 'closed') return null;
  if (ramp !== null && !ramp.admit(now)) return 'ramp';
  return load === null || load.take(now) ? null : 'throttled';
}

function refusalOf({ override, state }: Circuit): string {
  return override?.reason ?? (state.name === 'open' ? state.reason : 'half_open_full');
}

/** Takes the permit of a call: the closed state itself, or a probe, by which an open circuit becomes half_open. */
export function takeProbe(circuit: Circuit, now: number, timeoutMs: number | null): Permit {
  const { state, options } = circuit;
  if (state.name === 'closed') return state;
  const lease = leaseMs(state.waitMs, {
    halfOpenLeaseMs: options.halfOpenLeaseMs,
    recoveryTimeoutMs: options.recoveryTimeoutMs,
    maxBackoffMs: options.maxBackoffMs,
    // Nobody knows whether a function's waits grow.
    waitsGrow: options.exponentialBackoff && options.backoff === undefined,
  });
  const leased = timeoutMs === null || timeoutMs > lease;
  const probe = new Probe(now, leased ? now + lease : Number.POSITIVE_INFINITY, timeoutMs === null ? Number.POSITIVE_INFINITY : now + timeoutMs);
  if (state.name === 'open') circuit.probe(state, now, (next) => withProbe(next, probe));
  else circuit.progress(withProbe(state, probe));
  return probe;
}

/** Refuses a call, unless the breaker only observes: then the call runs and decides nothing. */
function refuse(circuit: Circuit, error: AdmissionError): Permit | AdmissionError {
  const { recorder, emitter, options, override } = circuit;
  const observing = options.mode === 'observe' && override?.state !== 'open';
  if (observing) recorder.wouldHaveRejected += 1;
  else recorder.rejected += 1;
  emitter?.emit('rejected', { name: options.name, error });
  return observing ? UNBOUND : error;
}

function openError(circuit: Circuit, now: number, reason: string): CircuitBreakerOpenError {
  const { state, override, options, recorder } = circuit;
  const wait = override === null ? pacedWaitMs(circuit, now, reason) : undefined;
  return withoutStack(
    options,
    () =>
      new CircuitBreakerOpenError(options.name, {
        state: override === null ? state.name : 'open',
        reason,
        retryAfterMs: wait,
        cause: recorder.lastError,
      }),
  );
}

/** What a call that was shed is told: the next may be let through, so what it missed by is not what it waits for. */
function pacedWaitMs(circuit: Circuit, now: number, reason: string): number | undefined {
  if (reason === 'ramp' && circuit.ramp !== null) return circuit.ramp.nextStageMs(now);
  return waitMs(circuit, now);
}

/** Whole milliseconds until a call may be admitted, rounded up; 0 when one may be now; undefined while forced open. */
export function waitMs(circuit: Circuit, now: number): number | undefined {
  if (circuit.override === null) return machineWaitMs(circuit, now);
  return circuit.override.state === 'open' ? undefined : 0;
}

/** The same without regard to an override. It looks through leases that have run out, taking a relapse's wait as unjittered. */
export function machineWaitMs(circuit: Circuit, now: number): number {
  const { state, options, ramp, load } = circuit;
  if (state.name === 'closed') return Math.max(ramp === null || ramp.wouldAdmit(now) ? 0 : ramp.nextStageMs(now), load?.waitMs(now) ?? 0);
  if (state.name === 'open') return wholeMs(readyAt(state) - now);
  const seen = lookThrough(state, now, options);
  if ('relapsedAt' in seen) return wholeMs(seen.relapsedAt + unjitteredWait(state, seen.relapsedAt, circuit) - now);
  return seen.probes.length < options.halfOpenMaxCalls ? 0 : Math.max(1, wholeMs(nextPermitAt(seen) - now));
}

/** Builds an error; without its stack trace, unless asked for: capturing one takes longer than a rejection should. */
export function withoutStack<E extends Error>({ captureStack }: { readonly captureStack: boolean }, build: () => E): E {
  if (captureStack) return build();
  const limit = Error.stackTraceLimit;
  setLimit(0);
  try {
    return build();
  } finally {
    setLimit(limit);
  }
}

/** Frozen intrinsics refuse the assignment; then the stack is captured after all. */
function setLimit(limit: number): void {
  try {
    Error.stackTraceLimit = limit;
  } catch {
    // Nothing depends on it.
  }
}
