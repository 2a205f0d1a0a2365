/** One outcome in a window, as bits: `FAILED`, `SLOW`, both or neither. */
export type OutcomeBits = 0 | 1 | 2 | 3;

export const FAILED = 1;
export const SLOW = 2;

/** The recent outcomes that the rates are taken from. All operations take constant time. */
export interface Window {
  /** Outcomes in the window, as of the last `record` or `roll`. */
  readonly calls: number;
  readonly failures: number;
  readonly slowCalls: number;
  record(outcome: OutcomeBits, now: number): void;
  /** Drops outcomes that are too old. Missing in a window of calls. */
  roll?(now: number): void;
  /** Makes the outcomes older than the clock says. Missing in a window of calls. */
  age?(ms: number): void;
  clear(): void;
}
