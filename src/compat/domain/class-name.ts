import { isCircuitBreakerTimeoutError } from '../../core/errors.ts';
import { nameOf, quietly } from '../../core/untrusted.ts';

/** The name of an error, or of its class where it has none of its own. A timeout of the breaker is a `TimeoutError`, as legacy code knew it. */
export function classNameOf(error: unknown): string {
  if (isCircuitBreakerTimeoutError(error)) return 'TimeoutError';
  const name = nameOf(error);
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name;
  const constructed: unknown = quietly(() => (error as { readonly constructor?: { readonly name?: unknown } }).constructor?.name);
  return typeof constructed === 'string' ? constructed : typeof error;
}

/** Whether an error is one of the listed, by its exact name; an error that inherits from a listed one, under a name of its own, is not. */
export function isListed(error: unknown, names: readonly string[]): boolean {
  return names.includes(classNameOf(error));
}
