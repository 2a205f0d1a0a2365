import type { Circuit } from '../breaker/circuit/circuit.ts';
import type { Observer } from '../breaker/circuit/observer.ts';
import type { Emitter } from '../core/emitter.ts';
import type { CircuitEvents } from '../core/events.ts';
import type { KeyedPlace, ManagerEvents } from './manager-events.ts';

/** Passes the events of a breaker to its manager, with the tags and the place of the breaker. */
export class PlacedEvents implements Observer {
  readonly #emitter: Emitter<ManagerEvents>;
  readonly #circuit: Circuit;
  readonly #keyed: KeyedPlace | undefined;

  constructor(emitter: Emitter<ManagerEvents>, circuit: Circuit, keyed: KeyedPlace | undefined) {
    this.#emitter = emitter;
    this.#circuit = circuit;
    this.#keyed = keyed;
  }

  get hasListeners(): boolean {
    return this.#emitter.hasListeners;
  }

  has(name: keyof CircuitEvents): boolean {
    return this.#emitter.has(name);
  }

  emit<Name extends keyof CircuitEvents>(name: Name, event: CircuitEvents[Name]): void {
    if (!this.has(name)) return;
    const placed = { ...event, tags: this.#circuit.tags, keyed: this.#keyed };
    this.#emitter.emit(name, placed as unknown as ManagerEvents[Name]);
  }
}
