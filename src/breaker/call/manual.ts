import { CircuitBreakerDisposedError, isDeadlineReason } from '../../core/errors.ts';
import type { Outcome } from '../../core/judge.ts';
import type { Permit } from '../../core/state.ts';
import { mustBe, oneOf, type Requirement, requireOptions } from '../../core/validation.ts';
import { admit, admitRecord } from '../circuit/admission.ts';
import type { CallEnd } from '../circuit/call-end.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { expireProbes, settle, settleError, settleValue, settleVerdict } from '../circuit/settle.ts';
import { resolveCallOptions, STREAM_RULES, type StreamOptions } from '../options/call-options.ts';
import type { Rules } from '../options/table.ts';
import { type CallSettings, type Interruption, RunningCall } from './running-call.ts';
import { isAborted, OperationContext, reasonOf } from './signal.ts';

const aTime: Requirement = {
  rule: 'a number of milliseconds (0 or more)',
  fits: (value) => Number.isFinite(value) && Number(value) >= 0,
};

/** Records a call that ran elsewhere. An error goes through the filters. */
export function record(circuit: Circuit, outcome: Outcome, error: unknown, durationMs: number | undefined): void {
  if (durationMs !== undefined && !aTime.fits(durationMs)) {
    throw new TypeError(mustBe('durationMs', aTime.rule, durationMs));
  }
  const { options } = circuit;
  if (circuit.disposed || options.mode === 'off') return;
  const now = circuit.now();
  expireProbes(circuit, now);
  const end = { now, durationMs: options.trackLatency && durationMs !== undefined ? durationMs : -1, error };
  circuit.batch(() => settleManually(circuit, admitRecord(circuit, now), outcome, end));
}

/** A failure without an error isn't judged. */
function settleManually(circuit: Circuit, permit: Permit, outcome: Outcome, end: CallEnd): void {
  const { now, durationMs, error } = end;
  if (outcome === 'failure' && error !== undefined) settleError(circuit, permit, error, now, durationMs);
  else settle(circuit, permit, outcome, end);
}

/** How a call ended that ran under a permit. */
export interface PermitEnd {
  /** What the call returned, for example a response. It is judged like the value of an operation. */
  readonly value?: unknown;
  /** What the call threw. It is judged like the error of an operation. */
  readonly error?: unknown;
  /**
   * `ignored`: the call says nothing about the dependency. `failure` without an error: it failed, whatever the value.
   * @defaultValue the value or the error decides
   */
  readonly status?: Outcome | undefined;
  /** How long the call took. Milliseconds, 0 or more. @defaultValue the time since the permit was acquired */
  readonly durationMs?: number | undefined;
}

const anything: Requirement = { rule: 'anything', fits: () => true };
const END_RULES: Rules<PermitEnd> = /* @__PURE__ */ (() => ({
  value: anything, error: anything, status: oneOf('success', 'failure', 'ignored'), durationMs: aTime,
}))();

/**
 * The right to run one call, which you settle yourself. Only the first settlement counts. A permit that isn't settled
 * before its timeout has timed out, like a call.
 */
export interface CircuitPermit {
  /** Aborts at the timeout of the permit, and when the caller aborts. */
  readonly signal: AbortSignal;
  /**
   * The call ended. `classify`, the filters and the profile judge its value or its error, `Retry-After` included.
   * @throws CircuitBreakerConfigError if `end` is invalid. Then the permit isn't settled.
   */
  settle(end: PermitEnd): void;
  /** The call succeeded. Its result isn't judged. */
  success(): void;
  /** The call failed. An error goes through the filters of the breaker. */
  failure(error?: unknown): void;
  /** The call says nothing about the dependency. */
  ignore(): void;
  /** Ignores the call unless it is settled, so that `using` never leaks a permit. */
  [Symbol.dispose](): void;
}

/** Admits a call that its caller runs and settles. Returns what `acquire()` throws. */
export function acquire(circuit: Circuit, options: StreamOptions = {}): CircuitPermit | { readonly error: unknown } {
  const own = resolveCallOptions(options, circuit.name, STREAM_RULES);
  const { signal, timeoutMs = circuit.options.timeoutMs } = own;
  if (circuit.disposed) return { error: new CircuitBreakerDisposedError(circuit.name) };
  if (isAborted(signal)) return { error: reasonOf(signal) };
  if (circuit.options.mode === 'off') return freePermit(signal);
  const now = circuit.now();
  const permit = admit(circuit, now, timeoutMs);
  if (permit instanceof Error) return { error: permit };
  return new PermitHandle(circuit, new PermitCall(circuit, permit, now, { signal, timeoutMs }));
}

type SettleNow = (permit: Permit, now: number, durationMs: number) => void;

/** A call that its caller runs, until it is settled or interrupted. */
class PermitCall extends RunningCall {
  /** A permit that was forgotten must not keep the process alive. */
  override holdsProcess = false;
  /** `left`: the circuit has its outcome, but the caller hasn't settled. */
  #phase: 'running' | 'left' | 'ended' = 'running';

  constructor(circuit: Circuit, permit: Permit, startedAt: number, { signal, timeoutMs }: CallSettings) {
    super();
    this.circuit = circuit;
    this.permit = permit;
    this.startedAt = startedAt;
    this.timeoutMs = timeoutMs;
    this.context = new OperationContext(signal);
    this.startDeadline(startedAt);
    this.observe(signal);
  }

  protected get isWaiting(): boolean {
    return this.#phase === 'running';
  }

  end(settleNow: SettleNow): void {
    const { circuit, context, signal, isWaiting } = this;
    this.#phase = 'ended';
    if (isWaiting) {
      if (signal !== undefined) OperationContext.follow(context, signal);
      this.detach();
      const now = circuit.now();
      settleNow(this.permit, now, this.durationAt(now));
    }
    this.freeSlot();
  }

  /** What the caller runs keeps its slot. In mode `observe`, a timeout ends only the circuit's part of the call. */
  protected interrupt(error: unknown, by: Interruption): void {
    const { circuit } = this;
    const now = circuit.now();
    expireProbes(circuit, now);
    this.#phase = 'left';
    this.detach();
    this.abandon();
    const end = { now, durationMs: this.durationAt(now), error, timedOut: isDeadlineReason(error) };
    settleVerdict(circuit, this.permit, this.judge(error, by, now - this.startedAt), end);
    if (by === 'abort' || circuit.options.mode !== 'observe') OperationContext.abort(this.context, error);
  }
}

class PermitHandle implements CircuitPermit {
  readonly #circuit: Circuit;
  readonly #call: PermitCall;

  constructor(circuit: Circuit, call: PermitCall) {
    this.#circuit = circuit;
    this.#call = call;
  }

  get signal(): AbortSignal {
    return this.#call.context.signal;
  }

  settle(end: PermitEnd): void {
    const circuit = this.#circuit;
    const { value, error, status, durationMs } = requireOptions(circuit.name, end, END_RULES) as PermitEnd;
    this.#call.end((permit, now, measuredMs) => {
      const ms = durationMs !== undefined && circuit.options.trackLatency ? durationMs : measuredMs;
      if (status === 'ignored' || (status === 'failure' && error === undefined)) {
        settle(circuit, permit, status, { now, durationMs: ms, error, value, returned: true });
      } else if (error !== undefined) settleError(circuit, permit, error, now, ms);
      else settleValue(circuit, permit, value, now, ms);
    });
  }

  success(): void {
    this.#finish('success');
  }

  failure(error?: unknown): void {
    this.#finish('failure', error);
  }

  ignore(): void {
    this.#finish('ignored');
  }

  [Symbol.dispose](): void {
    this.#finish('ignored', undefined, false);
  }

  #finish(outcome: Outcome, error?: unknown, returned = true): void {
    this.#call.end((permit, now, durationMs) => {
      settleManually(this.#circuit, permit, outcome, { now, durationMs, error, returned });
    });
  }
}

/** The permit of a breaker in mode `off`. */
function freePermit(signal = new AbortController().signal): CircuitPermit {
  return { signal, settle() {}, success() {}, failure() {}, ignore() {}, [Symbol.dispose]() {} };
}
