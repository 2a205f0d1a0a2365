import type { Timer } from '../../core/clock.ts';
import { DeadlineNode, type Expiring } from '../../core/deadlines.ts';
import { CircuitBreakerDisposedError, CircuitBreakerTimeoutError, isDeadlineReason } from '../../core/errors.ts';
import type { Outcome, Verdict } from '../../core/judge.ts';
import type { Permit } from '../../core/state.ts';
import { mustBe, oneOf, type Requirement, requireOptions } from '../../core/validation.ts';
import { admit, admitRecord } from '../circuit/admission.ts';
import type { CallEnd } from '../circuit/call-end.ts';
import { judgeAbort } from '../circuit/caller-deadline.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { expireProbes, settle, settleError, settleValue, settleVerdict } from '../circuit/settle.ts';
import { resolveCallOptions, STREAM_RULES, type StreamOptions } from '../options/call-options.ts';
import type { Rules } from '../options/table.ts';
import { type AbortTarget, isAborted, OperationContext, reasonOf, unwatch, watch } from './signal.ts';

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
  return permit instanceof Error ? { error: permit } : new PermitHandle(circuit, permit, now, { signal, timeoutMs });
}

class PermitHandle extends DeadlineNode implements CircuitPermit, Expiring, AbortTarget {
  /** A permit that was forgotten must not keep the process alive. */
  readonly holdsProcess = false;
  timer: Timer | null = null;
  readonly #circuit: Circuit;
  readonly #permit: Permit;
  readonly #context: OperationContext;
  readonly #timeoutMs: number | null;
  #startedAt: number;
  #signal: AbortSignal | undefined;
  /** `left`: the circuit has its outcome, but the caller hasn't settled. */
  #phase: 'running' | 'left' | 'ended' = 'running';
  #slot: DeadlineNode | null = null;

  constructor(
    circuit: Circuit, permit: Permit, startedAt: number,
    { signal, timeoutMs }: { readonly signal: AbortSignal | undefined; readonly timeoutMs: number | null },
  ) {
    super();
    this.#circuit = circuit;
    this.#permit = permit;
    this.#startedAt = startedAt;
    this.#timeoutMs = timeoutMs;
    this.#context = new OperationContext(signal);
    if (timeoutMs !== null) {
      this.deadline = startedAt + timeoutMs;
      circuit.deadlines.add(this, startedAt);
    }
    if (permit.name === 'probe') permit.onExpired = () => this.#abandon();
    this.#signal = signal;
    if (signal !== undefined) watch(signal, this);
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }

  settle(end: PermitEnd): void {
    const circuit = this.#circuit;
    const { value, error, status, durationMs } = requireOptions(circuit.name, end, END_RULES) as PermitEnd;
    this.#end((permit, now, measuredMs) => {
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
    this.#end((permit, now, durationMs) => {
      settleManually(this.#circuit, permit, outcome, { now, durationMs, error, returned });
    });
  }

  #end(settleNow: (permit: Permit, now: number, durationMs: number) => void): void {
    const phase = this.#phase;
    const circuit = this.#circuit;
    this.#phase = 'ended';
    if (phase === 'running') {
      if (this.#signal !== undefined) OperationContext.follow(this.#context, this.#signal);
      this.#detach();
      const now = circuit.now();
      settleNow(this.#permit, now, this.#durationMs(now));
    }
    if (this.#slot !== null) circuit.bulkhead.release(this.#slot);
  }

  expire(): void {
    const error = new CircuitBreakerTimeoutError(this.#circuit.name, this.#timeoutMs as number);
    this.#interrupt(error, () => this.#circuit.judge.timeout(error));
    if (this.#circuit.options.mode !== 'observe') OperationContext.abort(this.#context, error);
  }

  delayed(): void {
    const circuit = this.#circuit;
    this.#startedAt = Infinity;
    if (this.#permit.name === 'probe') this.#permit.delay(circuit.now());
    if (!circuit.disposed) return;
    this.#detach();
    this.expire();
  }

  onAbort(): void {
    const error = reasonOf(this.#signal);
    const abort = (): void => {
      if (this.#phase !== 'running') return;
      this.#interrupt(error, (ms) => judgeAbort(this.#circuit, error, ms));
      OperationContext.abort(this.#context, error);
    };
    // The timers of deadlines run before I/O, so an answer may be waiting to be read.
    if (isDeadlineReason(error)) this.#circuit.timeline.afterTurn(abort);
    else abort();
  }

  /** Ends the call before its caller has settled it. What it runs keeps its slot. */
  #interrupt(error: unknown, verdictOf: (ms: number) => Verdict): void {
    const circuit = this.#circuit;
    const now = circuit.now();
    expireProbes(circuit, now);
    this.#phase = 'left';
    this.#detach();
    this.#abandon();
    const end = { now, durationMs: this.#durationMs(now), error, timedOut: isDeadlineReason(error) };
    settleVerdict(circuit, this.#permit, verdictOf(now - this.#startedAt), end);
  }

  #abandon(): void {
    const circuit = this.#circuit;
    this.#slot ??= circuit.bulkhead.abandon(circuit.now(), this.#timeoutMs);
  }

  #durationMs(now: number): number {
    return this.#circuit.options.trackLatency ? now - this.#startedAt : -1;
  }

  #detach(): void {
    const { deadlines, disposed } = this.#circuit;
    deadlines.remove(this);
    if (disposed) deadlines.rest();
    if (this.#signal !== undefined) unwatch(this.#signal, this);
  }
}

/** The permit of a breaker in mode `off`. */
function freePermit(signal = new AbortController().signal): CircuitPermit {
  return { signal, settle() {}, success() {}, failure() {}, ignore() {}, [Symbol.dispose]() {} };
}
