import { systemClock } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import { Newest } from '../newest.ts';
import type { FailureType } from './failure-type.ts';

/** One failure of an agent, as it was told. */
export interface FailureRecord {
  /** When it was recorded. */
  readonly timestamp: Date;
  /** What kind of failure it was. */
  readonly failureType: FailureType;
  /** What the agent said. */
  readonly errorMessage: string;
  /** Which agent failed. */
  readonly agentName: string;
  /** For which user; null when nobody said. */
  readonly userId: string | null;
  /** What else is known; null when nothing is. */
  readonly context: Readonly<Record<string, unknown>> | null;
}

/** The most that are kept for one agent. */
const MOST_RECORDS = 1_000;

/** The newest 1 000 failures of one agent, for people to look at. They decide nothing. */
export class FailureRecords {
  readonly #clock: Clock;
  readonly #records = new Newest<{ readonly at: number; readonly record: FailureRecord }>(MOST_RECORDS);

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Keeps one more. */
  add(failure: Omit<FailureRecord, 'timestamp'>): void {
    this.#records.add({ at: this.#clock.now(), record: { timestamp: new Date(this.#clock.wall()), ...failure } });
  }

  /** Those of the last `windowMs` milliseconds, the oldest first. */
  within(windowMs: number): readonly FailureRecord[] {
    const now = this.#clock.now();
    return this.#records.items.filter(({ at }) => now - at <= windowMs).map(({ record }) => record);
  }

  /** Forgets all. */
  clear(): void {
    this.#records.clear();
  }
}
