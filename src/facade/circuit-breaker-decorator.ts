import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { describe, safeGet, tryOrUndefined } from '../core/untrusted.ts';
import { exposeBreaker } from './breaker-of.ts';
import { type BreakerSource, sourceOf } from './breaker-source.ts';
import { DECORATOR_RULES, isBreaker, planFacade } from './facade-options.ts';
import type { AnyFunction, FacadeOptions, FacadePlan } from './facade-options.ts';
import type { FacadeFallbacks, FallbackResult } from './fallback-chain.ts';
import { assertNoGenerator, assertUsable, isAsyncGenerator, protect } from './protect.ts';
import type { KeepsType } from './protected.ts';

const TITLE = '`@circuitBreaker()`';

/** The options of a decorated method. */
export interface DecoratorOptions<Chain = undefined>
  extends Omit<FacadeOptions<never, Chain, string>, 'passSignal' | 'breaker'> {
  /**
   * Uses this breaker, or the one that the function returns for an instance. So a breaker can come from its
   * constructor, and its options from a configuration service. Can't be combined with options for a breaker.
   * @defaultValue none
   * @example `breaker: (self: Orders) => self.breaker`
   */
  readonly breaker?: UnifiedCircuitBreaker | ((self: never) => UnifiedCircuitBreaker) | undefined;
  /**
   * Adds the signal of the call to the arguments. Annotate `args` with the parameters of the method.
   * @defaultValue none
   * @example `([id]: [string], signal: AbortSignal) => [id, signal]`
   */
  readonly passSignal?: ((args: never, signal: AbortSignal) => readonly unknown[]) | undefined;
  /** Keeps the method synchronous, without timeout and fallback. @defaultValue false */
  readonly sync?: boolean | undefined;
  /** Creates one breaker for all instances, or one per instance. @defaultValue 'class' */
  readonly per?: 'class' | 'instance' | undefined;
}

/**
 * A decorator for methods that return a `Result`, standard or legacy. A method keeps its type, so it must be able to
 * return `F`, what its fallback returns.
 */
export interface MethodProtector<Result, F = never> {
  /** Decorates a method of a class with standard decorators. */
  <Method extends (...args: never[]) => Result>(
    method: Method,
    context: { readonly kind: 'method'; readonly name: string | symbol } & KeepsType<Method, F>,
  ): Method;
  /** Decorates a method of a class with `experimentalDecorators`. */
  <Method extends (...args: never[]) => Result>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Method> & KeepsType<Method, F>,
  ): TypedPropertyDescriptor<Method>;
}

/**
 * Decorates an async method or an async generator method so that its calls go through a breaker. With `sync: true`,
 * decorates a synchronous method. Works with standard and legacy decorators.
 *
 * Methods with the same `name` share a breaker. A method without a name gets its own, named `Class.method`. With
 * `per: 'instance'` each instance gets its own, with `by` each key.
 * @example
 * ```ts
 * import { breakerOf, circuitBreaker } from 'unified-circuit-breaker';
 * import { http } from 'unified-circuit-breaker/profiles';
 *
 * const passSignal = ([id]: [string], signal: AbortSignal) => [id, signal];
 *
 * class Orders {
 *   @circuitBreaker({ name: 'orders-api', profile: http(), timeoutMs: 2_000, passSignal })
 *   async get(id: string, signal?: AbortSignal): Promise<Response> {
 *     return fetch(`https://orders.example/${id}`, signal && { signal });
 *   }
 * }
 * breakerOf(new Orders().get)?.state; //=> 'closed'
 * ```
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 * @throws TypeError if it decorates something other than a method, or a synchronous generator method.
 */
export function circuitBreaker(options: DecoratorOptions & { readonly sync: true }): MethodProtector<unknown>;
export function circuitBreaker<Chain extends FacadeFallbacks<never> = never>(
  breakerOrOptions?: UnifiedCircuitBreaker | (DecoratorOptions<Chain> & { readonly sync?: false | undefined }),
): MethodProtector<Promise<unknown> | AsyncGenerator<unknown>, FallbackResult<Chain>>;
export function circuitBreaker(breakerOrOptions: unknown = {}, ...more: readonly unknown[]): unknown {
  if (more.length > 0) throw new TypeError('Call `circuitBreaker()` to get a decorator. Write `@circuitBreaker()`.');
  const plan = planFacade({ name: 'unnamed', title: TITLE }, breakerOrOptions, DECORATOR_RULES);
  return (target: unknown, keyOrContext: unknown, descriptor: unknown): unknown => {
    const kind = safeGet(keyOrContext, 'kind');
    if (kind === 'method') {
      return decorated(target as AnyFunction, safeGet(keyOrContext, 'name') as PropertyKey, plan);
    }
    if (kind !== undefined) throw notAMethod(String(kind));
    const method = safeGet(descriptor, 'value');
    if (typeof method !== 'function') throw notAMethod(describe(method));
    const value = decorated(method as AnyFunction, keyOrContext as PropertyKey, plan);
    return { ...(descriptor as PropertyDescriptor), value };
  };
}

function notAMethod(received: string): TypeError {
  return new TypeError(`${TITLE} must decorate a method. Received ${received}.`);
}

function decorated(method: AnyFunction, key: PropertyKey, plan: FacadePlan): AnyFunction {
  const name = String(key);
  const kind = plan.sync ? 'callSync' : isAsyncGenerator(method) ? 'stream' : 'call';
  const title = `${TITLE} of method ${name}`;
  assertNoGenerator(method, kind, title, plan.sync ? 'Leave out `sync`.' : '');
  assertUsable({ name, title }, kind, plan);
  const pick: unknown = plan.breaker;
  const source = typeof pick === 'function'
    ? pickedBy(pick as Pick)
    : sourceOf(plan, name, (self) => `${classOf(self, key, wrapper)}.${name}`);
  const wrapper = protect(method, kind, plan, source);
  return exposeBreaker(wrapper, source);
}

type Pick = (self: unknown) => unknown;

/** The breakers that instances hold. */
function pickedBy(pick: Pick): BreakerSource {
  return {
    breaker: null,
    breakers: null,
    of(self) {
      const breaker = pick(self);
      if (isBreaker(breaker)) return breaker;
      throw new TypeError(`\`breaker()\` of ${TITLE} must return a breaker. It returned ${describe(breaker)}.`);
    },
    seen(self) {
      return tryOrUndefined(() => this.of(self, []));
    },
  };
}

/** Returns the name of the class that declares the method, as far as the `this` of the call shows it. */
function classOf(self: unknown, key: PropertyKey, method: AnyFunction): string {
  if (self === undefined || self === null) return 'anonymous';
  const nearest: unknown = typeof self === 'function' ? self : Object.getPrototypeOf(self);
  let owner = nearest;
  while (owner !== null && Object.getOwnPropertyDescriptor(owner, key)?.value !== method) {
    owner = Object.getPrototypeOf(owner);
  }
  const holder = owner ?? nearest;
  const name = safeGet(typeof holder === 'function' ? holder : safeGet(holder, 'constructor'), 'name');
  return typeof name === 'string' && name !== '' ? name : 'anonymous';
}
