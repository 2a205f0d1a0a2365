import { type AbortTarget, isAborted, OperationContext, reasonOf, unwatch, watch } from '../breaker/call/signal.ts';
import type { Timer } from '../core/clock.ts';
import { CircuitBreakerTimeoutError } from '../core/errors.ts';
import { safeThen, tryOrUndefined } from '../core/untrusted.ts';
import type { RetryEvent, RetryPlan } from './retry-options.ts';
import { waitBeforeNext } from './retry-wait.ts';

/** The argument of an operation that is retried. */
export interface RetryContext {
  /** Aborts when the caller's signal aborts, and at the total timeout if the attempt still runs. */
  readonly signal: AbortSignal;
  /** The number of the attempt, from 1. */
  readonly attempt: number;
}

/** An operation that may run more than once. */
export type RetryOperation<T> = (context: RetryContext) => T | PromiseLike<T>;

/** An attempt has a signal of its own, so that what an earlier one has left behind can't hear of a later one. */
class Attempt extends OperationContext implements RetryContext {
  constructor(readonly attempt: number, signal: AbortSignal | undefined) {
    super(signal);
  }
}

/** How often `onRetry` may start retries that call it again. They would never end, and never yield. */
const MOST_NESTED = 3;
/** How many calls of `onRetry` the synchronous code is in. */
let nesting = 0;

/** One operation with its retries, from the first attempt to the result. */
export class RetryRun<T> implements AbortTarget {
  readonly #operation: RetryOperation<T>;
  readonly #plan: RetryPlan;
  readonly #reject: (error: unknown) => void;
  readonly #deadline: number;
  readonly #nesting = nesting;
  #attempt: Attempt;
  #lastError: unknown = undefined;
  #ended = false;
  #totalTimer: Timer | null = null;
  #waitTimer: Timer | null = null;

  private constructor(operation: RetryOperation<T>, plan: RetryPlan, reject: (error: unknown) => void) {
    this.#operation = operation;
    this.#plan = plan;
    this.#reject = reject;
    this.#attempt = new Attempt(1, plan.signal);
    this.#deadline = plan.timeline.now() + plan.totalTimeoutMs;
  }

  /** Starts the first attempt, and returns the value of the first attempt that succeeds. */
  static start<T>(operation: RetryOperation<T>, plan: RetryPlan): Promise<T> {
    if (isAborted(plan.signal)) return Promise.reject(reasonOf(plan.signal));
    return new Promise((resolve, reject) => {
      const run = new RetryRun(operation, plan, reject);
      // The promise's own functions, and `await` below, keep the stack of the caller in errors.
      if (run.#begin()) run.#attempts().then(resolve, reject);
    });
  }

  /** Returns false if the signal has aborted while it was being watched. */
  #begin(): boolean {
    const { signal, budget, timeline, totalTimeoutMs } = this.#plan;
    if (signal !== undefined) watch(signal, this);
    if (this.#ended) return false;
    if (totalTimeoutMs !== Number.POSITIVE_INFINITY) {
      this.#totalTimer = timeline.until(this.#deadline, () => this.#expire());
    }
    tryOrUndefined(() => budget?.deposit());
    return true;
  }

  /** Runs attempts until one succeeds or is the last. After the run has ended, nobody listens anymore. */
  async #attempts(): Promise<T> {
    const { signal } = this.#plan;
    for (;;) {
      const attempt = this.#attempt;
      try {
        const value = await this.#operation(attempt);
        if (signal !== undefined && !this.#ended) OperationContext.follow(attempt, signal);
        this.#end();
        return value;
      } catch (error) {
        if (!(await this.#mayTryAgain(error, attempt.attempt))) throw error;
        this.#attempt = new Attempt(attempt.attempt + 1, signal);
      }
    }
  }

  /** Waits until the next attempt, if there is one. */
  async #mayTryAgain(error: unknown, attempt: number): Promise<boolean> {
    if (this.#ended) return false;
    const { timeline } = this.#plan;
    const delayMs = waitBeforeNext(error, { attempt, leftMs: this.#deadline - timeline.now() }, this.#plan);
    // `retryOn`, `backoff` or `random` may have aborted the signal.
    if (!this.#ended && delayMs !== undefined && this.#hasBudget()) {
      this.#lastError = error;
      this.#notify({ attempt, error, delayMs });
      if (!this.#ended && await this.#wait(delayMs)) return true;
    }
    this.#end();
    return false;
  }

  /** Returns false if the clock failed, or the run has ended meanwhile. */
  async #wait(delayMs: number): Promise<boolean> {
    const { timeline } = this.#plan;
    const waited = await new Promise<boolean>((done) => {
      this.#waitTimer = timeline.after(delayMs, () => done(true));
      if (this.#waitTimer === null) done(false);
    });
    // A timer may fire after it was cancelled, and late if the process was suspended.
    if (waited && !this.#ended && timeline.now() >= this.#deadline) this.#expire();
    return waited && !this.#ended;
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
    const before = nesting;
    nesting = this.#nesting + 1;
    try {
      if (nesting > MOST_NESTED) throw new Error(`\`onRetry()\` started itself ${MOST_NESTED} times.`);
      safeThen(onRetry(event), () => {}, (error) => report('listener', error));
    } catch (error) {
      report('listener', error);
    } finally {
      nesting = before;
    }
  }

  onAbort(): void {
    this.#giveUp(reasonOf(this.#plan.signal));
  }

  #expire(): void {
    const { totalTimeoutMs } = this.#plan;
    const message = `\`retry()\` took longer than ${totalTimeoutMs} ms, in attempt ${this.#attempt.attempt}.`;
    const options = this.#lastError === undefined ? undefined : { cause: this.#lastError };
    this.#giveUp(new CircuitBreakerTimeoutError('retry', totalTimeoutMs, message, options));
  }

  #giveUp(reason: unknown): void {
    if (this.#ended) return;
    this.#end();
    this.#reject(reason);
    OperationContext.abort(this.#attempt, reason);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#totalTimer?.cancel();
    this.#waitTimer?.cancel();
    const { signal } = this.#plan;
    if (signal !== undefined) unwatch(signal, this);
  }
}
