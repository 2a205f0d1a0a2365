import type { Timer } from '../../core/clock.ts';
import { DeadlineNode, type Expiring } from '../../core/deadlines.ts';
import { CircuitBreakerTimeoutError, isDeadlineReason } from '../../core/errors.ts';
import type { Verdict } from '../../core/judge.ts';
import type { Permit } from '../../core/state.ts';
import { withStackOf } from '../circuit/admission.ts';
import { judgeAbort } from '../circuit/caller-deadline.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { type AbortTarget, type OperationContext, reasonOf, unwatch, watch } from './signal.ts';

/** The settings of a call off the fast path. */
export interface CallSettings {
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal | undefined;
}

/** What ends a call before its operation. */
export type Interruption = 'timeout' | 'abort';

/** A call that waits: for a promise, for the items of a stream, or for whoever holds its permit. */
export abstract class RunningCall<P extends Permit | null = Permit> extends DeadlineNode
  implements Expiring, AbortTarget {
  holdsProcess = true;
  timer: Timer | null = null;
  context!: OperationContext;
  protected circuit!: Circuit;
  protected permit!: P;
  protected timeoutMs: number | null = null;
  protected signal: AbortSignal | undefined = undefined;
  protected startedAt = 0;
  /** The slot of an operation that runs on after its call. */
  protected slot: DeadlineNode | null = null;
  /** With `captureStack`, the stack of a timeout. */
  protected calledFrom: Error | null = null;

  /** Whether an abort still means something to the caller. */
  protected abstract readonly isWaiting: boolean;

  /** Ends the call before its operation. */
  protected abstract interrupt(error: unknown, by: Interruption): void;

  /** @param from when the wait began that the timeout limits. */
  protected startDeadline(from: number): void {
    if (this.timeoutMs === null) return;
    this.deadline = from + this.timeoutMs;
    this.circuit.deadlines.add(this, from);
  }

  /** Lets the lease of a probe and the caller's signal end the call. */
  protected observe(signal: AbortSignal | undefined): void {
    const permit: Permit | null = this.permit;
    if (permit?.name === 'probe') permit.onExpired = () => this.leaseEnded();
    this.signal = signal;
    if (signal !== undefined) watch(signal, this);
  }

  protected leaseEnded(): void {
    this.abandon();
  }

  /** The circuit stops waiting for the operation, which runs on and keeps its slot. */
  protected abandon(): void {
    const { circuit } = this;
    this.slot ??= circuit.bulkhead.abandon(circuit.now(), this.timeoutMs);
  }

  protected freeSlot(): void {
    if (this.slot !== null) this.circuit.bulkhead.release(this.slot);
  }

  onAbort(): void {
    const { context, circuit } = this;
    // By then, the call may have ended, and the object may be another call.
    const abort = (): void => void (this.context === context && this.isWaiting && this.abort());
    // The timers of deadlines run before I/O, so an answer may be waiting to be read.
    if (isDeadlineReason(reasonOf(this.signal))) circuit.timeline.afterTurn(abort);
    else abort();
  }

  protected abort(): void {
    const reason = reasonOf(this.signal);
    this.unwatch();
    this.interrupt(reason, 'abort');
  }

  expire(): void {
    const error = new CircuitBreakerTimeoutError(this.circuit.name, this.timeoutMs as number);
    this.interrupt(withStackOf(error, this.calledFrom), 'timeout');
  }

  delayed(): void {
    const { circuit } = this;
    const permit: Permit | null = this.permit;
    this.forgetDuration();
    if (permit?.name === 'probe') permit.delay(circuit.now());
    if (!circuit.disposed) return;
    circuit.deadlines.remove(this);
    this.expire();
  }

  /** What the process itself delayed has no duration, so that it is neither slow nor late. */
  protected forgetDuration(): void {
    this.startedAt = Infinity;
  }

  protected durationAt(now: number): number {
    return this.circuit.options.trackLatency ? now - this.startedAt : -1;
  }

  /** @param ms how long the call ran, as its caller sees it. */
  protected judge(error: unknown, by: Interruption, ms: number): Verdict {
    return by === 'timeout' ? this.circuit.judge.timeout(error) : judgeAbort(this.circuit, error, ms);
  }

  /** Stops everything that can still end the call. */
  protected detach(): void {
    const { deadlines, disposed } = this.circuit;
    deadlines.remove(this);
    if (disposed) deadlines.rest();
    this.unwatch();
  }

  protected unwatch(): void {
    if (this.signal !== undefined) unwatch(this.signal, this);
    this.signal = undefined;
  }
}
