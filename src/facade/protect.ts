import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { dressed } from './dressed.ts';
import type { FacadePlan } from './facade-options.ts';
import { boundFallbacks } from './fallback-chain.ts';

/** Any function. */
export type AnyFunction = (...args: never[]) => unknown;

/** Where a call finds its breaker. */
export interface BreakerSource {
  /** The breaker of every call, once it is known; null where each call asks. */
  breaker: UnifiedCircuitBreaker | null;
  /** The breaker of one call. */
  of(self: unknown, args: readonly unknown[]): UnifiedCircuitBreaker;
}

type Body = (this: unknown, ...args: unknown[]) => unknown;

/** The prototype of all async generator functions. */
const asyncGenerators: unknown = /* @__PURE__ */ Object.getPrototypeOf(async function* () {});

/** The same function, through a breaker. */
export function protect(fn: AnyFunction, plan: Pick<FacadePlan, 'sync' | 'passSignal' | 'signalOf' | 'fallback'>, source: BreakerSource): AnyFunction {
  return dressed(bodyOf(fn as Body, plan, source), fn);
}

function bodyOf(fn: Body, { sync, passSignal, signalOf, fallback }: Pick<FacadePlan, 'sync' | 'passSignal' | 'signalOf' | 'fallback'>, source: BreakerSource): Body {
  if (sync) {
    return function (this: unknown, ...given) {
      return source.of(this, given).callSync(() => Reflect.apply(fn, this, given));
    };
  }
  const args = (given: unknown[], signal: () => AbortSignal): unknown[] => (passSignal === undefined ? given : (passSignal(given, signal()) as unknown[]));
  if (Object.getPrototypeOf(fn) === asyncGenerators) {
    return function (this: unknown, ...given) {
      const signal = signalOf?.(...given) ?? undefined;
      return source.of(this, given).stream((context) => Reflect.apply(fn, this, args(given, () => context.signal)) as AsyncIterable<unknown>, { signal });
    };
  }
  if (passSignal === undefined && signalOf === undefined && fallback === undefined) return plainBody(fn, source);
  return async function (this: unknown, ...given) {
    const options = { signal: signalOf?.(...given) ?? undefined, fallback: fallback === undefined ? undefined : boundFallbacks(fallback, this, given) };
    return source.of(this, given).call((context) => Reflect.apply(fn, this, args(given, () => context.signal)), options);
  };
}

/** The hot one. */
function plainBody(fn: Body, source: BreakerSource): Body {
  return function (this: unknown, ...given) {
    if (source.breaker !== null) return given.length === 1 ? callWithOne(fn, source.breaker, this, given[0]) : callWithAll(fn, source.breaker, this, given);
    try {
      return callWithAll(fn, source.of(this, given), this, given);
    } catch (error) {
      // A `by` that throws: who waits for a promise gets one.
      return Promise.reject(error);
    }
  };
}

/** Most functions have one argument, and calling them without a list saves a tenth. */
function callWithOne(fn: Body, breaker: UnifiedCircuitBreaker, self: unknown, argument: unknown): Promise<unknown> {
  return breaker.call(() => fn.call(self, argument));
}

function callWithAll(fn: Body, breaker: UnifiedCircuitBreaker, self: unknown, args: readonly unknown[]): Promise<unknown> {
  return breaker.call(() => Reflect.apply(fn, self, args));
}
