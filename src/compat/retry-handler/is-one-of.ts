import type { ErrorClass } from '../../core/error-filter.ts';

/** Whether an error is an instance of one of the classes. */
export function isOneOf(error: unknown, classes: readonly ErrorClass[]): boolean {
  return classes.some((type) => error instanceof type);
}
