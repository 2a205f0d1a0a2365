import { describe, safeGet, tryOrUndefined } from '../../core/untrusted.ts';

/** A call that ends when its caller aborts it. */
export interface AbortTarget {
  onAbort(): void;
}

/** Whether the caller has aborted. A signal is a user object, so its getters may throw. */
export function isAborted(signal: AbortSignal | undefined): boolean {
  return safeGet(signal, 'aborted') === true;
}

export function reasonOf(signal: AbortSignal | undefined): unknown {
  return safeGet(signal, 'reason');
}

/** One listener for all calls of a signal. Platforms warn at 11 listeners, and removing one of many is slow. */
interface Watch {
  readonly targets: Set<AbortTarget>;
  end(): void;
}

function startWatch(signal: AbortSignal): Watch {
  const targets = new Set<AbortTarget>();
  const listener = (): void => {
    // A target may remove others.
    for (const target of new Set(targets)) if (targets.has(target)) target.onAbort();
  };
  tryOrUndefined(() => signal.addEventListener('abort', listener));
  return { targets, end: () => tryOrUndefined(() => signal.removeEventListener('abort', listener)) };
}

const watches = /* @__PURE__ */ new WeakMap<AbortSignal, Watch>();

/** Calls `target.onAbort()` when the caller aborts, immediately if that has happened. */
export function watch(signal: AbortSignal, target: AbortTarget): void {
  const found = watches.get(signal) ?? startWatch(signal);
  watches.set(signal, found);
  found.targets.add(target);
  if (isAborted(signal)) target.onAbort();
}

/** Stops watching. A signal may live much longer than the call. */
export function unwatch(signal: AbortSignal, target: AbortTarget): void {
  const found = watches.get(signal);
  found?.targets.delete(target);
  if (found?.targets.size !== 0) return;
  found.end();
  watches.delete(signal);
}

/** The argument of an operation. */
export interface CallContext {
  /** Aborts when the call times out or its caller aborts. Created on first use. */
  readonly signal: AbortSignal;
}

/** The function that a call runs. */
export type Operation<T> = (context: CallContext) => T | PromiseLike<T>;

/** An abort before the operation has read its signal. */
class Aborted {
  constructor(readonly reason: unknown) {}
}

/** The context of one call. It is never reused, because operations may keep it. */
export class OperationContext implements CallContext {
  /** The controller, or what it will be made from. One field keeps the context small, which every call creates. */
  #source: AbortController | AbortSignal | Aborted | undefined;

  constructor(callerSignal: AbortSignal | undefined) {
    this.#source = callerSignal;
  }

  get signal(): AbortSignal {
    const source = this.#source;
    if (source instanceof AbortController) return source.signal;
    const controller = new AbortController();
    this.#source = controller;
    if (source instanceof Aborted || isAborted(source)) controller.abort(safeGet(source, 'reason'));
    return controller.signal;
  }

  /** Static, so that operations can't abort themselves with it. */
  static abort(context: OperationContext, reason: unknown): void {
    const source = context.#source;
    // In Cloudflare Workers, the signal of another request throws.
    if (source instanceof AbortController) tryOrUndefined(() => source.abort(reason));
    else context.#source = new Aborted(reason);
  }
}

/**
 * The error for an operation that isn't a function. A promise is the usual mistake.
 * @param before the arguments before the operation.
 */
export function notAFunction(method: string, operation: unknown, before = ''): TypeError {
  // A synchronous operation can't return the promise.
  const usable = method.replace('Sync', '');
  const hint = describe(operation) === 'a promise' ? ` Write \`${usable}(${before}() => fetch(url))\`.` : '';
  return new TypeError(`\`${method}()\` expects a function but received ${describe(operation)}.${hint}`);
}
