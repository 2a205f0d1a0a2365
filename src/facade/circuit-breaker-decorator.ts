import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { describe } from '../core/describe.ts';
import { peek } from '../core/error-codes.ts';
import { getUnifiedCircuitBreakerManager } from '../manager/default-manager.ts';
import type { UnifiedCircuitBreakerManager } from '../manager/unified-circuit-breaker-manager.ts';
import { isBreaker, planFacade, planFor } from './facade-options.ts';
import type { AnyFunction, FacadeOptions, FacadePlan, KeyedFacadeOptions } from './facade-options.ts';
import { protect } from './protect.ts';
import type { BreakerSource } from './protect.ts';
import { breakerOfPlan, exposing, keyedBreakersOf } from './with-breaker.ts';

/** The options of a decorated method. */
export type DecoratorOptions = (Omit<FacadeOptions<never>, 'passSignal'> | Omit<KeyedFacadeOptions<never>, 'passSignal'>) & {
  /** Puts the signal of the call into the arguments. Annotate the first parameter with those of the method. Default: the method gets no signal. */
  readonly passSignal?: ((args: never, signal: AbortSignal) => readonly unknown[]) | undefined;
  /** One breaker for all instances, or one for each. Default `'class'`. */
  readonly per?: 'class' | 'instance' | undefined;
};

/** Decorates methods whose results are of a kind, by standard and by legacy decorators. */
export interface MethodProtector<Result> {
  /** A standard decorator. */
  <This, Args extends unknown[], R extends Result>(
    method: (this: This, ...args: Args) => R,
    context: ClassMethodDecoratorContext<This, (this: This, ...args: Args) => R>,
  ): (this: This, ...args: Args) => R;
  /** A legacy decorator, for `experimentalDecorators`. */
  <Args extends unknown[], R extends Result>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<(...args: Args) => R>): TypedPropertyDescriptor<(...args: Args) => R>;
}

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
export function circuitBreaker(options: DecoratorOptions & { readonly sync: true }): MethodProtector<unknown>;
export function circuitBreaker(breakerOrOptions?: UnifiedCircuitBreaker | DecoratorOptions): MethodProtector<Promise<unknown> | AsyncGenerator<unknown>>;
export function circuitBreaker(breakerOrOptions: unknown = {}): unknown {
  const options = isBreaker(breakerOrOptions) ? { breaker: breakerOrOptions } : breakerOrOptions;
  planFacade('a decorated method', options);
  return (target: unknown, keyOrContext: unknown, descriptor: unknown): unknown => {
    const kind = peek(keyOrContext, 'kind');
    if (kind !== undefined) {
      if (kind !== 'method') throw notAMethod(String(kind));
      return decorated(target as AnyFunction, String(peek(keyOrContext, 'name')), options);
    }
    const method = peek(descriptor, 'value');
    if (typeof method !== 'function') throw notAMethod(describe(method));
    return { ...(descriptor as PropertyDescriptor), value: decorated(method as AnyFunction, String(keyOrContext), options) };
  };
}

function notAMethod(got: string): TypeError {
  return new TypeError(`Expected circuitBreaker to decorate a method, got ${got}`);
}

function decorated(method: AnyFunction, name: string, options: unknown): AnyFunction {
  const plan = planFor(method, planFacade(name, options), name);
  const labelOf = (self: unknown): string => `${ownerOf(self, wrapper)}.${name}`;
  const breakers = plan.keys === undefined ? undefined : keyedBreakersOf(plan);
  const source = breakers === undefined ? sourceOfMethod(plan, labelOf) : { breaker: null, of: (_self: unknown, args: readonly unknown[]) => breakers.for(args) };
  const wrapper = protect(method, plan, source);
  return breakers === undefined ? exposing(wrapper, 'breaker', () => source.breaker ?? undefined) : exposing(wrapper, 'breakers', () => breakers);
}

/** What can go wrong by the options goes wrong at once, where the name is known. */
function sourceOfMethod(plan: FacadePlan, labelOf: (self: unknown) => string): BreakerSource {
  if (plan.per === 'instance') return { breaker: null, of: perInstance(plan, labelOf) };
  return {
    breaker: plan.name === undefined && plan.breaker === undefined ? null : breakerOfPlan(plan, ''),
    of(self) {
      this.breaker ??= breakerOfPlan(plan, labelOf(self));
      return this.breaker;
    },
  };
}

/** A breaker for each instance, which lives on the list as long as its instance lives. */
function perInstance({ name, manager = getUnifiedCircuitBreakerManager(), config }: FacadePlan, labelOf: (self: unknown) => string): BreakerSource['of'] {
  const breakers = new WeakMap<object, UnifiedCircuitBreaker>();
  // Where there is no such thing, instances are listed as long as the process lives.
  const gone = typeof FinalizationRegistry === 'function' ? new FinalizationRegistry<UnifiedCircuitBreaker>((breaker) => unlist(manager, breaker)) : undefined;
  return (self) => {
    const known = breakers.get(self as object);
    if (known !== undefined) return known;
    const breaker = manager.createPrivateCircuitBreaker(name ?? labelOf(self), config);
    breakers.set(self as object, breaker);
    gone?.register(self as object, breaker);
    return breaker;
  };
}

function unlist(manager: UnifiedCircuitBreakerManager, breaker: UnifiedCircuitBreaker): void {
  // Another may have taken the name, and this one been listed under the next.
  if (manager.getCircuitBreaker(breaker.name) === breaker) manager.removeCircuitBreaker(breaker.name);
}

/** The name of the class that a method was decorated in. */
function ownerOf(self: unknown, method: AnyFunction): string {
  if (typeof self === 'function') return self.name;
  if (self === undefined || self === null) return 'anonymous';
  for (let holder: unknown = Object.getPrototypeOf(self); holder !== null; holder = Object.getPrototypeOf(holder)) {
    if (Object.values(Object.getOwnPropertyDescriptors(holder as object)).some(({ value }) => value === method)) return classOf(holder);
  }
  return classOf(self);
}

function classOf(holder: unknown): string {
  const name = peek(peek(holder, 'constructor'), 'name');
  return typeof name === 'string' && name !== '' ? name : 'anonymous';
}
