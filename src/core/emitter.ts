import { isPrimitive, safeThen } from './untrusted.ts';

/** The result of one `on()`. A function may subscribe twice, and each subscription ends on its own. */
interface Subscription {
  readonly listener: (event: never) => unknown;
  /** Later subscriptions have a larger number. */
  readonly number: number;
  readonly onEnd: (() => void) | undefined;
}

/** An event that waits for its listeners. */
interface Waiting {
  readonly deliver: () => void;
  /** How many listeners in turn have caused it: 0 if none did. */
  readonly depth: number;
}

/** Events that listeners of listeners' events may cause in a row. The rest is dropped. */
const MOST_ECHOES = 10_000;

/** Receives the events of many emitters. */
export interface EventSink<Events extends object> {
  readonly hasListeners: boolean;
  has(name: keyof Events): boolean;
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
}

/**
 * Typed events. Listeners run in order. An event that a listener causes waits until all listeners have received the
 * current one. Errors of listeners go to `onError` only. A listener that causes its own event without end is stopped.
 */
export class Emitter<Events extends object> implements EventSink<Events> {
  hasListeners = false;
  /** Receives every event after the listeners. */
  parent: EventSink<Events> | null = null;
  readonly #subscriptions = new Map<keyof Events, Set<Subscription>>();
  readonly #onError: (error: unknown) => void;
  readonly #waiting: Waiting[] = [];
  #subscribed = 0;
  /** The depth of the event that listeners receive now. −1 if there is none. */
  #depth = -1;
  #echoes = 0;
  #holds = 0;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** @param onEnd called when the subscription ends, also by `clear()`. */
  on<Name extends keyof Events>(
    name: Name, listener: (event: Events[Name]) => unknown, onEnd?: () => void,
  ): () => void {
    const subscriptions = this.#subscriptions.get(name) ?? new Set();
    const subscription: Subscription = { listener, number: (this.#subscribed += 1), onEnd };
    this.#subscriptions.set(name, subscriptions.add(subscription));
    this.hasListeners = true;
    return () => {
      subscriptions.delete(subscription);
      if (subscriptions.size === 0 && this.#subscriptions.get(name) === subscriptions) this.#subscriptions.delete(name);
      this.hasListeners = this.#subscriptions.size > 0;
      onEnd?.();
    };
  }

  has(name: keyof Events): boolean {
    return this.#subscriptions.has(name) || this.parent?.has(name) === true;
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    if (!this.has(name)) return;
    const depth = this.#depth + 1;
    if (depth > 1 && (this.#echoes += 1) > MOST_ECHOES) {
      const problem = `A listener causes \`${String(name)}\` without end. Events were dropped after ${MOST_ECHOES}.`;
      if (this.#echoes === MOST_ECHOES + 1) this.#onError(new Error(problem));
      return;
    }
    const subscriptions = this.#subscriptions.get(name) ?? [];
    const latest = this.#subscribed;
    const deliver = (): void => {
      for (const { listener, number } of subscriptions) if (number <= latest) this.#call(listener, event);
      this.parent?.emit(name, event);
    };
    this.#waiting.push({ deliver, depth });
    this.#drain();
  }

  /** Delays events until `run` has returned, so that listeners see all related changes. */
  batch(run: () => void): void {
    this.#holds += 1;
    try {
      run();
    } finally {
      // No call here. After a stack overflow, it would overflow again and delay all later events forever.
      this.#holds -= 1;
    }
    this.#drain();
  }

  #drain(): void {
    if (this.#depth >= 0 || this.#holds > 0) return;
    const waiting = this.#waiting;
    let done = 0;
    this.#depth = this.#echoes = 0;
    try {
      while (done < waiting.length) {
        const { deliver, depth } = waiting[done] as Waiting;
        done += 1;
        this.#depth = depth;
        deliver();
      }
    } finally {
      // No call before this line, for the same reason as in `batch`.
      this.#depth = -1;
      waiting.splice(0, done);
    }
  }

  #call(listener: Subscription['listener'], event: unknown): void {
    try {
      const result = listener(event as never);
      if (!isPrimitive(result)) safeThen(result, () => {}, this.#onError);
    } catch (error) {
      this.#onError(error);
    }
  }

  clear(): void {
    for (const subscriptions of this.#subscriptions.values()) {
      for (const { onEnd } of subscriptions) onEnd?.();
      subscriptions.clear();
    }
    this.#subscriptions.clear();
    this.hasListeners = false;
    this.parent = null;
  }
}
