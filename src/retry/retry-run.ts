import { isAborted, OperationContext, reasonOf, unwatch, watch } from '../breaker/call/signal.ts';
import type { AbortTarget } from '../breaker/call/signal.ts';
import type { Timer } from '../core/clock.ts';
import { CircuitBreakerTimeoutError } from '../core/errors.ts';
import { follow, quietly } from '../core/untrusted.ts';
import type { RetryEvent } from './retry-options.ts';
import type { RetryPlan } from './retry-plan.ts';
import { waitBeforeNext } from './retry-wait.ts';

/** What the operation of a retry receives. */
export interface RetryContext {
  /** Aborts when the caller gives up and when the total has passed. One for all attempts, made when first read. */
  readonly signal: AbortSignal;
  /** Which attempt this is: 1, 2, … */
  readonly attempt: number;
}

/** An operation that may be run more than once. */
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

/** One retry from its first attempt to its end. */
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

  private constructor(operation: RetryOperation<T>, plan: RetryPlan, resolve: (value: T) => void, reject: (error: unknown) => void) {
    this.#operation = operation;
    this.#plan = plan;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#context = new OperationContext(plan.signal);
    this.#deadline = plan.timeline.now() + plan.totalTimeoutMs;
  }

  /** Begins at once, and gives the value of the first attempt that succeeds. */
  static start<T>(operation: RetryOperation<T>, plan: RetryPlan): Promise<T> {
    if (isAborted(plan.signal)) return Promise.reject(reasonOf(plan.signal));
    return new Promise((resolve, reject) => new RetryRun(operation, plan, resolve, reject).#start());
  }

  #start(): void {
    const { signal, budget, timeline, totalTimeoutMs } = this.#plan;
    if (signal !== undefined) watch(signal, this);
    // A signal is the caller's object, and so is a clock: either may end the retry before it begins.
    if (this.#ended) return;
    if (totalTimeoutMs !== Number.POSITIVE_INFINITY) this.#totalTimer = timeline.after(totalTimeoutMs, () => this.#expire());
    if (this.#ended) return;
    quietly(() => budget?.deposit());
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
    follow(
      result,
      (value: T) => this.#end(() => this.#resolve(value)),
      (error) => this.#fail(error),
    );
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    const { budget, timeline } = this.#plan;
    const attempt = this.#attempt;
    const delayMs = waitBeforeNext(error, { attempt, leftMs: this.#deadline - timeline.now() }, this.#plan);
    // Code of the caller has been asked, and may have ended the retry.
    if (this.#ended) return;
    if (delayMs === undefined || (budget !== null && quietly(() => budget.withdraw()) !== true)) {
      this.#end(() => this.#reject(error));
      return;
    }
    this.#lastError = error;
    this.#tell({ attempt, error, delayMs });
    if (!this.#ended) this.#waitTimer = timeline.after(delayMs, () => this.#tryAgain());
  }

  #tell(event: RetryEvent): void {
    const { onRetry, report } = this.#plan;
    if (onRetry === undefined) return;
    try {
      const answer = onRetry(event);
      follow(answer, () => {}, (error) => report('listener', error));
    } catch (error) {
      report('listener', error);
    }
  }

  /** After the wait. A timer may fire although it was cancelled, and late where the process was frozen. */
  #tryAgain(): void {
    if (this.#ended) return;
    if (this.#plan.timeline.now() >= this.#deadline) this.#expire();
    else this.#try();
  }

  /** The caller has given up. */
  onAbort(): void {
    this.#giveUp(reasonOf(this.#plan.signal));
  }

  /** The total has passed. */
  #expire(): void {
    const { totalTimeoutMs } = this.#plan;
    const message = `Retry took longer than ${totalTimeoutMs} ms in all, its totalTimeoutMs; attempt ${this.#attempt} was the last`;
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
