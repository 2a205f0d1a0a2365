import { notAFunction } from '../breaker/call/signal.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { exposing } from './breaker-of.ts';
import { sourceOf } from './breaker-source.ts';
import { FACADE_RULES, isBreaker, planFacade, planFor } from './facade-options.ts';
import type { AnyFunction, FacadeOptions, Served, StreamWay, SyncWay } from './facade-options.ts';
import type { FacadeFallbacks, GivenBy } from './fallback-chain.ts';
import { protect } from './protect.ts';
import type { AsyncFunction, IterableFunction, Kept, Promised, Protected, Streamed, StreamFunction, Unstreamed } from './protected.ts';

/**
 * The same function, through a breaker: same parameters, `this`, name and length. A named breaker is the one of that name in the manager of the process, so that
 * functions with equal names share it; without a name it is the function's own.
 *
 * An async function keeps its type, an async generator is streamed, any other gives a promise unless `sync` or `stream` says something else.
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
export function withBreaker<Fn extends AnyFunction, Chain extends FacadeFallbacks<Parameters<Fn>>, Key extends string = never>(
  fn: Fn & Unstreamed<Fn>,
  options: FacadeOptions<Parameters<Fn>, Chain, Key> & Served<Chain>,
): Protected<Promised<Fn, GivenBy<Chain>>, Key>;
export function withBreaker<Fn extends AnyFunction, Key extends string = never>(fn: Fn, options: FacadeOptions<Parameters<Fn>, undefined, Key> & SyncWay): Protected<Fn, Key>;
export function withBreaker<Fn extends IterableFunction, Key extends string = never>(
  fn: Fn,
  options: FacadeOptions<Parameters<Fn>, undefined, Key> & StreamWay,
): Protected<Streamed<Fn>, Key>;
export function withBreaker<Fn extends AsyncFunction | StreamFunction, Key extends string = never>(
  fn: Fn & Kept<Fn>,
  breakerOrOptions?: UnifiedCircuitBreaker | FacadeOptions<Parameters<Fn>, undefined, Key>,
): Protected<Fn, Key>;
export function withBreaker<Fn extends AnyFunction, Key extends string = never>(
  fn: Fn & Unstreamed<Fn>,
  breakerOrOptions?: UnifiedCircuitBreaker | FacadeOptions<Parameters<Fn>, undefined, Key>,
): Protected<Promised<Fn>, Key>;
export function withBreaker(fn: AnyFunction, breakerOrOptions: unknown = {}): unknown {
  if (typeof fn !== 'function') throw notAFunction(fn);
  const label = typeof fn.name === 'string' && fn.name !== '' ? fn.name : 'anonymous';
  const options = isBreaker(breakerOrOptions) ? { breaker: breakerOrOptions } : breakerOrOptions;
  const plan = planFor(fn, planFacade(label, options, FACADE_RULES), label);
  const source = sourceOf(plan, () => label);
  if (source.breakers === null) source.of(undefined, []);
  return exposing(protect(fn, plan, source), source);
}
