import { describe } from '../core/untrusted.ts';

/** Checks an argument. @throws RangeError unless it fits. */
export function requireRange(option: string, value: unknown, rule: string, fits: (value: number) => boolean): void {
  if (typeof value === 'number' && fits(value)) return;
  throw new RangeError(`\`${option}\` must be ${rule}. Received ${describe(value)}.`);
}

/** Checks a number of calls. @throws RangeError unless it is a whole number of 1 or more. */
export function requireCount(option: string, value: unknown): void {
  requireRange(option, value, 'a whole number of 1 or more', (count) => Number.isSafeInteger(count) && count >= 1);
}
