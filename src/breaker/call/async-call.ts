import type { Timer } from '../../core/clock.ts';
import { DeadlineNode, type Expiring } from '../../core/deadlines.ts';
import { CircuitBreakerTimeoutError, isDeadlineReason } from '../../core/errors.ts';
import { type Outcome, outcomeOf } from '../../core/judge.ts';
import type { Permit } from '../../core/state.ts';
import { safeThen } from '../../core/untrusted.ts';
import { withStackOf } from '../circuit/admission.ts';
import { judgeAbort } from '../circuit/caller-deadline.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { expireProbes, settleError, settleValue, settleVerdict } from '../circuit/settle.ts';
import { type EndedBy, withError, withValue } from './settlement.ts';
import { type AbortTarget, isAborted, OperationContext, reasonOf, unwatch, watch } from './signal.ts';

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
  timer: Timer | null = null;
  #circuit!: Circuit;
  #permit!: Permit;
  #context!: OperationContext;
  #resolve!: Settle;
  #reject!: Settle;
  #startedAt = 0;
  #timeoutMs: number | null = null;
  #phase: Phase = 'running';
  #signal: AbortSignal | undefined = undefined;
  #slot: DeadlineNode | null = null;
  /** With `captureStack`, the stack of a timeout. */
  #calledFrom: Error | null = null;
  /** Whether the call was admitted by the fast path, so that it has no settings of its own. */
  #isPlain = true;
  readonly #onValue = (value: unknown): void => this.#succeeded(value);
  readonly #onError = (error: unknown): void => this.#threw(error);

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
    // They would keep the value of the call.
    capturedResolve = capturedReject = undefined as never;
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
    const ended = safeThen(result, call.#onValue, call.#onError);
    if (circuit.options.captureStack) call.#keepStack(ended);
    return promise;
  }

  /**
   * V8 follows the native functions of a promise, so the stack of the operation's error reaches the caller. Both have
   * no effect by then. They double the time of a call.
   */
  #keepStack(ended: Promise<unknown>): void {
    safeThen(ended, this.#resolve, this.#reject);
    this.#calledFrom = new Error();
  }

  #configure({ timeoutMs, signal }: CallSettings): void {
    const circuit = this.#circuit;
    const permit = this.#permit;
    const { options } = circuit;
    this.holdsProcess = options.mode !== 'observe';
    if (timeoutMs !== null) this.#startDeadline(timeoutMs);
    if (permit.name === 'probe') permit.onExpired = () => this.#abandon(circuit.now());
    if (signal === undefined) return;
    this.#signal = signal;
    watch(signal, this);
  }

  #startDeadline(timeoutMs: number): void {
    this.deadline = this.#startedAt + timeoutMs;
    this.#circuit.deadlines.add(this, this.#startedAt);
  }

  /** Makes a callback that does nothing when the caller has its result. Then the object may be another call. */
  #ifWaiting(run: () => void): () => void {
    const context = this.#context;
    return () => void (this.#context === context && this.#phase !== 'left' && run());
  }

  onAbort(): void {
    // The timers of deadlines run before I/O, so an answer may be waiting to be read.
    if (!isDeadlineReason(reasonOf(this.#signal))) this.#abort();
    else this.#circuit.timeline.afterTurn(this.#ifWaiting(() => this.#abort()));
  }

  #abort(): void {
    const reason = reasonOf(this.#signal);
    this.#unwatch();
    this.#interrupt(reason, 'abort');
  }

  /** What the process itself delayed has no duration, so that it is neither slow nor late. */
  delayed(): void {
    const circuit = this.#circuit;
    this.#startedAt = Infinity;
    if (this.#permit.name === 'probe') this.#permit.delay(circuit.now());
    if (circuit.disposed) this.expire();
  }

  expire(): void {
    const error = new CircuitBreakerTimeoutError(this.#circuit.name, this.#timeoutMs as number);
    this.#interrupt(withStackOf(error, this.#calledFrom), 'timeout');
  }

  /** Ends the call before its operation. In mode `observe`, only the circuit's part of the call ends. */
  #interrupt(error: unknown, by: EndedBy): void {
    const circuit = this.#circuit;
    const now = circuit.now();
    expireProbes(circuit, now);
    const { judge, options } = circuit;
    const observing = options.mode === 'observe';
    const isUndecided = this.#phase === 'running';
    if (isUndecided) this.#abandon(now);
    if (!observing) {
      this.#phase = 'left';
      this.#detach();
    }
    const ms = now - this.#startedAt;
    const verdict = by === 'timeout' ? judge.timeout(error) : judgeAbort(circuit, error, ms);
    const end = { now, durationMs: options.trackLatency ? ms : -1, error, timedOut: isDeadlineReason(error) };
    if (isUndecided) settleVerdict(circuit, this.#permit, verdict, end);
    if (!observing || by === 'abort') OperationContext.abort(this.#context, error);
    if (observing) return;
    if (this.#isPlain) this.#reject(error);
    else this.#resolve(withError(outcomeOf(verdict), by, error));
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
    const now = circuit.now();
    const durationMs = circuit.options.trackLatency ? now - this.#startedAt : -1;
    const resolve = this.#resolve;
    circuit.deadlines.remove(this);
    this.#release();
    settleValue(circuit, permit, value, now, durationMs);
    resolve(value);
  }

  #threw(error: unknown): void {
    // The operation may have failed because the deadline of its caller has passed.
    if (this.#phase === 'running' && isAborted(this.#signal)) this.#abort();
    this.#ended(error, true);
  }

  /** The operation has settled. */
  #ended(result: unknown, threw: boolean): void {
    const circuit = this.#circuit;
    const permit = this.#permit;
    const now = circuit.now();
    if (circuit.state.name === 'half_open') expireProbes(circuit, now);
    const phase = this.#phase;
    const durationMs = circuit.options.trackLatency ? now - this.#startedAt : -1;
    // A delayed call has an age, although it has no duration.
    const ageMs = durationMs === -Infinity ? now - this.deadline + Number(this.#timeoutMs) : durationMs;
    const resolve = this.#resolve;
    const reject = this.#reject;
    const isPlain = this.#isPlain;
    if (this.#slot !== null) circuit.bulkhead.release(this.#slot);
    if (this.#signal !== undefined && !threw) OperationContext.follow(this.#context, this.#signal);
    this.#detach();
    // Before the call settles, because listeners may call the breaker and reuse this object.
    this.#release();
    if (phase === 'left') return;
    let outcome: Outcome;
    if (phase === 'settled') {
      outcome = outcomeOf(threw ? circuit.judge.error(result) : circuit.judge.value(result));
      if (outcome === 'success' && permit.name === 'probe') circuit.recorder.learnLateSuccess(permit, now);
    } else if (threw) outcome = settleError(circuit, permit, result, now, durationMs, ageMs);
    else outcome = settleValue(circuit, permit, result, now, durationMs);
    if (!isPlain) resolve(threw ? withError(outcome, 'operation', result) : withValue(outcome, result));
    else if (threw) reject(result);
    else resolve(result);
  }

  /** Stops everything that can still end the call. */
  #detach(): void {
    const { deadlines, disposed } = this.#circuit;
    deadlines.remove(this);
    if (disposed) deadlines.rest();
    if (!this.#isPlain) this.#unwatch();
  }

  #unwatch(): void {
    if (this.#signal !== undefined) unwatch(this.#signal, this);
    this.#signal = undefined;
  }

  #release(): void {
    if (this.#permit.name === 'probe') this.#permit.onExpired = null;
    this.#circuit = this.#permit = this.#context = this.#resolve = this.#reject = undefined as never;
    this.#slot = this.#calledFrom = null;
    if (pool.length < POOL_SIZE) pool.push(this);
  }
}
