import { peek } from './error-codes.ts';

/** Node's `fetch` keeps the code on `cause`, other clients deeper; a longer chain is not followed. */
const DEEPEST_CAUSE = 5;

/** What `find` says of the first error along a `cause` chain, itself included, of which it says anything. */
export function firstAlongCauses<T>(error: unknown, find: (error: unknown) => T | undefined): T | undefined {
  let current = error;
  for (let depth = 0; depth <= DEEPEST_CAUSE && current !== undefined && current !== null; depth += 1) {
    const found = find(current);
    if (found !== undefined) return found;
    current = peek(current, 'cause');
  }
  return undefined;
}
