import { ignoreRejection, tryOrUndefined } from './untrusted.ts';

/** The kind of user code that failed. */
export type InternalErrorSource =
  | 'listener' | 'classifier' | 'backoff' | 'random' | 'tripPolicy' | 'healthCheck' | 'retryAfter' | 'maxConcurrent'
  | 'budget' | 'operation';

/** Where an internal error comes from. */
export interface InternalErrorContext {
  /** The breaker's name. */
  readonly name: string;
  /** The kind of user code that failed. */
  readonly source: InternalErrorSource;
}

/** Receives errors of user code that can't reach a caller, for example of listeners and classifiers. */
export type InternalErrorHandler = (error: unknown, context: InternalErrorContext) => unknown;

export interface ErrorReporter {
  report(source: InternalErrorSource, error: unknown): void;
}

/** Runs user code. Reports what it throws, and then returns undefined. */
export function tryOrReport<T>(reporter: ErrorReporter, source: InternalErrorSource, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    reporter.report(source, error);
    return undefined;
  }
}

/** A breaker prints at most one error in this time. */
const PRINT_INTERVAL_MS = 1_000;

/** Passes errors of user code to `onInternalError`, or prints them at most once a second. Never throws. */
export class Reporter {
  readonly #name: string;
  readonly #handler: InternalErrorHandler | undefined;
  readonly #subject: string;
  #printedAt = -Infinity;
  #busy = false;

  /** @param subject what prints the error, if it isn't a circuit breaker. */
  constructor(name: string, handler: InternalErrorHandler | undefined, subject = `Circuit breaker "${name}"`) {
    this.#name = name;
    this.#handler = handler;
    this.#subject = subject;
  }

  report(source: InternalErrorSource, error: unknown, now: number): void {
    const handler = this.#handler;
    // A handler may call the breaker, and so cause the next report.
    if (this.#busy) return;
    if (handler !== undefined) {
      this.#busy = true;
      ignoreRejection(tryOrUndefined(() => handler(error, { name: this.#name, source })));
      this.#busy = false;
    } else if (now - this.#printedAt >= PRINT_INTERVAL_MS) {
      this.#printedAt = now;
      const what = source === 'operation' ? 'check the operation' : `${source} failed`;
      // The console reads the error, and so may throw.
      tryOrUndefined(() => console.error(`${this.#subject}: ${what}`, error));
    }
  }
}
