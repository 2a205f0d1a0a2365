import { deadlinesOf } from '../../core/deadlines.ts';
import type { Deadlines } from '../../core/deadlines.ts';
import { CircuitBreakerDisposedError, isDeadlineReason } from '../../core/errors.ts';
import type { Judge } from '../../core/judge.ts';
import type { ClosedState, Permit } from '../../core/state.ts';
import { follow, isPrimitive } from '../../core/untrusted.ts';
import { admit } from '../circuit/admission.ts';
import { Slots } from '../circuit/bulkhead.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { conclude, concludeError, concludeValue } from '../circuit/settle.ts';
import type { CallOptions } from '../options/options.ts';
import { resolveCallOptions } from '../options/resolve.ts';
import type { ResolvedOptions } from '../options/resolve.ts';
import { Run } from './async-call.ts';
import type { Host } from './breaker-core.ts';
import { serve } from './fallback.ts';
import { notAdmitted, rejected, unwrap, withError, withValue } from './settlement.ts';
import type { Settlement } from './settlement.ts';
import { isAborted, notAFunction, OperationContext, reasonOf } from './signal.ts';
import type { Operation } from './signal.ts';

/** The two handlers of the calls that one closed spell admitted: one comparison tells whether an outcome is stale. */
interface LeanHandlers {
  readonly permit: ClosedState;
  readonly onValue: (value: never) => unknown;
  readonly onError: (error: unknown) => unknown;
}

/** Runs calls. The common shape of call is chosen once and takes the short way; everything else goes through `attempt`. */
export class Execution implements Host {
  readonly circuit: Circuit;
  readonly judge: Judge;
  /** `lean`: neither timed nor judged by value. `timed`: with latency or a timeout. `none`: always the long way. */
  #shortWay: 'lean' | 'timed' | 'none';
  #slots: Slots | null = null;
  #deadlines: Deadlines | null = null;
  #lean: LeanHandlers | null = null;

  constructor(circuit: Circuit, judge: Judge) {
    this.circuit = circuit;
    this.judge = judge;
    this.#shortWay = shortWayOf(circuit.options, judge);
  }

  /** Goes on by other options of the same breaker. */
  adopt(options: ResolvedOptions): void {
    this.circuit.adopt(options);
    this.#shortWay = shortWayOf(options, this.judge);
    this.#deadlines = null;
  }

  get slots(): Slots {
    this.#slots ??= new Slots(this.circuit);
    return this.#slots;
  }

  get deadlines(): Deadlines {
    const { timeline, options } = this.circuit;
    this.#deadlines ??= deadlinesOf(timeline, options.timeoutMs ?? 0);
    return this.#deadlines;
  }

  /** Stops what is started; calls in flight are waited for. */
  dispose(): void {
    this.circuit.dispose();
    this.#deadlines?.rest();
  }

  call<T>(operation: Operation<T>, callOptions: CallOptions | undefined): Promise<T> {
    const permit = this.circuit.calm;
    if (permit === null || callOptions !== undefined || typeof operation !== 'function' || this.#shortWay === 'none' || this.#slots?.haunted) {
      return this.#callTheLongWay(operation, callOptions);
    }
    this.circuit.recorder.offered += 1;
    return this.#shortWay === 'lean' ? this.#runLean(operation, permit) : this.#runTimed(operation, permit);
  }

  #runLean<T>(operation: Operation<T>, permit: ClosedState): Promise<T> {
    const handlers = this.#lean?.permit === permit ? this.#lean : this.#handlersOf(permit);
    let result: T | PromiseLike<T>;
    try {
      result = operation(new OperationContext(undefined));
    } catch (error) {
      this.#concludeLeanError(permit, error);
      return Promise.reject(error);
    }
    if (isPrimitive(result)) {
      this.#concludeLeanValue(permit, result);
      return Promise.resolve(result);
    }
    return follow(result, handlers.onValue, handlers.onError) as Promise<T>;
  }

  #handlersOf(permit: ClosedState): LeanHandlers {
    this.#lean = {
      permit,
      onValue: (value) => {
        this.#concludeLeanValue(permit, value);
        return value;
      },
      onError: (error) => {
        this.#concludeLeanError(permit, error);
        return rejected(error);
      },
    };
    return this.#lean;
  }

  /** A success in a count window needs no clock, as long as no lease may have to be noticed. */
  #concludeLeanValue(permit: ClosedState, value: unknown): void {
    const { circuit } = this;
    const clocked = circuit.options.slidingWindowMs !== null || permit !== circuit.calm;
    concludeValue(circuit, this.judge, permit, value, clocked ? circuit.timeline.now() : Number.NaN, -1);
  }

  #concludeLeanError(permit: ClosedState, error: unknown): void {
    concludeError(this.circuit, this.judge, permit, error, this.circuit.timeline.now(), -1);
  }

  #runTimed<T>(operation: Operation<T>, permit: ClosedState): Promise<T> {
    const { circuit } = this;
    const startedAt = circuit.timeline.now();
    const context = new OperationContext(undefined);
    let result: T | PromiseLike<T>;
    try {
      result = operation(context);
    } catch (error) {
      const now = circuit.timeline.now();
      concludeError(circuit, this.judge, permit, error, now, this.#durationMs(startedAt, now));
      return Promise.reject(error);
    }
    if (isPrimitive(result)) {
      const now = circuit.timeline.now();
      concludeValue(circuit, this.judge, permit, result, now, this.#durationMs(startedAt, now));
      return Promise.resolve(result);
    }
    return Run.follow(this, permit, context, result, startedAt, circuit.options.timeoutMs, undefined, false) as Promise<T>;
  }

  #durationMs(startedAt: number, now: number): number {
    return this.circuit.options.trackLatency ? now - startedAt : -1;
  }

  #callTheLongWay<T>(operation: Operation<T>, callOptions: CallOptions | undefined): Promise<T> {
    if (typeof operation !== 'function') return Promise.reject(notAFunction(operation));
    const settlement = this.attempt(operation, callOptions);
    if (settlement instanceof Promise) return settlement.then(unwrap);
    return settlement.threw ? Promise.resolve(rejected(settlement.error)) : Promise.resolve(settlement.value as T);
  }

  async tryCall<T>(operation: Operation<T>, callOptions: CallOptions | undefined): Promise<Settlement<T>> {
    if (typeof operation !== 'function') throw notAFunction(operation);
    return this.attempt(operation, callOptions);
  }

  /** One call with everything that may be asked of it. Never rejects. */
  attempt<T>(operation: Operation<T>, callOptions: CallOptions | undefined): Settlement<T> | Promise<Settlement<T>> {
    const { circuit } = this;
    const { options } = circuit;
    let own: ReturnType<typeof resolveCallOptions> | undefined;
    try {
      own = callOptions === undefined ? undefined : resolveCallOptions(callOptions, options.name);
    } catch (error) {
      return withError('ignored', 'refusal', error);
    }
    if (circuit.disposed) return withError('rejected', 'refusal', new CircuitBreakerDisposedError(options.name));
    if (isAborted(own?.signal)) return withError('ignored', 'abort', reasonOf(own?.signal));
    if (options.mode === 'off') return passThrough(operation, own?.signal);
    const timeoutMs = own?.timeoutMs === undefined ? options.timeoutMs : own.timeoutMs;
    const settlement = this.#offer(operation, timeoutMs, own?.signal);
    const fallbacks = own?.fallback === undefined ? options.fallback : own.fallback;
    if (fallbacks === undefined) return settlement;
    return Promise.resolve(settlement).then((ended) => serve(circuit, ended, fallbacks, own?.signal));
  }

  #offer<T>(operation: Operation<T>, timeoutMs: number | null, signal: AbortSignal | undefined): Settlement<T> | Promise<Settlement<T>> {
    const { circuit } = this;
    const startedAt = circuit.timeline.now();
    const permit = admit(circuit, this.slots, startedAt, timeoutMs);
    if (permit instanceof Error) return notAdmitted(permit);
    const context = new OperationContext(signal);
    let result: T | PromiseLike<T>;
    try {
      result = operation(context);
    } catch (error) {
      return isAborted(signal) ? this.#abortedAtOnce(permit, startedAt, signal, error) : this.endedAtOnce(permit, startedAt, error, true);
    }
    if (isPrimitive(result)) return this.endedAtOnce(permit, startedAt, result, false);
    return Run.follow(this, permit, context, result, startedAt, timeoutMs, signal, true) as Promise<Settlement<T>>;
  }

  /** A call whose operation threw after its caller had given up. */
  #abortedAtOnce(permit: Permit, startedAt: number, signal: AbortSignal | undefined, thrown: unknown): Settlement<never> {
    const now = this.circuit.timeline.now();
    const error = reasonOf(signal);
    const timedOut = isDeadlineReason(error);
    const outcome = timedOut ? 'failure' : 'ignored';
    conclude(this.circuit, permit, outcome, { now, durationMs: this.#durationMs(startedAt, now), error, timedOut });
    return this.circuit.options.mode === 'observe' ? withError(outcome, 'operation', thrown) : withError(outcome, 'abort', error);
  }

  /** A call whose operation gave its result, or threw, before it returned. */
  endedAtOnce<T>(permit: Permit, startedAt: number, result: unknown, threw: boolean): Settlement<T> {
    const { circuit, judge } = this;
    const now = circuit.timeline.now();
    const durationMs = this.#durationMs(startedAt, now);
    if (threw) return withError(concludeError(circuit, judge, permit, result, now, durationMs), 'operation', result);
    return withValue(concludeValue(circuit, judge, permit, result, now, durationMs), result as T);
  }
}

function shortWayOf({ timeoutMs, trackLatency, fallback, maxConcurrent, overload }: ResolvedOptions, judge: Judge): 'lean' | 'timed' | 'none' {
  if (fallback !== undefined || maxConcurrent !== null || overload) return 'none';
  return timeoutMs === null && !trackLatency && !judge.judgesValues ? 'lean' : 'timed';
}

/** Mode off: the operation runs as if there were no breaker. */
function passThrough<T>(operation: Operation<T>, signal: AbortSignal | undefined): Settlement<T> | Promise<Settlement<T>> {
  try {
    const result = operation(signal === undefined ? new OperationContext(undefined) : { signal });
    return follow(
      result,
      (value: T) => withValue('success', value),
      (error) => withError('failure', 'operation', error) as Settlement<T>,
    );
  } catch (error) {
    return withError('failure', 'operation', error);
  }
}
