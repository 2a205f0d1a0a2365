import { follow, isPrimitive } from './untrusted.ts';

/** One `on()`: the same function may be there twice, and each goes by itself. */
interface Subscription {
  readonly listener: (event: never) => unknown;
  active: boolean;
}

/** Where the events of many emitters go, after the listeners of each. */
export interface Audience<Events extends object> {
  /** Whether anybody listens to anything. */
  readonly heard: boolean;
  has(name: keyof Events): boolean;
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
}

/** Nobody. */
export const SILENCE: Audience<object> = { heard: false, has: () => false, emit: () => {} };

/**
 * Typed events. Listeners are called in order; an event that a listener causes waits until all have seen the present one,
 * and what a listener throws goes to `onError` and nowhere else.
 */
export class Emitter<Events extends object> implements Audience<Events> {
  heard = false;
  audience: Audience<Events>;
  readonly #subscriptions = new Map<keyof Events, readonly Subscription[]>();
  readonly #onError: (error: unknown) => void;
  readonly #waiting: (() => void)[] = [];
  #busy = false;
  #holds = 0;

  constructor(onError: (error: unknown) => void, audience: Audience<Events> = SILENCE) {
    this.#onError = onError;
    this.audience = audience;
  }

  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => unknown): () => void {
    const subscription: Subscription = { listener, active: true };
    this.#subscriptions.set(name, [...(this.#subscriptions.get(name) ?? []), subscription]);
    this.heard = true;
    return () => {
      subscription.active = false;
      const rest = (this.#subscriptions.get(name) ?? []).filter((other) => other !== subscription);
      if (rest.length === 0) this.#subscriptions.delete(name);
      else this.#subscriptions.set(name, rest);
      this.heard = this.#subscriptions.size > 0;
    };
  }

  has(name: keyof Events): boolean {
    return this.#subscriptions.has(name) || this.audience.has(name);
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    if (!this.has(name)) return;
    const subscriptions = this.#subscriptions.get(name) ?? [];
    this.#waiting.push(() => {
      for (const subscription of subscriptions) if (subscription.active) this.#call(subscription, event);
      this.audience.emit(name, event);
    });
    this.#drain();
  }

  /** Keeps events back until `run` is through, so that listeners find everything that belongs together in place. */
  batch(run: () => void): void {
    this.#holds += 1;
    try {
      run();
    } finally {
      // No call here: after a stack overflow it would overflow again, and hold back every event to come.
      this.#holds -= 1;
    }
    this.#drain();
  }

  #drain(): void {
    if (this.#busy || this.#holds > 0) return;
    this.#busy = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next();
    this.#busy = false;
  }

  #call({ listener }: Subscription, event: unknown): void {
    try {
      const result = listener(event as never);
      if (!isPrimitive(result)) follow(result, () => {}, this.#onError);
    } catch (error) {
      this.#onError(error);
    }
  }

  clear(): void {
    for (const subscriptions of this.#subscriptions.values()) for (const subscription of subscriptions) subscription.active = false;
    this.#subscriptions.clear();
    this.heard = false;
    this.audience = SILENCE;
  }
}

/** The same, where perhaps nobody listens. */
export function batch<Events extends object>(emitter: Emitter<Events> | null, run: () => void): void {
  if (emitter === null) run();
  else emitter.batch(run);
}
