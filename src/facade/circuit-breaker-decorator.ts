import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { describe, peek, quietly } from '../core/untrusted.ts';
import { exposing } from './breaker-of.ts';
import { assertPossible, sourceOf } from './breaker-source.ts';
import { DECORATOR_RULES, isBreaker, planFacade, planFor } from './facade-options.ts';
import type { AnyFunction, FacadeOptions, FacadePlan, Served, StreamWay, SyncWay } from './facade-options.ts';
import type { FacadeFallbacks, GivenBy } from './fallback-chain.ts';
import { protect } from './protect.ts';
import type { Kept } from './protected.ts';

/** The options of a decorated method. */
export interface DecoratorOptions<Chain = undefined> extends Omit<FacadeOptions<never, Chain, string>, 'passSignal'> {
  /** Puts the signal of the call into the arguments. Annotate the first parameter with those of the method. Default: the method gets no signal. */
  readonly passSignal?: ((args: never, signal: AbortSignal) => readonly unknown[]) | undefined;
  /** One breaker for all instances, or one for each. Default `'class'`. */
  readonly per?: 'class' | 'instance' | undefined;
}

/** Decorates methods whose results are of a kind, by standard and by legacy decorators. A method keeps its type, so `F`, what its fallback gives, must be what it gives. */
export interface MethodProtector<Result, F = never> {
  /** A standard decorator. */
  <Method extends (...args: never[]) => Result>(method: Method, context: MethodContext & Serves<F, Method>): Method;
  /** A legacy decorator, for `experimentalDecorators`. */
  <Method extends (...args: never[]) => Result>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<Method> & Serves<F, Method>): TypedPropertyDescriptor<Method>;
}

/** What a standard decorator is told of a method. */
export interface MethodContext {
  /** A method, and nothing else. */
  readonly kind: 'method';
  /** The method's name. */
  readonly name: string | symbol;
}

/** `unknown` where a fallback gives what the method gives. */
export type Serves<F, Method extends AnyFunction> = [F] extends [Awaited<ReturnType<Method>>] ? (ReturnType<Method> extends Promise<unknown> ? Kept<Method> : unknown) : never;

/**
 * Puts a method behind a breaker: an async method or an async generator, or with `sync` any other. One decorator for standard and legacy decorators.
 *
 * A named breaker is the one of that name in the manager. Without a name the method has one of its own, listed as `Class.method` when it is first called. With
 * `per: 'instance'` each instance has one of its own, with `by` each key.
 *
 * @example
 * ```ts
 * import { circuitBreaker } from 'unified-circuit-breaker';
 *
 * class Orders {
 *   @circuitBreaker({ name: 'orders-api', timeoutMs: 2_000 })
 *   async get(id: string): Promise<unknown> {
 *     return (await fetch(`https://orders.example/${id}`)).json();
 *   }
 * }
 * await new Orders().get('42');
 * ```
 * `breakerOf(orders.get)` gives the breaker of a method.
 *
 * @throws CircuitBreakerConfigError that lists every problem with the options, TypeError where something other than a method is decorated.
 */
export function circuitBreaker(options: DecoratorOptions & SyncWay): MethodProtector<unknown>;
export function circuitBreaker(options: DecoratorOptions & StreamWay): MethodProtector<AsyncGenerator<unknown>>;
export function circuitBreaker<Chain extends FacadeFallbacks<never>>(options: DecoratorOptions<Chain> & Served<Chain>): MethodProtector<Promise<unknown>, GivenBy<Chain>>;
export function circuitBreaker(breakerOrOptions?: UnifiedCircuitBreaker | DecoratorOptions): MethodProtector<Promise<unknown> | AsyncGenerator<unknown>>;
export function circuitBreaker(breakerOrOptions: unknown = {}, ...more: readonly unknown[]): unknown {
  if (more.length > 0) throw new TypeError('Expected circuitBreaker to be called before it decorates: @circuitBreaker()');
  const plan = planFacade('a decorated method', isBreaker(breakerOrOptions) ? { breaker: breakerOrOptions } : breakerOrOptions, DECORATOR_RULES);
  return (target: unknown, keyOrContext: unknown, descriptor: unknown): unknown => {
    const kind = peek(keyOrContext, 'kind');
    if (kind !== undefined) {
      if (kind !== 'method') throw notAMethod(String(kind));
      return decorated(target as AnyFunction, peek(keyOrContext, 'name') as PropertyKey, plan);
    }
    const method = peek(descriptor, 'value');
    if (typeof method !== 'function') throw notAMethod(describe(method));
    return { ...(descriptor as PropertyDescriptor), value: decorated(method as AnyFunction, keyOrContext as PropertyKey, plan) };
  };
}

function notAMethod(got: string): TypeError {
  return new TypeError(`Expected circuitBreaker to decorate a method, got ${got}`);
}

/** What can go wrong by the options goes wrong at once. */
function decorated(method: AnyFunction, key: PropertyKey, shared: FacadePlan): AnyFunction {
  const plan = planFor(method, shared, String(key));
  if (plan.name === undefined || plan.per === 'instance') assertPossible(plan, String(key));
  const source = sourceOf(plan, (self) => labelOf(self, key, wrapper));
  const wrapper = protect(method, plan, source);
  return exposing(wrapper, source);
}

/** `Class.method`, by the class that a method was decorated in, as far as that can be told from what it is called on. */
function labelOf(self: unknown, key: PropertyKey, method: AnyFunction): string {
  return `${quietly(() => ownerOf(self, key, method)) ?? 'anonymous'}.${String(key)}`;
}

function ownerOf(self: unknown, key: PropertyKey, method: AnyFunction): string {
  const nearest: unknown = typeof self === 'function' ? self : Object.getPrototypeOf(self);
  for (let holder = nearest; holder !== null; holder = Object.getPrototypeOf(holder)) {
    if (Object.getOwnPropertyDescriptor(holder, key)?.value === method) return classOf(holder);
  }
  return classOf(nearest);
}

function classOf(holder: unknown): string {
  const name = peek(typeof holder === 'function' ? holder : peek(holder, 'constructor'), 'name');
  return typeof name === 'string' && name !== '' ? name : 'anonymous';
}
