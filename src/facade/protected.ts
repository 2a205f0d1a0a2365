import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { KeyedBreakers } from '../manager/keyed/keyed-breakers.ts';
import type { AnyFunction } from './facade-options.ts';

/**
 * A function whose calls go through a breaker. Its breaker is the property `breaker`. With `by`, the property
 * `breakers` holds one breaker per key.
 */
export type Protected<Fn, Key = never> = Fn &
  ([Key] extends [never] ? { readonly breaker: UnifiedCircuitBreaker } : { readonly breakers: KeyedBreakers });

/**
 * `unknown` if a protected function can keep its type, otherwise `never`. A breaker returns plain promises, so the
 * result must not be a subclass, and must allow what the fallback returns.
 */
export type KeepsType<Fn extends AnyFunction, F = never> =
  ReturnType<Fn> extends Promise<infer R>
    ? Promise<Awaited<R> | F> extends ReturnType<Fn> ? unknown : never
    : [F] extends [never] ? unknown : never;

/** A function with the same parameters that returns a promise of the result, or of `F`. */
export type Promised<Fn extends AnyFunction, F> = (
  this: ThisParameterType<Fn>,
  ...args: Parameters<Fn>
) => Promise<Awaited<ReturnType<Fn>> | F>;

/**
 * A function that returns a promise. The second member, which adds nothing, makes it a union: for a single signature,
 * TypeScript would replace the type parameters of a generic function.
 */
export type AsyncFunction =
  | ((...args: never[]) => Promise<unknown>)
  | ((this: never, ...args: never[]) => Promise<unknown>);

/** `unknown`, or `never` for a generator function. An async one needs `withBreakerStream`. */
export type NotStreamed<Fn extends AnyFunction> =
  ReturnType<Fn> extends AsyncGenerator<unknown> | Generator<unknown> ? never : unknown;
