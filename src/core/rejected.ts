import { isRejection } from './errors.ts';
import { codesOf, innerOf, statusOf } from './facts.ts';
import { safeGet, tryOrUndefined } from './untrusted.ts';

/** Errors of a tree that are looked at. Larger trees, and cycles, are no rejections. */
const MOST_ERRORS = 50;

/**
 * Whether an error only passes on that a breaker rejected a call: along its causes, and in an `AggregateError` of
 * nothing else. An error with a status or a code of its own says something else.
 */
export function isRejected(error: unknown, seen?: { errors: number }): boolean {
  if (isRejection(error)) return true;
  const inner = innerOf(error);
  return inner !== undefined && inner !== null && passesOn(error, inner, seen ?? { errors: 0 });
}

function passesOn(error: unknown, inner: unknown, seen: { errors: number }): boolean {
  const codes = codesOf(error);
  // It has the errors of its fallbacks, too.
  const isFallback = codes[0] === 'ERR_CIRCUIT_FALLBACK';
  seen.errors += 1;
  if (seen.errors > MOST_ERRORS || (codes.length > 0 && !isFallback) || statusOf(error) !== undefined) return false;
  const errors = isFallback ? undefined : safeGet(error, 'errors');
  const all: readonly unknown[] = Array.isArray(errors) && errors.length > 0 ? errors : [inner];
  // Reading a list may throw.
  return tryOrUndefined(() => all.every((each) => isRejected(each, seen))) === true;
}
