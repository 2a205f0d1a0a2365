import { isDeadlineReason } from '../../core/errors.ts';
import { type Outcome, outcomeOf } from '../../core/judge.ts';
import type { Permit } from '../../core/state.ts';
import { safeThen } from '../../core/untrusted.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { expireProbes, settleError, settleValue, settleVerdict } from '../circuit/settle.ts';
import { type CallSettings, type Interruption, RunningCall } from './running-call.ts';
import { withError, withValue } from './settlement.ts';
import { isAborted, OperationContext } from './signal.ts';

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

const POOL_SIZE = 64;
const pool: AsyncCall[] = [];

/** One asynchronous call in flight. Objects are reused. One returns to the pool when its operation has settled. */
export class AsyncCall extends RunningCall {
  #resolve!: Settle;
  #reject!: Settle;
  #phase: Phase = 'running';
  /** Whether the call was admitted by the fast path, so that it has no settings of its own. */
  #isPlain = true;
  readonly #onValue = (value: unknown): void => this.#succeeded(value);
  readonly #onError = (error: unknown): void => this.#threw(error);

  /** Waits for the result of an operation. @param settings null on the fast path. */
  static wait(
    circuit: Circuit, permit: Permit, context: OperationContext, startedAt: number, result: unknown,
    settings: CallSettings | null,
  ): Promise<unknown> {
    const call = pool.pop() ?? new AsyncCall();
    const promise = new Promise<unknown>(capture);
    call.#resolve = capturedResolve;
    call.#reject = capturedReject;
    // They would keep the value of the call.
    capturedResolve = capturedReject = undefined as never;
    call.circuit = circuit;
    call.permit = permit;
    call.context = context;
    call.startedAt = startedAt;
    call.timeoutMs = (settings ?? circuit.options).timeoutMs;
    call.#phase = 'running';
    call.#isPlain = settings === null;
    call.holdsProcess = settings === null || circuit.options.mode !== 'observe';
    call.startDeadline(startedAt);
    if (settings !== null) call.observe(settings.signal);
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
    this.calledFrom = new Error();
  }

  protected get isWaiting(): boolean {
    return this.#phase !== 'left';
  }

  /** In mode `observe`, only the circuit's part of the call ends. */
  protected interrupt(error: unknown, by: Interruption): void {
    const { circuit } = this;
    const now = circuit.now();
    expireProbes(circuit, now);
    const observing = circuit.options.mode === 'observe';
    const isUndecided = this.#phase === 'running';
    if (isUndecided) this.abandon();
    if (!observing) {
      this.#phase = 'left';
      this.detach();
    }
    const verdict = this.judge(error, by, now - this.startedAt);
    const end = { now, durationMs: this.durationAt(now), error, timedOut: isDeadlineReason(error) };
    if (isUndecided) settleVerdict(circuit, this.permit, verdict, end);
    if (!observing || by === 'abort') OperationContext.abort(this.context, error);
    if (observing) return;
    if (this.#isPlain) this.#reject(error);
    else this.#resolve(withError(outcomeOf(verdict), by, error));
  }

  protected override abandon(): void {
    this.#phase = 'settled';
    super.abandon();
  }

  /** Fast path for a value while the circuit is closed and nothing has interrupted the call. */
  #succeeded(value: unknown): void {
    const circuit = this.circuit;
    const permit = this.permit;
    if (!this.#isPlain || permit !== circuit.fastPath || this.#phase !== 'running') {
      this.#ended(value, false);
      return;
    }
    const now = circuit.now();
    const durationMs = this.durationAt(now);
    const resolve = this.#resolve;
    circuit.deadlines.remove(this);
    this.#release();
    settleValue(circuit, permit, value, now, durationMs);
    resolve(value);
  }

  #threw(error: unknown): void {
    // The operation may have failed because the deadline of its caller has passed.
    if (this.#phase === 'running' && isAborted(this.signal)) this.abort();
    this.#ended(error, true);
  }

  /** The operation has settled. */
  #ended(result: unknown, threw: boolean): void {
    const circuit = this.circuit;
    const permit = this.permit;
    const now = circuit.now();
    if (circuit.state.name === 'half_open') expireProbes(circuit, now);
    const phase = this.#phase;
    const durationMs = this.durationAt(now);
    // A delayed call has an age, although it has no duration.
    const ageMs = durationMs === -Infinity ? now - this.deadline + Number(this.timeoutMs) : durationMs;
    const resolve = this.#resolve;
    const reject = this.#reject;
    const isPlain = this.#isPlain;
    this.freeSlot();
    if (this.signal !== undefined && !threw) OperationContext.follow(this.context, this.signal);
    this.detach();
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

  #release(): void {
    if (this.permit.name === 'probe') this.permit.onExpired = null;
    this.circuit = this.permit = this.context = this.#resolve = this.#reject = undefined as never;
    this.slot = this.calledFrom = null;
    if (pool.length < POOL_SIZE) pool.push(this);
  }
}
