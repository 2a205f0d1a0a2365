import { type AbortTarget, isAborted, OperationContext, reasonOf, unwatch, watch } from '../breaker/call/signal.ts';
import type { Timer } from '../core/clock.ts';
import { CircuitBreakerTimeoutError } from '../core/errors.ts';
import { safeThen, tryOrUndefined } from '../core/untrusted.ts';
import type { RetryEvent, RetryPlan } from './retry-options.ts';
import { waitBeforeNext } from './retry-wait.ts';

/** The argument of an operation that is retried. */
export interface RetryContext {
  /** Aborts when the caller's signal aborts, and at the total timeout. All attempts share it. */
  readonly signal: AbortSignal;
  /** The number of the attempt, from 1. */
  readonly attempt: number;
}

/** An operation that may run more than once. */
export type RetryOperation<T> = (context: RetryContext) => T | PromiseLike<T>;

class Attempt implements RetryContext {
  readonly attempt: number;
  readonly #context: OperationContext;

  constructor(attempt: number, context: OperationContext) {
    this.attempt = attempt;
    this.#context = context;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }
}

/** One operation with its retries, from the first attempt to the result. */
export class RetryRun<T> implements AbortTarget {
  readonly #operation: RetryOperation<T>;
  readonly #plan: RetryPlan;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #context: OperationContext;
  readonly #deadline: number;
  #attempt = 0;
  #lastError: unknown = undefined;
  #ended = false;
  #totalTimer: Timer | null = null;
  #waitTimer: Timer | null = null;

  private constructor(
    operation: RetryOperation<T>, plan: RetryPlan, resolve: (value: T) => void, reject: (error: unknown) => void,
  ) {
    this.#operation = operation;
    this.#plan = plan;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#context = new OperationContext(plan.signal);
    this.#deadline = plan.timeline.now() + plan.totalTimeoutMs;
  }

  /** Starts the first attempt, and returns the value of the first attempt that succeeds. */
  static start<T>(operation: RetryOperation<T>, plan: RetryPlan): Promise<T> {
    if (isAborted(plan.signal)) return Promise.reject(reasonOf(plan.signal));
    return new Promise((resolve, reject) => new RetryRun(operation, plan, resolve, reject).#start());
  }

  #start(): void {
    const { signal, budget, timeline, totalTimeoutMs } = this.#plan;
    if (signal !== undefined) watch(signal, this);
    // The signal may have aborted while it was being watched.
    if (this.#ended) return;
    if (totalTimeoutMs !== Number.POSITIVE_INFINITY) {
      this.#totalTimer = timeline.until(this.#deadline, () => this.#expire());
    }
    tryOrUndefined(() => budget?.deposit());
    this.#try();
  }

  #try(): void {
    this.#attempt += 1;
    let result: T | PromiseLike<T>;
    try {
      result = this.#operation(new Attempt(this.#attempt, this.#context));
    } catch (error) {
      this.#fail(error);
      return;
    }
    safeThen(result, (value: T) => this.#end(() => this.#resolve(value)), (error) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    const { timeline } = this.#plan;
    const attempt = this.#attempt;
    const delayMs = waitBeforeNext(error, { attempt, leftMs: this.#deadline - timeline.now() }, this.#plan);
    // `retryOn`, `backoff` or `random` may have aborted the signal.
    if (this.#ended) return;
    if (delayMs === undefined || !this.#hasBudget()) {
      this.#end(() => this.#reject(error));
      return;
    }
    this.#lastError = error;
    this.#notify({ attempt, error, delayMs });
    if (this.#ended) return;
    this.#waitTimer = timeline.after(delayMs, () => this.#tryAgain());
    // The clock failed. Without a timer there is no next attempt.
    if (this.#waitTimer === null) this.#end(() => this.#reject(error));
  }

  /** A budget of the user that throws has nothing left. */
  #hasBudget(): boolean {
    const { budget, report } = this.#plan;
    try {
      return budget?.withdraw() !== false;
    } catch (error) {
      report('budget', error);
      return false;
    }
  }

  #notify(event: RetryEvent): void {
    const { onRetry, report } = this.#plan;
    if (onRetry === undefined) return;
    try {
      safeThen(onRetry(event), () => {}, (error) => report('listener', error));
    } catch (error) {
      report('listener', error);
    }
  }

  /** A timer may fire after it was cancelled, and late if the process was suspended. */
  #tryAgain(): void {
    if (this.#ended) return;
    if (this.#plan.timeline.now() >= this.#deadline) this.#expire();
    else this.#try();
  }

  onAbort(): void {
    this.#giveUp(reasonOf(this.#plan.signal));
  }

  #expire(): void {
    const { totalTimeoutMs } = this.#plan;
    const message = `\`retry()\` took longer than ${totalTimeoutMs} ms, in attempt ${this.#attempt}.`;
    const options = this.#lastError === undefined ? undefined : { cause: this.#lastError };
    this.#giveUp(new CircuitBreakerTimeoutError('retry', totalTimeoutMs, message, options));
  }

  #giveUp(reason: unknown): void {
    if (this.#ended) return;
    this.#end(() => this.#reject(reason));
    OperationContext.abort(this.#context, reason);
  }

  #end(settle: () => void): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#totalTimer?.cancel();
    this.#waitTimer?.cancel();
    const { signal } = this.#plan;
    if (signal !== undefined) unwatch(signal, this);
    settle();
  }
}
