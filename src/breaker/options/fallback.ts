import type { LastFailure } from '../../core/facts.ts';

/** When a fallback applies. `result`: a returned value that counts as a failure. */
export type FallbackTrigger = 'rejected' | 'bulkhead' | 'timeout' | 'failure' | 'result';

/** All triggers. */
export const FALLBACK_TRIGGERS: readonly FallbackTrigger[] = ['rejected', 'bulkhead', 'timeout', 'failure', 'result'];
/** The default of `fallbackOn`. */
export const DEFAULT_FALLBACK_ON: readonly FallbackTrigger[] = /* @__PURE__ */ Object.freeze(
  ['rejected', 'bulkhead', 'timeout', 'failure'] as const,
);

/** What a fallback function receives after the error. */
export interface FallbackContext {
  /** The breaker's name. */
  readonly name: string;
  /** Why the fallback runs. */
  readonly trigger: FallbackTrigger;
  /** The last failure of the breaker, also if it was another caller's. `undefined` if there was none. */
  readonly lastFailure: LastFailure | undefined;
  /** The caller's signal, if the call had one. */
  readonly signal: AbortSignal | undefined;
}

/** Returns a value in place of the call's. Its own result is never recorded. */
export type FallbackFunction<F> = (error: unknown, context: FallbackContext) => F | PromiseLike<F>;

/** The fallback of a breaker. With `unknown`, the parameters of a fallback function would have no types. */
export type AnyFallback =
  | FallbackFunction<unknown> | readonly unknown[] | object | string | number | bigint | boolean | symbol | null;

/** A value, a function, or a list of these that is tried in order. */
export type Fallbacks<F = unknown> = F | FallbackFunction<F> | readonly (F | FallbackFunction<F>)[];
