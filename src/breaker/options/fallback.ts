import { behindFallbacks, isRejection } from '../../core/errors.ts';
import type { Settlement } from '../call/settlement.ts';

/** What a fallback may serve. `result`: a returned value that was judged a failure. */
export type FallbackTrigger = 'rejected' | 'bulkhead' | 'timeout' | 'failure' | 'result';

/** Everything that a fallback may serve. */
export const FALLBACK_TRIGGERS: readonly FallbackTrigger[] = ['rejected', 'bulkhead', 'timeout', 'failure', 'result'];
/** What a fallback serves unless told otherwise. */
export const DEFAULT_FALLBACK_ON: readonly FallbackTrigger[] = /* @__PURE__ */ Object.freeze(['rejected', 'bulkhead', 'timeout', 'failure'] as const);

/** What a fallback function knows besides the error. */
export interface FallbackContext {
  /** The breaker's name. */
  readonly name: string;
  /** What the fallback serves. */
  readonly trigger: FallbackTrigger;
  /** The caller's signal, when the call had one. */
  readonly signal: AbortSignal | undefined;
}

/** Gives a value in place of the call's. Its own result is never recorded. */
export type FallbackFunction<F> = (error: unknown, context: FallbackContext) => F | PromiseLike<F>;

/** What a breaker's own fallback may be: spelled out, because a union with `unknown` would tell a function nothing of its parameters. */
export type AnyFallback = FallbackFunction<unknown> | readonly unknown[] | object | string | number | bigint | boolean | symbol | null;

/** A value, a function, or a list of these that is tried in order. */
export type Fallbacks<F = unknown> = F | FallbackFunction<F> | readonly (F | FallbackFunction<F>)[];

/** The kind of fallback that may serve this end of a call; undefined when none may. */
export function triggerOf({ status, by, threw, error }: Settlement<unknown>): FallbackTrigger | undefined {
  if (by === 'circuit') return 'rejected';
  if (by === 'bulkhead') return 'bulkhead';
  if (status === 'failure' && by !== 'operation') return 'timeout';
  if (by !== 'operation') return undefined;
  const inner = threw ? behindFallbacks(error) : undefined;
  if (isRejection(inner)) return inner.code === 'ERR_BULKHEAD_FULL' ? 'bulkhead' : 'rejected';
  if (status !== 'failure') return undefined;
  return threw ? 'failure' : 'result';
}
