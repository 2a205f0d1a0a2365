import { isCircuitBreakerTimeoutError, isRejection } from '../../core/errors.ts';
import { nameOf } from '../../core/untrusted.ts';
import { errorText } from '../error-text.ts';

/** What an error of a language model was, by its text. */
export type LLMFailureType = 'timeout' | 'rate_limit' | 'auth_error' | 'network_error' | 'validation_error' | 'api_error' | 'unknown';

/** The text of an error in lower case, to look for words in. */
export function messageOf(error: unknown): string {
  return errorText(error).toLowerCase();
}

function isTimeout(error: unknown): boolean {
  return isCircuitBreakerTimeoutError(error) || nameOf(error) === 'TimeoutError' || messageOf(error).includes('timeout');
}

/** Texts by which an error is known, in the order in which they are tried. */
const TEXTS: readonly (readonly [type: LLMFailureType, texts: readonly string[]])[] = [
  ['rate_limit', ['rate limit', '429']],
  ['auth_error', ['auth', '401', '403']],
  ['network_error', ['network', 'connection']],
  ['validation_error', ['validation']],
  ['api_error', ['api', '500']],
];

/** The kind of an error: a timeout by its class or its text, the others by their text. */
export function failureTypeOf(error: unknown): LLMFailureType {
  if (isTimeout(error)) return 'timeout';
  const message = messageOf(error);
  return TEXTS.find(([, texts]) => texts.some((text) => message.includes(text)))?.[0] ?? 'unknown';
}

const TRANSIENT: readonly string[] = ['overloaded', 'rate limit', 'timeout', '429', '503', '504', 'temporarily'];

/** Whether an error may be over soon, by its text. A rejection by a breaker is not worth an attempt, whatever numbers are in its text. */
export function isTransient(error: unknown): boolean {
  if (isRejection(error)) return false;
  const message = messageOf(error);
  return isTimeout(error) || TRANSIENT.some((text) => message.includes(text));
}
