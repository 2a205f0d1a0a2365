import type { Fallbacks } from '../breaker/options/fallback.ts';

/** Gives a value in place of a function's: it is called with the error and the arguments, and with the same `this`. */
export type FacadeFallback<Args extends readonly unknown[], F> = (error: unknown, ...args: Args) => F | PromiseLike<F>;

/** One link of a chain: a function, or a value. Spelled out, because a union with `unknown` would tell a function nothing of its parameters. */
export type FacadeLink<Args extends readonly unknown[]> = FacadeFallback<Args, unknown> | object | string | number | bigint | boolean | symbol | null;
/** A link, or a list of links that is tried in order. */
export type FacadeFallbacks<Args extends readonly unknown[]> = FacadeLink<Args> | readonly FacadeLink<Args>[];

/** What a chain gives: what any of its links gives. */
export type GivenBy<Chain, Link = Chain extends readonly (infer Each)[] ? Each : Chain> = Link extends (...args: never[]) => infer R ? Awaited<R> : Link;

/** Links of a chain as a breaker takes them, for one call. */
export function boundFallbacks(fallbacks: unknown, self: unknown, args: readonly unknown[]): Fallbacks {
  const bound = (link: unknown): unknown => (typeof link === 'function' ? (error: unknown): unknown => Reflect.apply(link, self, [error, ...args]) : link);
  return Array.isArray(fallbacks) ? (fallbacks as readonly unknown[]).map(bound) : bound(fallbacks);
}

/**
 * A link that looks into a cache. `undefined` and `null` mean that it has no value: then the next link is asked.
 *
 * @param get gets the arguments of the call.
 */
export function fromCache<Args extends readonly unknown[], V>(get: (...args: Args) => V | PromiseLike<V>): FacadeFallback<Args, NonNullable<Awaited<V>>> {
  return async function fromThisCache(this: unknown, error, ...args) {
    const value = (await Reflect.apply(get, this, args)) as Awaited<V>;
    if (value === undefined || value === null) throw new Error('The cache has no value', { cause: error });
    return value;
  };
}

/** A link that calls another function with the same arguments; one that is protected too is rejected by its own breaker alone. */
export function alternative<Args extends readonly unknown[], R>(fn: (...args: Args) => R): FacadeFallback<Args, Awaited<R>> {
  return function callAlternative(this: unknown, _error, ...args) {
    return Reflect.apply(fn, this, args) as Awaited<R>;
  };
}
