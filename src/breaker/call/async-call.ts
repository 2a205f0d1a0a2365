import type { Timer } from '../../core/clock.ts';
import type { DeadlineNode, Deadlines, Expiring } from '../../core/deadlines.ts';
import { CircuitBreakerTimeoutError, isDeadlineReason } from '../../core/errors.ts';
import { outcomeOf } from '../../core/judge.ts';
import type { Permit } from '../../core/state.ts';
import { follow } from '../../core/untrusted.ts';
import type { AbandonedSlot } from '../circuit/bulkhead.ts';
import { noticeLeases } from '../circuit/leases.ts';
import { conclude, concludeError, concludeValue } from '../circuit/settle.ts';
import type { Host } from './breaker-core.ts';
import { withError, withValue } from './settlement.ts';
import type { EndedBy } from './settlement.ts';
import { OperationContext, reasonOf, unwatch, watch } from './signal.ts';
import type { AbortTarget } from './signal.ts';

/** `concluded`: the circuit has its outcome and the caller still waits. `answered`: the caller has left, the operation runs on. */
type Phase = 'running' | 'concluded' | 'answered';

type Settle = (result: unknown) => void;

let capturedResolve: Settle;
let capturedReject: Settle;

/** One executor for all promises: a closure for each would cost as much as the promise. */
const capture = (resolve: Settle, reject: Settle): void => {
  capturedResolve = resolve;
  capturedReject = reject;
};

const POOL_SIZE = 64;
const pool: Run[] = [];

/** One asynchronous call in flight. Runs are reused; one is given back when its operation has settled, with nothing left in it. */
export class Run implements Expiring, AbortTarget {
  deadline = 0;
  previous: DeadlineNode | null = null;
  next: DeadlineNode | null = null;
  listed = false;
  holdsProcess = true;
  #host!: Host;
  #permit!: Permit;
  #context!: OperationContext;
  #resolve!: Settle;
  #reject!: Settle;
  #startedAt = 0;
  #timeoutMs: number | null = null;
  #deadlines: Deadlines | null = null;
  #structured = false;
  #phase: Phase = 'running';
  #signal: AbortSignal | undefined = undefined;
  #timer: Timer | null = null;
  #slot: AbandonedSlot | null = null;
  /** Whether anything but the breaker's own timeout was asked of this call. */
  #unusual = false;
  readonly #onValue = (value: unknown): void => this.#succeed(value);
  readonly #onError = (error: unknown): void => this.#settle(error, true);

  /** Waits for `result`. `structured`: the promise gives the settlement and never rejects. */
  static follow(
    host: Host,
    permit: Permit,
    context: OperationContext,
    result: unknown,
    startedAt: number,
    timeoutMs: number | null,
    signal: AbortSignal | undefined,
    structured: boolean,
  ): Promise<unknown> {
    const run = pool.pop() ?? new Run();
    const promise = new Promise<unknown>(capture);
    run.#resolve = capturedResolve;
    run.#reject = capturedReject;
    run.#host = host;
    run.#permit = permit;
    run.#context = context;
    run.#startedAt = startedAt;
    run.#timeoutMs = timeoutMs;
    run.#structured = structured;
    run.#phase = 'running';
    run.holdsProcess = host.circuit.options.mode !== 'observe';
    run.#unusual = structured || permit !== host.circuit.calm;
    follow(result, run.#onValue, run.#onError);
    if (timeoutMs !== null && timeoutMs === host.circuit.options.timeoutMs) {
      run.deadline = startedAt + timeoutMs;
      run.#deadlines = host.deadlines;
      run.#deadlines.add(run);
    }
    if (run.#unusual) run.#arrange(signal);
    return promise;
  }

  /** What few calls need: a lease, a timeout of their own, a caller's signal. */
  #arrange(signal: AbortSignal | undefined): void {
    const { circuit } = this.#host;
    const { timeline, options } = circuit;
    if (this.#permit.name === 'probe') this.#permit.onExpired = () => this.#outlive(timeline.now());
    if (this.#timeoutMs !== null && this.#timeoutMs !== options.timeoutMs) this.#limit(this.#timeoutMs);
    if (signal === undefined) return;
    this.#signal = signal;
    watch(signal, this);
  }

  #limit(timeoutMs: number): void {
    const { timeline } = this.#host.circuit;
    const context = this.#context;
    // A timer may fire although it was cancelled, and find the run in use for another call.
    this.#timer = timeline.after(this.#startedAt + timeoutMs - timeline.now(), () => {
      if (this.#context === context && this.#phase !== 'answered') this.expire();
    });
    if (!this.holdsProcess) this.#timer.unref();
  }

  /** The caller has given up. */
  onAbort(): void {
    const reason = reasonOf(this.#signal);
    const timedOut = isDeadlineReason(reason);
    this.#unwatch();
    this.#interrupt(reason, timedOut ? 'failure' : 'ignored', 'abort', timedOut);
  }

  /** The call's own deadline has passed. */
  expire(): void {
    const { options } = this.#host.circuit;
    const error = new CircuitBreakerTimeoutError(options.name, this.#timeoutMs as number);
    this.#interrupt(error, 'failure', 'timeout', true);
  }

  /** Ends the call before its operation has ended; where the breaker only observes, only the circuit's part of it. */
  #interrupt(error: unknown, outcome: 'failure' | 'ignored', by: EndedBy, timedOut: boolean): void {
    const { circuit } = this.#host;
    const { options, timeline } = circuit;
    const now = timeline.now();
    noticeLeases(circuit, now);
    const observing = options.mode === 'observe';
    const undecided = this.#phase === 'running';
    const permit = this.#permit;
    if (undecided) this.#outlive(now);
    if (!observing) {
      this.#phase = 'answered';
      this.#detach();
    }
    if (undecided) conclude(circuit, permit, outcome, { now, durationMs: this.#durationMs(now), error, timedOut });
    if (!observing || by === 'abort') OperationContext.abort(this.#context, error);
    if (observing) return;
    if (this.#structured) this.#resolve(withError(outcome, by, error));
    else this.#reject(error);
  }

  /** From now on the circuit does not wait for the operation, which keeps its slot. */
  #outlive(now: number): void {
    this.#phase = 'concluded';
    this.#slot = this.#host.slots.abandon(now, this.#timeoutMs);
  }

  #durationMs(now: number): number {
    return this.#host.circuit.options.trackLatency ? now - this.#startedAt : -1;
  }

  /** The short way: a value for a call of a calm circuit that nothing has interrupted. */
  #succeed(value: unknown): void {
    const host = this.#host;
    const { circuit, judge } = host;
    const permit = this.#permit;
    if (permit !== circuit.calm || this.#unusual || this.#phase !== 'running') {
      this.#settle(value, false);
      return;
    }
    const now = circuit.timeline.now();
    const durationMs = this.#durationMs(now);
    const resolve = this.#resolve;
    if (this.listed) this.#deadlines?.remove(this);
    this.#giveBack();
    concludeValue(circuit, judge, permit, value, now, durationMs);
    resolve(value);
  }

  /** The operation has settled. */
  #settle(result: unknown, threw: boolean): void {
    const host = this.#host;
    const { circuit, judge } = host;
    const now = circuit.timeline.now();
    if (circuit.state.name === 'half_open') noticeLeases(circuit, now);
    if (this.#phase !== 'running') {
      this.#settleLate(result, threw);
      return;
    }
    const permit = this.#permit;
    const resolve = this.#resolve;
    const reject = this.#reject;
    const structured = this.#structured;
    const durationMs = this.#durationMs(now);
    this.#detach();
    // Given back before the outcome is taken in: listeners may call the breaker, and find a run to reuse.
    this.#giveBack();
    const outcome = threw ? concludeError(circuit, judge, permit, result, now, durationMs) : concludeValue(circuit, judge, permit, result, now, durationMs);
    if (structured) resolve(threw ? withError(outcome, 'operation', result) : withValue(outcome, result));
    else if (threw) reject(result);
    else resolve(result);
  }

  /** The outcome is dropped: the circuit has had one. A caller who still waits gets what the operation gave. */
  #settleLate(result: unknown, threw: boolean): void {
    const { judge, slots } = this.#host;
    if (this.#slot !== null) slots.release(this.#slot);
    const waiting = this.#phase === 'concluded';
    const resolve = this.#resolve;
    const reject = this.#reject;
    const structured = this.#structured;
    this.#detach();
    this.#giveBack();
    if (!waiting) return;
    if (structured) resolve(threw ? withError(outcomeOf(judge.error(result)), 'operation', result) : withValue(outcomeOf(judge.value(result)), result));
    else if (threw) reject(result);
    else resolve(result);
  }

  /** Nothing may end the call any more. */
  #detach(): void {
    const { circuit } = this.#host;
    if (this.listed) this.#deadlines?.remove(this);
    if (circuit.disposed) this.#deadlines?.rest();
    this.#timer?.cancel();
    this.#timer = null;
    this.#unwatch();
  }

  #unwatch(): void {
    if (this.#signal !== undefined) unwatch(this.#signal, this);
    this.#signal = undefined;
  }

  #giveBack(): void {
    if (this.#permit.name === 'probe') this.#permit.onExpired = null;
    this.#host = undefined as never;
    this.#permit = undefined as never;
    this.#context = undefined as never;
    this.#resolve = undefined as never;
    this.#reject = undefined as never;
    this.#slot = null;
    this.#deadlines = null;
    if (pool.length < POOL_SIZE) pool.push(this);
  }
}
