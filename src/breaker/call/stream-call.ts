import { CircuitBreakerDisposedError, isDeadlineReason } from '../../core/errors.ts';
import type { Outcome, Verdict } from '../../core/judge.ts';
import type { Permit } from '../../core/state.ts';
import { ignoreRejection, safeCall, safeThen } from '../../core/untrusted.ts';
import { admit } from '../circuit/admission.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { decideByFirstItem, settleError, settleVerdict } from '../circuit/settle.ts';
import { type Interruption, RunningCall } from './running-call.ts';
import { isAborted, OperationContext, reasonOf } from './signal.ts';

/** One stream, which is one call: admitted at the first item, settled at the end. */
export class StreamCall extends RunningCall<Permit | null> {
  /** Null before the stream starts, and when nothing can end it anymore. */
  protected override permit: Permit | null = null;
  source: AsyncIterator<unknown> | undefined = undefined;
  /** Whether the consumer left while it waited for an item. */
  left = false;
  /** Whether the consumer left. A wait that begins afterwards ends at once. */
  #isLeaving = false;
  /** Until the first item of content. −1 before. */
  #firstItemMs = -1;
  /** The first item that told of an error. */
  #failure: { readonly error: unknown } | null = null;
  /** When the wait for the source or an item began. */
  #waitsSince = 0;
  /** Whether the process itself has delayed the first item. */
  #isDelayed = false;
  #settled = false;
  /** The error that ended the stream before its source did. */
  #interruption: { readonly error: unknown } | null = null;
  #sourceClosed = false;
  /** Ends the wait for the source or an item. Null if there is none. */
  #reject: ((error: unknown) => void) | null = null;

  constructor(circuit: Circuit, timeoutMs: number | null, signal: AbortSignal | undefined) {
    super();
    this.circuit = circuit;
    this.holdsProcess = circuit.options.mode !== 'observe';
    this.timeoutMs = timeoutMs;
    this.signal = signal;
    this.context = new OperationContext(signal);
  }

  /** @throws if the breaker is disposed or the caller has aborted. */
  assertMayStart(): void {
    const { disposed, name } = this.circuit;
    if (disposed) throw new CircuitBreakerDisposedError(name);
    if (isAborted(this.signal)) throw reasonOf(this.signal);
  }

  /** @throws the rejection if the stream is not admitted. */
  start(): void {
    this.assertMayStart();
    const circuit = this.circuit;
    this.startedAt = circuit.now();
    if (circuit.options.captureStack) this.calledFrom = new Error();
    const permit = admit(circuit, this.startedAt, this.timeoutMs);
    if (permit instanceof Error) throw permit;
    this.permit = permit;
    this.observe(this.signal);
  }

  protected override leaseEnded(): void {
    this.#settled = true;
    this.abandon();
  }

  /** Waits for `begin`. If a timeout or the caller's signal ends the wait first, `discard` receives the late value. */
  wait<V>(begin: () => V | PromiseLike<V>, discard: (late: V) => unknown): Promise<V> {
    return new Promise<V>((resolve, reject) => {
      if (this.#isLeaving) this.#leave();
      if (this.#interruption !== null) {
        reject(this.#interruption.error);
        return;
      }
      this.#reject = reject;
      // Opening the source and waiting for its first item share one timeout.
      this.#waitsSince = this.#firstItemMs >= 0 ? this.circuit.now() : this.startedAt;
      this.startDeadline(this.#waitsSince);
      const onValue = (value: V): void => {
        if (this.#interruption === null) this.#arrived(() => resolve(value));
        else this.#arrivedLate(() => discard(value));
      };
      const onError = (error: unknown): void => this.#arrived(() => reject(error));
      const ended = safeCall(begin, onValue, onError);
      // As in `AsyncCall`, for the stack.
      if (this.calledFrom !== null) safeThen(ended, resolve as () => void, reject);
    });
  }

  #arrived(done: () => void): void {
    this.circuit.deadlines.remove(this);
    this.#reject = null;
    if (this.#sourceClosed) this.freeSlot();
    done();
  }

  #arrivedLate(discard: () => unknown): void {
    const free = (): void => this.#arrived(() => {});
    safeCall(discard, free, free);
  }

  /** An item has arrived. */
  item(item: unknown): void {
    const { judge } = this.circuit;
    if (this.#firstItemMs >= 0 && !judge.judgesItems) return;
    const verdict = judge.item(item);
    if (typeof verdict === 'object') this.#failure ??= verdict;
    if (verdict === 'content' && this.#firstItemMs < 0) this.#firstContent();
  }

  #firstContent(): void {
    const circuit = this.circuit;
    const now = circuit.now();
    this.#firstItemMs = now - this.startedAt;
    if (this.permit?.name === 'probe') decideByFirstItem(circuit, this.permit, now, this.durationAt(now));
  }

  /** The consumer leaves. Its wait ends even if the source doesn't respond. */
  leave(): void {
    this.#isLeaving = true;
    if (this.#reject !== null) this.#leave();
  }

  #leave(): void {
    if (this.interrupted) return;
    this.abandon();
    this.#finish(this.#firstItemMs >= 0 ? 'success' : 'ignored');
    this.left = true;
    this.#cut(new Error('The consumer left the stream.'));
  }

  get interrupted(): boolean {
    return this.#interruption !== null;
  }

  protected override forgetDuration(): void {
    if (this.#firstItemMs < 0) this.#isDelayed = true;
  }

  protected get isWaiting(): boolean {
    return this.permit !== null;
  }

  /** In mode `observe`, a timeout ends only the circuit's part of the stream. */
  protected interrupt(error: unknown, by: Interruption): void {
    const { circuit } = this;
    const observing = circuit.options.mode === 'observe';
    const verdict = this.judge(error, by, this.#reject !== null ? circuit.now() - this.#waitsSince : 0);
    // The slot is kept before the call settles, because a listener may call the breaker.
    this.abandon();
    if (this.#failure === null) this.#settle(verdict, error, isDeadlineReason(error));
    else this.#finish('success');
    if (!observing) this.#cut(error);
    else if (by === 'abort') OperationContext.abort(this.context, error);
  }

  #cut(error: unknown): void {
    this.#interruption = { error };
    OperationContext.abort(this.context, error);
    this.#reject?.(error);
  }

  end(): void {
    this.#finish('success');
    this.detach();
    this.freeSlot();
  }

  /** The consumer left at an item: the dependency responded. */
  leaveAtItem(): void {
    this.abandon();
    this.#finish('success');
    this.detach();
  }

  /** A wait has failed: the source failed, or the stream was interrupted. */
  failed(error: unknown): void {
    const circuit = this.circuit;
    // The source may have failed because the deadline of the consumer has passed.
    if (!this.#settled && isAborted(this.signal)) this.abort();
    if (!this.#settled && this.permit !== null) {
      this.#settled = true;
      const now = circuit.now();
      const durationMs = this.durationAt(now);
      const ageMs = durationMs < 0 ? durationMs : now - this.startedAt;
      settleError(circuit, this.permit, this.#failure === null ? error : this.#failure.error, now, durationMs, ageMs);
    }
    this.detach();
    if (!this.interrupted) this.freeSlot();
  }

  /** Closes the source of a stream that is left or interrupted. Then its signal aborts, and its slot is free. */
  async close(): Promise<void> {
    try {
      await this.source?.return?.();
    } finally {
      OperationContext.abort(this.context, new Error('The consumer left the stream.'));
      this.#sourceClosed = true;
      if (this.#reject === null) this.freeSlot();
    }
  }

  /** The consumer has dropped the stream without leaving it. */
  onDrop(): void {
    if (this.permit === null) return;
    this.leaveAtItem();
    ignoreRejection(this.close());
  }

  /** Settles a stream that its source or its consumer has ended. An item that told of an error decides. */
  #finish(outcome: Outcome): void {
    const failure = this.#failure;
    if (failure === null) this.#settle(outcome, undefined, false);
    else this.#settle(this.circuit.judge.error(failure.error), failure.error, false, true);
  }

  #settle(verdict: Verdict, error: unknown, timedOut: boolean, returned = false): void {
    if (this.#settled || this.permit === null) return;
    this.#settled = true;
    const circuit = this.circuit;
    const now = circuit.now();
    const durationMs = this.durationAt(now);
    settleVerdict(circuit, this.permit, verdict, { now, durationMs, error, timedOut, returned });
  }

  protected override durationAt(now: number): number {
    if (!this.circuit.options.trackLatency || this.#isDelayed) return -1;
    return this.#firstItemMs >= 0 ? this.#firstItemMs : now - this.startedAt;
  }

  protected override detach(): void {
    if (this.permit?.name === 'probe') this.permit.onExpired = null;
    this.permit = null;
    super.detach();
  }
}
