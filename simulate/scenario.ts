import type { Clock } from 'unified-circuit-breaker';
import type { Dependency } from './dependency.ts';

/** A dependency with a fault, and who calls it. */
export interface Scenario {
  /** Unique. */
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  readonly durationMs: number;
  /** When the fault begins and ends; both equal the duration where there is none. Draws may be taken. */
  readonly fault: (random: () => number) => { readonly from: number; readonly to: number };
  /** Calls a second, of all instances together. */
  readonly rps: (now: number) => number;
  /** Processes, each with a breaker of its own. */
  readonly instances: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** Keys, each called equally often. */
  readonly keys: number;
  /** What the dependency could serve at most during the fault, in calls a second; undefined where it has no queue. */
  readonly capacityRps?: number;
  readonly dependency: (
    time: Clock,
    random: () => number,
    fault: { readonly from: number; readonly to: number },
  ) => Dependency;
}
