import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { KeyedBreakers } from '../manager/keyed-breakers.ts';
import type { AnyFunction } from './facade-options.ts';

/** A function behind a breaker, or behind one for each key. */
export type Protected<Fn, Key = never> = Fn & ([Key] extends [never] ? WithBreaker : WithBreakers);

/** What a function behind a breaker has besides. */
export interface WithBreaker {
  /** The function's breaker. */
  readonly breaker: UnifiedCircuitBreaker;
}

/** What a function behind a breaker for each key has besides. */
export interface WithBreakers {
  /** The function's breakers, by key. Other functions of that group share them. */
  readonly breakers: KeyedBreakers;
}

/** A function that gives a promise. */
export type AsyncFunction = (...args: never[]) => Promise<unknown>;
/** A function that gives an async generator. */
export type StreamFunction = (...args: never[]) => AsyncGenerator<unknown>;
/** A function whose result can be streamed. */
export type IterableFunction = (...args: never[]) => AsyncIterable<unknown> | PromiseLike<AsyncIterable<unknown>>;

/** The same parameters, with a promise of the result. */
export type Promised<Fn extends AnyFunction, F = never> = (this: ThisParameterType<Fn>, ...args: Parameters<Fn>) => Promise<Awaited<ReturnType<Fn>> | F>;
/** The same parameters, with the items of the result. */
export type Streamed<Fn extends AnyFunction> = (this: ThisParameterType<Fn>, ...args: Parameters<Fn>) => AsyncGenerator<Awaited<ReturnType<Fn>> extends AsyncIterable<infer Item> ? Item : never, void, undefined>;

/** `unknown` for a function that may keep its type: the promises of some clients have methods, which those of a breaker have not. */
export type Kept<Fn extends AnyFunction> = ReturnType<Fn> extends AsyncGenerator<unknown> ? unknown : Promise<Awaited<ReturnType<Fn>>> extends ReturnType<Fn> ? unknown : never;
/** `unknown` for a function that gives no async generator: a promise of one would be of no use. */
export type Unstreamed<Fn extends AnyFunction> = ReturnType<Fn> extends AsyncGenerator<unknown> ? never : unknown;
