import { deadlinesOf } from '../../core/deadlines.ts';
import type { DeadlineNode, Deadlines, Expiring } from '../../core/deadlines.ts';
import { CircuitBreakerDisposedError, CircuitBreakerTimeoutError, isDeadlineReason } from '../../core/errors.ts';
import type { Outcome } from '../../core/judge.ts';
import type { Permit } from '../../core/state.ts';
import { follow, quietly } from '../../core/untrusted.ts';
import { admit } from '../circuit/admission.ts';
import type { AbandonedSlot } from '../circuit/bulkhead.ts';
import { noticeLeases } from '../circuit/leases.ts';
import { conclude, concludeError } from '../circuit/settle.ts';
import type { Host } from './breaker-core.ts';
import { isAborted, OperationContext, reasonOf, unwatch, watch } from './signal.ts';
import type { AbortTarget } from './signal.ts';

/** One stream through the breaker. It is one call: admitted at the first item, settled at the end. */
export class StreamCall implements Expiring, AbortTarget {
  deadline = 0;
  previous: DeadlineNode | null = null;
  next: DeadlineNode | null = null;
  listed = false;
  readonly holdsProcess: boolean;
  readonly context: OperationContext;
  /** Whether the consumer has left while it waited. */
  left = false;
  readonly #host: Host;
  readonly #timeoutMs: number | null;
  #deadlines: Deadlines | null = null;
  readonly #signal: AbortSignal | undefined;
  #permit: Permit | null = null;
  #leaseMs = 0;
  #startedAt = 0;
  #firstItemMs = -1;
  #concluded = false;
  /** What ended the stream before its source did. */
  #interruption: { readonly error: unknown } | null = null;
  #pending = false;
  #sourceClosed = false;
  #slot: AbandonedSlot | null = null;
  #reject: ((error: unknown) => void) | null = null;

  constructor(host: Host, timeoutMs: number | null, signal: AbortSignal | undefined) {
    this.#host = host;
    this.holdsProcess = host.circuit.options.mode !== 'observe';
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.context = new OperationContext(signal);
  }

  /** @throws what refuses a stream before the circuit is asked. */
  assertWelcome(): void {
    const { disposed, options } = this.#host.circuit;
    if (disposed) throw new CircuitBreakerDisposedError(options.name);
    if (isAborted(this.#signal)) throw reasonOf(this.#signal);
  }

  /** @throws the rejection, when the stream is not admitted. */
  start(): void {
    this.assertWelcome();
    const { circuit, slots } = this.#host;
    this.#startedAt = circuit.timeline.now();
    const permit = admit(circuit, slots, this.#startedAt, null);
    if (permit instanceof Error) throw permit;
    this.#permit = permit;
    if (permit.name === 'probe') {
      this.#leaseMs = permit.leaseEndsAt - this.#startedAt;
      permit.onExpired = () => {
        this.#concluded = true;
        this.#outlive();
      };
    }
    if (this.#signal !== undefined) watch(this.#signal, this);
  }

  /** The source runs on without the call, and keeps its slot. */
  #outlive(): void {
    const { circuit, slots } = this.#host;
    this.#slot ??= slots.abandon(circuit.timeline.now(), this.#timeoutMs);
  }

  /** Whatever `begin` gives, unless the silence or the caller's signal ends the wait before; then `discard` gets it. */
  wait<V>(begin: () => V | PromiseLike<V>, discard: (late: V) => unknown): Promise<V> {
    return new Promise<V>((resolve, reject) => {
      if (this.#interruption !== null) {
        reject(this.#interruption.error);
        return;
      }
      this.#reject = reject;
      this.#pending = true;
      const { timeline } = this.#host.circuit;
      const now = timeline.now();
      if (this.#timeoutMs !== null) {
        // Opening the source and its first item are one silence.
        this.deadline = (this.#firstItemMs < 0 ? this.#startedAt : now) + this.#timeoutMs;
        this.#deadlines ??= deadlinesOf(timeline, this.#timeoutMs);
        this.#deadlines.add(this);
      }
      try {
        follow(
          begin(),
          (value: V) => (this.#interruption === null ? this.#arrived(() => resolve(value)) : this.#arrivedLate(() => discard(value))),
          (error) => this.#arrived(() => reject(error)),
        );
      } catch (error) {
        this.#arrived(() => reject(error));
      }
    });
  }

  #arrived(settle: () => void): void {
    this.#deadlines?.remove(this);
    this.#reject = null;
    this.#pending = false;
    if (this.#sourceClosed) this.#release();
    settle();
  }

  #arrivedLate(discard: () => unknown): void {
    const free = (): void => this.#arrived(() => {});
    follow(quietly(discard), free, free);
  }

  /** An item has come: the dependency answers, and a probe's lease starts anew. */
  item(): void {
    const { circuit } = this.#host;
    const now = circuit.timeline.now();
    noticeLeases(circuit, now);
    if (this.#firstItemMs < 0) this.#firstItemMs = now - this.#startedAt;
    if (this.#permit?.name === 'probe' && !this.#permit.expired) this.#permit.leaseEndsAt = now + this.#leaseMs;
  }

  /** Whether the consumer is busy with an item, and so not waiting for the dependency. */
  set away(away: boolean) {
    if (this.#permit?.name !== 'probe') return;
    const { circuit } = this.#host;
    // What ran out while nobody waited is noticed as that.
    noticeLeases(circuit, circuit.timeline.now());
    this.#permit.excused = away;
  }

  /** The consumer has left while it waited: its wait ends, whatever the source does. */
  leave(): void {
    if (!this.#pending) return;
    this.#outlive();
    this.#conclude(this.#firstItemMs >= 0 ? 'success' : 'ignored', undefined, false);
    this.left = true;
    this.#cut(new Error('The consumer has left'));
  }

  get interrupted(): boolean {
    return this.#interruption !== null;
  }

  expire(): void {
    const { options } = this.#host.circuit;
    this.#interrupt(new CircuitBreakerTimeoutError(options.name, this.#timeoutMs as number), 'failure', options.mode !== 'observe');
  }

  /** The caller has given up. */
  onAbort(): void {
    const reason = reasonOf(this.#signal);
    this.#interrupt(reason, isDeadlineReason(reason) ? 'failure' : 'ignored', true);
  }

  #interrupt(error: unknown, outcome: Outcome, enforce: boolean): void {
    const { mode } = this.#host.circuit.options;
    // The slot first: a listener of the outcome may call the breaker.
    this.#outlive();
    this.#conclude(outcome, error, outcome === 'failure');
    if (!enforce) return;
    if (mode === 'observe') OperationContext.abort(this.context, error);
    else this.#cut(error);
  }

  #cut(error: unknown): void {
    this.#interruption = { error };
    OperationContext.abort(this.context, error);
    this.#reject?.(error);
  }

  /** The source has ended. */
  end(): void {
    this.#conclude('success', undefined, false);
    this.#detach();
    this.#release();
  }

  /** The consumer has left at an item: the dependency answered. */
  leaveAtItem(): void {
    this.#outlive();
    this.#conclude('success', undefined, false);
    this.#detach();
  }

  /** The wait has thrown: the source did, or something ended the stream before. */
  failed(error: unknown): void {
    const { circuit, judge } = this.#host;
    if (!this.#concluded && this.#permit !== null) {
      this.#concluded = true;
      const now = circuit.timeline.now();
      concludeError(circuit, judge, this.#permit, error, now, this.#durationMs(now));
    }
    this.#detach();
    if (!this.interrupted) this.#release();
  }

  /** The source of a stream that ended before it has closed. */
  closed(): void {
    this.#sourceClosed = true;
    if (!this.#pending) this.#release();
  }

  #conclude(outcome: Outcome, error: unknown, timedOut: boolean): void {
    if (this.#concluded || this.#permit === null) return;
    this.#concluded = true;
    const { circuit } = this.#host;
    const now = circuit.timeline.now();
    conclude(circuit, this.#permit, outcome, { now, durationMs: this.#durationMs(now), error, timedOut });
  }

  #durationMs(now: number): number {
    if (!this.#host.circuit.options.trackLatency) return -1;
    return this.#firstItemMs >= 0 ? this.#firstItemMs : now - this.#startedAt;
  }

  #detach(): void {
    if (this.#permit?.name === 'probe') this.#permit.onExpired = null;
    this.#deadlines?.remove(this);
    if (this.#host.circuit.disposed) this.#deadlines?.rest();
    if (this.#signal !== undefined) unwatch(this.#signal, this);
  }

  #release(): void {
    if (this.#slot !== null) this.#host.slots.release(this.#slot);
  }
}
