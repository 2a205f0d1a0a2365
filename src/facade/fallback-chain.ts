import type { Fallbacks } from '../breaker/options/fallback.ts';

/** A fallback function. It is called with the error, the arguments and the `this` of the call. */
export type FacadeFallback<Args extends readonly unknown[], F> = (error: unknown, ...args: Args) => F | PromiseLike<F>;

/** One fallback. The values are spelled out because a union with `unknown` would hide the parameters. */
type FacadeLink<Args extends readonly unknown[]> =
  FacadeFallback<Args, unknown> | object | string | number | bigint | boolean | symbol | null;

/** A fallback, or a list of fallbacks to try in order. */
export type FacadeFallbacks<Args extends readonly unknown[]> = FacadeLink<Args> | readonly FacadeLink<Args>[];

/** The type of the values that a chain of fallbacks returns. */
export type FallbackResult<Chain, Link = Chain extends readonly (infer Each)[] ? Each : Chain> =
  Link extends (...args: never[]) => infer R ? Awaited<R> : Link;

/** Returns the fallbacks of one call, in the form that a breaker takes. */
export function boundFallbacks(fallbacks: unknown, self: unknown, args: readonly unknown[]): Fallbacks {
  const bound = (link: unknown): unknown =>
    typeof link === 'function' ? (error: unknown): unknown => Reflect.apply(link, self, [error, ...args]) : link;
  return Array.isArray(fallbacks) ? (fallbacks as readonly unknown[]).map(bound) : bound(fallbacks);
}

/**
 * Creates a fallback that reads a cache. If the cache returns `undefined` or `null`, the next fallback is tried.
 * @param get receives the arguments of the call.
 */
export function fromCache<Args extends readonly unknown[], V>(
  get: (...args: Args) => V | PromiseLike<V>,
): FacadeFallback<Args, NonNullable<Awaited<V>>> {
  return async function fromThisCache(this: unknown, error, ...args) {
    const value = (await Reflect.apply(get, this, args)) as Awaited<V>;
    if (value === undefined || value === null) throw new Error('The cache has no value.', { cause: error });
    return value;
  };
}

/** Creates a fallback that calls another function with the same arguments. */
export function alternative<Args extends readonly unknown[], R>(
  fn: (...args: Args) => R,
): FacadeFallback<Args, Awaited<R>> {
  return function callAlternative(this: unknown, _error, ...args) {
    return Reflect.apply(fn, this, args) as Awaited<R>;
  };
}
