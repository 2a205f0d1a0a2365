import type { Timer } from '../../core/clock.ts';
import { DeadlineNode, type Deadlines, type Expiring } from '../../core/deadlines.ts';
import { CircuitBreakerTimeoutError, isDeadlineReason } from '../../core/errors.ts';
import { type Outcome, outcomeOf } from '../../core/judge.ts';
import type { Permit } from '../../core/state.ts';
import { safeThen } from '../../core/untrusted.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { expireProbes, settle, settleError, settleValue } from '../circuit/settle.ts';
import { type EndedBy, withError, withValue } from './settlement.ts';
import { type AbortTarget, OperationContext, reasonOf, unwatch, watch } from './signal.ts';

/** `settled`: the circuit has its outcome, but the caller still waits. `left`: the caller has its result. */
type Phase = 'running' | 'settled' | 'left';

type Settle = (result: unknown) => void;

let capturedResolve: Settle;
let capturedReject: Settle;

/** One executor for all promises, because a closure per promise would cost as much as the promise. */
const capture = (resolve: Settle, reject: Settle): void => {
  capturedResolve = resolve;
  capturedReject = reject;
};

/** The settings of a call off the fast path. Its promise resolves with the settlement and never rejects. */
export interface CallSettings {
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal | undefined;
}

const POOL_SIZE = 64;
const pool: AsyncCall[] = [];

/** One asynchronous call in flight. Objects are reused. One returns to the pool when its operation has settled. */
export class AsyncCall extends DeadlineNode implements Expiring, AbortTarget {
  holdsProcess = true;
  #circuit!: Circuit;
  #permit!: Permit;
  #context!: OperationContext;
  #resolve!: Settle;
  #reject!: Settle;
  #startedAt = 0;
  #timeoutMs: number | null = null;
  #deadlines: Deadlines | null = null;
  #phase: Phase = 'running';
  #signal: AbortSignal | undefined = undefined;
  #timer: Timer | null = null;
  #slot: DeadlineNode | null = null;
  /** Whether the call was admitted by the fast path, so that it has no settings of its own. */
  #isPlain = true;
  readonly #onValue = (value: unknown): void => this.#succeeded(value);
  readonly #onError = (error: unknown): void => this.#ended(error, true);

  /** Waits for the result of an operation. @param settings null on the fast path. */
  static wait(
    circuit: Circuit, permit: Permit, context: OperationContext, startedAt: number, result: unknown,
    settings: CallSettings | null,
  ): Promise<unknown> {
    const { timeoutMs } = settings ?? circuit.options;
    const call = pool.pop() ?? new AsyncCall();
    const promise = new Promise<unknown>(capture);
    call.#resolve = capturedResolve;
    call.#reject = capturedReject;
    call.#circuit = circuit;
    call.#permit = permit;
    call.#context = context;
    call.#startedAt = startedAt;
    call.#timeoutMs = timeoutMs;
    call.#phase = 'running';
    call.#isPlain = settings === null;
    call.holdsProcess = true;
    if (settings === null) call.#startDeadline(timeoutMs as number);
    else call.#configure(settings);
    safeThen(result, call.#onValue, call.#onError);
    return promise;
  }

  #configure({ timeoutMs, signal }: CallSettings): void {
    const circuit = this.#circuit;
    const permit = this.#permit;
    const { options } = circuit;
    this.holdsProcess = options.mode !== 'observe';
    if (timeoutMs !== null && timeoutMs === options.timeoutMs) this.#startDeadline(timeoutMs);
    else if (timeoutMs !== null) this.#startTimer(timeoutMs);
    if (permit.name === 'probe') permit.onExpired = () => this.#abandon(circuit.timeline.now());
    if (signal === undefined) return;
    this.#signal = signal;
    watch(signal, this);
  }

  #startDeadline(timeoutMs: number): void {
    this.deadline = this.#startedAt + timeoutMs;
    this.#deadlines = this.#circuit.deadlines;
    this.#deadlines.add(this);
  }

  #startTimer(timeoutMs: number): void {
    const { timeline } = this.#circuit;
    const context = this.#context;
    // A cancelled timer may still fire when this object is in use for another call.
    this.#timer = timeline.after(this.#startedAt + timeoutMs - timeline.now(), () => {
      if (this.#context === context && this.#phase !== 'left') this.expire();
    });
    if (!this.holdsProcess) this.#timer.unref();
  }

  onAbort(): void {
    const reason = reasonOf(this.#signal);
    const timedOut = isDeadlineReason(reason);
    this.#unwatch();
    this.#interrupt(reason, timedOut ? 'failure' : 'ignored', 'abort', timedOut);
  }

  expire(): void {
    const error = new CircuitBreakerTimeoutError(this.#circuit.name, this.#timeoutMs as number);
    this.#interrupt(error, 'failure', 'timeout', true);
  }

  /** Ends the call before its operation. In mode `observe`, only the circuit's part of the call ends. */
  #interrupt(error: unknown, outcome: 'failure' | 'ignored', by: EndedBy, timedOut: boolean): void {
    const circuit = this.#circuit;
    const now = circuit.timeline.now();
    expireProbes(circuit, now);
    const observing = circuit.options.mode === 'observe';
    const isUndecided = this.#phase === 'running';
    if (isUndecided) this.#abandon(now);
    if (!observing) {
      this.#phase = 'left';
      this.#detach();
    }
    const durationMs = circuit.options.trackLatency ? now - this.#startedAt : -1;
    if (isUndecided) settle(circuit, this.#permit, outcome, { now, durationMs, error, timedOut });
    if (!observing || by === 'abort') OperationContext.abort(this.#context, error);
    if (observing) return;
    if (this.#isPlain) this.#reject(error);
    else this.#resolve(withError(outcome, by, error));
  }

  /** The circuit stops waiting for the operation, which keeps its slot. */
  #abandon(now: number): void {
    this.#phase = 'settled';
    this.#slot = this.#circuit.bulkhead.abandon(now, this.#timeoutMs);
  }

  /** Fast path for a value while the circuit is closed and nothing has interrupted the call. */
  #succeeded(value: unknown): void {
    const circuit = this.#circuit;
    const permit = this.#permit;
    if (!this.#isPlain || permit !== circuit.fastPath || this.#phase !== 'running') {
      this.#ended(value, false);
      return;
    }
    const now = circuit.timeline.now();
    const durationMs = circuit.options.trackLatency ? now - this.#startedAt : -1;
    const resolve = this.#resolve;
    this.#deadlines?.remove(this);
    this.#release();
    settleValue(circuit, permit, value, now, durationMs);
    resolve(value);
  }

  /** The operation has settled. */
  #ended(result: unknown, threw: boolean): void {
    const circuit = this.#circuit;
    const permit = this.#permit;
    const now = circuit.timeline.now();
    if (circuit.state.name === 'half_open') expireProbes(circuit, now);
    const phase = this.#phase;
    const durationMs = circuit.options.trackLatency ? now - this.#startedAt : -1;
    const resolve = this.#resolve;
    const reject = this.#reject;
    const isPlain = this.#isPlain;
    if (this.#slot !== null) circuit.bulkhead.release(this.#slot);
    this.#detach();
    // Before the call settles, because listeners may call the breaker and reuse this object.
    this.#release();
    if (phase === 'left') return;
    let outcome: Outcome;
    if (phase === 'settled') outcome = outcomeOf(threw ? circuit.judge.error(result) : circuit.judge.value(result));
    else if (threw) outcome = settleError(circuit, permit, result, now, durationMs);
    else outcome = settleValue(circuit, permit, result, now, durationMs);
    if (!isPlain) resolve(threw ? withError(outcome, 'operation', result) : withValue(outcome, result));
    else if (threw) reject(result);
    else resolve(result);
  }

  /** Stops everything that can still end the call. */
  #detach(): void {
    const deadlines = this.#deadlines;
    if (deadlines !== null) {
      deadlines.remove(this);
      if (this.#circuit.disposed) deadlines.rest();
    }
    if (this.#isPlain) return;
    this.#timer?.cancel();
    this.#timer = null;
    this.#unwatch();
  }

  #unwatch(): void {
    if (this.#signal !== undefined) unwatch(this.#signal, this);
    this.#signal = undefined;
  }

  #release(): void {
    if (this.#permit.name === 'probe') this.#permit.onExpired = null;
    this.#circuit = this.#permit = this.#context = this.#resolve = this.#reject = undefined as never;
    this.#slot = null;
    this.#deadlines = null;
    if (pool.length < POOL_SIZE) pool.push(this);
  }
}
