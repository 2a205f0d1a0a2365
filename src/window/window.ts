/** One outcome in a window, as bits: `FAILED`, `SLOW`, both or neither. */
export type OutcomeBits = 0 | 1 | 2 | 3;

/** The bit of a failure. */
export const FAILED = 1;
/** The bit of a slow call. */
export const SLOW = 2;

/** The recent outcomes that the rates are taken from. All operations take constant time. */
export interface Window {
  /** Outcomes in the window, as of the last `record` or `roll`. */
  readonly calls: number;
  readonly failures: number;
  readonly slowCalls: number;
  record(outcome: OutcomeBits, now: number): void;
  /** Drops what is too old. */
  roll(now: number): void;
  clear(): void;
}
