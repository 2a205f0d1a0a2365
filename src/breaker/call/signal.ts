import { type DropTarget, whenDropped } from '../../core/dropped.ts';
import { describe, safeGet, tryOrUndefined } from '../../core/untrusted.ts';

/** A call that ends when its caller aborts it. */
export interface AbortTarget {
  onAbort(): void;
}

/** Whether the caller has aborted. A signal is a user object, so its getters may throw. */
export function isAborted(signal: AbortSignal | undefined): boolean {
  return safeGet(signal, 'aborted') === true;
}

/** The reasons of our own aborts, where the platform's controller doesn't keep them. */
const reasons = /* @__PURE__ */ new WeakMap<AbortSignal, unknown>();

/** Why the caller has aborted. React Native has signals without a reason. */
export function reasonOf(signal: AbortSignal | undefined): unknown {
  const reason = safeGet(signal, 'reason');
  if (reason !== undefined || signal === undefined) return reason;
  return reasons.get(signal) ?? Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' });
}

function abortWith(controller: AbortController, reason: unknown): void {
  const { signal } = controller;
  reasons.set(signal, reason);
  controller.abort(reason);
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

/** Passes the caller's abort on after the call, because what the operation returned may still be in use. */
class Follower implements AbortTarget, DropTarget {
  constructor(readonly callerSignal: AbortSignal, readonly controller: WeakRef<AbortController>) {}

  onAbort(): void {
    const controller = this.controller.deref();
    if (controller !== undefined) abortWith(controller, reasonOf(this.callerSignal));
  }

  onDrop(): void {
    unwatch(this.callerSignal, this);
  }
}

/** Controllers that live as long as their signals. */
const followed = /* @__PURE__ */ new WeakMap<AbortSignal, AbortController>();

function follow(callerSignal: AbortSignal, controller: AbortController): void {
  const follower = new Follower(callerSignal, new WeakRef(controller));
  if (!whenDropped(controller, follower)) return;
  followed.set(controller.signal, controller);
  watch(callerSignal, follower);
}

/** The argument of an operation. */
export interface CallContext {
  /** Aborts when the call times out, and when its caller aborts, even after the call. Created on first use. */
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
    if (source instanceof Aborted || isAborted(source)) {
      abortWith(controller, source instanceof Aborted ? source.reason : reasonOf(source));
    }
    return controller.signal;
  }

  /** Static, so that operations can't abort themselves with it. */
  static abort(context: OperationContext, reason: unknown): void {
    const source = context.#source;
    // In Cloudflare Workers, the signal of another request throws.
    if (source instanceof AbortController) tryOrUndefined(() => abortWith(source, reason));
    else context.#source = new Aborted(reason);
  }

  /** Lets the signal of an operation that has succeeded follow the caller's. */
  static follow(context: OperationContext, callerSignal: AbortSignal): void {
    const source = context.#source;
    if (source instanceof AbortController && !isAborted(callerSignal)) follow(callerSignal, source);
  }
}

/** The context of an operation in mode `off`, which gets the signal of its caller. */
export function bypassContext(signal: AbortSignal | undefined): CallContext {
  return signal === undefined ? new OperationContext(undefined) : { signal };
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
