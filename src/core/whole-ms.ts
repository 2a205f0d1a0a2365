/** A clock's fractions leave errors far below this. */
const ROUNDING_ERROR_MS = 1e-6;

/** Whole milliseconds, rounded up; 0 when nothing is left. */
export function wholeMs(ms: number): number {
  return Math.max(0, Math.ceil(ms - ROUNDING_ERROR_MS));
}
