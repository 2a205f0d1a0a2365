import { describe, peek } from '../core/untrusted.ts';

/** The message of an error, a text itself, and what anything else is. Never throws. */
export function errorText(error: unknown): string {
  if (typeof error === 'string') return error;
  const message = peek(error, 'message');
  return typeof message === 'string' ? message : describe(error);
}
