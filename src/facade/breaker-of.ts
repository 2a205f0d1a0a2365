import type { UnifiedCircuitBreaker } from '../breaker/unified-circuit-breaker.ts';
import type { BreakerSource } from './breaker-source.ts';
import type { AnyFunction } from './facade-options.ts';

/** Where a protected function holds the look-up of its breaker. All copies of the package share it. */
const seenBy = /* @__PURE__ */ Symbol.for('unified-circuit-breaker.breakerOf');

interface Exposed {
  readonly [seenBy]?: ((self: unknown) => UnifiedCircuitBreaker | undefined) | undefined;
}

/** Adds the properties `breaker` or `breakers` to a protected function. */
export function exposeBreaker(fn: AnyFunction, source: BreakerSource): AnyFunction {
  return Object.defineProperties(fn, {
    breaker: { get: () => (source.breaker ?? source.seen(undefined)), configurable: true },
    breakers: { get: () => source.breakers ?? undefined, configurable: true },
    [seenBy]: { value: (self: unknown) => source.seen(self), configurable: true },
  });
}

/**
 * Returns the breaker of a protected function or a decorated method. Returns `undefined` for other functions, for
 * methods without a name before their first call, and for functions with `by`: use their property `breakers`.
 * @param self the instance, for a method with `per: 'instance'`.
 */
export function breakerOf(fn: AnyFunction, self?: unknown): UnifiedCircuitBreaker | undefined {
  return (fn as Exposed)[seenBy]?.(self);
}
