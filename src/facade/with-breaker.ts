import { notAFunction } from '../breaker/call/signal.ts';
import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { exposeBreaker } from './breaker-of.ts';
import { sourceOf } from './breaker-source.ts';
import { type AnyFunction, FACADE_RULES, type FacadeOptions, planFacade } from './facade-options.ts';
import type { FacadeFallbacks, FallbackResult } from './fallback-chain.ts';
import { assertNoGenerator, assertUsable, type CallKind, protect } from './protect.ts';
import type { AsyncFunction, KeepsType, NotStreamed, Promised, Protected } from './protected.ts';

/**
 * Wraps a function so that its calls go through a breaker. Keeps parameters, `this`, name, length and properties.
 * Functions with the same `name` share a breaker. A function without a name gets its own.
 *
 * An async function keeps its type. Any other function returns a promise. Use `withBreakerSync` to keep a function
 * synchronous, and `withBreakerStream` for async generators. For a function that takes a Node callback, wrap
 * `promisify(fn)`: the breaker can't see what a callback receives.
 * @example
 * ```ts
 * import { withBreaker } from 'unified-circuit-breaker';
 * import { http } from 'unified-circuit-breaker/profiles';
 *
 * const getOrder = withBreaker(
 *   async (id: string, signal?: AbortSignal) => fetch(`https://orders.example/${id}`, { signal: signal ?? null }),
 *   { name: 'orders-api', profile: http(), timeoutMs: 2_000, passSignal: ([id], signal) => [id, signal] },
 * );
 * await getOrder('42');
 * ```
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 * @throws TypeError if `fn` is not a function, or is a generator function.
 */
export function withBreaker<Fn extends AsyncFunction, Key extends string = never>(
  fn: Fn & KeepsType<Fn>,
  breakerOrOptions?: UnifiedCircuitBreaker | FacadeOptions<Parameters<Fn>, undefined, Key>,
): Protected<Fn, Key>;
export function withBreaker<
  Fn extends AnyFunction, Chain extends FacadeFallbacks<Parameters<Fn>>, Key extends string = never,
>(
  fn: Fn & NotStreamed<Fn>,
  options: FacadeOptions<Parameters<Fn>, Chain, Key> & { readonly fallback: Chain },
): Protected<Promised<Fn, FallbackResult<Chain>>, Key>;
export function withBreaker<Fn extends AnyFunction, Key extends string = never>(
  fn: Fn & NotStreamed<Fn>,
  breakerOrOptions?: UnifiedCircuitBreaker | FacadeOptions<Parameters<Fn>, undefined, Key>,
): Protected<Promised<Fn, never>, Key>;
export function withBreaker(fn: AnyFunction, breakerOrOptions?: unknown): unknown {
  return wrapped(fn, 'call', breakerOrOptions);
}

/**
 * Wraps a synchronous function so that its calls go through a breaker. There is no timeout and no fallback. Otherwise
 * like `withBreaker`.
 * @example
 * ```ts
 * import { withBreakerSync } from 'unified-circuit-breaker';
 *
 * const parse = withBreakerSync((text: string): unknown => JSON.parse(text), { name: 'parser' });
 * parse('5'); //=> 5
 * ```
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 * @throws TypeError if `fn` is not a function, or is a generator function.
 */
export function withBreakerSync<Fn extends AnyFunction, Key extends string = never>(
  fn: Fn,
  breakerOrOptions?:
    | UnifiedCircuitBreaker
    | Omit<FacadeOptions<Parameters<Fn>, undefined, Key>, 'fallback' | 'passSignal' | 'signalOf'>,
): Protected<Fn, Key> {
  return wrapped(fn, 'callSync', breakerOrOptions) as Protected<Fn, Key>;
}

/**
 * Wraps a function that returns an async iterable, or a promise of one, so that its stream counts as one call.
 * `timeoutMs` limits the wait for each item. There is no fallback. Otherwise like `withBreaker`.
 * @example
 * ```ts
 * import { withBreakerStream } from 'unified-circuit-breaker';
 *
 * const count = withBreakerStream(async function* (to: number) {
 *   for (let item = 0; item < to; item += 1) yield item;
 * });
 * for await (const item of count(3)) console.log(item);
 * ```
 * @throws CircuitBreakerConfigError that lists every problem with the options.
 * @throws TypeError if `fn` is not a function, or is a synchronous generator function.
 */
export function withBreakerStream<This, Args extends unknown[], Item, Key extends string = never>(
  fn: (this: This, ...args: Args) => AsyncIterable<Item> | PromiseLike<AsyncIterable<Item>>,
  breakerOrOptions?: UnifiedCircuitBreaker | Omit<FacadeOptions<Args, undefined, Key>, 'fallback'>,
): Protected<(this: This, ...args: Args) => AsyncGenerator<Item, void, undefined>, Key> {
  return wrapped(fn, 'stream', breakerOrOptions) as ReturnType<typeof withBreakerStream<This, Args, Item, Key>>;
}

const WRAPPERS = { call: 'withBreaker', callSync: 'withBreakerSync', stream: 'withBreakerStream' } as const;

function wrapped(fn: AnyFunction, kind: CallKind, breakerOrOptions: unknown = {}): unknown {
  const wrapper = WRAPPERS[kind];
  if (typeof fn !== 'function') throw notAFunction(wrapper, fn);
  const label = fn.name === '' ? 'anonymous' : fn.name;
  const title = { name: label, title: `\`${wrapper}()\`` };
  assertNoGenerator(fn, kind, title.title, kind === 'stream' ? '' : 'Use `withBreakerStream()`.');
  const plan = planFacade(title, breakerOrOptions, FACADE_RULES);
  assertUsable(title, kind, plan);
  const source = sourceOf(plan, label, () => label);
  // Creates the breaker now, so that `fn.breaker` exists before the first call.
  if (source.breakers === null) source.of(undefined, []);
  return exposeBreaker(protect(fn, kind, plan, source), source);
}
