import { peek, quietly } from '../../core/untrusted.ts';

/** A call that ends when its caller gives up. */
export interface AbortTarget {
  /** The caller has given up. */
  onAbort(): void;
}

/** Whether the caller has given up. A signal is the caller's object: nothing that it throws may reach the call. */
export function isAborted(signal: AbortSignal | undefined): boolean {
  return peek(signal, 'aborted') === true;
}

/** Why the caller has given up. */
export function reasonOf(signal: AbortSignal | undefined): unknown {
  return peek(signal, 'reason');
}

/** The calls of one signal, behind one listener: platforms warn of a leak at eleven, and removing one of many is slow. */
class Watch {
  readonly targets = new Set<AbortTarget>();
  readonly #signal: AbortSignal;
  readonly #listener = (): void => {
    // A target that another one has taken off meanwhile is not told.
    for (const target of new Set(this.targets)) if (this.targets.has(target)) target.onAbort();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    quietly(() => signal.addEventListener('abort', this.#listener));
  }

  end(): void {
    quietly(() => this.#signal.removeEventListener('abort', this.#listener));
  }
}

const watches = /* @__PURE__ */ new WeakMap<AbortSignal, Watch>();

/** Tells `target` when the caller gives up; at once, when that has happened. */
export function watch(signal: AbortSignal, target: AbortTarget): void {
  const found = watches.get(signal) ?? new Watch(signal);
  watches.set(signal, found);
  found.targets.add(target);
  if (isAborted(signal)) target.onAbort();
}

/** Leaves nothing on the signal, which may live much longer than the call. */
export function unwatch(signal: AbortSignal, target: AbortTarget): void {
  const found = watches.get(signal);
  found?.targets.delete(target);
  if (found?.targets.size !== 0) return;
  found.end();
  watches.delete(signal);
}

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
