import { isPrimitive, safeThen } from './untrusted.ts';

/** The result of one `on()`. A function may subscribe twice, and each subscription ends on its own. */
interface Subscription {
  readonly listener: (event: never) => unknown;
  active: boolean;
}

/** Receives the events of many emitters. */
export interface EventSink<Events extends object> {
  readonly hasListeners: boolean;
  has(name: keyof Events): boolean;
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
}

/**
 * Typed events. Listeners run in order. An event that a listener causes waits until all listeners have received the
 * current one. Errors of listeners go to `onError` only.
 */
export class Emitter<Events extends object> implements EventSink<Events> {
  hasListeners = false;
  /** Receives every event after the listeners. */
  parent: EventSink<Events> | null = null;
  readonly #subscriptions = new Map<keyof Events, readonly Subscription[]>();
  readonly #onError: (error: unknown) => void;
  readonly #waiting: (() => void)[] = [];
  #busy = false;
  #holds = 0;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => unknown): () => void {
    const subscription: Subscription = { listener, active: true };
    this.#subscriptions.set(name, [...(this.#subscriptions.get(name) ?? []), subscription]);
    this.hasListeners = true;
    return () => {
      subscription.active = false;
      const rest = (this.#subscriptions.get(name) ?? []).filter((other) => other !== subscription);
      if (rest.length === 0) this.#subscriptions.delete(name);
      else this.#subscriptions.set(name, rest);
      this.hasListeners = this.#subscriptions.size > 0;
    };
  }

  has(name: keyof Events): boolean {
    return this.#subscriptions.has(name) || this.parent?.has(name) === true;
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    if (!this.has(name)) return;
    const subscriptions = this.#subscriptions.get(name) ?? [];
    this.#waiting.push(() => {
      for (const subscription of subscriptions) if (subscription.active) this.#call(subscription, event);
      this.parent?.emit(name, event);
    });
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
    if (this.#busy || this.#holds > 0) return;
    this.#busy = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next();
    } finally {
      this.#busy = false;
    }
  }

  #call({ listener }: Subscription, event: unknown): void {
    try {
      const result = listener(event as never);
      if (!isPrimitive(result)) safeThen(result, () => {}, this.#onError);
    } catch (error) {
      this.#onError(error);
    }
  }

  clear(): void {
    for (const subscriptions of this.#subscriptions.values()) for (const each of subscriptions) each.active = false;
    this.#subscriptions.clear();
    this.hasListeners = false;
    this.parent = null;
  }
}
