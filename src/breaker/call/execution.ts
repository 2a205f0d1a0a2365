import { CircuitBreakerDisposedError, isDeadlineReason } from '../../core/errors.ts';
import type { ClosedState, Permit } from '../../core/state.ts';
import { isPrimitive, safeCall, safeThen } from '../../core/untrusted.ts';
import { admit } from '../circuit/admission.ts';
import { judgeAbort } from '../circuit/caller-deadline.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { settleError, settleSuccess, settleValue, settleVerdict } from '../circuit/settle.ts';
import { type CallOptions, type ResolvedCallOptions, resolveCallOptions } from '../options/call-options.ts';
import { AsyncCall } from './async-call.ts';
import { applyFallback, startedBy } from './fallback.ts';
import type { CallSettings } from './running-call.ts';
import { notAdmitted, rejectWith, type Settlement, unwrap, withError, withValue } from './settlement.ts';
import { bypassContext, isAborted, notAFunction, type Operation, OperationContext, reasonOf } from './signal.ts';

/** The handlers of calls without a timeout. All calls of one closed state share them. */
interface SharedHandlers {
  readonly permit: ClosedState;
  readonly onValue: (value: never) => unknown;
  readonly onError: (error: unknown) => unknown;
}

/** Runs the calls of one breaker. Most calls take the fast path. Everything else goes through `attempt`. */
export class Execution {
  #handlers: SharedHandlers | null = null;

  constructor(readonly circuit: Circuit) {}

  call<T>(operation: Operation<T>, callOptions: CallOptions | undefined): Promise<T> {
    const { fastPath, recorder, options } = this.circuit;
    if (fastPath === null || callOptions !== undefined || typeof operation !== 'function') {
      return this.#callGenerally(operation, callOptions);
    }
    recorder.offered += 1;
    const isTimed = options.timeoutMs !== null || options.trackLatency;
    return isTimed ? this.#runTimed(operation, fastPath) : this.#runUntimed(operation, fastPath);
  }

  #runTimed<T>(operation: Operation<T>, permit: ClosedState): Promise<T> {
    const { circuit } = this;
    const startedAt = circuit.now();
    const context = new OperationContext(undefined);
    let result: T | PromiseLike<T>;
    try {
      result = operation(context);
    } catch (error) {
      this.settleError(permit, startedAt, error);
      return Promise.reject(error);
    }
    if (isPrimitive(result)) {
      this.settleValue(permit, startedAt, result);
      return Promise.resolve(result);
    }
    if (circuit.options.timeoutMs === null) return this.#waitWithoutTimeout(permit, startedAt, result) as Promise<T>;
    return AsyncCall.wait(circuit, permit, context, startedAt, result, null) as Promise<T>;
  }

  /** Without a timeout, nothing ends the call before its operation. It needs no object of its own. */
  #waitWithoutTimeout(permit: ClosedState, startedAt: number, result: unknown): Promise<unknown> {
    return safeThen(
      result,
      (value: unknown) => {
        this.settleValue(permit, startedAt, value);
        return value;
      },
      (error) => {
        this.settleError(permit, startedAt, error);
        return rejectWith(error);
      },
    );
  }

  #runUntimed<T>(operation: Operation<T>, permit: ClosedState): Promise<T> {
    let result: T | PromiseLike<T>;
    try {
      result = operation(new OperationContext(undefined));
    } catch (error) {
      this.settleError(permit, NaN, error);
      return Promise.reject(error);
    }
    if (isPrimitive(result)) {
      this.#settleUntimed(permit, result);
      return Promise.resolve(result);
    }
    const { onValue, onError } = this.#handlers?.permit === permit ? this.#handlers : this.#shareHandlers(permit);
    return safeThen(result, onValue, onError) as Promise<T>;
  }

  #shareHandlers(permit: ClosedState): SharedHandlers {
    this.#handlers = {
      permit,
      onValue: (value) => {
        this.#settleUntimed(permit, value);
        return value;
      },
      onError: (error) => {
        this.settleError(permit, NaN, error);
        return rejectWith(error);
      },
    };
    return this.#handlers;
  }

  /** Settles a call without timeout and latency. A success in a window of calls needs no clock. */
  #settleUntimed(permit: ClosedState, value: unknown): void {
    const { circuit } = this;
    const { options, judge } = circuit;
    const isJudged = judge.judgesValues && judge.judges(value);
    if (permit !== circuit.fastPath || isJudged) settleValue(circuit, permit, value, circuit.now(), -1);
    else settleSuccess(circuit, permit, options.slidingWindowMs === null ? NaN : circuit.timeline.now(), -1);
  }

  settleValue(permit: Permit, startedAt: number, value: unknown): Settlement<unknown>['status'] {
    const { circuit } = this;
    const now = circuit.now();
    return settleValue(circuit, permit, value, now, this.#durationOf(startedAt, now));
  }

  settleError(permit: Permit, startedAt: number, error: unknown): Settlement<unknown>['status'] {
    const { circuit } = this;
    const now = circuit.now();
    return settleError(circuit, permit, error, now, this.#durationOf(startedAt, now));
  }

  /** The start is NaN if latency was off at that time. */
  #durationOf(startedAt: number, now: number): number {
    return this.circuit.options.trackLatency && now >= startedAt ? now - startedAt : -1;
  }

  #callGenerally<T>(operation: Operation<T>, callOptions: CallOptions | undefined): Promise<T> {
    if (typeof operation !== 'function') return Promise.reject(notAFunction('call', operation));
    const settlement = this.attempt(operation, callOptions);
    if (settlement instanceof Promise) return settlement.then(unwrap);
    return Promise.resolve(settlement.threw ? rejectWith(settlement.error) : (settlement.value as T));
  }

  /** One call with all its options. Never rejects. */
  attempt<T>(operation: Operation<T>, callOptions: CallOptions | undefined): Settlement<T> | Promise<Settlement<T>> {
    const { circuit } = this;
    const { options, name } = circuit;
    let own: Partial<ResolvedCallOptions> = {};
    try {
      if (callOptions !== undefined) own = resolveCallOptions(callOptions, name);
    } catch (error) {
      return withError('ignored', 'options', error);
    }
    const { signal, timeoutMs = options.timeoutMs, fallback = options.fallback } = own;
    if (circuit.disposed) return withError('rejected', 'options', new CircuitBreakerDisposedError(name));
    if (isAborted(signal)) return withError('ignored', 'abort', reasonOf(signal));
    if (options.mode === 'off') return bypass(operation, signal);
    const settlement = this.#offer(operation, { timeoutMs, signal });
    if (fallback === undefined) return settlement;
    const call = { signal, timeoutMs, within: startedBy() };
    return Promise.resolve(settlement).then((ended) => applyFallback(circuit, ended, fallback, call));
  }

  #offer<T>(operation: Operation<T>, settings: CallSettings): Settlement<T> | Promise<Settlement<T>> {
    const { circuit } = this;
    const { timeoutMs, signal } = settings;
    const startedAt = circuit.now();
    const permit = admit(circuit, startedAt, timeoutMs);
    if (permit instanceof Error) return notAdmitted(permit);
    const context = new OperationContext(signal);
    let result: T | PromiseLike<T>;
    try {
      result = operation(context);
    } catch (error) {
      if (isAborted(signal)) return this.#aborted(permit, startedAt, signal, error);
      return withError(this.settleError(permit, startedAt, error), 'operation', error);
    }
    if (isPrimitive(result)) return withValue(this.settleValue(permit, startedAt, result), result as T);
    return AsyncCall.wait(circuit, permit, context, startedAt, result, settings) as Promise<Settlement<T>>;
  }

  /** The operation threw after its caller had aborted. */
  #aborted(permit: Permit, startedAt: number, signal: AbortSignal | undefined, thrown: unknown): Settlement<never> {
    const { circuit } = this;
    const now = circuit.now();
    const error = reasonOf(signal);
    const verdict = judgeAbort(circuit, error, now - startedAt);
    const timedOut = isDeadlineReason(error);
    const durationMs = this.#durationOf(startedAt, now);
    const outcome = settleVerdict(circuit, permit, verdict, { now, durationMs, error, timedOut });
    const observing = circuit.options.mode === 'observe';
    return observing ? withError(outcome, 'operation', thrown) : withError(outcome, 'abort', error);
  }
}

/** Mode `off`: the operation runs as if there were no breaker. */
function bypass<T>(operation: Operation<T>, signal: AbortSignal | undefined): Settlement<T> | Promise<Settlement<T>> {
  return safeCall<Settlement<T>>(
    () => operation(bypassContext(signal)),
    (value: T) => withValue('success', value),
    (error) => withError('failure', 'operation', error),
  );
}
