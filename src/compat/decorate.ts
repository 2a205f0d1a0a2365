import { copyFunctionProperties } from '../core/copy-function.ts';
import { mustBe } from '../core/validation.ts';
import type { AnyFunction } from '../facade/facade-options.ts';
import { insideLegacyName } from './deprecation.ts';

/** A function behind a legacy breaker: the same parameters, and a promise of the result. */
export type LegacyWrapped<Fn extends AnyFunction> = (
  this: ThisParameterType<Fn>, ...args: Parameters<Fn>
) => Promise<Awaited<ReturnType<Fn>>>;

type AsyncMethod = (...args: never[]) => Promise<unknown>;
type Key = string | symbol;
type MethodContext = { readonly kind: 'method'; readonly name: Key };

/** Decorates methods by standard and by legacy decorators. */
interface MethodDecorator<Any extends AnyFunction> {
  <M extends Any>(method: M, context: MethodContext): M;
  <M extends Any>(target: object, key: Key, descriptor: TypedPropertyDescriptor<M>): TypedPropertyDescriptor<M>;
}

/** Wraps functions, and decorates methods by standard and by legacy decorators. */
export type LegacyDecorator = (<Fn extends AnyFunction>(fn: Fn) => LegacyWrapped<Fn>) & MethodDecorator<AsyncMethod>;

/** A `LegacyDecorator` for functions that stay synchronous. */
export type LegacySyncDecorator = (<Fn extends AnyFunction>(fn: Fn) => Fn) & MethodDecorator<AnyFunction>;

/** Returns a function that creates a breaker at the first call, and again if it was removed, and finds it otherwise. */
export function lookedUp<Breaker>(find: () => Breaker | null, create: () => Breaker): () => Breaker {
  let created = false;
  return () => insideLegacyName(() => {
    const listed = created ? find() : null;
    created = true;
    return listed ?? create();
  });
}

type Decorator = LegacyDecorator & LegacySyncDecorator;

/** Returns a decorator. `runnerOf` makes a function that runs the calls of one function, from its name. */
export function decorateWith(runnerOf: (label: string) => (operation: () => unknown) => unknown): Decorator {
  const wrap = (fn: AnyFunction | undefined, label?: Key): AnyFunction => {
    if (typeof fn !== 'function') throw new TypeError(mustBe('target', 'a function or a method', fn));
    const run = runnerOf(String(label ?? (fn.name || 'anonymous')));
    return copyFunctionProperties(function (this: unknown, ...args: unknown[]) {
      return run(() => Reflect.apply(fn, this, args));
    }, fn);
  };
  const decorator = (target: AnyFunction, key?: Key | MethodContext, descriptor?: PropertyDescriptor): unknown => {
    if (typeof key === 'object') return wrap(target, key.name);
    if (descriptor === undefined) return wrap(target);
    return { ...descriptor, value: wrap(descriptor.value as AnyFunction | undefined, key) };
  };
  return decorator as Decorator;
}
