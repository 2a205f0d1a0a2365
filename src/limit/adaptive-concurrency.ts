import { compileFilters } from '../core/error-filter.ts';
import { safeGet, tryOrUndefined } from '../core/untrusted.ts';
import { LearnedLimit } from './learned-limit.ts';

/** What a failed call says about overload. */
export interface LoadEvidence {
  readonly error?: unknown;
  readonly timedOut?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The concurrency limit of one circuit, learned from its calls. */
export interface ConcurrencyLimit {
  /** Concurrent calls that are allowed. Whole number, 1 or more. */
  readonly current: number;
  /**
   * A call succeeded. `inFlight` counts the operations that ran when it ended: this one, other calls, and operations
   * that outlive their call.
   */
  succeeded(now: number, durationMs: number, inFlight: number): void;
  /** A call failed. */
  failed(now: number, durationMs: number, inFlight: number, evidence: LoadEvidence): void;
}

/** A way to learn the concurrency limit, for the option `maxConcurrent`. `adaptiveConcurrency()` is one. */
export interface ConcurrencyLimiter {
  /**
   * Makes the limit of one circuit.
   * @param before the limit that it replaces when `reconfigure()` changes `maxConcurrent`. May be of another kind.
   */
  create(before?: ConcurrencyLimit): ConcurrencyLimit;
}

/** How `adaptiveConcurrency()` learns. */
export interface AdaptiveConcurrencyOptions {
  /** The highest concurrency limit. Whole number, 1 or more. Required. */
  readonly ceiling: number;
}

/** Statuses of an overloaded server. */
const isOverloadError = /* @__PURE__ */ compileFilters([429, 503]);

/**
 * Allows as many concurrent calls as the dependency serves without a queue, learned from latency. Timeouts, the
 * statuses 429 and 503 and a requested pause also lower the limit, if they are clearly more than usual: at least 20
 * points. The limit returns when fewer concurrent calls only mean fewer served calls.
 * @example
 * ```ts
 * import { adaptiveConcurrency, UnifiedCircuitBreaker } from 'unified-circuit-breaker';
 *
 * const orders = new UnifiedCircuitBreaker({
 *   name: 'orders-api',
 *   maxConcurrent: adaptiveConcurrency({ ceiling: 100 }),
 * });
 * ```
 * @throws RangeError when `ceiling` isn't a whole number, 1 or more.
 */
export function adaptiveConcurrency(options: AdaptiveConcurrencyOptions): ConcurrencyLimiter {
  const ceiling = safeGet(options, 'ceiling') as number;
  if (!Number.isSafeInteger(ceiling) || ceiling < 1) {
    throw new RangeError(`\`ceiling\` must be a whole number, 1 or more. Received ${String(ceiling)}.`);
  }
  // `ceiling` is there for the status, and to compare configurations.
  const limiter = {
    ceiling,
    create: (before?: ConcurrencyLimit) =>
      before instanceof AdaptiveLimit ? before.withCeiling(ceiling) : new AdaptiveLimit(ceiling),
  };
  return limiter;
}

/** Skips calls without a duration: calls that ran elsewhere may be recorded without one. */
class AdaptiveLimit extends LearnedLimit implements ConcurrencyLimit {
  succeeded(now: number, durationMs: number, inFlight: number): void {
    if (durationMs >= 0) this.sample(now, durationMs, inFlight, false);
  }

  failed(now: number, durationMs: number, inFlight: number, { error, timedOut, retryAfterMs }: LoadEvidence): void {
    const replied = timedOut !== true && retryAfterMs === undefined;
    const overloaded = !replied || tryOrUndefined(() => isOverloadError(error)) === true;
    if (overloaded && durationMs >= 0) this.sample(now, durationMs, inFlight, true);
  }
}
