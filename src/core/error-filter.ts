import { describe, ignoreRejection, safeGet } from './untrusted.ts';

/** Node's `fetch` has the code on `cause`, other clients have it deeper. Longer chains aren't followed. */
const DEEPEST_CAUSE = 5;

/** Makes a predicate that also matches the causes of an error. */
export function alongCauses(matches: (error: unknown) => boolean): (error: unknown) => boolean {
  return (error) => {
    let current = error;
    for (let depth = 0; depth <= DEEPEST_CAUSE && current !== undefined && current !== null; depth += 1) {
      if (matches(current)) return true;
      current = safeGet(current, 'cause');
    }
    return false;
  };
}

/** `Error` or a class that extends it. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** Selects errors by class, name or code, status, or predicate. */
export type ErrorFilter = ErrorClass | string | number | ((error: unknown) => boolean);

/** Makes one predicate. Classes, names, codes and statuses are also matched along the `cause` chain. */
export function compileFilters(filters: ErrorFilter | readonly ErrorFilter[]): (error: unknown) => boolean {
  const matchers = [filters].flat().map((filter) => matcherOf(filter as ErrorFilter));
  return (error) => matchers.some((matches) => matches(error));
}

function matcherOf(filter: ErrorFilter): (error: unknown) => boolean {
  const has = (...keys: readonly string[]) =>
    alongCauses((error) => keys.some((key) => safeGet(error, key) === filter));
  if (typeof filter === 'string') return has('name', 'code');
  if (typeof filter === 'number') return has('status', 'statusCode');
  if (isErrorClass(filter)) return alongCauses((error) => error instanceof filter);
  return strictBoolean(filter as (error: unknown) => boolean);
}

/** True for `Error` and for classes that extend it. */
export function isErrorClass(filter: unknown): filter is ErrorClass {
  if (typeof filter !== 'function') return false;
  const prototype: unknown = filter.prototype;
  return prototype === Error.prototype || prototype instanceof Error;
}

/** Makes a predicate that throws on other results than booleans, such as the promise of an async predicate. */
export function strictBoolean<T>(predicate: (subject: T) => boolean): (subject: T) => boolean {
  return (subject) => {
    const answer: unknown = predicate(subject);
    if (typeof answer === 'boolean') return answer;
    ignoreRejection(answer);
    throw new TypeError(`A predicate must return a boolean. It returned ${describe(answer)}.`);
  };
}
