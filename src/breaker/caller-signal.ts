import { peek } from '../core/error-codes.ts';
import { quietly } from '../core/quietly.ts';

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
