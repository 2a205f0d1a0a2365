import { dressed } from '../core/dressed.ts';
import type { AnyFunction } from '../facade/facade-options.ts';

/** A function as it is called through a legacy breaker: the same parameters, and a promise of the result. */
export type LegacyWrapped<Fn extends AnyFunction> = (this: ThisParameterType<Fn>, ...args: Parameters<Fn>) => Promise<Awaited<ReturnType<Fn>>>;

/** Wraps functions, and decorates methods by standard and by legacy decorators. */
export interface LegacyDecorator {
  /** Wraps a function. */
  <Fn extends AnyFunction>(fn: Fn): LegacyWrapped<Fn>;
  /** A standard decorator. */
  <Method extends (...args: never[]) => Promise<unknown>>(method: Method, context: { readonly kind: 'method'; readonly name: string | symbol }): Method;
  /** A legacy decorator, for `experimentalDecorators`. */
  <Method extends (...args: never[]) => Promise<unknown>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<Method>): TypedPropertyDescriptor<Method>;
}

/** The same for functions that stay synchronous. */
export interface LegacySyncDecorator {
  /** Wraps a function. */
  <Fn extends AnyFunction>(fn: Fn): Fn;
  /** A standard decorator. */
  <Method extends AnyFunction>(method: Method, context: { readonly kind: 'method'; readonly name: string | symbol }): Method;
  /** A legacy decorator, for `experimentalDecorators`. */
  <Method extends AnyFunction>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<Method>): TypedPropertyDescriptor<Method>;
}

/** Runs the calls of one function. */
type Runner = (operation: () => unknown) => unknown;

/** A decorator that runs whatever it decorates by a runner, which `runnerOf` makes for each function by its name. */
export function decorateWith(runnerOf: (label: string) => Runner): LegacyDecorator & LegacySyncDecorator {
  const wrap = (fn: AnyFunction | undefined, label?: string | symbol): AnyFunction => {
    if (typeof fn !== 'function') throw new TypeError('Expected a legacy decorator to decorate a function or a method');
    const run = runnerOf(String(label ?? (fn.name || 'anonymous')));
    return dressed(function (this: unknown, ...args: unknown[]) {
      return run(() => Reflect.apply(fn, this, args));
    }, fn);
  };
  const decorator = (target: AnyFunction, keyOrContext?: string | symbol | { readonly name: string | symbol }, descriptor?: PropertyDescriptor): unknown => {
    if (typeof keyOrContext === 'object') return wrap(target, keyOrContext.name);
    return descriptor === undefined ? wrap(target) : { ...descriptor, value: wrap(descriptor.value as AnyFunction | undefined, keyOrContext) };
  };
  return decorator as LegacyDecorator & LegacySyncDecorator;
}
