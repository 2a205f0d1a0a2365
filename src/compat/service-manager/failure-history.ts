import { Newest } from '../newest.ts';
import type { FailureEvent, FailureType } from './failure-event.ts';

/** Which failures are meant; what is left out is any. */
export interface FailureCriteria {
  readonly serviceName?: string | null | undefined;
  readonly failureType?: FailureType | null | undefined;
  /** This moment, or later. */
  readonly since?: Date | null | undefined;
}

const MOST_FAILURES = 1_000;

/** The newest 1 000 failures. They decide nothing about a circuit. */
export class FailureHistory {
  readonly #events = new Newest<FailureEvent>(MOST_FAILURES);

  add(event: FailureEvent): void {
    this.#events.add(event);
  }

  /** The oldest first. */
  select({ serviceName, failureType, since }: FailureCriteria = {}): readonly FailureEvent[] {
    return this.#events.items.filter(
      (event) => (serviceName ?? event.serviceName) === event.serviceName && (failureType ?? event.failureType) === event.failureType && (since ?? event.timestamp) <= event.timestamp,
    );
  }

  clear(): void {
    this.#events.clear();
  }
}
