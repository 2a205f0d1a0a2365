import { peek } from './error-codes.ts';

/** Node's `fetch` keeps the code on `cause`, other clients deeper; a longer chain is not followed. */
const DEEPEST_CAUSE = 5;

/** Asks of an error and, until the answer is yes, of each along its `cause` chain. */
export function alongCauses(matches: (error: unknown) => boolean): (error: unknown) => boolean {
  return (error) => {
    let current = error;
    for (let depth = 0; depth <= DEEPEST_CAUSE && current !== undefined && current !== null; depth += 1) {
      if (matches(current)) return true;
      current = peek(current, 'cause');
    }
    return false;
  };
}
