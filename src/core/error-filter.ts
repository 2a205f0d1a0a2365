import { describe, disarm, peek } from './untrusted.ts';

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

/** `Error` or a class that inherits it. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** Picks errors: a class, a name or code, a status, or a predicate. */
export type ErrorFilter = ErrorClass | string | number | ((error: unknown) => boolean);

/** A predicate over one error; an error class, name, code or status is also looked up along its `cause` chain. */
export function compileFilters(filters: ErrorFilter | readonly ErrorFilter[]): (error: unknown) => boolean {
  const matchers = (Array.isArray(filters) ? (filters as readonly ErrorFilter[]) : [filters as ErrorFilter]).map(matcherOf);
  return (error) => matchers.some((matches) => matches(error));
}

function matcherOf(filter: ErrorFilter): (error: unknown) => boolean {
  if (typeof filter === 'string') return alongCauses((error) => peek(error, 'name') === filter || peek(error, 'code') === filter);
  if (typeof filter === 'number') return alongCauses((error) => peek(error, 'status') === filter || peek(error, 'statusCode') === filter);
  if (isErrorClass(filter)) return alongCauses((error) => error instanceof filter);
  return strictBoolean(filter as (error: unknown) => boolean);
}

/** A function whose prototype is, or inherits, `Error.prototype`. */
export function isErrorClass(filter: unknown): filter is ErrorClass {
  if (typeof filter !== 'function') return false;
  const prototype: unknown = filter.prototype;
  return prototype === Error.prototype || prototype instanceof Error;
}

/** An answer that is not a boolean, such as the promise of an async predicate, is a mistake and not a yes. */
export function strictBoolean<T>(predicate: (subject: T) => boolean): (subject: T) => boolean {
  return (subject) => {
    const answer: unknown = predicate(subject);
    if (typeof answer === 'boolean') return answer;
    disarm(answer);
    throw new TypeError(`Expected the predicate to return a boolean, got ${describe(answer)}`);
  };
}
