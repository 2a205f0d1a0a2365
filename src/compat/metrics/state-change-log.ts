import { Newest } from '../newest.ts';

/** A state change that somebody recorded. */
export interface RecordedStateChange {
  /** Whose. */
  readonly circuitName: string;
  /** The state that ended, as it was given. */
  readonly oldState: string;
  /** The state that began, as it was given. */
  readonly newState: string;
  /** Seconds since the Unix epoch. */
  readonly timestamp: number;
}

/** The newest 1 000 state changes of all circuits, as they were told; it decides nothing. */
export class StateChangeLog {
  readonly #changes = new Newest<RecordedStateChange>(1_000);

  /** Those of one circuit, the oldest first; without a name those of all. */
  of(name?: string): readonly RecordedStateChange[] {
    return this.#changes.items.filter(({ circuitName }) => name === undefined || circuitName === name);
  }

  /** Adds one. */
  add(change: RecordedStateChange): void {
    this.#changes.add(change);
  }

  /** Forgets those of one circuit; without a name those of all. */
  forget(name?: string): void {
    this.#changes.keep(({ circuitName }) => name !== undefined && circuitName !== name);
  }
}
