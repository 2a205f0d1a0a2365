import { aSignal } from '../../core/subscribe.ts';
import { aDuration, orNull, requireOptions } from '../../core/validation.ts';
import type { Requirement, Requirements } from '../../core/validation.ts';
import type { Fallbacks } from './fallback.ts';
import { fallbacks, finiteOrNull, type Rules } from './table.ts';

export { aSignal };

/** The options of one stream. */
export interface StreamOptions {
  /**
   * Aborts the call, which rejects with the signal's reason. The call is ignored, unless the reason is a deadline that
   * left it enough time: as long as half of the successful calls take.
   * @remarks Until 20 calls have succeeded, 100 ms are enough, or a tenth of `timeoutMs` if that is less.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Overrides the timeout of the breaker. Milliseconds, 1 or more. `null` sets no limit. For a stream, it limits the
   * time until each item.
   */
  readonly timeoutMs?: number | null | undefined;
}

/** The options of one call. */
export interface CallOptions<F = unknown> extends StreamOptions {
  /** Overrides the fallback of the breaker. */
  readonly fallback?: Fallbacks<F> | undefined;
}

const aTimeout: Requirement = /* @__PURE__ */ orNull(aDuration);
export const STREAM_RULES: Rules<StreamOptions> = { signal: aSignal, timeoutMs: aTimeout };
const CALL_RULES: Rules<CallOptions> = { signal: aSignal, timeoutMs: aTimeout, fallback: fallbacks };

/** The options of one call, as the engine uses them. */
export interface ResolvedCallOptions {
  readonly signal: AbortSignal | undefined;
  /** `undefined`: the timeout of the breaker. */
  readonly timeoutMs: number | null | undefined;
  readonly fallback: unknown;
}

/** Validates the options of one call or stream. @throws CircuitBreakerConfigError that lists every problem. */
export function resolveCallOptions(
  options: CallOptions, name: string, rules: Requirements = CALL_RULES,
): ResolvedCallOptions {
  const { signal, timeoutMs, fallback } = requireOptions(name, options, rules) as CallOptions;
  return { signal, timeoutMs: timeoutMs === undefined ? undefined : finiteOrNull(timeoutMs), fallback };
}
