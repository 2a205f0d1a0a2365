import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { BreakerSource } from './breaker-source.ts';
import type { AnyFunction } from './facade-options.ts';

/** Where a protected function says what its breaker is; the same in all copies of the package. */
const seenBy = /* @__PURE__ */ Symbol.for('unified-circuit-breaker.breakerOf');

interface Asked {
  readonly [seenBy]?: ((self: unknown) => UnifiedCircuitBreaker | undefined) | undefined;
}

/** The function with its breaker, or its breakers by key, to look at. */
export function exposing(fn: AnyFunction, source: BreakerSource): AnyFunction {
  return Object.defineProperties(fn, {
    breaker: { get: () => source.breaker ?? undefined, configurable: true },
    breakers: { value: source.breakers ?? undefined, configurable: true },
    [seenBy]: { value: (self: unknown) => source.seen(self), configurable: true },
  });
}

/**
 * The breaker of a protected function or a decorated method. Undefined before the first call of a method without a name, for any other function, and where there is
 * a breaker for each key: those are the function's `breakers`.
 *
 * @param self the instance, of a method that has a breaker for each.
 */
export function breakerOf(fn: AnyFunction, self?: unknown): UnifiedCircuitBreaker | undefined {
  return (fn as Asked)[seenBy]?.(self);
}
