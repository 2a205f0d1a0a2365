import type { Clock } from '../../core/clock.ts';

/** One attempt. */
export interface RetryAttempt {
  /** From 1. */
  readonly attemptNumber: number;
  /** Seconds waited before it. */
  readonly delayBefore: number;
  /** What it threw; null when it succeeded. */
  readonly exception: unknown;
  /** When it ended. */
  readonly timestamp: Date;
  /** Seconds that it took. */
  readonly elapsedTime: number;
}

/** How a run of attempts went. It is given, never thrown. */
export interface RetryResult<T> {
  /** Whether an attempt succeeded. */
  readonly success: boolean;
  /** What it gave. */
  readonly result: T | undefined;
  /** The attempts in order; none when the circuit was open. */
  readonly attempts: readonly RetryAttempt[];
  /** Why none succeeded; null when one did. */
  readonly finalException: unknown;
  /** How many attempts there were. */
  readonly totalAttempts: number;
  /** Seconds that the attempts took, without the waits. */
  readonly totalTime: number;
}

/** Writes down the attempts of one run, which are as many as it may have. */
export class AttemptLog {
  readonly #clock: Clock;
  readonly #attempts: RetryAttempt[] = [];
  #began: number | null = null;
  #waited = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A wait of so many seconds comes before the next attempt. */
  wait(seconds: number): void {
    this.#waited = seconds;
  }

  begin(): void {
    this.#began = this.#clock.now();
  }

  /** What ends after its run has ended is not written down. */
  end(exception: unknown): void {
    if (this.#began === null) return;
    const elapsedTime = (this.#clock.now() - this.#began) / 1_000;
    this.#attempts.push({ attemptNumber: this.#attempts.length + 1, delayBefore: this.#waited, exception, timestamp: new Date(this.#clock.wall()), elapsedTime });
    this.#began = null;
  }

  succeeded<T>(result: T): RetryResult<T> {
    return this.#result({ success: true, result, finalException: null });
  }

  /** The run has ended with an error, perhaps in the middle of an attempt. */
  failed<T>(finalException: unknown): RetryResult<T> {
    this.end(finalException);
    return this.#result<T>({ success: false, result: undefined, finalException });
  }

  #result<T>(outcome: { readonly success: boolean; readonly result: T | undefined; readonly finalException: unknown }): RetryResult<T> {
    const attempts = [...this.#attempts];
    return { ...outcome, attempts, totalAttempts: attempts.length, totalTime: attempts.reduce((sum, { elapsedTime }) => sum + elapsedTime, 0) };
  }
}
