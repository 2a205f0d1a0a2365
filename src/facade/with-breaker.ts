import { notAFunction } from '../breaker/call-context.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { peek } from '../core/error-codes.ts';
import { getUnifiedCircuitBreakerManager } from '../manager/default-manager.ts';
import type { KeyedBreakers } from '../manager/keyed-breakers.ts';
import { isBreaker, planFacade, planFor } from './facade-options.ts';
import type { AnyFunction, FacadeOptions, FacadePlan, KeyedFacadeOptions } from './facade-options.ts';
import type { FacadeFallbacks } from './fallback-chain.ts';
import { protect } from './protect.ts';

/** A function behind a breaker. */
export type Protected<Fn> = Fn & {
  /** The function's breaker. */
  readonly breaker: UnifiedCircuitBreaker;
};

/** A function behind a breaker for each key. */
export type KeyedProtected<Fn extends AnyFunction> = Fn & {
  /** The function's breakers, by the arguments of a call. */
  readonly breakers: KeyedBreakers<Parameters<Fn>>;
};

/** A function that gives a promise. */
export type AsyncFunction = (...args: never[]) => Promise<unknown>;
/** A function that gives an async generator. */
export type StreamFunction = (...args: never[]) => AsyncGenerator<unknown>;
/** The same parameters, with a promise of the result. */
export type Promised<Fn extends AnyFunction, F = never> = (this: ThisParameterType<Fn>, ...args: Parameters<Fn>) => Promise<Awaited<ReturnType<Fn>> | F>;

/**
 * The same function, through a breaker: same parameters, `this`, name and length. A named breaker is the one of that name in the manager of the process, so that
 * functions with equal names share it; without a name it is the function's own.
 *
 * An async function keeps its type, an async generator is streamed, any other gives a promise unless `sync` says that it shall not.
 *
 * @example
 * ```ts
 * import { withBreaker } from 'unified-circuit-breaker';
 *
 * const getOrder = withBreaker(async (id: string) => (await fetch(`https://orders.example/${id}`)).json(), { name: 'orders-api', timeoutMs: 2_000 });
 * await getOrder('42');
 * getOrder.breaker.state; //=> 'closed'
 * ```
 * @throws CircuitBreakerConfigError that lists every problem with the options, TypeError when `fn` is no function. Calls throw what `UnifiedCircuitBreaker.call` throws.
 */
export function withBreaker<Fn extends AnyFunction>(fn: Fn, options: FacadeOptions<Parameters<Fn>> & { readonly sync: true }): Protected<Fn>;
export function withBreaker<Fn extends AsyncFunction>(fn: Fn, options: KeyedFacadeOptions<Parameters<Fn>> & { readonly fallback?: undefined }): KeyedProtected<Fn>;
export function withBreaker<Fn extends AnyFunction, F>(fn: Fn, options: KeyedFacadeOptions<Parameters<Fn>, F>): KeyedProtected<Promised<Fn, F>>;
export function withBreaker<Fn extends AnyFunction, F>(fn: Fn, options: FacadeOptions<Parameters<Fn>, F> & { readonly fallback: FacadeFallbacks<Parameters<Fn>, F> }): Protected<Promised<Fn, F>>;
export function withBreaker<Fn extends AsyncFunction | StreamFunction>(fn: Fn, breakerOrOptions?: UnifiedCircuitBreaker | FacadeOptions<Parameters<Fn>>): Protected<Fn>;
export function withBreaker<Fn extends AnyFunction>(fn: Fn, breakerOrOptions?: UnifiedCircuitBreaker | FacadeOptions<Parameters<Fn>>): Protected<Promised<Fn>>;
export function withBreaker(fn: AnyFunction, breakerOrOptions: unknown = {}): unknown {
  if (typeof fn !== 'function') throw notAFunction(fn);
  const label = fn.name === '' ? 'anonymous' : fn.name;
  const plan = planFor(fn, planFacade(label, isBreaker(breakerOrOptions) ? { breaker: breakerOrOptions } : breakerOrOptions), label);
  if (plan.keys !== undefined) {
    const breakers = keyedBreakersOf(plan);
    return exposing(protect(fn, plan, { breaker: null, of: (_self, args) => breakers.for(args) }), 'breakers', () => breakers);
  }
  const breaker = breakerOfPlan(plan, label);
  return exposing(protect(fn, plan, { breaker, of: () => breaker }), 'breaker', () => breaker);
}

/** The breaker that a plan asks for: the one given, the shared one of its name, or one of its own. */
export function breakerOfPlan({ name, breaker, manager = getUnifiedCircuitBreakerManager(), config }: FacadePlan, label: string): UnifiedCircuitBreaker {
  if (breaker !== undefined) return breaker;
  return name === undefined ? manager.createPrivateCircuitBreaker(label, config) : manager.createCircuitBreaker(name, config);
}

/** The keyed breakers that a plan asks for. */
export function keyedBreakersOf({ name, manager = getUnifiedCircuitBreakerManager(), keys, config }: FacadePlan): KeyedBreakers<readonly unknown[]> {
  const by = (args: readonly unknown[]): string => (keys as NonNullable<typeof keys>).by(...args);
  return manager.keyed(name as string, { ...config, by, maxKeys: keys?.maxKeys, idleMs: keys?.idleMs });
}

/** The function with its breaker to look at. */
export function exposing<Fn extends AnyFunction>(fn: Fn, key: 'breaker' | 'breakers', get: () => unknown): Fn {
  return Object.defineProperty(fn, key, { get, configurable: true });
}

/** The breaker of a protected function or a decorated method; undefined before the first call of a method without a name, and where there is one for each key or instance. */
export function breakerOf(fn: AnyFunction): UnifiedCircuitBreaker | undefined {
  const breaker = peek(fn, 'breaker');
  return isBreaker(breaker) ? breaker : undefined;
}
