import { peek } from '../core/error-codes.ts';
import { isAborted } from './caller-signal.ts';

/** What an operation receives. */
export interface CallContext {
  /** Aborts when the call times out or its caller aborts it. Made when first read, because that costs some microseconds. */
  readonly signal: AbortSignal;
}

/** An operation of one call. */
export type Operation<T> = (context: CallContext) => T | PromiseLike<T>;

/** How a call was aborted before its operation asked for the signal. */
class Aborted {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/** The context of one call; never used for another, because operations keep it. */
export class OperationContext implements CallContext {
  /** What the signal will be made from, or its controller: one field, because one is made for every call. */
  #source: AbortController | AbortSignal | Aborted | undefined;

  constructor(callerSignal: AbortSignal | undefined) {
    this.#source = callerSignal;
  }

  get signal(): AbortSignal {
    const source = this.#source;
    if (source instanceof AbortController) return source.signal;
    const controller = new AbortController();
    this.#source = controller;
    if (source instanceof Aborted || isAborted(source)) controller.abort(peek(source, 'reason'));
    return controller.signal;
  }

  /** Not a method, so that operations cannot abort themselves by it. */
  static abort(context: OperationContext, reason: unknown): void {
    const source = context.#source;
    if (source instanceof AbortController) source.abort(reason);
    else context.#source = new Aborted(reason);
  }
}

/** For an operation that is none. */
export function notAFunction(operation: unknown): TypeError {
  return new TypeError(`Expected the operation to be a function, got ${operation === null ? 'null' : typeof operation}`);
}
