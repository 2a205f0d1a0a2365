import { along, codesOf, matches, namesOf, statusOf } from './facts.ts';
import type { ErrorReporter } from './reporter.ts';
import { describe, ignoreRejection, tryOrUndefined } from './untrusted.ts';

/** `Error` or a class that extends it. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** Selects errors by class, by name, code or status, or by predicate. */
export type ErrorFilter = ErrorClass | string | number | ((error: unknown) => boolean);

/** One error of a chain, as filters see it. */
export interface Link {
  readonly error: unknown;
  /** Whether it is the error that was thrown. Predicates are only asked about that. */
  readonly isOuter: boolean;
  /** Status and codes. Empty if an outer error has some: the first error that has one decides. */
  readonly facts: readonly string[];
}

export type LinkFilter = (link: Link) => boolean;

/** Visits an error and those that it wraps, until `decide` returns something. */
export function alongLinks<T>(
  subject: unknown, isThrown: boolean, decide: (link: Link) => T | undefined,
): T | undefined {
  let hasStatus = false;
  let hasCode = false;
  return along(subject, (error) => {
    const status = hasStatus ? undefined : statusOf(error);
    const codes = hasCode ? [] : codesOf(error);
    hasStatus ||= status !== undefined;
    hasCode ||= codes.length > 0;
    const facts = (status === undefined ? codes : [status, ...codes]).map(String);
    return decide({ error, isOuter: isThrown && Object.is(error, subject), facts });
  });
}

/** Makes one filter of a list. */
export function linkFilter(filters: ErrorFilter | readonly ErrorFilter[]): LinkFilter {
  const matchers = [filters].flat().map((filter) => matcherOf(filter as ErrorFilter));
  return (link) => matchers.some((selects) => selects(link));
}

/** Errors after which filters are reported that never had a fact to compare with. */
const MANY_ERRORS = 100;
const NO_FACTS = 'A filter has a number, but none of 100 errors had a status or a code. Use a predicate.';

/** Watches whether filters by number ever have something to compare. Reports it once if they don't. */
export function factWatch(filters: readonly unknown[], reporter: ErrorReporter): (hasFacts: boolean) => void {
  let left = filters.some((filter) => matches(/^\d+$/, filter)) ? MANY_ERRORS : 0;
  return (hasFacts) => {
    if (left === 0 || hasFacts) {
      left = 0;
      return;
    }
    left -= 1;
    if (left > 0) return;
    reporter.report('classifier', new TypeError(NO_FACTS));
  };
}

/** Makes a predicate. Only a predicate of the user makes it throw. */
export function compileFilters(
  filters: ErrorFilter | readonly ErrorFilter[], watch: (hasFacts: boolean) => void = () => {},
): (error: unknown) => boolean {
  const selects = linkFilter(filters);
  return (error) => {
    let hasFacts = false;
    const selected = alongLinks(error, true, (link) => {
      hasFacts ||= link.facts.length > 0;
      return selects(link) || undefined;
    });
    watch(hasFacts || selected === true);
    return selected === true;
  };
}

function matcherOf(filter: ErrorFilter): LinkFilter {
  if (typeof filter !== 'function') {
    const text = String(filter);
    return ({ error, facts }) => facts.includes(text) || (typeof filter === 'string' && namesOf(error).includes(text));
  }
  if (isErrorClass(filter)) return ({ error }) => error instanceof filter;
  const selects = strictBoolean(filter as (error: unknown) => boolean);
  return ({ error, isOuter }) => isOuter && selects(error);
}

/** True for `Error` and for classes that extend it. */
export function isErrorClass(filter: unknown): filter is ErrorClass {
  const isClass = (): boolean => filter === Error || (filter as Function).prototype instanceof Error;
  return typeof filter === 'function' && tryOrUndefined(isClass) === true;
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
