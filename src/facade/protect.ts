import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import { dressed } from './dressed.ts';
import type { FacadePlan } from './facade-options.ts';
import { boundFallbacks } from './fallback-chain.ts';

/** Any function. */
export type AnyFunction = (...args: never[]) => unknown;

/** Finds the breaker of one call. */
export type BreakerOf = (self: unknown, args: readonly unknown[]) => UnifiedCircuitBreaker;

type Body = (this: unknown, ...args: unknown[]) => unknown;

/** The prototype of all async generator functions. */
const asyncGenerators: unknown = /* @__PURE__ */ Object.getPrototypeOf(async function* () {});

/** The same function, through a breaker. */
export function protect(fn: AnyFunction, plan: Pick<FacadePlan, 'sync' | 'passSignal' | 'signalOf' | 'fallback'>, breakerOf: BreakerOf): AnyFunction {
  return dressed(bodyOf(fn as Body, plan, breakerOf), fn);
}

function bodyOf(fn: Body, { sync, passSignal, signalOf, fallback }: Pick<FacadePlan, 'sync' | 'passSignal' | 'signalOf' | 'fallback'>, breakerOf: BreakerOf): Body {
  if (sync) return syncBody(fn, breakerOf);
  const args = (given: unknown[], signal: () => AbortSignal): unknown[] => (passSignal === undefined ? given : (passSignal(given, signal()) as unknown[]));
  if (Object.getPrototypeOf(fn) === asyncGenerators) {
    return function (this: unknown, ...given) {
      const signal = signalOf?.(...given) ?? undefined;
      return breakerOf(this, given).stream((context) => Reflect.apply(fn, this, args(given, () => context.signal)) as AsyncIterable<unknown>, { signal });
    };
  }
  if (passSignal === undefined && signalOf === undefined && fallback === undefined) return plainBody(fn, breakerOf);
  return async function (this: unknown, ...given) {
    const options = { signal: signalOf?.(...given) ?? undefined, fallback: fallback === undefined ? undefined : boundFallbacks(fallback, this, given) };
    return breakerOf(this, given).call((context) => Reflect.apply(fn, this, args(given, () => context.signal)), options);
  };
}

function syncBody(fn: Body, breakerOf: BreakerOf): Body {
  return function (this: unknown, ...given) {
    return breakerOf(this, given).callSync(() => Reflect.apply(fn, this, given));
  };
}

/** The hot one. */
function plainBody(fn: Body, breakerOf: BreakerOf): Body {
  return function (this: unknown, ...given) {
    try {
      return breakerOf(this, given).call(() => Reflect.apply(fn, this, given));
    } catch (error) {
      // A `by` that throws: who waits for a promise gets one.
      return Promise.reject(error);
    }
  };
}
