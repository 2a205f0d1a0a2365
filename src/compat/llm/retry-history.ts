import { Newest } from '../newest.ts';
import type { LLMFailureType } from './error-kind.ts';

/** An attempt that failed. */
export interface RetryAttempt {
  /** Which attempt of its run it was, from 1. */
  readonly attemptNumber: number;
  /** What the error was, by its text. */
  readonly failureType: LLMFailureType;
  /** The text of the error. */
  readonly errorMessage: string;
  /** Seconds since the Unix epoch. */
  readonly timestamp: number;
}

const MOST_ATTEMPTS = 100;

/** Five minutes. */
const RECENT_SECONDS = 300;

/** The newest 100 attempts that failed. It decides nothing. */
export class RetryHistory {
  readonly #attempts = new Newest<RetryAttempt>(MOST_ATTEMPTS);

  add(attempt: RetryAttempt): void {
    this.#attempts.add(attempt);
  }

  /** How many are kept. */
  get length(): number {
    return this.#attempts.items.length;
  }

  /** Those of the last five minutes before a moment in epoch seconds. */
  recent(now: number): readonly RetryAttempt[] {
    return this.#attempts.items.filter(({ timestamp }) => now - timestamp <= RECENT_SECONDS);
  }
}
