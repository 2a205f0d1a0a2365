import type { Timeline } from './clock.ts';
import { disarm } from './untrusted.ts';

/** Which user code misbehaved. */
export type InternalErrorSource = 'listener' | 'classifier' | 'backoff' | 'random' | 'clock' | 'tripPolicy' | 'healthCheck' | 'retryAfter';

/** Says where an internal error comes from. */
export interface InternalErrorContext {
  /** The breaker's name. */
  readonly name: string;
  /** Which user code misbehaved. */
  readonly source: InternalErrorSource;
}

/** Receives what user code threw where its result cannot matter: listeners, classifiers, clocks. */
export type InternalErrorHandler = (error: unknown, context: InternalErrorContext) => unknown;

const QUIET_MS = 1_000;

/** Hands errors of user code to `onInternalError`, or to the console at most once a second. Never throws. */
export class Reporter {
  readonly #name: string;
  readonly #handler: InternalErrorHandler | undefined;
  #busy = false;
  #quietUntil = Number.NEGATIVE_INFINITY;

  constructor(name: string, handler: InternalErrorHandler | undefined) {
    this.#name = name;
    this.#handler = handler;
  }

  report(source: InternalErrorSource, error: unknown, timeline: Timeline): void {
    // A clock that fails while it is being asked for the time of a report would come back here.
    if (this.#busy) return;
    this.#busy = true;
    try {
      if (this.#handler) disarm(this.#handler(error, { name: this.#name, source }));
      else this.#print(source, error, timeline.now());
    } catch {
      // The handler is the last resort; when it fails there is nobody left to tell.
    } finally {
      this.#busy = false;
    }
  }

  #print(source: InternalErrorSource, error: unknown, now: number): void {
    if (now < this.#quietUntil) return;
    this.#quietUntil = now + QUIET_MS;
    console.error(`Circuit breaker "${this.#name}": ${source} failed`, error);
  }
}
